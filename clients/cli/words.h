// Codes in words: the fixed vocabularies of the glossary (category, verdict,
// severity, state …) and the names of customs territories.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// "zh" or "en", as the glossary and the API name a language.
absl::string_view Code(Lang lang);

// `value` of `column` in words: ("verdict", "met", zh) -> "达到". A value or
// column without a vocabulary is returned as it is.
std::string WordFor(absl::string_view column, absl::string_view value,
                    Lang lang);

// The colour that goes with a verdict or a severity.
Colour ColourOfWord(absl::string_view column, absl::string_view value);

}  // namespace qiangji::cli
