// SQLite's extended result codes as statuses.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace qiangji::sqlite {

// ALREADY_EXISTS for a duplicate key, RESOURCE_EXHAUSTED for a full disk or
// too little memory, UNAVAILABLE for an I/O error or a lock held too long,
// DATA_LOSS for a damaged file, FAILED_PRECONDITION for one that cannot be
// opened or written, INVALID_ARGUMENT for too big a value, else INTERNAL.
absl::Status ErrorOf(int extended_code, absl::string_view message);

}  // namespace qiangji::sqlite
