// CompareCoverage: what moved the assurance rate (docs/COMPARE.md).
#pragma once

#include "absl/status/status.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/engine.h"
#include "services/rpc/context.h"

namespace qiangji::coverage {

// Reads both states without a thread and compares them on the pool of
// searches. INVALID_ARGUMENT where a state is not exactly one thing. `done` is
// called once; everything else lives until then.
void CompareStates(const Engine& engine, rpc::RequestContext& call,
                   const v1::CompareCoverageRequest& request,
                   v1::CompareCoverageResponse* response,
                   const rpc::Done& done);

}  // namespace qiangji::coverage
