// What the calls of one service share: pools, clock, principals, limits,
// counters. Built by qiangjid (or a test), one a service, outlives its calls.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"
#include "services/rpc/deadlines.h"
#include "services/rpc/limits.h"
#include "services/rpc/metrics.h"
#include "services/rpc/page_token.h"
#include "services/rpc/pools.h"
#include "services/rpc/principal.h"

namespace qiangji::rpc {

struct RuntimeOptions {
  std::string service;  // "registry": in logs
  PoolsOptions pools;
  // Calls admitted and not yet answered, waiting ones included.
  int max_calls = kMaxCalls;
  const Clock* clock = &Clock::System();
  Authenticator authenticator = DefaultPrincipal;
  // 32 random bytes that authenticate page tokens; "" = fresh ones, so that
  // tokens end with the process.
  std::string token_key;
};

class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const std::string& service() const { return options_.service; }
  Pools& pools() { return pools_; }
  Pool& pool(PoolKind kind) { return pools_.Get(kind); }
  const Clock& clock() const { return *options_.clock; }
  const PageTokens& page_tokens() const { return page_tokens_; }
  Metrics& metrics() { return metrics_; }
  Deadlines& deadlines() { return deadlines_; }
  Principal Authenticate(absl::string_view peer) const {
    return options_.authenticator(peer);
  }

  // Counts a call in; false where too many run already.
  [[nodiscard]] bool Admit();
  void Leave();
  int calls() const { return calls_.load(); }

  // Streams that wait for something to happen end with UNAVAILABLE, now and
  // from now on: a watch must not hold up the shutdown. Idempotent.
  void StopWaitingStreams();
  // Called by StopWaitingStreams, at once if that has been called. Returns a
  // token for RemoveStopHook; one call may still be under way after that.
  std::uint64_t AddStopHook(std::function<void()> hook);
  void RemoveStopHook(std::uint64_t token);

 private:
  RuntimeOptions options_;
  Metrics metrics_;
  Deadlines deadlines_;
  Pools pools_;  // ends before what its last calls use
  PageTokens page_tokens_;
  std::atomic<int> calls_{0};
  Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t next_hook_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<std::uint64_t, std::function<void()>> hooks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::rpc
