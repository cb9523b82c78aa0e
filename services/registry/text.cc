#include "services/registry/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace qiangji::registry {
namespace {

const utf8proc_uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

// Length of the character at the front, 0 where it is not UTF-8.
std::size_t Decode(absl::string_view text, utf8proc_int32_t* point) {
  const utf8proc_ssize_t length = utf8proc_iterate(
      Bytes(text), static_cast<utf8proc_ssize_t>(text.size()), point);
  return length <= 0 || *point < 0 ? 0 : static_cast<std::size_t>(length);
}

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 &&
           static_cast<unsigned char>(c) < 0x7F;
  });
}

bool IsSpace(utf8proc_int32_t point) {
  return point == ' ' || (point >= '\t' && point <= '\r') || point == 0xA0 ||
         point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
         point == 0x202F || point == 0x205F || point == 0x3000;
}

absl::string_view Trim(absl::string_view text) {
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const std::size_t length = Decode(text, &point);
    if (length == 0 || !IsSpace(point)) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 &&
           (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) {
      --start;
    }
    utf8proc_int32_t point = 0;
    if (Decode(text.substr(start), &point) == 0 || !IsSpace(point)) break;
    text.remove_suffix(text.size() - start);
  }
  return text;
}

constexpr utf8proc_int32_t kJoiner = 0x200D;

// What a character is that must not stand in a text; nullptr if it may.
const char* Forbidden(utf8proc_int32_t point, utf8proc_int32_t before) {
  constexpr utf8proc_int32_t kFirstSymbol = 0x2190;
  if (point < 0x20 && point != '\n' && point != '\t') return "control";
  if (point >= 0x7F && point <= 0x9F) return "control";
  if (point == 0x61C || point == 0x200E || point == 0x200F ||
      (point >= 0x202A && point <= 0x202E) ||
      (point >= 0x2066 && point <= 0x2069)) {
    return "bidirectional control";
  }
  if (point == kJoiner && before < kFirstSymbol) return "zero-width";
  if (point == 0x200B || point == 0x200C || point == 0x2060 ||
      point == 0xFEFF || point == 0xAD) {
    return "zero-width";
  }
  return nullptr;
}

absl::Status Check(absl::string_view text) {
  utf8proc_int32_t before = 0;
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const std::size_t length = Decode(text, &point);
    if (length == 0) {
      return absl::InvalidArgumentError(
          "holds bytes that are not UTF-8; accepted: UTF-8");
    }
    if (const char* kind = Forbidden(point, before)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("holds the %s character U+%04X; accepted: "
                          "characters that are seen, and line ends",
                          kind, static_cast<std::uint32_t>(point)));
    }
    before = point;
    text.remove_prefix(length);
  }
  return absl::OkStatus();
}

std::string UnixLineEnds(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
  return out;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    utf8proc_int32_t point = 0;
    const std::size_t length = Decode(text, &point);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

absl::StatusOr<std::string> NormalizeText(absl::string_view text) {
  if (IsPlain(text)) return std::string(absl::StripAsciiWhitespace(text));
  const std::string lines = UnixLineEnds(Trim(text));
  if (absl::Status status = Check(lines); !status.ok()) return status;
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      Bytes(lines), static_cast<utf8proc_ssize_t>(lines.size()), &composed,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(
      composed, &std::free);
  if (length < 0) {
    return absl::InvalidArgumentError(
        "cannot be brought into NFC; accepted: Unicode text");
  }
  return std::string(reinterpret_cast<const char*>(composed),
                     static_cast<std::size_t>(length));
}

}  // namespace qiangji::registry
