// Rules as messages of the API. They cannot be set yet: what is listed are the
// configured ones, METHOD 5's defaults.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/rule_service.pb.h"
#include "services/domain/rules.h"
#include "services/rpc/context.h"
#include "services/rpc/page_token.h"

namespace qiangji::bottleneck {

v1::Rule ToProto(const domain::Rule& rule);

absl::Status GetRule(const std::vector<domain::Rule>& rules,
                     const v1::GetRuleRequest& request, v1::Rule* response);

// By name, in pages.
absl::Status ListRules(const std::vector<domain::Rule>& rules,
                       const rpc::PageTokens& page_tokens,
                       const rpc::RequestContext& call,
                       const v1::ListRulesRequest& request,
                       v1::ListRulesResponse* response);

}  // namespace qiangji::bottleneck
