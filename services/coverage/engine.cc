#include "services/coverage/engine.h"

#include "services/base/status_macros.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {

std::shared_ptr<const domain::Stop> Stops::Of(rpc::RequestContext& call) {
  const auto stop = std::make_shared<domain::Stop>();
  {
    const MutexLock lock(mutex_);
    running_.remove_if([](const auto& weak) { return weak.expired(); });
    running_.push_back(stop);
    if (all_) stop->Request();
  }
  call.OnCancel([stop] { stop->Request(); });
  return stop;
}

void Stops::StopAll() {
  const MutexLock lock(mutex_);
  all_ = true;
  for (const auto& weak : running_) {
    if (const auto stop = weak.lock()) stop->Request();
  }
}

absl::Status OfStopped(const rpc::RequestContext& call,
                       const absl::Status& status) {
  if (!absl::IsCancelled(status)) return status;
  QJ_RETURN_IF_ERROR(call.Check());
  return rpc::ShuttingDown({});
}

}  // namespace qiangji::coverage
