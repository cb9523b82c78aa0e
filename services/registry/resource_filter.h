// What `filter` and `order_by` of a List mean over the columns of a table:
//
//   = !=        the cell has that value; "" asks for a cell that is not
//               stated; of a list, that it has (not) this entry
//   < <= > >=   numbers, years, times, and texts by their bytes; neither
//               lists nor values of a fixed set nor booleans
//   :           has: an entry of a list, a part of a text, any other cell's
//               value; `:*` asks whether the cell is stated
//
// A comparison with a cell that is not stated is false, its negation true.
// Values are read as CSV cells are, whatever the column's range: countries by
// either code, a bare date is the end of that day in Asia/Shanghai.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/condition.h"
#include "services/domain/schema.h"

namespace qiangji::registry {

// INVALID_ARGUMENT (field "filter" or "order_by") names a column that the
// table has not and the nearest that it has.
absl::StatusOr<domain::Condition> ParseCondition(
    const domain::TableSchema& table, absl::string_view filter);
absl::StatusOr<std::vector<domain::OrderColumn>> ParseOrder(
    const domain::TableSchema& table, absl::string_view order_by);

}  // namespace qiangji::registry
