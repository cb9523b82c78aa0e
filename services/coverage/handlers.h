// What each rpc of CoverageService answers, given its analysis. Pure but for
// protobuf: no waiting, no I/O.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/answering.h"

namespace qiangji::coverage {

absl::Status AnswerCoverage(const Answering& in,
                            const v1::ComputeCoverageRequest& request,
                            v1::ComputeCoverageResponse* response);
absl::Status AnswerRank(const Answering& in,
                        const v1::ComputeRankRequest& request,
                        v1::ComputeRankResponse* response);

// The items that a request names, by id. NOT_FOUND names every unknown item
// or sector.
absl::StatusOr<std::vector<domain::ItemIndex>> SelectItems(
    const domain::Analysis& analysis,
    const v1::QueryItemMetricsRequest& request);

}  // namespace qiangji::coverage
