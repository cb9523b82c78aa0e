// Rows of a foreign CSV file by the names of its columns.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/registry/import_outcome.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

struct NamedRow {
  Origin origin;
  std::map<std::string, std::string, std::less<>> cells;

  // Trimmed; "" where there is no such column.
  const std::string& Get(const std::string& column) const;
};

// Largest foreign file: it is held in memory.
constexpr std::int64_t kMaxNamedRowsBytes = 64 << 20;

// All rows of the file `name`. What is wrong with it (absent, not CSV, a
// column of `required` missing) goes to `problems`.
absl::StatusOr<std::vector<NamedRow>> ReadNamedRows(
    const Spool& spool, absl::string_view name,
    absl::Span<const absl::string_view> required, FileEncoding encoding,
    ProblemList& problems);

}  // namespace qiangji::registry
