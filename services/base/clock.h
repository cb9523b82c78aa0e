// The one source of the time of day. Domain code never reads it: times are
// passed in as values.
#pragma once

#include "absl/time/time.h"

namespace qiangji {

// Thread-safe. Not monotonic: the store, not the clock, makes commit times
// strictly increase.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;

  // The system clock. Never destroyed.
  static const Clock& System();
};

}  // namespace qiangji
