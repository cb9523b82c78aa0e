// A recorded history written into an empty store (db/store/store.h, Restore).
#pragma once

#include <optional>
#include <string>

#include "db/sql/writer.h"
#include "db/store/store.h"

namespace qiangji::sql {

// On the writer thread, in a transaction of its own.
class SqlRestore final : public store::Restore {
 public:
  explicit SqlRestore(WriteContext* context) : context_(context) {}

  // Removes the one change that may be there. FAILED_PRECONDITION where there
  // are more.
  absl::Status Clear();

  absl::Status Begin(const store::Change& change) override;
  absl::Status Put(const domain::TableSchema& table, const domain::Row& row,
                   absl::string_view owner_id) override;
  absl::Status Delete(const domain::TableSchema& table,
                      const domain::Key& key) override;
  absl::Status End() override;

  // The last change that was ended; nullopt for an empty history.
  const std::optional<store::Change>& last() const { return last_; }

 private:
  WriteContext* context_;
  std::optional<store::Change> last_;
  std::string expected_;  // digest of the open change
  std::optional<ChangeRecorder> recorder_;
  std::optional<SqlTransaction> transaction_;
};

}  // namespace qiangji::sql
