#include "services/registry/import_outcome.h"

#include <algorithm>
#include <tuple>

namespace qiangji::registry {

void ProblemList::Add(Origin origin, absl::string_view column,
                      absl::string_view message) {
  rows_.insert(origin);
  // One row may have as many problems as it has columns; rows beyond the
  // limit are only counted. Which rows those are is settled in Sorted().
  if (problems_.size() < static_cast<std::size_t>(limit_) * 64) {
    problems_.push_back({origin, std::string(column), std::string(message)});
  }
}

std::vector<ImportProblem> ProblemList::Sorted() const {
  std::vector<ImportProblem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const ImportProblem& a, const ImportProblem& b) {
                     return std::tie(a.origin, a.column) <
                            std::tie(b.origin, b.column);
                   });
  int rows = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i == 0 || sorted[i].origin != sorted[i - 1].origin) ++rows;
    if (rows > limit_) {
      sorted.resize(i);
      break;
    }
  }
  return sorted;
}

}  // namespace qiangji::registry
