// Brings a database to the newest schema this program knows, one step a
// transaction, each verified; refuses a database that is newer.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "db/sql/driver.h"
#include "db/sql/migration.h"

namespace qiangji::sql {

// FAILED_PRECONDITION for a newer database, INTERNAL for a step whose
// verification does not hold (it is rolled back; earlier steps stay).
absl::Status Migrate(Connection& connection,
                     absl::Span<const Migration> migrations);

// The newest step applied; 0 for an empty database.
absl::StatusOr<int> SchemaVersion(Connection& connection);

}  // namespace qiangji::sql
