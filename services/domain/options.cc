#include "services/domain/options.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace qiangji::domain {

bool AnalysisOptions::IsHome(Country c) const {
  return std::find(home.begin(), home.end(), c) != home.end();
}

absl::StatusOr<Criteria> ResolveCriteria(const Facts& facts,
                                         absl::string_view name) {
  const std::size_t at = name.find('@');
  const absl::string_view id = name.empty() ? "default" : name.substr(0, at);
  int version = 0;  // 0 = the newest
  if (at != absl::string_view::npos &&
      !absl::SimpleAtoi(name.substr(at + 1), &version)) {
    return absl::InvalidArgumentError(
        absl::StrCat("criteria: \"", name, "\": want NAME or NAME@VERSION"));
  }
  const Criteria* found = nullptr;
  for (const Criteria& c : facts.criteria) {
    if (c.id == id && (version == 0 || c.version == version)) found = &c;
  }
  if (found == nullptr) {
    if (name.empty()) return Criteria{};
    return absl::NotFoundError(absl::StrCat("no criteria \"", name, "\""));
  }
  return *found;
}

}  // namespace qiangji::domain
