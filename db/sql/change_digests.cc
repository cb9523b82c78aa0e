#include "db/sql/change_digests.h"

#include <algorithm>
#include <cstring>

#include "services/base/status_macros.h"

namespace qiangji::sql {

absl::Status ChangeDigests::Spill(const RowDigest& digest) {
  std::string key(1, static_cast<char>(digest.table));
  key.append(AsBytes(digest.digest).data(), digest.digest.size());
  return sorter_->Add({key, "", 0});
}

absl::Status ChangeDigests::Add(const RowDigest& digest) {
  ++count_;
  if (sorter_ != nullptr) return Spill(digest);
  rows_.push_back(digest);
  if (rows_.size() <= kInMemory) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(file_, SpillFile::Create(directory_));
  sorter_ = std::make_unique<RunSorter>(file_.get());
  for (const RowDigest& row : rows_) QJ_RETURN_IF_ERROR(Spill(row));
  rows_ = {};
  return absl::OkStatus();
}

absl::StatusOr<Sha256> ChangeDigests::Of(Digester& digester,
                                         const store::Change& change) {
  if (sorter_ == nullptr) return digester.OfChange(change, &rows_);
  QJ_RETURN_IF_ERROR(sorter_->Flush());
  RunMerger merged(file_.get(), sorter_->runs());
  digester.BeginChange(change, count_);
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool more, merged.Next());
    if (!more) break;
    RowDigest row;
    const absl::string_view key = merged.record().key;
    row.table = static_cast<domain::TableId>(key[0]);
    std::memcpy(row.digest.data(), key.data() + 1, row.digest.size());
    digester.AddRow(row);
  }
  return digester.EndChange(change);
}

}  // namespace qiangji::sql
