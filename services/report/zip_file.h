// ZIP archives whose bytes depend on their entries alone.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace qiangji::report {

struct ZipEntry {
  std::string name;
  std::string bytes;
};

// The entries in their order, deflated, all dated 1980-01-01.
// RESOURCE_EXHAUSTED where there is no memory for it.
absl::StatusOr<std::string> Zip(absl::Span<const ZipEntry> entries);

}  // namespace qiangji::report
