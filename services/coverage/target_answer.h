// ComputeTargets (METHOD 4.3, and of 4.2 and 4.7 what a target rests on).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerTargets(const Answering& in,
                           const v1::ComputeTargetsRequest& request,
                           v1::ComputeTargetsResponse* response);

}  // namespace qiangji::coverage
