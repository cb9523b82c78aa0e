// Rules over several rows (METHOD 2.1, 2.2, 3.1), on a state of the store:
// the same for imports and for single writes.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "services/domain/schema.h"

namespace qiangji::registry {

// What several rows have wrong together.
struct RowProblem {
  domain::TableId table;
  std::string id;  // item or organization
  int year = 0;    // 0 = none
  std::string column;
  std::string message;  // "what is wrong; accepted: what is accepted"
  bool error = true;    // else a warning
};

// Supply and demand of an item in a year.
absl::StatusOr<std::vector<RowProblem>> CheckItemYear(store::Reader& reader,
                                                      absl::string_view item_id,
                                                      int year);
// The same over rows that are at hand; `demand` may be nullptr.
std::vector<RowProblem> CheckItemYearRows(absl::string_view item_id, int year,
                                          absl::Span<const domain::Row> supply,
                                          const domain::Row* demand);

// Cost shares of an item's inputs.
absl::StatusOr<std::vector<RowProblem>> CheckItemInputs(
    store::Reader& reader, absl::string_view item_id);

// That nothing is its own ancestor, over parent_item_id or
// parent_organization_id.
absl::StatusOr<std::vector<RowProblem>> CheckAncestors(
    store::Reader& reader, const domain::TableSchema& table,
    absl::string_view id);

}  // namespace qiangji::registry
