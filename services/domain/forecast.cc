#include "services/domain/forecast.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qiangji::domain {
namespace {

constexpr double kCentral = 0.8;

// P(|T| <= tan(angle)·√degrees): the finite sums of Abramowitz and Stegun
// 26.7.3 and 26.7.4.
double CentralProbability(int degrees, double angle) {
  const double cosine = std::cos(angle);
  const bool odd = degrees % 2 == 1;
  double term = odd ? cosine : 1;
  double sum = degrees == 1 ? 0 : term;
  for (int k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= cosine * cosine * (k - 1) / k;
    sum += term;
  }
  const double rest = std::sin(angle) * sum;
  return odd ? 2 / std::numbers::pi * (angle + rest) : rest;
}

double LogOdds(double assured, double weight) {
  return std::log((assured + 0.5) / (std::max(0.0, weight - assured) + 0.5));
}

double ShareOf(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

}  // namespace

double StudentQuantile(int degrees, double central) {
  double low = 0, high = std::numbers::pi / 2;
  // Each step halves; below the last place nothing moves any more.
  for (int step = 0; step < 80; ++step) {
    const double middle = (low + high) / 2;
    (CentralProbability(degrees, middle) < central ? low : high) = middle;
  }
  return std::tan(low) * std::sqrt(degrees);
}

std::optional<Trend> Trend::Fit(absl::Span<const TrendPoint> points,
                                double weight) {
  if (points.size() < kLeastYears || weight <= 0) return std::nullopt;
  Trend trend;
  trend.count_ = static_cast<double>(points.size());
  for (const TrendPoint& point : points) {
    trend.mean_year_ += point.year / trend.count_;
    trend.mean_ += LogOdds(point.assured, weight) / trend.count_;
  }
  double products = 0;
  for (const TrendPoint& point : points) {
    const double off = point.year - trend.mean_year_;
    trend.squares_ += off * off;
    products += off * (LogOdds(point.assured, weight) - trend.mean_);
  }
  trend.slope_ = products / trend.squares_;
  double residuals = 0;
  for (const TrendPoint& point : points) {
    const double fitted =
        trend.mean_ + trend.slope_ * (point.year - trend.mean_year_);
    const double residual = LogOdds(point.assured, weight) - fitted;
    residuals += residual * residual;
  }
  const int degrees = static_cast<int>(points.size()) - 2;
  trend.spread_ =
      StudentQuantile(degrees, kCentral) * std::sqrt(residuals / degrees);
  return trend;
}

Forecast Trend::At(int year) const {
  const double off = year - mean_year_;
  const double fitted = mean_ + slope_ * off;
  const double half =
      spread_ * std::sqrt(1 + 1 / count_ + off * off / squares_);
  return {ShareOf(fitted), ShareOf(fitted - half), ShareOf(fitted + half)};
}

}  // namespace qiangji::domain
