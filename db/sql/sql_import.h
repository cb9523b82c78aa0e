// Bulk writes over SQL (db/store/import.h).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "db/sql/spill.h"
#include "db/sql/sql_store.h"
#include "db/store/import.h"

namespace qiangji::sql {

class SqlImport final : public store::Import {
 public:
  static absl::StatusOr<std::unique_ptr<store::Import>> Create(
      SqlStore* store, std::string owner_id);

  absl::Status Add(const domain::TableSchema& table, domain::Row row,
                   std::int64_t tag) override;
  absl::StatusOr<std::vector<Duplicate>> Duplicates(int limit) override;
  absl::StatusOr<std::map<domain::TableId, store::ImportCounts>> Diff(
      const std::set<domain::TableId>& replace) override;
  absl::StatusOr<store::Commit> Publish(
      const store::WriteOptions& options, bool dry_run,
      const std::function<absl::Status(store::Transaction&)>& check,
      const std::function<void(std::int64_t, std::int64_t)>& progress) override;

 private:
  // One table of the import: what is staged, and what Diff made of it.
  struct Staged {
    Staged(const Table* t, SpillFile* file) : table(t), sorter(file) {}
    const Table* table;
    RunSorter sorter;
    bool replace = false;
    Run delta;  // records whose tag is an Action, in key order
    store::ImportCounts counts;
  };

  SqlImport(SqlStore* store, std::string owner_id,
            std::unique_ptr<SpillFile> file)
      : store_(store), owner_id_(std::move(owner_id)), file_(std::move(file)) {}

  absl::StatusOr<Staged*> StagedOf(const domain::TableSchema& table);
  absl::Status FlushAll();
  absl::Status DiffTable(Session* session, Staged* staged);
  absl::Status DiffAgain(WriteContext& context);

  SqlStore* const store_;
  const std::string owner_id_;
  const std::unique_ptr<SpillFile> file_;
  std::map<domain::TableId, std::unique_ptr<Staged>> staged_;
  store::Seq snapshot_ = -1;  // of Diff; -1 = not run yet
  Cells cells_;               // reused by Add
  std::string key_;
  std::string payload_;
};

}  // namespace qiangji::sql
