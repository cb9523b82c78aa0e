// Small helpers on UTF-8 text that goes out: statuses and log lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::rpc {

// The character that begins at `pos` (< size), and its length in bytes; U+FFFD
// of length 1 where the bytes are not valid UTF-8 (overlong forms and
// surrogates included).
struct DecodedChar {
  std::uint32_t code_point;
  std::size_t length;
  bool valid;
};
DecodedChar DecodeChar(absl::string_view text, std::size_t pos);

// Each invalid byte becomes '?'.
std::string ToValidUtf8(absl::string_view text);

// At most `most` bytes, cut between characters, "…" at the end where cut.
std::string CutText(const std::string& text, std::size_t most);

// For a JSON string, without the quotes: control characters (CR and LF too)
// and what could reorder a terminal line are escaped.
std::string JsonEscape(absl::string_view text);
// The same, at the end of `out`.
void AppendJson(absl::string_view text, std::string* out);

// C0, C1 and DEL, and the bidi embeddings, overrides and isolates. Tab and what
// ends a line are safe where `allow_lines`.
bool IsUnsafeChar(std::uint32_t code_point, bool allow_lines);

}  // namespace qiangji::rpc
