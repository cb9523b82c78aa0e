// Filters of List calls (AIP-160), the subset of this version: equalities
// joined by AND.
//
//   filter = all; all = term { "AND" term };
//   term   = "(" all ")" | column "=" value;
//   value  = '"' text with \" and \\ '"' | word of A-Z a-z 0-9 . _ + - :
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::rpc {

struct FilterTerm {
  std::string column;
  std::string value;  // canonical text of the cell; "" = not stated
};

// The terms in order; none for an empty filter. INVALID_ARGUMENT (field
// "filter") naming the position where it is anything else, or too long, too
// deep, or has too many terms. Whether a column exists is for the caller.
absl::StatusOr<std::vector<FilterTerm>> ParseFilter(absl::string_view filter);

}  // namespace qiangji::rpc
