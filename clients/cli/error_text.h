// Errors in words: what kind, what the server said, and which fields it
// objected to.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "clients/cli/settings.h"

namespace qiangji::cli {

// Several lines, without a line feed at the end. Field violations, failed
// preconditions and the reason come from the error details of google.rpc.
std::string ErrorText(const absl::Status& status, const Settings& settings);

}  // namespace qiangji::cli
