#include "services/registry/xlsx_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/xlsx_cell.h"
#include "services/registry/xlsx_files.h"
#include "services/registry/xlsx_workbook.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::Kind;

constexpr int kMinWidth = 8;
constexpr int kMaxWidth = 48;
constexpr std::time_t kCreated = 946684800;  // 2000-01-01
constexpr lxw_color_t kHeaderColour = 0xDDE6F0;

absl::Status Failed(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(
      "cannot ", what, " a temporary workbook: ", std::strerror(errno)));
}

// Whether the writer's 16 digits read back as the same number.
bool Fits(double number) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.16G", number);
  return std::strtod(text, nullptr) == number;
}

}  // namespace

int XlsxTextWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length <= 0) return width;
    width += utf8proc_charwidth(point);
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return width;
}

absl::StatusOr<std::unique_ptr<XlsxWriter>> XlsxWriter::Create(
    const std::string& directory, std::string lang) {
  std::unique_ptr<XlsxWriter> writer(
      new XlsxWriter(directory, std::move(lang)));
  QJ_RETURN_IF_ERROR(writer->Open());
  return writer;
}

absl::Status XlsxWriter::Open() {
  path_ = absl::StrCat(directory_, "/export-XXXXXX");
  descriptor_ = mkostemp(path_.data(), O_CLOEXEC);
  if (descriptor_ < 0) {
    path_.clear();
    return Failed("create");
  }
  std::string directory = directory_;
  lxw_workbook_options options = {};
  options.constant_memory = LXW_TRUE;
  options.tmpdir = directory.data();
  workbook_ = workbook_new_opt(path_.c_str(), &options);
  if (workbook_ == nullptr) return Failed("create");
  // Equal tables give equal files.
  lxw_doc_properties properties = {};
  properties.created = kCreated;
  workbook_set_properties(workbook_, &properties);
  header_ = workbook_add_format(workbook_);
  format_set_bold(header_);
  format_set_bg_color(header_, kHeaderColour);
  format_set_bottom(header_, LXW_BORDER_THIN);
  text_ = workbook_add_format(workbook_);
  format_set_num_format(text_, "@");
  wrap_ = workbook_add_format(workbook_);
  format_set_text_wrap(wrap_);
  format_set_align(wrap_, LXW_ALIGN_VERTICAL_TOP);
  return absl::OkStatus();
}

XlsxWriter::~XlsxWriter() {
  if (workbook_ != nullptr) workbook_close(workbook_);
  if (descriptor_ >= 0) close(descriptor_);
  if (!path_.empty()) unlink(path_.c_str());
}

lxw_worksheet* XlsxWriter::AddSheet(const std::string& name) {
  return workbook_add_worksheet(workbook_, name.c_str());
}

void XlsxWriter::WriteText(lxw_worksheet* sheet, std::uint32_t row,
                           std::uint16_t column, const std::string& text,
                           lxw_format* format) {
  worksheet_write_string(sheet, row, column, EscapeXlsx(text).c_str(), format);
}

void XlsxWriter::Widen(std::size_t column, absl::string_view text) {
  widths_[column] =
      std::clamp(XlsxTextWidth(text) + 2, widths_[column], kMaxWidth);
}

absl::Status XlsxWriter::BeginTable(const domain::TableSchema& table) {
  table_ = &table;
  sheet_name_ = SheetName(table, lang_);
  sheet_ = AddSheet(sheet_name_);
  if (sheet_ == nullptr) {
    return absl::InternalError(
        absl::StrCat("no sheet can be named ", sheet_name_));
  }
  widths_.assign(table.columns.size(), kMinWidth);
  worksheet_freeze_panes(sheet_, 1, 1);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    const std::string name(lang_ == "zh" ? column.name_zh : column.name);
    WriteText(sheet_, 0, static_cast<std::uint16_t>(c), name, header_);
    Widen(c, name);
  }
  row_ = 1;
  return absl::OkStatus();
}

int XlsxWriter::WriteNumber(std::uint16_t column, double number) {
  if (Fits(number)) {
    return worksheet_write_number(sheet_, row_, column, number, nullptr);
  }
  // A formula states all 17 digits, its saved result as well.
  const std::string text = domain::FormatNumber(number);
  return worksheet_write_formula_str(sheet_, row_, column,
                                     absl::StrCat("=", text).c_str(), nullptr,
                                     text.c_str());
}

int XlsxWriter::WriteCell(std::uint16_t column, const domain::Value& value) {
  const Column& schema = table_->columns[column];
  const std::string text = domain::FormatCell(schema, value);
  Widen(column, text);
  switch (schema.kind) {
    case Kind::kNumber:
      return WriteNumber(column, domain::NumberOf(value));
    case Kind::kInteger:
    case Kind::kYear:
      return WriteNumber(column, static_cast<double>(domain::IntOf(value)));
    case Kind::kBool:
      return worksheet_write_boolean(
          sheet_, row_, column, domain::IntOf(value) != 0 ? 1 : 0, nullptr);
    default:
      return worksheet_write_string(sheet_, row_, column,
                                    EscapeXlsx(text).c_str(), text_);
  }
}

absl::Status XlsxWriter::AddRow(const domain::Row& row) {
  if (row_ >= kMaxXlsxRows) {
    return absl::FailedPreconditionError(
        absl::StrCat(table_->name, " has more rows than a sheet takes (",
                     kMaxXlsxRows - 1, "); export it as CSV"));
  }
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (domain::IsNull(row[c])) continue;
    if (WriteCell(static_cast<std::uint16_t>(c), row[c]) != LXW_NO_ERROR) {
      return absl::FailedPreconditionError(
          absl::StrCat(table_->name, ": a cell of ", table_->columns[c].name,
                       " is longer than a sheet takes; export it as CSV"));
    }
  }
  ++row_;
  return absl::OkStatus();
}

void XlsxWriter::EndTable() {
  const auto last = static_cast<lxw_col_t>(widths_.size() - 1);
  for (std::size_t c = 0; c < widths_.size(); ++c) {
    const auto column = static_cast<lxw_col_t>(c);
    worksheet_set_column(sheet_, column, column, widths_[c], nullptr);
  }
  worksheet_autofilter(sheet_, 0, 0, std::max(row_, 2u) - 1, last);
}

absl::Status XlsxWriter::Finish() {
  lxw_workbook* const workbook = workbook_;
  workbook_ = nullptr;
  if (workbook_close(workbook) != LXW_NO_ERROR) return Failed("write");
  // The writer opened the path anew: so does the reader.
  close(descriptor_);
  descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info = {};
  if (descriptor_ < 0 || fstat(descriptor_, &info) != 0) return Failed("read");
  unlink(path_.c_str());
  path_.clear();
  bytes_ = info.st_size;
  return absl::OkStatus();
}

absl::StatusOr<std::string> XlsxWriter::Read(std::int64_t offset,
                                             std::size_t size) const {
  std::string data(size, '\0');
  ssize_t got = 0;
  do {
    got = pread(descriptor_, data.data(), data.size(), offset);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return Failed("read");
  data.resize(static_cast<std::size_t>(got));
  return data;
}

}  // namespace qiangji::registry
