// CSV as this program's own files have it, record by record: LF, quotes only
// where needed and doubled inside.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace qiangji::cli {

class CsvRecords {
 public:
  explicit CsvRecords(const std::string& path);

  bool open() const { return static_cast<bool>(in_); }
  // The next record; false at the end. INVALID_ARGUMENT for what is not in
  // that form, line() says where.
  absl::StatusOr<bool> Next();

  const std::vector<std::string>& cells() const { return cells_; }
  // Its bytes with the LF.
  const std::string& raw() const { return raw_; }
  // The line on which it starts, from 1.
  std::int64_t line() const { return line_; }

 private:
  absl::Status Split();

  std::ifstream in_;
  std::string raw_;
  std::vector<std::string> cells_;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
};

}  // namespace qiangji::cli
