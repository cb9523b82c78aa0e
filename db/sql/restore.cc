#include "db/sql/restore.h"

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

absl::Status Broken(store::Seq seq, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("change ", seq, ": ", what));
}

}  // namespace

absl::Status SqlRestore::Clear() {
  Session* const session = context_->session;
  QJ_ASSIGN_OR_RETURN(const store::Change head,
                      SqlReader(context_->catalog, session).Head());
  if (head.seq > 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("there are ", head.seq,
                     " changes already; accepted: a history into a registry "
                     "that nothing was written to"));
  }
  std::string sql =
      "DELETE FROM change; DELETE FROM change_row; DELETE FROM request;";
  for (const auto& table : context_->catalog->tables()) {
    const std::string name = table->layout.name();
    absl::StrAppend(&sql, "DELETE FROM ", name, "; DELETE FROM ", name,
                    "_history;");
  }
  return session->connection().Execute(sql);
}

absl::Status SqlRestore::Begin(const store::Change& change) {
  if (transaction_.has_value()) return Broken(change.seq, "one is still open");
  const store::Seq before = last_ ? last_->seq : 0;
  if (change.seq != before + 1) {
    return Broken(change.seq, absl::StrCat("does not follow change ", before));
  }
  if (change.previous != (last_ ? last_->digest : ZeroDigest())) {
    return Broken(change.seq,
                  "does not follow the digest of the change before");
  }
  if (last_ && change.time <= last_->time) {
    return Broken(change.seq,
                  "its time is not after that of the change before");
  }
  expected_ = change.digest;
  recorder_.emplace(context_->session, change);
  transaction_.emplace(context_->catalog, context_->session, change.seq,
                       context_->pending, /*read_only=*/false);
  return absl::OkStatus();
}

absl::Status SqlRestore::Put(const domain::TableSchema& table,
                             const domain::Row& row,
                             absl::string_view owner_id) {
  if (!transaction_) return absl::FailedPreconditionError("no change is open");
  return transaction_->Put(table, row, owner_id).status();
}

absl::Status SqlRestore::Delete(const domain::TableSchema& table,
                                const domain::Key& key) {
  if (!transaction_) return absl::FailedPreconditionError("no change is open");
  QJ_ASSIGN_OR_RETURN(const bool there, transaction_->Delete(table, key));
  if (there) return absl::OkStatus();
  return Broken(
      recorder_->change().seq,
      absl::StrCat("deletes a row of ", table.name, " that is not there"));
}

absl::Status SqlRestore::End() {
  if (!transaction_) return absl::FailedPreconditionError("no change is open");
  QJ_RETURN_IF_ERROR(transaction_->Record(&*recorder_));
  QJ_RETURN_IF_ERROR(recorder_->Finish());
  last_ = recorder_->change();
  transaction_.reset();
  recorder_.reset();
  if (last_->digest != expected_) {
    return Broken(last_->seq,
                  "the digest is not that of the change and its rows");
  }
  return absl::OkStatus();
}

}  // namespace qiangji::sql
