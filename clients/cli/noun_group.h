// `organization list --group ORGANIZATION`: a group of companies.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/noun_type.h"

namespace qiangji::cli {

OptionSpec GroupOption(Lang lang);

// Prints the topmost parent of `id` and all that is below it, tier by tier,
// each by id; of one state. UsageError beside other conditions.
absl::StatusOr<int> ListGroup(const NounType& type, const std::string& id,
                              const Invocation& invocation);

}  // namespace qiangji::cli
