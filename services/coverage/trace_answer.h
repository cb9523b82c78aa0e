// TraceItem (METHOD 3.2).
#pragma once

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::StatusOr<Messages<v1::TraceItemResponse>> AnswerTrace(
    const Answering& in, const v1::TraceItemRequest& request);

}  // namespace qiangji::coverage
