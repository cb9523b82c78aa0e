// Rows of one table that came packed in columns, read into the stager.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "services/domain/schema.h"
#include "services/registry/row_stager.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

// Reads the blocks of `file`, number `number` of the spool. The "line" of a
// row is its number, from 1, in the order in which the rows of the table came.
absl::Status ReadTableRows(const SpooledFile& file, int number,
                           const domain::TableSchema& table, RowStager& stager,
                           const std::function<absl::Status()>& on_row);

}  // namespace qiangji::registry
