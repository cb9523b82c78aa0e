// The trend of a share over the years (METHOD 4.4).
#pragma once

#include <optional>

#include "absl/types/span.h"

namespace qiangji::domain {

// One year of a matched panel.
struct TrendPoint {
  int year = 0;
  double assured = 0;  // A: weight of the items that are assured; 0..W
};

// 0..1; an 80 % prediction interval.
struct Forecast {
  double expected = 0, low = 0, high = 0;
};

// Least squares of ln((A+½)/(W−A+½)) on the year. A forecast is the share whose
// log-odds the line, or an end of the interval around it, has.
class Trend {
 public:
  static constexpr std::size_t kLeastYears = 3;

  // `points` of different years; `weight` is W. nullopt where there are fewer
  // than kLeastYears, or W is 0.
  static std::optional<Trend> Fit(absl::Span<const TrendPoint> points,
                                  double weight);

  Forecast At(int year) const;

 private:
  Trend() = default;

  double count_ = 0, mean_year_ = 0, mean_ = 0, slope_ = 0;
  double squares_ = 0;  // Σ (year − mean year)²
  double spread_ = 0;   // of one year around the line, by the quantile
};

// Student's t: the x with P(|T| <= x) = `central`, in (0, 1), for at least one
// degree of freedom. Within 1e-12, relative.
double StudentQuantile(int degrees, double central);

}  // namespace qiangji::domain
