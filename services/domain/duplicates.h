// Items or organizations that may be registered twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace qiangji::domain {

struct DuplicateCandidate {
  std::string id;
  std::vector<std::string> names;  // folded: width, case, composition, blanks
  std::string uscc, lei, parent;   // "" = none
};

enum class DuplicateReason : std::uint8_t { kUscc, kLei, kName, kParent };

struct DuplicatePair {
  std::size_t first = 0, second = 0;  // candidates, first.id < second.id
  double score = 0;
  std::vector<DuplicateReason> reasons;  // strongest first
};

// The score is that of the strongest reason: 1 for a code, 0.9 for a name, and
// for one parent 0.8 times the likeness of the names, which must be at least
// 0.5. Each further reason takes half of what is left to 1. By falling score,
// then ids.
std::vector<DuplicatePair> FindDuplicates(
    absl::Span<const DuplicateCandidate> candidates, double minimum_score);

// Likeness of two folded names: twice the pairs of neighbouring characters that
// they share over all that they have (Dice); 0..1, 1 for equal ones.
double LikenessOf(const std::string& a, const std::string& b);

}  // namespace qiangji::domain
