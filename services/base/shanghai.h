// China keeps one time: UTC+8, no daylight saving (FORMATS).
#pragma once

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace qiangji {

inline absl::CivilDay ShanghaiDay(absl::Time time) {
  return absl::ToCivilDay(time, absl::FixedTimeZone(8 * 60 * 60));
}

}  // namespace qiangji
