// What a workbook may cost the server. Each limit that is met ends the import
// with RESOURCE_EXHAUSTED and its own words.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace qiangji::registry {

// Of one workbook.
constexpr std::int64_t kMaxXlsxBytes = std::int64_t{50} << 20;
constexpr std::int64_t kMaxXlsxEntries = 1000;
constexpr std::int64_t kMaxXlsxSheets = 64;
// Inflated over compressed bytes of an entry; entries that inflate to less
// than kXlsxRatioFrom may be denser.
constexpr std::int64_t kMaxXlsxRatio = 100;
constexpr std::int64_t kXlsxRatioFrom = std::int64_t{1} << 20;
// A part that is read at once (the list of sheets, the styles).
constexpr std::int64_t kMaxXlsxPartBytes = std::int64_t{16} << 20;
// Of all workbooks of an import together.
constexpr std::int64_t kMaxXlsxInflatedBytes = std::int64_t{2} << 30;
constexpr std::int64_t kMaxXlsxCells = 32'000'000;
constexpr std::int64_t kMaxXlsxStringBytes = std::int64_t{256} << 20;

// What the workbooks of an import have used so far.
struct XlsxUse {
  std::int64_t inflated_bytes = 0;
  std::int64_t cells = 0;
  std::int64_t string_bytes = 0;
};

// Adds to `use`; RESOURCE_EXHAUSTED beyond `limit`, which `what` names.
inline absl::Status Spend(std::int64_t amount, std::int64_t limit,
                          absl::string_view what, std::int64_t& use) {
  use += amount;
  if (use <= limit) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the workbook has too many ", what, "; accepted: at most ",
                   limit, " (or the same tables as CSV)"));
}

}  // namespace qiangji::registry
