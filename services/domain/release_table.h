// Which rows of a coverage table a release withholds (METHOD 4.6).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/coverage.h"
#include "services/domain/disclosure.h"
#include "services/domain/suppression.h"

namespace qiangji::domain {

// A row of sector × category; "" = all, of categories component and material.
struct ReleaseCell {
  std::string sector, category;
  std::vector<ItemIndex> items;  // leaf items
  bool sensitive = false;        // by itself
  bool withheld = false;
};

// What an earlier release of the same sequence did with a row.
struct EarlierCell {
  std::string sector, category;
  bool withheld = false;  // else it was shown
};

struct ReleaseTable {
  std::vector<ReleaseCell> cells;  // by (sector, category)
  // Rows that should be withheld and that earlier releases tell within p:
  // with rules that became stricter, or other facts. Places in `cells`.
  std::vector<std::size_t> exposed;

  // A row without items is never withheld.
  bool Withholds(absl::string_view sector, absl::string_view category) const;
};

// Every row that has items takes part, whether a release shows it or not: then
// releases of one sequence, whatever rows each shows, show nothing together
// that one alone would not. Behind a row are the suppliers of its items, each
// by the weight of the item times its share of what was bought. Protected are
// the sums behind FORMATS' columns of a coverage row: numbers and weights of
// items made, assured, documented, penetrated and their upper bounds, and
// money. Known of every item are its sectors, category and weight, and whether
// it has data: which items nobody reported is no enterprise's secret. (Where it
// would be one, a table that has data of all could show no total.)
absl::StatusOr<ReleaseTable> ControlTable(
    const Analysis& analysis, const DisclosureRule& rule,
    const std::vector<EarlierCell>& earlier, const Stop* stop = nullptr);

// Takes everything off the row but its scope, year and number of items.
void Withhold(CoverageRow& row);

}  // namespace qiangji::domain
