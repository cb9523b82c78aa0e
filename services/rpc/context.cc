#include "services/rpc/context.h"

#include <utility>

#include "absl/time/clock.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"

namespace qiangji::rpc {

const Clock& RequestContext::clock() const { return options_.runtime->clock(); }

bool RequestContext::cancelled() const { return !Check().ok(); }

absl::Status RequestContext::Check() const {
  // Deadlines are the machine's time, whatever clock the service is given.
  if (absl::Now() >= options_.deadline) {
    return WithReason(
        absl::DeadlineExceededError("the deadline of the call has passed"),
        "DEADLINE_EXCEEDED");
  }
  if (cancelled_.load()) {
    return WithReason(absl::CancelledError("the caller has cancelled the call"),
                      "CANCELLED");
  }
  return absl::OkStatus();
}

void RequestContext::OnCancel(std::function<void()> callback) {
  {
    const MutexLock lock(mutex_);
    if (ended_) return;
    if (!cancelled_.load()) {
      callbacks_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

void RequestContext::Resume(PoolKind kind, std::function<void()> task) const {
  options_.runtime->pool(kind).Resume(std::move(task));
}

void RequestContext::Cancel() {
  std::vector<std::function<void()>> callbacks;
  {
    const MutexLock lock(mutex_);
    cancelled_.store(true);
    if (!ended_) callbacks.swap(callbacks_);
  }
  for (const auto& callback : callbacks) callback();
}

void RequestContext::End() {
  // Destroyed after the lock is released: what they hold may call back.
  std::vector<std::function<void()>> dropped;
  const MutexLock lock(mutex_);
  ended_ = true;
  dropped.swap(callbacks_);
}

}  // namespace qiangji::rpc
