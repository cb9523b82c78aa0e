// A set of customs territories.
#pragma once

#include <bitset>

#include "absl/types/span.h"
#include "services/domain/codes.h"

namespace qiangji::domain {

// By one bit a code: asked several times for every supply record.
class CountrySet {
 public:
  CountrySet() = default;
  explicit CountrySet(absl::Span<const Country> countries) {
    for (Country c : countries) bits_[c.code()] = true;
  }
  bool Has(Country c) const { return bits_[c.code()]; }

 private:
  // "ZZZ" has the largest code.
  std::bitset<kOriginUnknown.code() + std::size_t{1}> bits_;
};

}  // namespace qiangji::domain
