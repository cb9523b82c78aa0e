// A workbook that is written: one sheet a table with a frozen header, a
// filter, widths that fit and typed cells; and the template (xlsx_template.h).
// Ids and every other text are cells of text: what begins with = + - @ is no
// formula. Rows go to temporary files, so a workbook of any size takes little
// memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

struct lxw_format;
struct lxw_workbook;
struct lxw_worksheet;

namespace qiangji::registry {

// Characters of the width that a spreadsheet shows: wide ones count twice.
int XlsxTextWidth(absl::string_view text);

class XlsxWriter {
 public:
  // `lang`: of sheet names and headers; "zh", else the names of FORMATS.
  static absl::StatusOr<std::unique_ptr<XlsxWriter>> Create(
      const std::string& directory, std::string lang);
  ~XlsxWriter();
  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;

  // Rows of one table follow its Begin. FAILED_PRECONDITION for more rows, or
  // a longer text, than a sheet takes.
  absl::Status BeginTable(const domain::TableSchema& table);
  absl::Status AddRow(const domain::Row& row);
  void EndTable();

  // A sheet of texts under a header, for people.
  lxw_worksheet* AddSheet(const std::string& name);
  void WriteText(lxw_worksheet* sheet, std::uint32_t row, std::uint16_t column,
                 const std::string& text, lxw_format* format = nullptr);
  lxw_format* header_format() const { return header_; }
  lxw_format* wrap_format() const { return wrap_; }
  lxw_worksheet* sheet() const { return sheet_; }

  // Ends the workbook; its bytes can then be read. Call once.
  absl::Status Finish();
  std::int64_t bytes() const { return bytes_; }
  // At most `size` bytes from `offset`.
  absl::StatusOr<std::string> Read(std::int64_t offset, std::size_t size) const;

 private:
  explicit XlsxWriter(std::string directory, std::string lang)
      : directory_(std::move(directory)), lang_(std::move(lang)) {}
  absl::Status Open();
  int WriteCell(std::uint16_t column, const domain::Value& value);
  int WriteNumber(std::uint16_t column, double number);
  void Widen(std::size_t column, absl::string_view text);

  const std::string directory_;
  const std::string lang_;
  std::string path_;
  std::string sheet_name_;
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* header_ = nullptr;
  lxw_format* text_ = nullptr;
  lxw_format* wrap_ = nullptr;
  const domain::TableSchema* table_ = nullptr;
  std::uint32_t row_ = 0;
  std::vector<int> widths_;  // in characters, by column
  int descriptor_ = -1;
  std::int64_t bytes_ = 0;
};

}  // namespace qiangji::registry
