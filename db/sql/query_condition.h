// domain::Condition and domain::OrderColumn as SQL over rows aliased t, values
// bound.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "db/sql/query.h"
#include "services/domain/condition.h"

namespace qiangji::sql {

// The cell of a column as the caller knows it, behind surrogates and facets;
// NULL where it is not stated.
std::string ColumnExpression(const TableLayout& layout, int schema_column);

// Holds where domain::Holds does; "" where that is everywhere.
std::string ConditionSql(const TableLayout& layout,
                         const domain::Condition& condition, Query* query);

// `order` without what the order by key settles anyway: empty where it is a
// beginning of the key, so that pages can start in an index.
absl::Span<const domain::OrderColumn> EffectiveOrder(
    const TableLayout& layout, absl::Span<const domain::OrderColumn> order);

// "expression DESC NULLS LAST", one a column.
std::vector<std::string> OrderSql(const TableLayout& layout,
                                  absl::Span<const domain::OrderColumn> order);

// Rows after `cells` in the order; among those with equal cells, the ones
// where `tie` holds.
std::string AfterSql(const TableLayout& layout,
                     absl::Span<const domain::OrderColumn> order,
                     const std::vector<domain::Value>& cells,
                     const std::string& tie, Query* query);

// The ordered cells of a row at the front of its cursor.
void AppendOrderCells(absl::Span<const domain::OrderColumn> order,
                      const domain::Row& row, std::string* out);
// Takes them off again; false where the bytes are none.
bool TakeOrderCells(absl::Span<const domain::OrderColumn> order,
                    absl::string_view* bytes,
                    std::vector<domain::Value>* cells);

}  // namespace qiangji::sql
