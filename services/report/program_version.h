// The version that reports name.
#pragma once

#include "absl/strings/string_view.h"

namespace qiangji::report {

absl::string_view ProgramVersion();  // "0.1.0"

}  // namespace qiangji::report
