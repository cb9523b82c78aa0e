// From the texts of a row, wherever they come from (a file, a message), to a
// validated row: the one way in.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/schema.h"
#include "services/domain/validate.h"
#include "services/domain/value.h"

namespace qiangji::registry {

// `texts` has one entry a column; "" = not stated. Appends what is wrong to
// `violations`; the row is usable only if nothing was appended. References
// are not looked up here (references.h).
domain::Row ParseRow(const domain::TableSchema& table,
                     absl::Span<const std::string> texts,
                     std::vector<domain::Violation>& violations);

}  // namespace qiangji::registry
