// Bulk writes by staging (ARCHITECTURE, "Import"): rows go into sorted runs
// of a spill file, are merged against the tables with one ordered cursor, and
// only new and changed rows are published, in one change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"

namespace qiangji::store {

struct ImportCounts {
  std::int64_t rows = 0;  // staged
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t closed = 0;  // by `replace`
};

// Single-threaded; dropped without Publish it leaves nothing behind.
class Import {
 public:
  virtual ~Import() = default;

  // Stages a validated row. `tag` (a line number) comes back with duplicates.
  virtual absl::Status Add(const domain::TableSchema& table, domain::Row row,
                           std::int64_t tag) = 0;

  // Keys staged more than once, with both tags, at most `limit`. Call after
  // the last Add.
  struct Duplicate {
    domain::TableId table;
    domain::Key key;
    std::int64_t first_tag;
    std::int64_t second_tag;
  };
  virtual absl::StatusOr<std::vector<Duplicate>> Duplicates(int limit) = 0;

  // Merges the runs against a read snapshot; no lock is held. Rows of tables
  // in `replace` that were not staged (and are of `owner_id`, where that is
  // not empty) are closed.
  virtual absl::StatusOr<std::map<domain::TableId, ImportCounts>> Diff(
      const std::set<domain::TableId>& replace) = 0;

  // Writes what Diff found in one transaction and one change, in key order,
  // then runs `check` (reads only) on the state after it; if not OK that is
  // rolled back and returned, as `dry_run` is (the head, changed = false).
  // Progress: rows written so far, of how many; on the writer thread.
  virtual absl::StatusOr<Commit> Publish(
      const WriteOptions& options, bool dry_run,
      const std::function<absl::Status(Transaction&)>& check,
      const std::function<void(std::int64_t, std::int64_t)>& progress) = 0;
};

}  // namespace qiangji::store
