// What a command shows: rows under named columns, printed as a table for
// people or as CSV for programs (FORMATS, "Command line").
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// How a column's values are written.
enum class Format {
  kText,
  kShare,   // [0, 1]; percent in tables, six decimals in CSV
  kPoints,  // difference of shares; percentage points in tables
  kMoney,   // CNY; 万元/亿元 in tables
  kNumber,  // quantity; shortest form in CSV
  kIndex,   // HHI and the like; six decimals in CSV
  kCount,
  kYear,
  kBool,
};

// monostate = undefined: empty in CSV, "–" in tables, never 0.
using Cell =
    std::variant<std::monostate, std::string, double, std::int64_t, bool>;

struct TableColumn {
  std::string name;    // FORMATS' name, the CSV header
  std::string header;  // of the table, in the language shown
  Format format = Format::kText;
  // 0: always shown. On a terminal too narrow the highest go first.
  int dispensable = 0;
};

struct Table {
  std::vector<TableColumn> columns;
  std::vector<std::vector<Cell>> rows;
};

// One cell as a table shows it. Texts of columns with a fixed vocabulary
// (category, verdict, severity …) appear in `lang`.
std::string TableCell(const TableColumn& column, const Cell& cell, Lang lang);

// One cell as CSV has it.
std::string CsvCell(const TableColumn& column, const Cell& cell);

// A WorkbookOutput takes the table as it is.
void PrintCsv(const Table& table, std::ostream& out);

// Numbers to the right. On a terminal of limited width dispensable columns
// are left out, which a line on `console.err` says.
void PrintTable(const Table& table, Lang lang, Console& console);

}  // namespace qiangji::cli
