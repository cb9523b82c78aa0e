#include "services/registry/history_export.h"

#include "services/base/status_macros.h"
#include "services/registry/history_log.h"

namespace qiangji::registry {
namespace {

// Of a large change, so many rows at a time.
constexpr std::int64_t kRowsASlice = 32768;
constexpr std::size_t kEnoughBytes = 256 << 10;

}  // namespace

absl::Status HistoryExport::ReadChange(store::Reader& reader,
                                       std::string& text) {
  QJ_ASSIGN_OR_RETURN(const store::Change change, reader.ChangeAt(++seq_));
  QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                      reader.ChangedCounts(seq_));
  rows_in_change_ = rows_written_ = 0;
  for (const store::TableCount& count : counts) rows_in_change_ += count.rows;
  AppendHistoryChange(change, rows_in_change_, text);
  return absl::OkStatus();
}

absl::Status HistoryExport::ReadRows(store::Reader& reader, std::string& text) {
  store::ChangedOptions options;
  options.skip = rows_written_;
  options.limit = kRowsASlice;
  return reader.ChangedRows(seq_, options, store::AccessScope::All(),
                            [&](const store::ChangedRow& row) {
                              AppendHistoryRow(*domain::FindTable(row.table),
                                               row, reader.DigestOf(row), text);
                              ++rows_written_;
                              ++rows_;
                              return absl::OkStatus();
                            });
}

absl::StatusOr<bool> HistoryExport::ReadSome(store::Reader& reader,
                                             const std::vector<File>& files,
                                             std::string& text) {
  const std::size_t before = text.size();
  if (!begun_) {
    begun_ = true;
    AppendHistoryFormat(text);
    for (const domain::TableSchema* table : domain::RegistryTables()) {
      AppendHistoryTable(*table, text);
    }
  }
  while (text.size() - before < kEnoughBytes) {
    if (rows_written_ < rows_in_change_) {
      QJ_RETURN_IF_ERROR(ReadRows(reader, text));
    } else if (seq_ < head_.seq) {
      QJ_RETURN_IF_ERROR(ReadChange(reader, text));
    } else {
      for (const File& file : files) {
        AppendHistoryFileRecord(file.name, file.bytes, file.digest, text);
      }
      hash_.Add(absl::string_view(text).substr(before));
      AppendHistoryEnd(head_, hash_.Digest(), text);
      return false;
    }
  }
  hash_.Add(absl::string_view(text).substr(before));
  return true;
}

}  // namespace qiangji::registry
