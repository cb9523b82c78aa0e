// Which files an import sends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

struct ImportFile {
  std::string path;  // as the user gave it
  std::string name;  // without directory: what the server sees
  std::uint64_t size = 0;
};

// Files as they are, and of directories the files that end in `.csv` or
// `.xlsx`, by name.
// NotFound where a path is missing or a directory has none; InvalidArgument
// where two files have one name, as an import is one unit.
absl::StatusOr<std::vector<ImportFile>> FindImportFiles(
    absl::Span<const std::string> paths, Lang lang);

}  // namespace qiangji::cli
