// How many terminal columns a UTF-8 text takes: ideographs take two,
// combining marks none.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace qiangji::cli {

// Terminal columns of `text`. Bytes that are not UTF-8 and control characters
// count as one each.
int DisplayWidth(absl::string_view text);

enum class Align { kLeft, kRight };

// `text` filled up with spaces to `width` columns; longer text is unchanged.
std::string Pad(absl::string_view text, int width, Align align);

// The longest beginning of `text` that fits into `width` columns, with "…" at
// its end where something was cut off.
std::string Truncate(absl::string_view text, int width);

// `text` in lines of at most `width` columns, broken at spaces, and between any
// two characters where a word has no room. At least one line.
std::vector<std::string> Wrap(absl::string_view text, int width);

// `text` with control characters (escape sequences of imported names
// included) replaced, so that data cannot steer the terminal.
std::string Printable(absl::string_view text);

}  // namespace qiangji::cli
