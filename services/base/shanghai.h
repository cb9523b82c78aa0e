// China keeps one time: UTC+8, without summer time since 1991, before any
// record here (FORMATS).
#pragma once

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace qiangji {

inline absl::TimeZone Shanghai() { return absl::FixedTimeZone(8 * 60 * 60); }

inline absl::CivilDay ShanghaiDay(absl::Time time) {
  return absl::ToCivilDay(time, Shanghai());
}
// When it begins there.
inline absl::Time ShanghaiTime(absl::CivilDay day) {
  return absl::FromCivil(day, Shanghai());
}

}  // namespace qiangji
