// AssessBom (METHOD 3.7).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerBom(const Answering& in, const v1::AssessBomRequest& request,
                       v1::AssessBomResponse* response);

}  // namespace qiangji::coverage
