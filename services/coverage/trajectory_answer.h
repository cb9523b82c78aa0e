// ComputeTrajectory (METHOD 4.4).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerTrajectory(const Answering& in,
                              const v1::ComputeTrajectoryRequest& request,
                              v1::ComputeTrajectoryResponse* response);

}  // namespace qiangji::coverage
