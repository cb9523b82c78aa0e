#include "db/sqlite/sqlite_store.h"

#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "db/sql/sql_store.h"
#include "db/sqlite/sqlite_driver.h"
#include "services/base/status_macros.h"

namespace qiangji::store {
namespace {

// A new private directory in memory, where the system has such a place.
absl::StatusOr<std::string> MemoryDirectory() {
  std::error_code error;
  const std::filesystem::path shm = "/dev/shm";
  const std::filesystem::path parent =
      std::filesystem::is_directory(shm, error)
          ? shm
          : std::filesystem::temp_directory_path(error);
  std::string pattern = (parent / "qiangji-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return absl::FailedPreconditionError(
        "no directory for a database in memory can be made in " +
        parent.string());
  }
  return pattern;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqlite(
    const std::string& path,
    absl::Span<const domain::TableSchema* const> tables,
    absl::Span<const sql::Migration> migrations, const SqliteOptions& options) {
  sqlite::DriverOptions driver;
  driver.path = path;
  driver.vfs = options.vfs;
  driver.unsafe_synchronous_off = options.unsafe_synchronous_off;
  if (path == ":memory:") {
    QJ_ASSIGN_OR_RETURN(driver.owned_directory, MemoryDirectory());
    driver.path = driver.owned_directory + "/memory.db";
  }
  return sql::SqlStore::Open(
      std::make_unique<sqlite::SqliteDriver>(std::move(driver)), tables,
      migrations, options.clock == nullptr ? Clock::System() : *options.clock,
      options.read_connections);
}

}  // namespace qiangji::store
