#include "services/registry/xlsx_files.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/glossary.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/headed_rows.h"
#include "services/registry/text.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::TableSchema;

const TableSchema* TableNamed(absl::string_view given) {
  const absl::StatusOr<std::string> name = NormalizeText(given);
  if (!name.ok()) return nullptr;
  for (const TableSchema* table : domain::RegistryTables()) {
    if (absl::EqualsIgnoreCase(*name, table->name) ||
        *name == SheetName(*table, "zh")) {
      return table;
    }
  }
  return nullptr;
}

std::string AcceptedSheets() {
  return absl::StrJoin(domain::RegistryTables(), ", ",
                       [](std::string* out, const TableSchema* each) {
                         absl::StrAppend(out, each->name, " (",
                                         SheetName(*each, "zh"), ")");
                       });
}

// "items" of "items.xlsx".
absl::string_view Stem(absl::string_view file) {
  return file.substr(0, file.rfind('.'));
}

// One sheet's cells as rows of a table.
class SheetRows {
 public:
  SheetRows(int source, bool epoch_1904, HeadedRows& rows,
            ProblemList& problems)
      : source_(source),
        epoch_1904_(epoch_1904),
        rows_(rows),
        problems_(problems) {}

  absl::Status Add(std::int64_t row, const std::vector<XlsxCell>& cells) {
    if (!rows_.has_header()) {
      header_row_ = row;
      std::vector<std::string> texts = HeaderTexts(cells);
      return rows_.Add(row, texts);
    }
    last_row_ = row;
    bool good = true;
    std::vector<std::string> texts(rows_.width());
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (cells[c].type == XlsxCell::Type::kEmpty) continue;
      if (c >= texts.size()) {
        problems_.Add({source_, row}, "",
                      "a cell stands to the right of the header; accepted: "
                      "cells below its columns");
        good = false;
        break;
      }
      const Column* column = rows_.ColumnOf(c);
      if (column == nullptr) continue;
      absl::StatusOr<std::string> text =
          XlsxCellText(cells[c], *column, epoch_1904_);
      if (text.ok()) {
        texts[c] = *std::move(text);
      } else {
        problems_.Add({source_, row}, column->name, text.status().message());
        good = false;
      }
    }
    return good ? rows_.Add(row, texts) : rows_.AddBroken(texts);
  }

  // A merged area shows one value for cells that hold none: what was meant is
  // not guessed.
  void ReportMerged(const std::vector<XlsxWorkbook::Merged>& merged) {
    for (const XlsxWorkbook::Merged& area : merged) {
      if (area.last_row < header_row_ || area.first_row > last_row_ ||
          static_cast<std::size_t>(area.first_column) >= rows_.width()) {
        continue;
      }
      const Column* column =
          rows_.ColumnOf(static_cast<std::size_t>(area.first_column));
      problems_.Add({source_, std::max(area.first_row, header_row_)},
                    column == nullptr ? "" : column->name,
                    absl::StrCat("the cells ", area.range,
                                 " are merged; accepted: one value a cell"));
    }
  }

 private:
  static std::vector<std::string> HeaderTexts(
      const std::vector<XlsxCell>& cells) {
    std::vector<std::string> texts;
    texts.reserve(cells.size());
    for (const XlsxCell& cell : cells) {
      texts.push_back(cell.type == XlsxCell::Type::kNumber
                          ? domain::FormatNumber(cell.number)
                          : cell.text);
    }
    return texts;
  }

  const int source_;
  const bool epoch_1904_;
  HeadedRows& rows_;
  ProblemList& problems_;
  std::int64_t header_row_ = 0;
  std::int64_t last_row_ = 0;
};

}  // namespace

std::string SheetName(const TableSchema& table, absl::string_view lang) {
  // In English the name of the table, which is that of its CSV file.
  return std::string(lang == "zh" ? WordIn("sheet", table.name, lang)
                                  : table.name);
}

absl::Status XlsxFiles::Settle(absl::Status status, Origin origin, int file) {
  if (absl::IsInvalidArgument(status)) {
    problems_.Add(origin, "", status.message());
    return absl::OkStatus();
  }
  if (!absl::IsResourceExhausted(status)) return status;
  return absl::ResourceExhaustedError(
      absl::StrCat(spool_.files()[static_cast<std::size_t>(file)]->name(), ": ",
                   status.message()));
}

