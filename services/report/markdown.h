// The little of Markdown that an analyst's own text is written in.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "services/report/document.h"

namespace qiangji::report {

// Paragraphs (blank lines between), headings (#), lists (-, *, 1.), **strong**
// and *emphasized* words, \ before a sign that is meant as it is. Everything
// else, HTML and links too, stays text. Never fails.
std::vector<Paragraph> ParseMarkdown(absl::string_view text);

}  // namespace qiangji::report
