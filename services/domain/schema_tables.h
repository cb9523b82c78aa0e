// The tables and their columns, as schema.h hands them out.
#pragma once

#include "absl/types/span.h"
#include "services/domain/schema.h"

namespace qiangji::domain {

// In the order in which an import applies them.
absl::Span<const TableSchema> AllTables();

}  // namespace qiangji::domain
