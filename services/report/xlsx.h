// A report as a workbook: a sheet of what it says in words, one a table, one a
// native chart with its data, and the method.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/report/document.h"

namespace qiangji::report {

// The same bytes for the same document. Every text is a cell of text: what
// begins with = + - @ is no formula. RESOURCE_EXHAUSTED for a table of more
// rows than a sheet takes.
absl::StatusOr<std::string> RenderXlsx(const Document& document);

}  // namespace qiangji::report
