// RFC 4180: fields with a comma, a quote or a line break are quoted, lines end
// in one line feed (as the files of FORMATS are kept on this system).
#pragma once

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qiangji::cli {

std::string CsvField(absl::string_view text);
void WriteCsvLine(absl::Span<const std::string> fields, std::ostream& out);

}  // namespace qiangji::cli
