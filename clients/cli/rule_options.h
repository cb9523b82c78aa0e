// The options of `rule set` and `rule test`, as fields of a rule.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "qiangji/bottleneck/v1/rule.pb.h"

namespace qiangji::cli {

std::vector<OptionSpec> RuleOptions(Lang lang);

// Changes `rule` as the options say, and returns the fields that they name.
// UsageError for what cannot be read.
absl::StatusOr<std::vector<std::string>> ApplyRuleOptions(
    const Invocation& invocation, bottleneck::v1::Rule* rule);

}  // namespace qiangji::cli
