// A number that may be undefined, in eight bytes: figures are kept by the
// million. Reads like std::optional<double>.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

namespace qiangji::domain {

class Maybe {
 public:
  constexpr Maybe() = default;
  // `value` is not NaN.
  constexpr Maybe(double value)  // NOLINT(google-explicit-constructor)
      : value_(value) {}
  constexpr Maybe(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Maybe(const std::optional<double>& value)
      : value_(value.value_or(std::numeric_limits<double>::quiet_NaN())) {}

  bool has_value() const { return !std::isnan(value_); }
  explicit operator bool() const { return has_value(); }
  double operator*() const { return value_; }
  double value_or(double other) const { return has_value() ? value_ : other; }
  // NOLINTNEXTLINE(google-explicit-constructor)
  operator std::optional<double>() const {
    return has_value() ? std::optional<double>(value_) : std::nullopt;
  }
  friend bool operator==(Maybe a, Maybe b) {
    return a.has_value() ? a.value_ == b.value_ : !b.has_value();
  }

 private:
  double value_ = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace qiangji::domain
