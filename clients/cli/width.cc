#include "clients/cli/width.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace qiangji::cli {
namespace {

struct Character {
  std::size_t bytes;
  int width;
  bool control;
};

// The character at the start of `text`, which is not empty.
Character Next(absl::string_view text) {
  utf8proc_int32_t code = 0;
  const utf8proc_ssize_t n =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (n <= 0) return {1, 1, true};
  const auto bytes = static_cast<std::size_t>(n);
  const utf8proc_category_t category = utf8proc_category(code);
  // Cf holds the bidirectional overrides, which reorder a line.
  if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF) {
    return {bytes, 1, true};
  }
  return {bytes, utf8proc_charwidth(code), false};
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Character next = Next(text);
    width += next.width;
    text.remove_prefix(next.bytes);
  }
  return width;
}

std::string Pad(absl::string_view text, int width, Align align) {
  const int missing = std::max(0, width - DisplayWidth(text));
  const std::string fill(static_cast<std::size_t>(missing), ' ');
  return align == Align::kLeft ? absl::StrCat(text, fill)
                               : absl::StrCat(fill, text);
}

std::string Truncate(absl::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::size_t end = 0;
  int used = 0;
  while (end < text.size()) {
    const Character next = Next(text.substr(end));
    if (used + next.width > width - 1) break;
    used += next.width;
    end += next.bytes;
  }
  return width < 1 ? std::string() : absl::StrCat(text.substr(0, end), "…");
}

std::vector<std::string> Wrap(absl::string_view text, int width) {
  std::vector<std::string> lines;
  while (DisplayWidth(text) > width) {
    std::size_t end = 0, space = 0;
    int used = 0;
    while (end < text.size()) {
      const Character next = Next(text.substr(end));
      if (end > 0 && used + next.width > width) break;
      // A line may end before a space, and after an ideograph.
      if (text[end] == ' ') space = end;
      used += next.width;
      end += next.bytes;
      if (next.width == 2) space = end;
    }
    if (end < text.size() && text[end] == ' ') space = end;
    if (space > 0) end = space;
    lines.emplace_back(text.substr(0, end));
    text = absl::StripLeadingAsciiWhitespace(text.substr(end));
  }
  lines.emplace_back(text);
  return lines;
}

std::string Printable(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character next = Next(text);
    if (!next.control) {
      absl::StrAppend(&out, text.substr(0, next.bytes));
    } else if (text[0] == '\n' || text[0] == '\t') {
      out.push_back(' ');
    } else {
      out.push_back('?');
    }
    text.remove_prefix(next.bytes);
  }
  return out;
}

}  // namespace qiangji::cli
