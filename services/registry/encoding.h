// Encodings of files: UTF-8, GB18030 and UTF-16 (FORMATS).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::registry {

// What a file is decoded with.
enum class FileEncoding : std::uint8_t {
  kDetect,
  kUtf8,
  kGb18030,
  kUtf16,  // by its byte order mark, else by its zero bytes, else little-endian
  kUtf16Le,
  kUtf16Be,
};

// "utf-8", "gb18030", "utf-16", "utf-16le", "utf-16be"; "" = kDetect. nullopt
// for any other name.
std::optional<FileEncoding> ParseEncoding(absl::string_view name);
// The names, for messages.
absl::string_view AcceptedEncodings();

// Looks at the bytes of a file as they come and tells what they are: UTF-16
// where there is its byte order mark, or many zero bytes at odd or at even
// places of the first kHead bytes (no text in another encoding has them); else
// UTF-8 where every byte is; else GB18030.
class EncodingScanner {
 public:
  static constexpr std::size_t kHead = 4096;

  void Feed(absl::string_view bytes);
  // After the last Feed. Never kDetect, never kUtf16.
  FileEncoding Detected() const;
  bool IsUtf8() const { return valid_ && tail_.empty(); }
  // The first line with bytes that are not UTF-8.
  std::int64_t line() const { return line_; }

 private:
  std::optional<FileEncoding> Utf16() const;

  std::string head_;
  std::string tail_;  // an unfinished character
  bool valid_ = true;
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

  // Of an encoding that Detected() may answer.
  static absl::StatusOr<std::unique_ptr<Decoder>> Of(FileEncoding encoding);
};

}  // namespace qiangji::registry
