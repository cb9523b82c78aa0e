// ReconcileSupply (METHOD 2.1).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerReconcile(const Answering& in,
                             const v1::ReconcileSupplyRequest& request,
                             v1::ReconcileSupplyResponse* response);

}  // namespace qiangji::coverage
