// A workbook that is read: its sheets by name, and the rows of one as a
// stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/registry/xlsx_cell.h"
#include "services/registry/xlsx_package.h"

namespace pugi {
class xml_node;
}

namespace qiangji::registry {

// Columns of a sheet (XFD), by the format's own limit.
constexpr int kMaxXlsxColumns = 16384;
constexpr std::int64_t kMaxXlsxRows = 1048576;

class XlsxWorkbook {
 public:
  struct Sheet {
    std::string name;
    std::string part;
  };
  // Cells by column from 0; those that the row does not name are empty.
  // `row` counts from 1.
  using RowVisitor = std::function<absl::Status(std::int64_t row,
                                                std::vector<XlsxCell>& cells)>;
  // Cells that were merged, rows and columns from 1 and 0.
  struct Merged {
    std::int64_t first_row = 0, last_row = 0;
    int first_column = 0, last_column = 0;
    std::string range;  // "B3:B5"
  };

  // As XlsxPackage::Open; reads the list of sheets, the formats and the shared
  // strings.
  static absl::StatusOr<std::unique_ptr<XlsxWorkbook>> Open(int descriptor,
                                                            std::int64_t bytes,
                                                            XlsxUse& use);

  const std::vector<Sheet>& sheets() const { return sheets_; }
  bool epoch_1904() const { return epoch_1904_; }

  // Rows in order; rows without cells are left out. Formulas are their saved
  // results. `merged` is filled in at the end.
  absl::Status ReadSheet(const Sheet& sheet, const RowVisitor& visit,
                         std::vector<Merged>& merged);

 private:
  XlsxWorkbook(std::unique_ptr<XlsxPackage> package, XlsxUse& use)
      : package_(std::move(package)), use_(use) {}
  absl::Status ReadWorkbook();
  absl::Status ReadStyles(const std::string& part);
  absl::Status ReadSharedStrings(const std::string& part);
  absl::StatusOr<XlsxCell> ReadCell(const pugi::xml_node& node) const;
  absl::Status ReadRow(const pugi::xml_node& row, std::int64_t& number,
                       const RowVisitor& visit);

  const std::unique_ptr<XlsxPackage> package_;
  XlsxUse& use_;
  std::vector<Sheet> sheets_;
  bool epoch_1904_ = false;
  std::vector<bool> date_styles_;  // by index of the cell format
  std::string strings_;            // the shared ones, one after the other
  std::vector<std::size_t> string_ends_;
};

// "BC12" as column 54 (from 0) and row 12; row 0 where none is stated. False
// where it is no reference.
bool ParseCellReference(absl::string_view text, int& column, std::int64_t& row);

}  // namespace qiangji::registry
