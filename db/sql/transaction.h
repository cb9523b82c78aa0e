// Writes of one change, on the writer's connection.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "db/sql/change_recorder.h"
#include "db/sql/reader.h"
#include "db/store/store.h"

namespace qiangji::sql {

// Names whose key rows this SQLite transaction has written but not committed.
class PendingNames {
 public:
  // Writes the name of every new surrogate among `cells`.
  absl::Status Write(Session* session, const TableLayout& layout,
                     const Cells& cells);
  // After the commit.
  void MarkPersisted();
  void MoveInto(PendingNames* other);

 private:
  absl::flat_hash_set<std::pair<Dictionary*, std::int64_t>> names_;
};

class SqlTransaction final : public store::Transaction {
 public:
  SqlTransaction(const Catalog* catalog, Session* session, store::Seq seq,
                 PendingNames* pending, bool read_only)
      : catalog_(catalog),
        session_(session),
        reader_(catalog, session),
        seq_(seq),
        pending_(pending),
        read_only_(read_only) {}

  absl::StatusOr<bool> Put(const domain::TableSchema& table,
                           const domain::Row& row,
                           absl::string_view owner_id) override;
  absl::StatusOr<bool> Delete(const domain::TableSchema& table,
                              const domain::Key& key) override;
  // Hands what is left of the writes to the recorder, in order.
  absl::Status Record(ChangeRecorder* recorder);

  absl::StatusOr<store::Change> Head() override { return reader_.Head(); }
  absl::StatusOr<store::Change> ChangeAt(store::Seq seq) override {
    return reader_.ChangeAt(seq);
  }
  absl::StatusOr<store::Seq> SeqAt(absl::Time time) override {
    return reader_.SeqAt(time);
  }
  absl::StatusOr<std::optional<store::Stored>> Get(
      const domain::TableSchema& table, const domain::Key& key,
      const store::AccessScope& scope, store::Seq at) override;
  absl::Status Scan(
      const domain::TableSchema& table, const store::ScanOptions& options,
      const store::AccessScope& scope,
      absl::FunctionRef<absl::Status(const store::Stored&, absl::string_view)>
          visit) override {
    return reader_.Scan(table, options, scope, visit);
  }
  absl::StatusOr<std::vector<store::Stored>> History(
      const domain::TableSchema& table, const domain::Key& key,
      const store::AccessScope& scope) override {
    return reader_.History(table, key, scope);
  }
  absl::StatusOr<std::int64_t> Count(const domain::TableSchema& table,
                                     const store::AccessScope& scope) override {
    return reader_.Count(table, scope);
  }
  absl::StatusOr<std::vector<store::TableCount>> ChangedCounts(
      store::Seq seq) override {
    return reader_.ChangedCounts(seq);
  }
  absl::Status ChangedRows(
      store::Seq seq, const store::ChangedOptions& options,
      const store::AccessScope& scope,
      absl::FunctionRef<absl::Status(const store::ChangedRow&)> visit)
      override {
    return reader_.ChangedRows(seq, options, scope, visit);
  }
  std::string DigestOf(const store::ChangedRow& row) override {
    return reader_.DigestOf(row);
  }
  absl::StatusOr<std::vector<std::pair<domain::TableId, domain::Key>>>
  Referrers(const domain::TableSchema& table, absl::string_view id,
            int limit) override {
    return reader_.Referrers(table, id, limit);
  }

 private:
  struct Touched {
    bool existed = false;             // before this change
    std::optional<RowDigest> digest;  // of the row now; nullopt = gone
  };
  // Copies the current row into history before it goes, unless this very change
  // wrote it.
  absl::Status CloseCurrent(const Table& table, const Cells& key,
                            const store::Stored& current);
  // The current row, which the body may have read just before.
  absl::StatusOr<std::optional<store::Stored>> Current(const Table& table,
                                                       const Cells& key);
  Touched& Touch(const Table& table, const Cells& key,
                 const std::optional<store::Stored>& current);

  const Catalog* catalog_;
  Session* session_;
  SqlReader reader_;
  store::Seq seq_;
  PendingNames* pending_;
  bool read_only_;
  Digester digester_;
  absl::btree_map<std::pair<domain::TableId, std::string>, Touched> touched_;
  // The current row of each table that was read last, until one is written.
  absl::flat_hash_map<const Table*, std::pair<Cells, store::Stored>> last_read_;
};

}  // namespace qiangji::sql
