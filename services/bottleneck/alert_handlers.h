// What each rpc of AlertService answers, once its view is known. They read the
// store: call them on the pool kRead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/bottleneck/freshness.h"
#include "services/rpc/context.h"
#include "services/rpc/page_token.h"

namespace qiangji::store {
class Store;
}

namespace qiangji::bottleneck {

class EvaluationLog;
class RuleBook;

// All outlive the calls.
struct AlertSources {
  store::Store& store;
  const EvaluationLog& log;
  const rpc::PageTokens& page_tokens;
  const RuleBook& book;
};

absl::Status GetAlert(const AlertSources& sources,
                      const rpc::RequestContext& call, const View& view,
                      const v1::GetAlertRequest& request, v1::Alert* response);

// Pages of one listing read one change of the store, so a repeat with a token
// needs no view.
absl::Status ListAlerts(const AlertSources& sources,
                        const rpc::RequestContext& call, const View& view,
                        const v1::ListAlertsRequest& request,
                        v1::ListAlertsResponse* response);

absl::Status ListAlertHistory(const AlertSources& sources,
                              const rpc::RequestContext& call,
                              const v1::ListAlertHistoryRequest& request,
                              v1::ListAlertHistoryResponse* response);

absl::Status GetEvaluation(const AlertSources& sources, const View& view,
                           v1::Evaluation* response);

}  // namespace qiangji::bottleneck
