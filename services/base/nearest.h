// "Did you mean": the known word nearest to a mistyped one.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qiangji {

// Insertions, deletions, replacements and swaps of neighbours from `a` to `b`.
int EditDistance(absl::string_view a, absl::string_view b);

// The candidate nearest to `word`: one that begins with it, else one within a
// third of its length. Ties go to the earlier candidate.
std::optional<std::string> Nearest(absl::string_view word,
                                   absl::Span<const std::string> candidates);

// "; did you mean X?" for an English message that goes on; "" where nothing is
// near.
std::string DidYouMean(absl::string_view word,
                       absl::Span<const std::string> candidates);

}  // namespace qiangji
