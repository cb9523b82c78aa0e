// Reading the stream of item metrics.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"

namespace qiangji::cli {

struct MetricsAnswer {
  coverage::v1::FigureContext context;
  std::vector<coverage::v1::ItemMetrics> items;  // by id
  // The messages as they came, for --output json.
  std::vector<coverage::v1::QueryItemMetricsResponse> messages;
};

// `keep_messages`: fills `messages`.
absl::StatusOr<MetricsAnswer> QueryMetrics(
    const coverage::v1::QueryItemMetricsRequest& request, bool keep_messages,
    Session& session);

}  // namespace qiangji::cli