absl::Status XlsxFiles::Open(int number) {
  const SpooledFile& file = *spool_.files()[static_cast<std::size_t>(number)];
  QJ_ASSIGN_OR_RETURN(const int descriptor, file.DuplicateDescriptor());
  absl::StatusOr<std::unique_ptr<XlsxWorkbook>> opened =
      XlsxWorkbook::Open(descriptor, file.bytes(), use_);
  if (!opened.ok()) return Settle(opened.status(), {number, 0}, number);
  XlsxWorkbook& workbook = *workbooks_.emplace_back(*std::move(opened));
  for (const XlsxWorkbook::Sheet& sheet : workbook.sheets()) {
    QJ_RETURN_IF_ERROR(AddSheet(number, workbook, sheet));
  }
  return absl::OkStatus();
}

absl::Status XlsxFiles::AddSheet(int number, XlsxWorkbook& workbook,
                                 const XlsxWorkbook::Sheet& sheet) {
  if (sheet.name == kGuideSheet || sheet.name == kListsSheet) {
    return absl::OkStatus();
  }
  const std::string& file =
      spool_.files()[static_cast<std::size_t>(number)]->name();
  const TableSchema* table = TableNamed(sheet.name);
  if (table == nullptr && workbook.sheets().size() == 1) {
    table = TableNamed(Stem(file));
  }
  TableSheet entry{&workbook, sheet, table, number,
                   static_cast<int>(spool_.files().size() + sources_.size())};
  sources_.push_back(absl::StrCat(file, "!", sheet.name));
  if (table != nullptr) {
    sheets_.push_back(std::move(entry));
    return absl::OkStatus();
  }
  if (ignore_unknown_) return absl::OkStatus();
  // Spreadsheet programs make empty sheets by themselves.
  bool empty = true;
  std::vector<XlsxWorkbook::Merged> merged;
  QJ_RETURN_IF_ERROR(Settle(workbook.ReadSheet(
                                sheet,
                                [&](std::int64_t, std::vector<XlsxCell>&) {
                                  empty = false;
                                  return absl::OkStatus();
                                },
                                merged),
                            {entry.source, 0}, number));
  if (!empty) {
    problems_.Add({entry.source, 0}, "",
                  absl::StrCat("is no sheet that this build imports; "
                               "accepted: ",
                               AcceptedSheets()));
  }
  return absl::OkStatus();
}

absl::Status XlsxFiles::ReadTable(const TableSchema& table, RowStager& stager,
                                  const std::function<absl::Status()>& on_row) {
  for (std::size_t s = 0; s < sheets_.size(); ++s) {
    if (sheets_[s].table != &table) continue;
    QJ_RETURN_IF_ERROR(ReadSheet(sheets_[s], stager, on_row));
  }
  return absl::OkStatus();
}

absl::Status XlsxFiles::ReadSheet(const TableSheet& sheet, RowStager& stager,
                                  const std::function<absl::Status()>& on_row) {
  HeadedRows rows(sheet.source, *sheet.table, ignore_unknown_, stager,
                  problems_, on_row);
  SheetRows cells(sheet.source, sheet.workbook->epoch_1904(), rows, problems_);
  absl::Status failure;  // of a row, not of the file
  std::vector<XlsxWorkbook::Merged> merged;
  absl::Status read = sheet.workbook->ReadSheet(
      sheet.sheet,
      [&](std::int64_t row, std::vector<XlsxCell>& of_row) {
        failure = cells.Add(row, of_row);
        return failure;
      },
      merged);
  QJ_RETURN_IF_ERROR(failure);
  const bool whole = read.ok();
  QJ_RETURN_IF_ERROR(Settle(std::move(read), {sheet.source, 0}, sheet.file));
  cells.ReportMerged(merged);
  if (whole && !rows.has_header()) rows.ReportEmpty();
  return absl::OkStatus();
}

int XlsxFiles::SourceOf(const TableSchema& table) const {
  for (const TableSheet& sheet : sheets_) {
    if (sheet.table == &table) return sheet.source;
  }
  return -1;
}

}  // namespace qiangji::registry
