#include "services/registry/named_rows.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/registry/csv_reader.h"

namespace qiangji::registry {

const std::string& NamedRow::Get(const std::string& column) const {
  static const std::string* const none = new std::string;
  const auto found = cells.find(column);
  return found == cells.end() ? *none : found->second;
}

absl::StatusOr<std::vector<NamedRow>> ReadNamedRows(
    const Spool& spool, absl::string_view name,
    absl::Span<const absl::string_view> required, FileEncoding encoding,
    ProblemList& problems) {
  std::vector<NamedRow> rows;
  const auto at =
      std::find_if(spool.files().begin(), spool.files().end(),
                   [&](const auto& file) { return file->name() == name; });
  if (at == spool.files().end()) {
    problems.Add({0, 0}, "",
                 absl::StrCat(name,
                              " is missing; accepted: all files of the "
                              "data set"));
    return rows;
  }
  const int number = static_cast<int>(at - spool.files().begin());
  if ((*at)->bytes() > kMaxNamedRowsBytes) {
    problems.Add({number, 0}, "",
                 absl::StrCat("the file is too large; accepted: ",
                              kMaxNamedRowsBytes, " bytes"));
    return rows;
  }
  std::vector<std::string> header;
  CsvReader csv([&](std::int64_t line, std::vector<std::string>& cells) {
    const Origin origin{number, line};
    if (header.empty()) {
      header = cells;
      for (absl::string_view column : required) {
        if (std::find(header.begin(), header.end(), column) == header.end()) {
          problems.Add(origin, column,
                       absl::StrCat("the column is missing; accepted: ",
                                    absl::StrJoin(required, ", ")));
        }
      }
      return absl::OkStatus();
    }
    if (cells.size() != header.size()) {
      problems.Add(
          origin, "",
          absl::StrCat("the row has ", cells.size(), " cells and the header ",
                       header.size(), "; accepted: as many as the header"));
      return absl::OkStatus();
    }
    NamedRow row{origin, {}};
    for (std::size_t c = 0; c < cells.size(); ++c) {
      row.cells.emplace(header[c], absl::StripAsciiWhitespace(cells[c]));
    }
    rows.push_back(std::move(row));
    return absl::OkStatus();
  });
  std::int64_t line = 1;
  bool in_text = false;
  absl::Status read = (*at)->Read(
      encoding,
      [&](absl::string_view text) {
        absl::Status fed = csv.Feed(text);
        in_text = !fed.ok();
        return fed;
      },
      line);
  if (read.ok()) {
    read = csv.Finish();
    in_text = !read.ok();
  }
  if (absl::IsInvalidArgument(read)) {
    problems.Add({number, in_text ? csv.line() : line}, "", read.message());
    return rows;
  }
  QJ_RETURN_IF_ERROR(read);
  return rows;
}

}  // namespace qiangji::registry
