#include "services/registry/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "services/registry/text.h"

namespace qiangji::registry {
namespace {

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
        "the bytes are not UTF-8; accepted: UTF-8 or GB18030, one a file");
  }
  std::int64_t line() const override { return scanner_.line(); }

 private:
  Utf8Scanner scanner_;
};

class Gb18030Decoder final : public Decoder {
 public:
  explicit Gb18030Decoder(iconv_t handle) : handle_(handle) {}
  ~Gb18030Decoder() override { iconv_close(handle_); }
  Gb18030Decoder(const Gb18030Decoder&) = delete;
  Gb18030Decoder& operator=(const Gb18030Decoder&) = delete;

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
        return absl::InvalidArgumentError(
            "the bytes are neither UTF-8 nor GB18030; accepted: one of them "
            "for the whole file");
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
  iconv_t handle_;
  std::string tail_;
  std::int64_t line_ = 1;
};

}  // namespace

void Utf8Scanner::Feed(absl::string_view bytes) {
  if (!started_ && bytes.size() >= 2) {
    started_ = true;
    const absl::string_view mark = bytes.substr(0, 2);
    utf16_ = mark == "\xFF\xFE" || mark == "\xFE\xFF";
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

std::unique_ptr<Decoder> Decoder::Utf8() {
  return std::make_unique<Utf8Decoder>();
}

absl::StatusOr<std::unique_ptr<Decoder>> Decoder::Gb18030() {
  const iconv_t handle = iconv_open("UTF-8", "GB18030");
  if (handle == reinterpret_cast<iconv_t>(-1)) {
    return absl::UnimplementedError(
        "GB18030 is not in this system's iconv; accepted: UTF-8");
  }
  return std::unique_ptr<Decoder>(std::make_unique<Gb18030Decoder>(handle));
}

}  // namespace qiangji::registry
