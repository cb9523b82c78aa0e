#include "services/rpc/metrics.h"

#include <algorithm>

namespace qiangji::rpc {

void Metrics::Record(absl::string_view method, absl::StatusCode code,
                     absl::Duration latency) {
  const double seconds = absl::ToDoubleSeconds(latency);
  const auto bucket =
      std::lower_bound(kLatencyBounds.begin(), kLatencyBounds.end(), seconds) -
      kLatencyBounds.begin();
  const MutexLock lock(mutex_);
  CallCounter& counter = counters_[{std::string(method), code}];
  ++counter.calls;
  counter.seconds += seconds;
  ++counter.buckets[static_cast<std::size_t>(bucket)];
}

std::map<std::pair<std::string, absl::StatusCode>, CallCounter>
Metrics::Snapshot() const {
  const MutexLock lock(mutex_);
  return counters_;
}

}  // namespace qiangji::rpc
