// What a handler may know about its call, apart from the request.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"
#include "services/rpc/pools.h"
#include "services/rpc/principal.h"

namespace qiangji::rpc {

class Runtime;

// Ends an asynchronous call, once; later calls do nothing. Any thread.
// Context, request and response are gone once it has been called.
using Done = std::function<void(absl::Status)>;

// Lives until the call has ended. Thread-safe.
class RequestContext {
 public:
  struct Options {
    Runtime* runtime = nullptr;
    Principal principal;
    std::string method;  // "/qiangji.registry.v1.ItemService/GetItem"
    std::string peer;    // address, for logs
    absl::Time deadline = absl::InfiniteFuture();
    std::string read_mask;  // as the caller sent it (read_mask.h)
  };
  explicit RequestContext(Options options) : options_(std::move(options)) {}
  RequestContext(const RequestContext&) = delete;
  RequestContext& operator=(const RequestContext&) = delete;

  const Principal& principal() const { return options_.principal; }
  // Always finite in a call: the caller's, capped by the method's limit.
  absl::Time deadline() const { return options_.deadline; }
  absl::string_view method() const { return options_.method; }
  absl::string_view peer() const { return options_.peer; }
  absl::string_view read_mask() const { return options_.read_mask; }
  const Clock& clock() const;
  Runtime& runtime() const { return *options_.runtime; }

  // The caller has gone or the deadline has passed: stop, the answer is not
  // read. Cheap; long loops ask it now and then.
  bool cancelled() const;
  // OK, or CANCELLED / DEADLINE_EXCEEDED.
  absl::Status Check() const;

  // Calls `callback` when the call is cancelled or its deadline passes, at
  // once where that has happened. Any thread, must not block. Not called
  // after the call has ended.
  void OnCancel(std::function<void()> callback);

  // Continues this call on a pool; for handlers that waited for another
  // service (whose callbacks come on gRPC's threads).
  void Resume(PoolKind kind, std::function<void()> task) const;

  // For the adaptors.
  void Cancel();
  void End();

 private:
  const Options options_;
  std::atomic<bool> cancelled_{false};
  Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::function<void()>> callbacks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::rpc
