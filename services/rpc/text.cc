#include "services/rpc/text.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace qiangji::rpc {
namespace {

std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

}  // namespace

DecodedChar DecodeChar(absl::string_view text, std::size_t pos) {
  constexpr DecodedChar kInvalid = {0xfffd, 1, false};
  const auto lead = static_cast<unsigned char>(text[pos]);
  const std::size_t length = SequenceLength(lead);
  if (length == 1) return {lead, 1, true};
  if (length == 0 || pos + length > text.size()) return kInvalid;
  std::uint32_t code_point = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[pos + i]);
    if ((next & 0xc0) != 0x80) return kInvalid;
    code_point = (code_point << 6) | (next & 0x3f);
  }
  const bool overlong = (length == 3 && code_point < 0x800) ||
                        (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (overlong || surrogate || code_point > 0x10ffff) return kInvalid;
  return {code_point, length, true};
}

std::string ToValidUtf8(absl::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t pos = 0; pos < text.size();) {
    const DecodedChar c = DecodeChar(text, pos);
    if (c.valid) {
      valid.append(text.data() + pos, c.length);
    } else {
      valid.push_back('?');
    }
    pos += c.length;
  }
  return valid;
}

std::string CutText(const std::string& text, std::size_t most) {
  constexpr char kEllipsis[] = "…";
  constexpr std::size_t kEllipsisBytes = sizeof(kEllipsis) - 1;
  if (text.size() <= most) return text;
  if (most < kEllipsisBytes) return "";
  std::size_t end = most - kEllipsisBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + kEllipsis;
}

bool IsUnsafeChar(std::uint32_t c, bool allow_lines) {
  if (c == '\t' || c == '\n' || c == '\r') return !allow_lines;
  if (c == 0x2028 || c == 0x2029) return !allow_lines;
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

std::string JsonEscape(absl::string_view text) {
  std::string out;
  AppendJson(text, &out);
  return out;
}

void AppendJson(absl::string_view text, std::string* out) {
  const auto plain = [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  };
  while (!text.empty()) {
    const auto special = std::find_if_not(text.begin(), text.end(), plain);
    out->append(text.begin(), special);
    text.remove_prefix(static_cast<std::size_t>(special - text.begin()));
    if (text.empty()) return;
    const DecodedChar c = DecodeChar(text, 0);
    if (!c.valid) {
      out->append("\\ufffd");
    } else if (c.code_point == '"' || c.code_point == '\\') {
      out->push_back('\\');
      out->push_back(static_cast<char>(c.code_point));
    } else if (IsUnsafeChar(c.code_point, /*allow_lines=*/false)) {
      out->append(absl::StrFormat("\\u%04x", c.code_point));
    } else {
      out->append(text.data(), c.length);
    }
    text.remove_prefix(c.length);
  }
}

}  // namespace qiangji::rpc
