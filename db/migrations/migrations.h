// The migration sets of the databases, embedded from the .sql files beside
// this header (see CMakeLists.txt).
#pragma once

#include "absl/types/span.h"
#include "db/sql/migration.h"

namespace qiangji::migrations {

absl::Span<const sql::Migration> Registry();    // registry.db
absl::Span<const sql::Migration> Coverage();    // coverage.db
absl::Span<const sql::Migration> Bottleneck();  // bottleneck.db

}  // namespace qiangji::migrations
