// The simplest reader that the worked example needs: no quotes, no escapes.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qiangji::test {

using CsvRow = std::map<std::string, std::string>;

// Rows by header name; empty where the file does not open.
std::vector<CsvRow> ReadCsv(const std::string& path);

}  // namespace qiangji::test
