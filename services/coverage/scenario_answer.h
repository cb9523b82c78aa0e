// RunScenario (METHOD 3.4).
#pragma once

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::StatusOr<Messages<v1::RunScenarioResponse>> AnswerScenario(
    const Answering& in, const v1::RunScenarioRequest& request);

}  // namespace qiangji::coverage
