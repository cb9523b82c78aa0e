// ComputeExposure and ComputeChokepoints (METHOD 3.5, 3.6).
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerExposure(const Answering& in,
                            const v1::ComputeExposureRequest& request,
                            v1::ComputeExposureResponse* response);

absl::StatusOr<Messages<v1::ComputeChokepointsResponse>> AnswerChokepoints(
    const Answering& in, const v1::ComputeChokepointsRequest& request);

}  // namespace qiangji::coverage
