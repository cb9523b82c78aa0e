// CSV of RFC 4180 from chunks of bytes, row by row, with line numbers. Strict:
// a stray or an unclosed quote is an error with its line.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace qiangji::registry {

// Feeds UTF-8 bytes (a byte order mark is passed over; encoding.h converts
// others). Lines end with LF, CRLF or CR and count from 1; quoted cells may
// hold line ends. The delimiter is the one of ',', ';' and tab that the header
// (the first row) holds most often outside quotes. Blank lines are no rows.
class CsvReader {
 public:
  // `line` is the one on which the row starts. A non-OK status stops.
  using RowVisitor = std::function<absl::Status(
      std::int64_t line, std::vector<std::string>& cells)>;
  explicit CsvReader(RowVisitor visit);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // INVALID_ARGUMENT says what is wrong with the file; line() says where.
  absl::Status Feed(absl::string_view bytes);
  absl::Status Finish();

  // The line of the row that is being read.
  std::int64_t line() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// A cell as CSV, quoted where it must be.
void AppendCsvCell(absl::string_view cell, std::string& out);

}  // namespace qiangji::registry
