#include "services/registry/table_file.h"

#include "services/base/status_macros.h"
#include "services/registry/csv_reader.h"
#include "services/registry/headed_rows.h"

namespace qiangji::registry {

absl::Status ReadTableFile(const SpooledFile& file, int number,
                           const domain::TableSchema& table,
                           const TableFileOptions& options, RowStager& stager,
                           ProblemList& problems,
                           const std::function<absl::Status()>& on_row) {
  HeadedRows rows(number, table, options.ignore_unknown, stager, problems,
                  on_row);
  absl::Status failure;  // of a row, not of the file
  CsvReader csv([&](std::int64_t line, std::vector<std::string>& cells) {
    failure = rows.Add(line, cells);
    return failure;
  });
  std::int64_t line = 1;
  bool in_text = false;  // whether a problem is the CSV's, not the encoding's
  absl::Status read = file.Read(
      options.encoding,
      [&](absl::string_view text) {
        absl::Status status = csv.Feed(text);
        in_text = !status.ok();
        return status;
      },
      line);
  if (read.ok()) {
    read = csv.Finish();
    in_text = !read.ok();
  }
  QJ_RETURN_IF_ERROR(failure);
  if (absl::IsInvalidArgument(read)) {
    problems.Add({number, in_text ? csv.line() : line}, "", read.message());
    return absl::OkStatus();
  }
  QJ_RETURN_IF_ERROR(read);
  if (!rows.has_header()) rows.ReportEmpty();
  return absl::OkStatus();
}

}  // namespace qiangji::registry
