// Sums of volumes by small numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace qiangji::domain {

// Sums in the order in which their numbers came first: without sorting, and
// the same wherever what is added comes in one order. Kept from item to item,
// so that it allocates little; not thread-safe.
class Tally {
 public:
  struct Sum {
    std::uint32_t number;
    double volume;
  };

  void Clear() { sums_.clear(); }
  void Add(std::uint32_t number, double volume) {
    if (number >= place_.size()) place_.resize(number + std::size_t{1});
    // What was left here before Clear() points past the end or at a sum of
    // another number.
    std::uint32_t& place = place_[number];
    if (place >= sums_.size() || sums_[place].number != number) {
      place = static_cast<std::uint32_t>(sums_.size());
      sums_.push_back({number, 0});
    }
    sums_[place].volume += volume;
  }
  absl::Span<const Sum> sums() const { return sums_; }

 private:
  std::vector<Sum> sums_;
  std::vector<std::uint32_t> place_;  // of each number in sums_
};

}  // namespace qiangji::domain
