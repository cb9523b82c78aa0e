// ComputePlan (METHOD 4.5).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerPlan(const Answering& in,
                        const v1::ComputePlanRequest& request,
                        v1::ComputePlanResponse* response);

}  // namespace qiangji::coverage
