// The closed rows that were live at a sequence, for a page of a scan by key.
//
// Every revision of a row lies beside the others in its history table. A
// statement over that table would step over all of them to give one a row, so
// this seeks: to the next key, then to its version of the time. A page costs
// the same after one revision a row and after a thousand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/sql/query.h"
#include "db/sql/row_source.h"
#include "db/sql/session.h"

namespace qiangji::sql {

class HistoryWalk final : public RowSource {
 public:
  // `options.order` is passed over: the order is that by key.
  // INVALID_ARGUMENT for a cursor that no scan gave out.
  static absl::StatusOr<std::unique_ptr<HistoryWalk>> Make(
      Session* session, const Table& table, const store::ScanOptions& options,
      const store::AccessScope& scope, store::Seq at);

  absl::Status Next() override;

 private:
  HistoryWalk(Session* session, const Table& table)
      : session_(session), table_(table), layout_(table.layout) {}

  // Where the walk starts: after a cursor, or at a key's wanted first cell.
  absl::Status Start(const store::ScanOptions& options);
  // Puts the next key into key_; false at the end.
  absl::StatusOr<bool> NextKey();
  absl::StatusOr<bool> NextItem();
  // The next key whose first `fixed` cells are those of key_.
  absl::StatusOr<bool> Seek(std::size_t fixed);
  absl::StatusOr<bool> Load();

  Session* const session_;
  const Table& table_;
  const TableLayout& layout_;
  Query row_;  // the version of key_, which its first parameters are
  bool nothing_ = false;
  std::size_t pinned_ = 0;  // 1: the key's first cell is given
  Cells key_;
  // Whether key_ is a key that the walk is past; else only its first cell may
  // say where to go on: that of a pinned key, or of the item in turn.
  bool past_ = false;
  bool in_item_ = false;
  std::string item_;  // the text of key_[0] where item-ordered
  Cells cells_;
};

}  // namespace qiangji::sql
