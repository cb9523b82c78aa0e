// The coverage table for who does not see all facts: that of the latest release
// (METHOD 4.6; ARCHITECTURE, "Views").
#pragma once

#include "absl/status/status.h"
#include "db/store/store.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"

namespace qiangji::coverage {

// The rows of the newest release whose year, state and rules are those asked
// for; what is not stated is as the release has it. FAILED_PRECONDITION
// (NO_RELEASE) where there is none, or where it has no rows over several
// categories that are asked for together.
absl::Status AnswerFromRelease(store::Store& store,
                               const v1::ComputeCoverageRequest& request,
                               v1::ComputeCoverageResponse* response);

}  // namespace qiangji::coverage
