// Counters of calls, by method and code.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/base/mutex.h"

namespace qiangji::rpc {

// Upper bounds of the latency buckets, in seconds; the last bucket is open.
constexpr std::array<double, 12> kLatencyBounds = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30};

struct CallCounter {
  std::int64_t calls = 0;
  double seconds = 0;
  std::array<std::int64_t, kLatencyBounds.size() + 1> buckets{};
};

// Thread-safe.
class Metrics {
 public:
  void Record(absl::string_view method, absl::StatusCode code,
              absl::Duration latency);
  // By (method, code), sorted.
  std::map<std::pair<std::string, absl::StatusCode>, CallCounter> Snapshot()
      const;

 private:
  mutable Mutex mutex_;
  std::map<std::pair<std::string, absl::StatusCode>, CallCounter> counters_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::rpc
