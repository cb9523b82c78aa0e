// Reads on one connection, within the transaction that is open on it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/sql/catalog.h"
#include "db/sql/query.h"
#include "db/sql/session.h"
#include "db/store/store.h"

namespace qiangji::sql {

class SqlReader final : public store::Reader {
 public:
  SqlReader(const Catalog* catalog, Session* session)
      : catalog_(catalog), session_(session) {}

  absl::StatusOr<store::Change> Head() override;
  absl::StatusOr<store::Change> ChangeAt(store::Seq seq) override;
  absl::StatusOr<store::Seq> SeqAt(absl::Time time) override;
  absl::StatusOr<std::optional<store::Stored>> Get(
      const domain::TableSchema& table, const domain::Key& key,
      const store::AccessScope& scope, store::Seq at) override;
  absl::Status Scan(
      const domain::TableSchema& table, const store::ScanOptions& options,
      const store::AccessScope& scope,
      absl::FunctionRef<absl::Status(const store::Stored&, absl::string_view)>
          visit) override;
  absl::StatusOr<std::vector<store::Stored>> History(
      const domain::TableSchema& table, const domain::Key& key,
      const store::AccessScope& scope) override;
  absl::StatusOr<std::int64_t> Count(const domain::TableSchema& table,
                                     const store::AccessScope& scope) override;
  absl::StatusOr<std::vector<store::TableCount>> ChangedCounts(
      store::Seq seq) override;
  absl::Status ChangedRows(
      store::Seq seq, const store::ChangedOptions& options,
      const store::AccessScope& scope,
      absl::FunctionRef<absl::Status(const store::ChangedRow&)> visit) override;
  std::string DigestOf(const store::ChangedRow& row) override;
  absl::StatusOr<std::vector<std::pair<domain::TableId, domain::Key>>>
  Referrers(const domain::TableSchema& table, absl::string_view id,
            int limit) override;

  // The current row, or the version that was live at `at`.
  absl::StatusOr<std::optional<store::Stored>> Version(
      const Table& table, const Cells& key, const store::AccessScope& scope,
      store::Seq at);
  // Rows, as TableSql selects them, of a statement that is bound.
  static absl::Status ReadStored(const TableLayout& layout, Statement& row,
                                 store::Stored* stored);
  // The keys that change `seq` touched in each table, block by block.
  // DATA_LOSS where a block cannot be read.
  absl::Status ChangedKeys(
      store::Seq seq,
      absl::FunctionRef<absl::Status(const Table&, const std::string& key)>
          visit);

 private:
  absl::StatusOr<std::vector<store::Stored>> Rows(const TableLayout& layout,
                                                  const Query& query);
  absl::Status VisitChanged(
      const Table& table, const std::string& key_bytes, store::Seq seq,
      const store::AccessScope& scope,
      absl::FunctionRef<absl::Status(const store::ChangedRow&)> visit);

  const Catalog* catalog_;
  Session* session_;
};

}  // namespace qiangji::sql
