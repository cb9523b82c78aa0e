// The tables and their columns, as schema.h hands them out.
#pragma once

#include <cstddef>

#include "absl/types/span.h"
#include "services/domain/schema.h"

namespace qiangji::domain {

// Those of the registry first, then those of bottleneck, then of coverage.
absl::Span<const TableSchema> AllTables();
inline constexpr std::size_t kRegistryTableCount = 23;
inline constexpr std::size_t kBottleneckTableCount = 8;

}  // namespace qiangji::domain
