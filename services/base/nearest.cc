#include "services/base/nearest.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"

namespace qiangji {

int EditDistance(absl::string_view a, absl::string_view b) {
  const std::size_t columns = b.size() + 1;
  std::vector<int> before(columns), last(columns), row(columns);
  for (std::size_t j = 0; j < columns; ++j) last[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j < columns; ++j) {
      const int change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::optional<std::string> Nearest(absl::string_view word,
                                   absl::Span<const std::string> candidates) {
  if (word.empty()) return std::nullopt;
  const int limit = std::max<int>(1, static_cast<int>(word.size()) / 3);
  std::optional<std::string> best;
  int best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    int distance = EditDistance(word, candidate);
    // A beginning is what an abbreviation or an unfinished word looks like.
    if (word.size() >= 3 && absl::StartsWith(candidate, word)) distance = 1;
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(absl::string_view word,
                       absl::Span<const std::string> candidates) {
  const auto nearest = Nearest(word, candidates);
  return nearest ? "; did you mean " + *nearest + "?" : "";
}

}  // namespace qiangji
