// Encodings of files: UTF-8 and GB18030 (FORMATS).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::registry {

// Tells whether a stream of bytes is UTF-8. A file that is not is taken for
// GB18030.
class Utf8Scanner {
 public:
  void Feed(absl::string_view bytes);
  // After the last Feed.
  bool IsUtf8() const { return valid_ && tail_.empty(); }
  // The first line with bytes that are not UTF-8.
  std::int64_t line() const { return line_; }
  // The file starts with a byte order mark of UTF-16 or UTF-32.
  bool IsUtf16() const { return utf16_; }

 private:
  std::string tail_;  // an unfinished character
  bool valid_ = true;
  bool started_ = false;
  bool utf16_ = false;
  std::int64_t line_ = 1;
};

// Bytes of a file in, UTF-8 out.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Appends to `out`. INVALID_ARGUMENT for bytes that the encoding has not;
  // line() is where.
  virtual absl::Status Feed(absl::string_view bytes, std::string& out) = 0;
  virtual absl::Status Finish() = 0;
  virtual std::int64_t line() const = 0;

  static std::unique_ptr<Decoder> Utf8();
  static absl::StatusOr<std::unique_ptr<Decoder>> Gb18030();
};

}  // namespace qiangji::registry
