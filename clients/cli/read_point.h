// `--as-of`: the recorded time to which a question goes back.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// At most one of the two; neither = the head.
struct ReadPoint {
  std::optional<std::int64_t> seq;
  std::optional<absl::Time> time;
};

// A sequence number ("1841"), an RFC 3339 time, or a date, which means the end
// of that day in Asia/Shanghai (FORMATS). A UsageError names `option`.
absl::StatusOr<ReadPoint> ParseReadPoint(absl::string_view option,
                                         absl::string_view text, Lang lang);

}  // namespace qiangji::cli
