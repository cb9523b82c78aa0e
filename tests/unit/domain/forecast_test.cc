// METHOD 4.4: the trend, against tables and a slow reference.
#include "services/domain/forecast.h"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

// P(|T| <= x) by Simpson's rule over the density.
double CentralProbability(int degrees, double x) {
  const double n = degrees;
  const double scale = std::exp(std::lgamma((n + 1) / 2) - std::lgamma(n / 2)) /
                       std::sqrt(n * std::numbers::pi);
  const auto density = [&](double t) {
    return scale * std::pow(1 + t * t / n, -(n + 1) / 2);
  };
  constexpr int kSteps = 20000;
  double sum = density(0) + density(x);
  for (int k = 1; k < kSteps; ++k) {
    sum += density(x * k / kSteps) * (k % 2 == 1 ? 4 : 2);
  }
  return 2 * sum * x / kSteps / 3;
}

TEST(StudentQuantileTest, IsThatOfTheTables) {
  EXPECT_NEAR(StudentQuantile(1, 0.8), 3.0776835371752534, 1e-10);
  EXPECT_NEAR(StudentQuantile(2, 0.8), 1.8856180831641267, 1e-10);
  EXPECT_NEAR(StudentQuantile(3, 0.8), 1.6377443536962102, 1e-10);
  EXPECT_NEAR(StudentQuantile(4, 0.8), 1.5332062740589438, 1e-10);
  EXPECT_NEAR(StudentQuantile(5, 0.8), 1.4758840488244818, 1e-10);
  EXPECT_NEAR(StudentQuantile(10, 0.8), 1.3721836411103363, 1e-10);
  EXPECT_NEAR(StudentQuantile(1, 0.95), 12.706204736432095, 1e-9);
  EXPECT_NEAR(StudentQuantile(7, 0.95), 2.364624251592785, 1e-10);
}

TEST(StudentQuantileTest, LeavesEightyPercentInside) {
  for (int degrees = 1; degrees <= 40; ++degrees) {
    EXPECT_NEAR(CentralProbability(degrees, StudentQuantile(degrees, 0.8)), 0.8,
                1e-9)
        << degrees;
  }
}

TEST(TrendTest, NeedsThreeYearsAndAPanel) {
  EXPECT_FALSE(Trend::Fit({{2015, 2}, {2017, 3}}, 10).has_value());
  EXPECT_FALSE(Trend::Fit({{2015, 0}, {2017, 0}, {2019, 0}}, 0).has_value());
  EXPECT_TRUE(Trend::Fit({{2015, 2}, {2017, 3}, {2019, 4}}, 10).has_value());
}

TEST(TrendTest, OnALineNothingSpreads) {
  // Log-odds −l, 0, l with e^l = 9.5/1.5; two steps on 2l: odds (9.5/1.5)².
  const auto trend = Trend::Fit({{2015, 1}, {2020, 5}, {2025, 9}}, 10);
  const double odds = 9.5 * 9.5 / (1.5 * 1.5);
  const Forecast forecast = trend->At(2030);
  EXPECT_NEAR(forecast.expected, odds / (1 + odds), 1e-12);
  EXPECT_NEAR(forecast.low, forecast.expected, 1e-9);
  EXPECT_NEAR(forecast.high, forecast.expected, 1e-9);
}

TEST(TrendTest, NothingAssuredOrEverythingHasAForecast) {
  const auto none = Trend::Fit({{2015, 0}, {2016, 0}, {2017, 0}}, 20);
  EXPECT_NEAR(none->At(2030).expected, 0.5 / 21, 1e-12);
  const auto all = Trend::Fit({{2015, 20}, {2016, 20}, {2017, 20}}, 20);
  EXPECT_NEAR(all->At(2030).expected, 20.5 / 21, 1e-12);
}

// The normal equations with the years as they are, and the interval by the
// inverse of their matrix.
Forecast Reference(const std::vector<TrendPoint>& points, double weight,
                   double quantile, int year) {
  long double n = 0, sx = 0, sxx = 0, sy = 0, sxy = 0;
  const auto y = [weight](const TrendPoint& p) {
    return std::log((static_cast<long double>(p.assured) + 0.5L) /
                    (static_cast<long double>(weight) - p.assured + 0.5L));
  };
  for (const TrendPoint& p : points) {
    const long double x = p.year;
    n += 1;
    sx += x;
    sxx += x * x;
    sy += y(p);
    sxy += x * y(p);
  }
  const long double determinant = n * sxx - sx * sx;
  const long double slope = (n * sxy - sx * sy) / determinant;
  const long double intercept = (sxx * sy - sx * sxy) / determinant;
  long double residuals = 0;
  for (const TrendPoint& p : points) {
    const long double r = y(p) - intercept - slope * p.year;
    residuals += r * r;
  }
  const long double x = year;
  const long double leverage = (sxx - 2 * x * sx + n * x * x) / determinant;
  const long double half =
      quantile * std::sqrt(residuals / (n - 2) * (1 + leverage));
  const long double at = intercept + slope * x;
  const auto share = [](long double log_odds) {
    return static_cast<double>(1 / (1 + std::exp(-log_odds)));
  };
  return {share(at), share(at - half), share(at + half)};
}

TEST(TrendTest, EqualsTheSlowReference) {
  std::mt19937 random(44);
  for (int round = 0; round < 500; ++round) {
    const double weight = 10 + static_cast<double>(random() % 200);
    std::vector<TrendPoint> points;
    int year = 2000;
    const int years = 3 + static_cast<int>(random() % 10);
    while (static_cast<int>(points.size()) < years) {
      year += 1 + static_cast<int>(random() % 3);
      points.push_back(
          {year,
           std::floor(weight * (static_cast<double>(random() % 1001)) / 1000)});
    }
    const Forecast got = Trend::Fit(points, weight)->At(year + 5);
    const Forecast want =
        Reference(points, weight, StudentQuantile(years - 2, 0.8), year + 5);
    EXPECT_NEAR(got.expected, want.expected, 1e-9);
    EXPECT_NEAR(got.low, want.low, 1e-9);
    EXPECT_NEAR(got.high, want.high, 1e-9);
  }
}

}  // namespace
}  // namespace qiangji::domain
