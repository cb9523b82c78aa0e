#include "clients/cli/xlsx_output.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/width.h"

namespace qiangji::cli {
namespace {

constexpr Text kNoTable = {
    "这条命令没有可写入工作簿的表（--output xlsx）",
    "this command has no table for a workbook (--output xlsx)"};
constexpr Text kFailed = {"无法写出工作簿：$0",
                          "the workbook cannot be written: $0"};
constexpr lxw_color_t kHeaderColour = 0xDDE6F0;
constexpr int kMinWidth = 8;
constexpr int kMaxWidth = 48;
constexpr std::size_t kMaxSheetName = 31;

const char* FormatCode(Format format) {
  switch (format) {
    case Format::kShare:
      return "0.00%";
    case Format::kPoints:
      return "+0.00%;-0.00%;0.00%";
    case Format::kMoney:
      return "#,##0.00";
    case Format::kIndex:
      return "0.0000";
    case Format::kCount:
      return "#,##0";
    case Format::kYear:
      return "0";
    case Format::kText:
      return "@";
    default:
      return "General";
  }
}

// A file that is gone when this is.
class TemporaryFile {
 public:
  TemporaryFile() {
    const char* directory = std::getenv("TMPDIR");
    path_ = absl::StrCat(directory == nullptr ? "/tmp" : directory,
                         "/qiangji-XXXXXX");
    const int descriptor = mkstemp(path_.data());
    if (descriptor >= 0) close(descriptor);
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class SheetWriter {
 public:
  SheetWriter(lxw_workbook* workbook, const std::string& name)
      : workbook_(workbook),
        sheet_(workbook_add_worksheet(workbook, name.c_str())),
        header_(workbook_add_format(workbook)) {
    format_set_bold(header_);
    format_set_bg_color(header_, kHeaderColour);
    format_set_bottom(header_, LXW_BORDER_THIN);
    format_set_text_wrap(header_);
  }

  void Write(const Table& table) {
    worksheet_freeze_panes(sheet_, 1, 1);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      WriteColumn(table, static_cast<lxw_col_t>(c));
    }
    const auto last = static_cast<lxw_row_t>(table.rows.size());
    worksheet_autofilter(sheet_, 0, 0, std::max(last, 1u),
                         static_cast<lxw_col_t>(table.columns.size() - 1));
  }

 private:
  void WriteColumn(const Table& table, lxw_col_t c) {
    const TableColumn& column = table.columns[c];
    worksheet_write_string(sheet_, 0, c, column.header.c_str(), header_);
    int width = std::max(kMinWidth, DisplayWidth(column.header) + 2);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const Cell& cell = table.rows[r][c];
      WriteCell(static_cast<lxw_row_t>(r + 1), c, cell, FormatOf(column));
      width = std::max(width, DisplayWidth(CsvCell(column, cell)) + 2);
    }
    worksheet_set_column(sheet_, c, c, std::min(width, kMaxWidth), nullptr);
  }

  void WriteCell(lxw_row_t row, lxw_col_t column, const Cell& cell,
                 lxw_format* format) {
    if (const auto* text = std::get_if<std::string>(&cell)) {
      if (!text->empty()) {
        worksheet_write_string(sheet_, row, column, text->c_str(), format);
      }
    } else if (const auto* flag = std::get_if<bool>(&cell)) {
      worksheet_write_boolean(sheet_, row, column, *flag ? 1 : 0, nullptr);
    } else if (const auto* count = std::get_if<std::int64_t>(&cell)) {
      worksheet_write_number(sheet_, row, column, static_cast<double>(*count),
                             format);
    } else if (const auto* number = std::get_if<double>(&cell)) {
      worksheet_write_number(sheet_, row, column, *number, format);
    }  // undefined: no cell, never 0
  }

  lxw_format* FormatOf(const TableColumn& column) {
    lxw_format*& format = formats_[column.format];
    if (format == nullptr) {
      format = workbook_add_format(workbook_);
      format_set_num_format(format, FormatCode(column.format));
    }
    return format;
  }

  lxw_workbook* const workbook_;
  lxw_worksheet* const sheet_;
  lxw_format* const header_;
  std::map<Format, lxw_format*> formats_;
};

}  // namespace

absl::Status WorkbookOutput::Write(const std::string& name, Lang lang,
                                   std::ostream& to) const {
  if (tables_.empty()) {
    return absl::FailedPreconditionError(std::string(kNoTable.In(lang)));
  }
  const TemporaryFile file;
  lxw_workbook* const workbook = workbook_new(file.path().c_str());
  int number = 0;
  for (const Table& table : tables_) {
    std::string sheet = absl::StrReplaceAll(name, {{" ", "-"}});
    if (++number > 1) absl::StrAppend(&sheet, "-", number);
    sheet.resize(std::min(sheet.size(), kMaxSheetName));
    SheetWriter(workbook, sheet).Write(table);
  }
  const lxw_error error = workbook_close(workbook);
  if (error != LXW_NO_ERROR) {
    return absl::UnavailableError(Say(lang, kFailed, lxw_strerror(error)));
  }
  std::ifstream file_in(file.path(), std::ios::binary);
  to << file_in.rdbuf();
  return to ? absl::OkStatus()
            : absl::UnavailableError(Say(lang, kFailed, "standard output"));
}

}  // namespace qiangji::cli
