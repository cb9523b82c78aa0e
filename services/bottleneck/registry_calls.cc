#include "services/bottleneck/registry_calls.h"

namespace qiangji::bottleneck {

void RegistryCalls::Begin() {
  const MutexLock lock(mutex_);
  calls_.clear();
}

void RegistryCalls::Cancel() {
  std::vector<client::Canceller> calls;
  {
    const MutexLock lock(mutex_);
    cancelled_ = true;
    calls = calls_;
  }
  for (const client::Canceller& cancel : calls) cancel();
}

void RegistryCalls::Keep(const client::Canceller& cancel) {
  bool cancelled = false;
  {
    const MutexLock lock(mutex_);
    calls_.push_back(cancel);
    cancelled = cancelled_;
  }
  if (cancelled) cancel();
}

}  // namespace qiangji::bottleneck
