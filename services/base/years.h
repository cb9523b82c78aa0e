// The years that facts and questions may have (FORMATS).
#pragma once

namespace qiangji {

inline constexpr int kFirstYear = 1949;
inline constexpr int kLastYear = 2100;

constexpr bool IsYear(long long year) {
  return year >= kFirstYear && year <= kLastYear;
}

}  // namespace qiangji
