// Calls to the registry that follow one another on threads of gRPC, each of
// which can be ended early.
#pragma once

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "clients/cpp/call.h"
#include "services/base/mutex.h"

namespace qiangji::bottleneck {

// Thread-safe.
class RegistryCalls {
 public:
  static constexpr int kPageSize = 1000;  // the API's largest
  static constexpr absl::Duration kTimeout = absl::Minutes(1);

  // A read begins: the calls of the one before have ended.
  void Begin();
  // Ends what runs, and whatever begins later.
  void Cancel();

  // As client::CallAsync.
  template <typename Request, typename Response, typename Start, typename Done>
  void Ask(Request request, Start start, Done done) {
    client::CallOptions how;
    how.timeout = kTimeout;
    Keep(client::CallAsync<Request, Response>(
        how, std::move(request), std::move(start), std::move(done)));
  }

 private:
  void Keep(const client::Canceller& cancel);

  Mutex mutex_;
  std::vector<client::Canceller> calls_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace qiangji::bottleneck
