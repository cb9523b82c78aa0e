// What RuleService answers (METHOD 5). Reads belong on the pool kRead, writes
// on kWrite.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/rule_service.pb.h"
#include "qiangji/type/v1/write.pb.h"
#include "services/bottleneck/alert_handlers.h"
#include "services/bottleneck/freshness.h"
#include "services/bottleneck/rule_book.h"
#include "services/rpc/context.h"

namespace qiangji::bottleneck {

// All outlive the calls.
struct RuleSources {
  const AlertSources& alerts;
  const RuleBook& book;
};

// `view`: nullptr = the rules as they are.
absl::Status GetRule(const RuleSources& sources, const View* view,
                     const v1::GetRuleRequest& request, v1::Rule* response);
absl::Status ListRules(const RuleSources& sources,
                       const rpc::RequestContext& call, const View* view,
                       const v1::ListRulesRequest& request,
                       v1::ListRulesResponse* response);
absl::Status ListRuleHistory(const RuleSources& sources,
                             const rpc::RequestContext& call,
                             const v1::ListRuleHistoryRequest& request,
                             v1::ListRuleHistoryResponse* response);

// `changed` = whether the rules are others now.
absl::Status CreateRule(const RuleSources& sources,
                        const rpc::RequestContext& call,
                        const v1::CreateRuleRequest& request,
                        v1::Rule* response, bool* changed);
absl::Status UpdateRule(const RuleSources& sources,
                        const rpc::RequestContext& call,
                        const v1::UpdateRuleRequest& request,
                        v1::Rule* response, bool* changed);
absl::Status DeleteRule(const RuleSources& sources,
                        const rpc::RequestContext& call,
                        const v1::DeleteRuleRequest& request,
                        type::v1::DeleteResponse* response, bool* changed);

}  // namespace qiangji::bottleneck
