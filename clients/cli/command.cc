#include "clients/cli/command.h"

#include "absl/strings/cord.h"

namespace qiangji::cli {
namespace {

constexpr absl::string_view kUsageMark = "qiangji.cli/usage";

}  // namespace

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsageMark, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) {
  return status.GetPayload(kUsageMark).has_value();
}

}  // namespace qiangji::cli
