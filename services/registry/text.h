// Text as it comes from outside, before validation: UTF-8, NFC, trimmed, and
// without characters that are not seen.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::registry {

// Whether `text` is valid UTF-8 (no overlong forms, no surrogates).
bool IsUtf8(absl::string_view text);

// NFC without white space around it; line ends become '\n'. INVALID_ARGUMENT
// with "what is wrong; accepted: …" for invalid UTF-8, control characters
// other than line ends and tabs, bidirectional controls and zero-width
// characters (a joiner inside an emoji is kept).
absl::StatusOr<std::string> NormalizeText(absl::string_view text);

}  // namespace qiangji::registry
