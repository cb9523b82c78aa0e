// Names as they are compared: what differs only in how it was typed is equal.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::registry {

// Width and case folded, composed (NFKC with case folding), without blanks and
// punctuation; text of punctuation alone, and text that is not UTF-8, stays.
std::string FoldName(absl::string_view name);

}  // namespace qiangji::registry
