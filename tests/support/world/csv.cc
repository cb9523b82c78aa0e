#include "tests/support/world/csv.h"

#include <fstream>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace qiangji::test {

std::vector<CsvRow> ReadCsv(const std::string& path) {
  std::ifstream in(path);
  std::vector<CsvRow> rows;
  std::vector<std::string> header;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (header.empty()) {
      header = cells;
      continue;
    }
    CsvRow row;
    for (std::size_t c = 0; c < header.size(); ++c) {
      row[header[c]] = c < cells.size() ? cells[c] : "";
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace qiangji::test
