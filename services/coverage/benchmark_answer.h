// ComputeBenchmark (METHOD 4.8).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerBenchmark(const Answering& in,
                             const v1::ComputeBenchmarkRequest& request,
                             v1::ComputeBenchmarkResponse* response);

}  // namespace qiangji::coverage
