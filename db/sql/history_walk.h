// The closed rows that were live at a sequence, for a page of a scan by key.
//
// Every revision of a row lies beside the others in its history table. A
// statement over that table would step over all of them to give one a row, so
// this seeks: to the next key, then to its version of the time, by one
// statement. A page costs the same after one revision a row and after a
// thousand.
#pragma once

#include <memory>
#include <optional>
#include <string>

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
  HistoryWalk(Session* session, const Table& table, store::Seq at)
      : session_(session), layout_(table.layout), at_(at) {}

  absl::Status MakeQueries(const Table& table,
                           const store::ScanOptions& options,
                           const store::AccessScope& scope);
  // Where the walk starts: after a cursor, or at a key's wanted first cell.
  absl::Status Start(const store::ScanOptions& options);
  // The walk is past the versions of `key` that were closed by `closed`.
  void Place(Cells key, store::Seq closed);
  // A key before all others whose first cell is `first`.
  Cells FirstKey(domain::Value first) const;
  // Goes on to the first key of the next item; false at the end.
  absl::StatusOr<bool> NextItem();
  // Goes on to the version after the place, or past more where that one cannot
  // be wanted; has_row_ where it is. False: there is none (of this item).
  absl::StatusOr<bool> Seek();

  Session* const session_;
  const TableLayout& layout_;
  const store::Seq at_;
  Query find_;  // its parameters: the place (key, sequence), then filters'
  std::optional<Lease> found_;  // find_, prepared
  std::string next_item_;
  bool nothing_ = false;
  bool pinned_ = false;   // the key's first cell is given
  bool in_item_ = false;  // the place is in item_; else after it
  std::string item_;      // the text of the place's item where item-ordered
};

}  // namespace qiangji::sql
