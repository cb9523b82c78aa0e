// Time's part in the life of alerts and flags: acceptances end, due dates pass
// (METHOD 5, domain::Elapse). Each is written as a change of its own, like what
// people do.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace qiangji::store {
class Store;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::bottleneck {

class AlertClock {
 public:
  // Looks at the runtime's clock every `interval`, and into the store only when
  // something is due. All outlive it; work runs on the pool kWrite.
  // `flags_elapsed` is told after flags became overdue.
  AlertClock(store::Store& store, rpc::Runtime& runtime,
             absl::Duration interval, std::function<void()> flags_elapsed);
  ~AlertClock();  // Stop()
  AlertClock(const AlertClock&) = delete;
  AlertClock& operator=(const AlertClock&) = delete;

  // Once. What passed while no service ran is written soon after.
  void Start();
  // Ends what runs and waits for it. Idempotent.
  void Stop();

  // An alert or a flag has this date now.
  void Expect(std::optional<absl::Time> due);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

// Writes, in one change, what time has done to alerts by `now`. Returns the
// next time at which it does something; infinite future = none.
absl::StatusOr<absl::Time> ElapseAlerts(store::Store& store, absl::Time now);

}  // namespace qiangji::bottleneck
