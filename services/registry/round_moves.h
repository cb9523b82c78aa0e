// What RoundService does beside the standard methods (round_service.proto).
#pragma once

#include "absl/status/status.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/round_service.pb.h"

namespace qiangji::rpc {
class RequestContext;
}

namespace qiangji::registry {

// Each answers with the state after it. FAILED_PRECONDITION where a move is not
// legal, or the round is frozen.
absl::Status InviteReporters(rpc::RequestContext& call, store::Store& store,
                             const v1::InviteReportersRequest& request,
                             v1::RoundStatus* response);
absl::Status SubmitRoundReports(rpc::RequestContext& call, store::Store& store,
                                const v1::SubmitRoundReportsRequest& request,
                                v1::RoundStatus* response);
absl::Status ReturnRoundReports(rpc::RequestContext& call, store::Store& store,
                                const v1::ReturnRoundReportsRequest& request,
                                v1::RoundStatus* response);
absl::Status AcceptRoundReports(rpc::RequestContext& call, store::Store& store,
                                const v1::AcceptRoundReportsRequest& request,
                                v1::RoundStatus* response);
absl::Status FreezeRound(rpc::RequestContext& call, store::Store& store,
                         const v1::FreezeRoundRequest& request,
                         v1::RoundStatus* response);
absl::Status SummarizeRound(rpc::RequestContext& call, store::Store& store,
                            const v1::SummarizeRoundRequest& request,
                            v1::RoundStatus* response);

}  // namespace qiangji::registry
