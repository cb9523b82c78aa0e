#include "clients/cli/csv_records.h"

#include <algorithm>

namespace qiangji::cli {

CsvRecords::CsvRecords(const std::string& path) : in_(path, std::ios::binary) {}

absl::StatusOr<bool> CsvRecords::Next() {
  raw_.clear();
  line_ = next_line_;
  std::string line;
  while (std::getline(in_, line)) {
    ++next_line_;
    if (in_.eof()) return absl::InvalidArgumentError("the last line is cut");
    raw_.append(line).push_back('\n');
    // A line end within quotes belongs to the cell.
    if (std::count(raw_.begin(), raw_.end(), '"') % 2 != 0) continue;
    const absl::Status split = Split();
    if (!split.ok()) return split;
    return true;
  }
  if (raw_.empty()) return false;
  return absl::InvalidArgumentError("a quote is not closed");
}

absl::Status CsvRecords::Split() {
  cells_.clear();
  const std::size_t end = raw_.size() - 1;
  for (std::size_t at = 0;;) {
    std::string cell;
    if (at < end && raw_[at] == '"') {
      for (++at; raw_[at] != '"' || raw_[at + 1] == '"'; ++at) {
        if (raw_[at] == '"') ++at;
        cell.push_back(raw_[at]);
      }
      ++at;
    } else {
      while (at < end && raw_[at] != ',' && raw_[at] != '"') {
        cell.push_back(raw_[at++]);
      }
    }
    cells_.push_back(std::move(cell));
    if (at == end) return absl::OkStatus();
    if (raw_[at] != ',') {
      return absl::InvalidArgumentError("a quote stands where none may");
    }
    ++at;
  }
}

}  // namespace qiangji::cli
