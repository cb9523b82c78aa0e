// Rows of the feed as rows of the domain.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::type::v1 {
class RowBlock;
}

namespace qiangji::coverage {

// Calls `visit` for each row of the block. Of a deleted row only the key cells
// are stated. Tables that this build does not know are passed over: a newer
// registry may feed them. DATA_LOSS for a malformed block.
absl::Status DecodeRows(
    const type::v1::RowBlock& block,
    absl::FunctionRef<absl::Status(const domain::TableSchema& table,
                                   const domain::Row& row, bool deleted)>
        visit);

}  // namespace qiangji::coverage
