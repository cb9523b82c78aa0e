// Goals of flags between the API's message, the store's JSON and the domain.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "qiangji/bottleneck/v1/flag.pb.h"
#include "services/domain/flag_evaluate.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

// The goal that the message asks for; what is wrong with it goes to
// `violations`, below `path` ("flag.goal").
domain::FlagGoal GoalFromProto(const v1::FlagGoal& message,
                               absl::string_view path,
                               rpc::Violations* violations);

// What is stored, and back. DATA_LOSS where it cannot be read.
std::string GoalJson(const v1::FlagGoal& message);
absl::StatusOr<v1::FlagGoal> GoalFromJson(absl::string_view json);
absl::StatusOr<domain::FlagGoal> ReadGoal(absl::string_view json);

}  // namespace qiangji::bottleneck
