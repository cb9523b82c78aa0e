// Workbooks part by part, for tests of what is read from them.
#pragma once

#include <initializer_list>
#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::testing {

// Content by name of the entry.
using XlsxParts = std::map<std::string, std::string>;

// The bytes of a zip of the entries.
std::string Zip(const XlsxParts& parts);

// A workbook of one sheet; `rows` is the inside of <sheetData>. Formats: 0
// General, 1 a date (14), 2 yyyy"年"m"月", 3 0.00%, 4 yyyy-mm-dd hh:mm.
XlsxParts OneSheet(absl::string_view rows, absl::string_view name = "items",
                   absl::string_view after_rows = "",
                   absl::string_view workbook_properties = "");

// A row of inline texts: row 1 is `<row r="1">…`.
std::string TextRow(int row, std::initializer_list<absl::string_view> cells);

}  // namespace qiangji::testing
