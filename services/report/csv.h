// The tables of a report as CSV.
#pragma once

#include <string>

#include "services/report/document.h"

namespace qiangji::report {

// One table after another: a line `table,KEY,CAPTION`, the header, the rows, a
// blank line. The mark, where there is one, is the first line (`mark,TEXT`).
// Shares with six decimals, other numbers in the shortest form, undefined
// empty. A text that a spreadsheet would take for a formula begins with an
// apostrophe.
std::string RenderCsv(const Document& document);

}  // namespace qiangji::report
