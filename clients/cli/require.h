// `--require 'share>=0.70'`: the check of a coverage row that decides exit
// status 3.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

enum class Comparison { kAtLeast, kAbove, kAtMost, kBelow, kEqual };

struct Requirement {
  std::string column;
  Comparison comparison = Comparison::kAtLeast;
  double value = 0;
};

// "COLUMN OP NUMBER" with OP one of >= > <= < = and a number or a percentage
// ("70%"). Anything else, and a column that is not one of `columns`, is
// InvalidArgument in `lang`.
absl::StatusOr<Requirement> ParseRequirement(
    absl::string_view text, absl::Span<const std::string> columns, Lang lang);

// Whether `actual` meets it, with METHOD's tolerance of 1e-9. What is
// undefined meets nothing.
bool Meets(const Requirement& requirement, std::optional<double> actual);

}  // namespace qiangji::cli
