// The store on SQLite. Only qiangjid and tests include this.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "db/sql/migration.h"
#include "db/store/store.h"
#include "services/base/clock.h"
#include "services/domain/schema.h"

namespace qiangji::store {

struct SqliteOptions {
  int read_connections = 4;
  const Clock* clock = nullptr;  // nullptr = the system's
  // A registered SQLite VFS, for fault tests; "" = the default.
  std::string vfs;
  // Fault tests show what this setting is worth; everybody else leaves it.
  bool unsafe_synchronous_off = false;
};

// Opens or creates the database at `path`, migrates it, and starts its writer
// thread. ":memory:" is a private database without a name on a memory file
// system, gone when the store is closed; it runs the same code as a file.
// FAILED_PRECONDITION where the database is newer than `migrations`.
// One process opens a database at a time; the caller holds the lock.
absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(
    const std::string& path,
    absl::Span<const domain::TableSchema* const> tables,
    absl::Span<const sql::Migration> migrations,
    const SqliteOptions& options = {});

}  // namespace qiangji::store
