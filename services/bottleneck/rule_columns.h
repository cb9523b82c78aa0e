// The columns that rules of users may test: of the metrics table, with the
// figures that the shipped rules look at, and of the coverage table. They are
// the fields of coverage's messages, by name (FORMATS).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/rule_figures.h"
#include "services/domain/rules.h"

namespace qiangji::coverage::v1 {
class CoverageRow;
class ItemMetrics;
}  // namespace qiangji::coverage::v1

namespace qiangji::bottleneck {

enum class ColumnKind { kNumber, kFlag, kText, kCode, kList };

// nullopt: no such column.
std::optional<ColumnKind> ItemColumn(absl::string_view name);
std::optional<ColumnKind> CoverageColumn(absl::string_view name);
// "assured_share, …": what there is, for messages.
std::string ItemColumns(bool numbers_only);
std::string CoverageColumns();

// The values of `columns`.
domain::ColumnValues ColumnsOf(const coverage::v1::ItemMetrics& metrics,
                               const std::set<std::string>& columns);
domain::CoverageFigures ToCoverageFigures(const coverage::v1::CoverageRow& row,
                                          const std::set<std::string>& columns);

// A filter over the columns of the metrics table.
struct ItemFilter {
  std::vector<std::string> columns;  // that it tests, in order
  domain::Condition condition;
};
// INVALID_ARGUMENT (field "filter") for an unknown column, or a value that is
// none of it.
absl::StatusOr<ItemFilter> ParseItemFilter(absl::string_view filter);

}  // namespace qiangji::bottleneck
