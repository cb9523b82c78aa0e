// A report as a document of a word processor: headings, captions, tables and
// native charts.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/report/document.h"

namespace qiangji::report {

// The same bytes for the same document.
absl::StatusOr<std::string> RenderDocx(const Document& document);

// A chart as the part word/charts/chartN.xml; "" for a timeline, which has no
// native form.
std::string DocxChart(const Chart& chart);

}  // namespace qiangji::report
