// CycloneDX documents in JSON, 1.6 and 1.7 (docs/CYCLONEDX.md): what the
// registry knows becomes rows and comes out of rows; everything else is kept
// and given back.
//
// components              -> items
// dependencies, nesting   -> inputs; their figures in properties
// suppliers               -> organizations
// supply, demand          -> properties qiangji:supply:N:COLUMN and so on
// what remains            -> rows of `documents`
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::registry {

// Of one document. Beyond them the import ends with RESOURCE_EXHAUSTED, for
// depth with INVALID_ARGUMENT.
constexpr std::int64_t kMaxCycloneDxBytes = std::int64_t{64} << 20;
constexpr std::int64_t kMaxCycloneDxValues = 4'000'000;
constexpr int kMaxJsonDepth = 64;

// Parses `text` after a pass that checks its form and limits without keeping
// anything, and that it is CycloneDX of a known version. INVALID_ARGUMENT
// names the line.
absl::StatusOr<nlohmann::json> ParseCycloneDx(absl::string_view text);

// The id that an arbitrary reference ("pkg:npm/a@1") becomes: lower case,
// what an id has not replaced by '-', at most 64 characters; "" where nothing
// remains.
std::string IdOfReference(absl::string_view reference);

// Text of a member; "" where it is absent or no text.
std::string TextMember(const nlohmann::json& object, const char* name);

// A kept value as cells of ASCII characters that no normalization changes, and
// back. DATA_LOSS where the cells do not fit together.
std::vector<std::string> KeptCells(const nlohmann::json& value);
absl::StatusOr<nlohmann::json> FromKeptCells(
    const std::vector<std::string>& cells);

}  // namespace qiangji::registry
