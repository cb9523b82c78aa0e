// Texts as small numbers, given at first sight and kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// "" is number 0 (kNoNumber).
class Interner {
 public:
  Interner() { Intern(""); }

  Number Intern(absl::string_view text) {
    auto [it, fresh] =
        numbers_.try_emplace(text, static_cast<Number>(texts_.size()));
    if (fresh) texts_.emplace_back(text);
    return it->second;
  }
  // kNoNumber where the text was never seen.
  Number Find(absl::string_view text) const {
    auto it = numbers_.find(text);
    return it == numbers_.end() ? kNoNumber : it->second;
  }
  const std::string& text(Number n) const { return texts_[n]; }
  std::size_t size() const { return texts_.size(); }

  // Place of every number in the order of the texts. The relative order of
  // two numbers never changes.
  std::vector<std::uint32_t> Ranks() const {
    std::vector<Number> order(texts_.size());
    std::iota(order.begin(), order.end(), Number{0});
    std::sort(order.begin(), order.end(),
              [&](Number a, Number b) { return texts_[a] < texts_[b]; });
    std::vector<std::uint32_t> ranks(texts_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      ranks[order[i]] = static_cast<std::uint32_t>(i);
    }
    return ranks;
  }

 private:
  absl::flat_hash_map<std::string, Number> numbers_;
  std::vector<std::string> texts_;
};

}  // namespace qiangji::domain
