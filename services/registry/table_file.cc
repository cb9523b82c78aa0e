#include "services/registry/table_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/csv_reader.h"
#include "services/registry/text.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::TableSchema;

std::string ColumnNames(const TableSchema& table) {
  return absl::StrJoin(table.columns, ", ",
                       [](std::string* out, const Column& column) {
                         absl::StrAppend(out, column.name);
                       });
}

int FindHeader(const TableSchema& table, absl::string_view name) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (absl::EqualsIgnoreCase(table.columns[c].name, name) ||
        table.columns[c].name_zh == name) {
      return static_cast<int>(c);
    }
  }
  return -1;
}

class FileReader {
 public:
  FileReader(int number, const TableSchema& table,
             const TableFileOptions& options, RowStager& stager,
             ProblemList& problems, const std::function<absl::Status()>& on_row)
      : number_(number),
        table_(table),
        options_(options),
        stager_(stager),
        problems_(problems),
        on_row_(on_row),
        texts_(table.columns.size()) {}

  bool has_header() const { return has_header_; }

  absl::Status OnRow(std::int64_t line, std::vector<std::string>& cells) {
    const Origin origin{number_, line};
    if (!has_header_) {
      has_header_ = true;
      Header(origin, cells);
      return absl::OkStatus();
    }
    const bool blank =
        std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
          return absl::StripAsciiWhitespace(cell).empty();
        });
    if (blank) return absl::OkStatus();
    QJ_RETURN_IF_ERROR(on_row_());
    if (cells.size() != columns_.size()) {
      problems_.Add(
          origin, "",
          absl::StrCat("the row has ", cells.size(), " cells and the header ",
                       columns_.size(), "; accepted: as many as the header"));
      return MarkBroken(cells);
    }
    if (!usable_) return MarkBroken(cells);
    for (std::string& text : texts_) text.clear();
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (columns_[c] >= 0) {
        texts_[static_cast<std::size_t>(columns_[c])] = std::move(cells[c]);
      }
    }
    return stager_.Add(table_, origin, texts_);
  }

 private:
  void Header(Origin origin, const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
      const absl::StatusOr<std::string> name = NormalizeText(cell);
      const int column = name.ok() ? FindHeader(table_, *name) : -1;
      if (column < 0 && !options_.ignore_unknown) {
        problems_.Add(
            origin, name.ok() ? *name : cell,
            absl::StrCat(domain::Quoted(cell), " is no column of ", table_.name,
                         "; accepted: ", ColumnNames(table_)));
      }
      if (column >= 0 && std::find(columns_.begin(), columns_.end(), column) !=
                             columns_.end()) {
        problems_.Add(origin, *name,
                      "the column stands twice; accepted: each column once");
      }
      columns_.push_back(column);
    }
    for (std::size_t c = 0; c < table_.columns.size(); ++c) {
      const Column& column = table_.columns[c];
      if (!column.required ||
          std::find(columns_.begin(), columns_.end(), static_cast<int>(c)) !=
              columns_.end()) {
        continue;
      }
      usable_ = false;  // one line for the header, not one a row
      problems_.Add(origin, column.name,
                    absl::StrCat("the column is missing; accepted: a header "
                                 "with every required column (",
                                 domain::Accepted(column), ")"));
    }
  }

  // The id of a row that cannot be used, so that rows that name it are not
  // blamed for that.
  absl::Status MarkBroken(const std::vector<std::string>& cells) {
    const auto key =
        std::find(columns_.begin(), columns_.end(), table_.key_columns()[0]);
    const auto at = static_cast<std::size_t>(key - columns_.begin());
    if (at >= cells.size() || at >= columns_.size()) return absl::OkStatus();
    if (!domain::IsId(cells[at])) return absl::OkStatus();
    return stager_.ids().AddBroken(table_.id, cells[at]);
  }

  const int number_;
  const TableSchema& table_;
  const TableFileOptions& options_;
  RowStager& stager_;
  ProblemList& problems_;
  const std::function<absl::Status()>& on_row_;
  bool has_header_ = false;
  bool usable_ = true;
  std::vector<int> columns_;  // of the table, by cell; -1 = passed over
  std::vector<std::string> texts_;
};

}  // namespace

absl::Status ReadTableFile(const SpooledFile& file, int number,
                           const TableSchema& table,
                           const TableFileOptions& options, RowStager& stager,
                           ProblemList& problems,
                           const std::function<absl::Status()>& on_row) {
  FileReader rows(number, table, options, stager, problems, on_row);
  absl::Status failure;  // of a row, not of the file
  CsvReader csv([&](std::int64_t line, std::vector<std::string>& cells) {
    failure = rows.OnRow(line, cells);
    return failure;
  });
  std::int64_t line = 1;
  bool in_text = false;  // whether a problem is the CSV's, not the encoding's
  absl::Status read = file.Read(
      options.encoding,
      [&](absl::string_view text) {
        const absl::Status status = csv.Feed(text);
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
  if (!rows.has_header()) {
    problems.Add({number, 0}, "",
                 absl::StrCat("the file is empty; accepted: a header row of ",
                              ColumnNames(table)));
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry
