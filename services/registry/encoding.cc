#include "services/registry/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/registry/text.h"

namespace qiangji::registry {
namespace {

constexpr std::pair<absl::string_view, FileEncoding> kNames[] = {
    {"", FileEncoding::kDetect},          {"utf-8", FileEncoding::kUtf8},
    {"gb18030", FileEncoding::kGb18030},  {"utf-16", FileEncoding::kUtf16},
    {"utf-16le", FileEncoding::kUtf16Le}, {"utf-16be", FileEncoding::kUtf16Be},
};

std::int64_t CountLines(absl::string_view text) {
  return std::count(text.begin(), text.end(), '\n');
}

// Bytes at the end of `text` that may be the start of a longer character.
std::size_t Unfinished(absl::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size());
       ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if ((c & 0xC0) == 0x80) continue;
    const std::size_t length = c >= 0xF0   ? 4
                               : c >= 0xE0 ? 3
                               : c >= 0xC0 ? 2
                                           : 1;
    return length > back ? back : 0;
  }
  return 0;
}

class Utf8Decoder final : public Decoder {
 public:
  absl::Status Feed(absl::string_view bytes, std::string& out) override {
    scanner_.Feed(bytes);
    out.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }
  absl::Status Finish() override {
    if (scanner_.IsUtf8()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "the bytes are not UTF-8; accepted: UTF-8, or another encoding named");
  }
  std::int64_t line() const override { return scanner_.line(); }

 private:
  EncodingScanner scanner_;
};

class IconvDecoder final : public Decoder {
 public:
  // `refusal` says what bytes outside the encoding are not.
  IconvDecoder(iconv_t handle, absl::string_view refusal)
      : handle_(handle), refusal_(refusal) {}
  ~IconvDecoder() override { iconv_close(handle_); }
  IconvDecoder(const IconvDecoder&) = delete;
  IconvDecoder& operator=(const IconvDecoder&) = delete;

  absl::Status Feed(absl::string_view bytes, std::string& out) override {
    std::string input = std::move(tail_);
    tail_.clear();
    input.append(bytes.data(), bytes.size());
    char* in = input.data();
    std::size_t in_left = input.size();
    std::array<char, 16384> buffer;
    while (in_left > 0) {
      char* to = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t done = iconv(handle_, &in, &in_left, &to, &room);
      const int error = errno;
      const absl::string_view piece(buffer.data(), buffer.size() - room);
      line_ += CountLines(piece);
      out.append(piece.data(), piece.size());
      if (done != static_cast<std::size_t>(-1) || error == E2BIG) continue;
      if (error != EINVAL) {
        return absl::InvalidArgumentError(absl::StrCat(
            refusal_, "; accepted: one encoding for the whole file"));
      }
      tail_.assign(in, in_left);
      break;
    }
    return absl::OkStatus();
  }
  absl::Status Finish() override {
    if (tail_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "the file ends within a character; accepted: whole files");
  }
  std::int64_t line() const override { return line_; }

 private:
  const iconv_t handle_;
  const absl::string_view refusal_;
  std::string tail_;
  std::int64_t line_ = 1;
};

}  // namespace

std::optional<FileEncoding> ParseEncoding(absl::string_view name) {
  for (const auto& [known, encoding] : kNames) {
    if (known == name) return encoding;
  }
  return std::nullopt;
}

absl::string_view AcceptedEncodings() {
  return "utf-8, gb18030, utf-16, utf-16le, utf-16be, or \"\" to detect it";
}

void EncodingScanner::Feed(absl::string_view bytes) {
  if (head_.size() < kHead) {
    head_.append(bytes.data(), std::min(bytes.size(), kHead - head_.size()));
  }
  if (!valid_) return;
  std::string joined;
  if (!tail_.empty()) {
    joined = std::move(tail_);
    tail_.clear();
    joined.append(bytes.data(), bytes.size());
    bytes = joined;
  }
  const std::size_t keep = Unfinished(bytes);
  const std::string rest(bytes.substr(bytes.size() - keep));
  bytes.remove_suffix(keep);
  if (registry::IsUtf8(bytes)) {
    line_ += CountLines(bytes);
    tail_ = rest;
    return;
  }
  valid_ = false;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1);
    if (!registry::IsUtf8(bytes.substr(0, end + 1))) return;
    ++line_;
    bytes.remove_prefix(end + 1);
  }
}

std::optional<FileEncoding> EncodingScanner::Utf16() const {
  const absl::string_view mark = absl::string_view(head_).substr(0, 2);
  if (mark == "\xFF\xFE") return FileEncoding::kUtf16Le;
  if (mark == "\xFE\xFF") return FileEncoding::kUtf16Be;
  // Delimiters and line ends are ASCII: their high byte is zero.
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < head_.size(); ++i) {
    if (head_[i] == '\0') ++zeros[i % 2];
  }
  // Few characters (such as U+4E00) have a zero low byte.
  const std::size_t most = std::max(zeros[0], zeros[1]);
  const std::size_t least = std::min(zeros[0], zeros[1]);
  if (most < 2 || most < head_.size() / 32 || most < 4 * least) {
    return std::nullopt;
  }
  return zeros[1] > zeros[0] ? FileEncoding::kUtf16Le : FileEncoding::kUtf16Be;
}

FileEncoding EncodingScanner::Detected() const {
  if (const std::optional<FileEncoding> utf16 = Utf16()) return *utf16;
  return IsUtf8() ? FileEncoding::kUtf8 : FileEncoding::kGb18030;
}

absl::StatusOr<std::unique_ptr<Decoder>> Decoder::Of(FileEncoding encoding) {
  if (encoding == FileEncoding::kUtf8) {
    return std::unique_ptr<Decoder>(std::make_unique<Utf8Decoder>());
  }
  const bool gb18030 = encoding == FileEncoding::kGb18030;
  const char* name = gb18030                              ? "GB18030"
                     : encoding == FileEncoding::kUtf16Be ? "UTF-16BE"
                                                          : "UTF-16LE";
  const iconv_t handle = iconv_open("UTF-8", name);
  // POSIX says so. NOLINTNEXTLINE(performance-no-int-to-ptr)
  if (handle == reinterpret_cast<iconv_t>(-1)) {
    return absl::UnimplementedError(
        absl::StrCat(name, " is not in this system's iconv; accepted: UTF-8"));
  }
  return std::unique_ptr<Decoder>(std::make_unique<IconvDecoder>(
      handle, gb18030 ? "the bytes are neither UTF-8 nor GB18030"
                      : "the bytes are not UTF-16"));
}

}  // namespace qiangji::registry
