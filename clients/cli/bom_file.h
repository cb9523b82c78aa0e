// Reading a bill of materials (FORMATS, `bom.csv`).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/text.h"
#include "qiangji/registry/v1/bom.pb.h"

namespace qiangji::cli {

// The lines of a CSV file in UTF-8 with a header row, in English or Chinese.
// InvalidArgument has one line `FILE:LINE: column: what is wrong, and what is
// accepted` for each bad cell; NotFound where the file cannot be read.
absl::StatusOr<std::vector<registry::v1::BomLine>> ReadBomFile(
    const std::string& path, Lang lang);

// The same of the file's text; `path` stands in messages.
absl::StatusOr<std::vector<registry::v1::BomLine>> ParseBom(
    absl::string_view text, absl::string_view path, Lang lang);

}  // namespace qiangji::cli
