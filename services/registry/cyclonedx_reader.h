// A CycloneDX document as rows of an import (docs/CYCLONEDX.md).
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/registry/cyclonedx_files.h"

namespace qiangji::registry {

// Where the parts of a document are reported: Origin::file of each.
struct DocumentParts {
  std::string file_name;  // "bom.json"
  int file = 0;
  int metadata = 0;
  int components = 0;
  int dependencies = 0;
};

// Appends the rows of `document`, which ParseCycloneDx gave. What is wrong
// goes to `problems`; a status is that of `on_row`.
absl::Status ReadCycloneDx(nlohmann::json document, const DocumentParts& parts,
                           std::vector<DocumentRow>& rows,
                           std::vector<std::string>& warnings,
                           ProblemList& problems,
                           const std::function<absl::Status()>& on_row);

}  // namespace qiangji::registry
