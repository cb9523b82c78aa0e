#include "db/sql/change_recorder.h"

#include "services/base/status_macros.h"

namespace qiangji::sql {

absl::Status ChangeRecorder::Add(domain::TableId table, absl::string_view key,
                                 const RowDigest& digest) {
  if (table != table_) {
    QJ_RETURN_IF_ERROR(WriteBlock());
    table_ = table;
    block_number_ = 0;
  }
  QJ_RETURN_IF_ERROR(digests_.Add(digest));
  block_.Add(key);
  return block_.full() ? WriteBlock() : absl::OkStatus();
}

absl::Status ChangeRecorder::WriteBlock() {
  if (block_.count() == 0) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(
      Lease insert,
      session_->Prepare("INSERT INTO change_row (seq, tbl, block, n, keys) "
                        "VALUES ($1, $2, $3, $4, $5)"));
  insert->BindInt(1, change_.seq);
  insert->BindInt(2, static_cast<std::int64_t>(table_));
  insert->BindInt(3, block_number_++);
  insert->BindInt(4, block_.count());
  insert->BindBlob(5, block_.bytes());
  QJ_RETURN_IF_ERROR(insert->Run());
  block_.Clear();
  return absl::OkStatus();
}

absl::Status ChangeRecorder::Finish() {
  QJ_RETURN_IF_ERROR(WriteBlock());
  QJ_ASSIGN_OR_RETURN(const Sha256 digest, digests_.Of(digester_, change_));
  change_.digest = std::string(AsBytes(digest));
  QJ_ASSIGN_OR_RETURN(
      Lease insert,
      session_->Prepare("INSERT INTO change (seq, time, caller, method, "
                        "request_id, digest, previous) "
                        "VALUES ($1, $2, $3, $4, $5, $6, $7)"));
  insert->BindInt(1, change_.seq);
  insert->BindInt(2, ToMicros(change_.time));
  insert->BindText(3, change_.caller);
  insert->BindText(4, change_.method);
  insert->BindText(5, change_.request_id);
  insert->BindBlob(6, change_.digest);
  insert->BindBlob(7, change_.previous);
  return insert->Run();
}

}  // namespace qiangji::sql
