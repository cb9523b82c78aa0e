// Reading alerts: all pages, and one by what a user types.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clients/cli/session.h"
#include "clients/cli/text.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"

namespace qiangji::cli {

// All pages as one response.
absl::StatusOr<bottleneck::v1::ListAlertsResponse> ListAllAlerts(
    bottleneck::v1::ListAlertsRequest request, Session& session);

// The name of the alert that `words` mean: `alerts/…` or its last segment, or
// RULE SUBJECT, where a subject without '/' is an item. NotFound where no
// alert has that rule and subject.
absl::StatusOr<std::string> FindAlertName(absl::Span<const std::string> words,
                                          Lang lang, Session& session);

}  // namespace qiangji::cli
