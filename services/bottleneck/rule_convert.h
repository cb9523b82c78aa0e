// Rules between the API's message, the store's JSON and the domain.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "qiangji/bottleneck/v1/rule.pb.h"
#include "services/domain/rules.h"

namespace qiangji::bottleneck {

// A shipped rule with its titles and the glossary's words for its thresholds.
v1::Rule ToProto(const domain::Rule& rule);

std::string RuleNameOf(absl::string_view rule_id);

// What `message` makes of a rule: of the shipped one of that id in `shipped`,
// or a new one. INVALID_ARGUMENT names every field that is wrong, below
// `prefix` ("rule").
absl::StatusOr<domain::Rule> ToDomain(const v1::Rule& message,
                                      const std::vector<domain::Rule>& shipped,
                                      absl::string_view prefix);

// The definition that is stored, and back. Equal rules have equal texts.
std::string RuleJson(v1::Rule rule);
absl::StatusOr<v1::Rule> RuleFromJson(absl::string_view json);

}  // namespace qiangji::bottleneck
