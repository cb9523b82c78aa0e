// A cell of a sheet as a workbook has it, and as the text of a column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/schema.h"

namespace qiangji::registry {

struct XlsxCell {
  enum class Type : std::uint8_t {
    kEmpty,
    kText,
    kNumber,
    kDate,     // `number` is the serial of a cell that shows a date or time
    kBool,     // `number` is 0 or 1
    kError,    // `text` is "#N/A" and the like
    kNoValue,  // a formula without a saved result
  };
  Type type = Type::kEmpty;
  std::string text;
  double number = 0;
};

// The text that CSV would have for the cell. INVALID_ARGUMENT ("what is wrong;
// accepted: …") for error values, formulas without a result, dates where the
// column is none (a spreadsheet program may have made them of text), times of
// day, and numbers in columns of text that have more digits than a double
// keeps. `epoch_1904`: serials count from 1904 instead of 1900.
absl::StatusOr<std::string> XlsxCellText(const XlsxCell& cell,
                                         const domain::Column& column,
                                         bool epoch_1904);

// "2024-03-01"; nullopt for serials that are no date of the calendar (below 1,
// beyond 9999, and the 29 February that 1900 did not have).
std::optional<std::string> XlsxDate(double serial, bool epoch_1904);

// Whether a number format shows a date or a time of day.
bool IsDateFormat(int id);
bool IsDateFormat(absl::string_view code);

// "_x000A_" as the character; how texts of workbooks escape.
std::string UnescapeXlsx(absl::string_view text);
// "_x005F_x000A_" of a text that holds "_x000A_" itself.
std::string EscapeXlsx(absl::string_view text);

}  // namespace qiangji::registry
