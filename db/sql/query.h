// SQL text that depends on a caller's filter or scope, with its parameters.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "db/sql/driver.h"
#include "db/sql/table_sql.h"
#include "db/store/access_scope.h"
#include "db/store/store.h"

namespace qiangji::sql {

struct Query {
  std::string sql;
  std::vector<domain::Value> parameters;  // $1, $2 ...

  // The placeholder of a new parameter.
  std::string Parameter(domain::Value value) {
    parameters.push_back(std::move(value));
    return absl::StrCat("$", parameters.size());
  }
  void BindTo(Statement& statement) const {
    for (std::size_t n = 0; n < parameters.size(); ++n) {
      statement.BindValue(static_cast<int>(n) + 1, parameters[n]);
    }
  }
};

// Holds where `text` contains `part` (not empty), letter by letter: LIKE would
// not tell cases apart in SQLite, and has wildcards.
std::string TextContains(absl::string_view text, absl::string_view part,
                         Query* query);
// Holds where the list text contains `entry`.
std::string ListContains(absl::string_view column, absl::string_view entry,
                         Query* query);

// What rows (alias t) `scope` may see; "" = all. `sector` rows are decided by
// the item's sectors now.
std::string ScopeCondition(const TableLayout& layout,
                           const store::AccessScope& scope, Query* query);

// `base` (a statement of TableSql with its key parameters) restricted to scope.
Query Scoped(const TableLayout& layout, const std::string& base,
             std::vector<domain::Value> parameters,
             const store::AccessScope& scope);

// How many current rows the scope has.
Query CountQuery(const TableLayout& layout, const store::AccessScope& scope);

// The conditions of options.equals and options.where. `joined`: the item's key
// table is there as k. False: a wanted name was never stored, so nothing can
// match.
bool AddFilters(const TableLayout& layout, const store::ScanOptions& options,
                bool joined, std::vector<std::string>* conditions,
                Query* query);

// The sides of a scan: a version is in one of them at most.
enum class Side {
  kCurrent,  // current rows
  kClosed,   // closed since, live at the asked sequence
  kDeleted,  // the last versions of rows that were deleted by then
};

// One side of a scan. Its rows are those of TableSql, then the item's id where
// layout.item_ordered(). INVALID_ARGUMENT for a cursor that no scan gave out.
// `at` kHead reads current rows whatever their seq_from. `impossible` is set
// where a wanted name was never stored.
absl::StatusOr<Query> ScanQuery(const Table& table,
                                const store::ScanOptions& options,
                                const store::AccessScope& scope, Side side,
                                store::Seq at, bool* impossible);

// The cursor of a row, as TableSql selects it, in the order by key: its place
// as bytes.
void AppendCursor(const TableLayout& layout, Statement& row,
                  absl::string_view item_id, std::string* out);

}  // namespace qiangji::sql
