// Recorded alerts and evaluations as messages of the API.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "qiangji/bottleneck/v1/alert.pb.h"
#include "qiangji/bottleneck/v1/evaluation.pb.h"
#include "services/bottleneck/alert_row.h"
#include "services/domain/rules_evaluate.h"

namespace qiangji::bottleneck {

// "alerts/IMPORT_DEPENDENCE~items~bearing", and back. NOT_FOUND where the name
// is well formed and no alert can have it.
std::string AlertName(const domain::AlertKey& key);
absl::StatusOr<domain::AlertKey> ParseAlertName(absl::string_view name);

// A version of an alert, and where it stands in time.
struct AlertVersionOf {
  StoredAlert alert;
  std::int64_t seq = 0;  // change of the bottleneck store that wrote it
  absl::Time recorded;   // its commit time
  absl::Time evaluated;  // of the facts behind the newest evaluation in it
  std::string owner_id;
};

// The alert as of the evaluation `point`: an open one was last seen then. Its
// events are not in it.
v1::Alert ToProto(const AlertVersionOf& version, const EvaluationPoint& point,
                  absl::Time now);

v1::AlertState ToProto(domain::AlertStatus status);
v1::Severity ToProto(domain::Severity severity);

v1::Evaluation ToProto(const EvaluationPoint& point, absl::Time recorded,
                       const std::vector<std::string>& rules);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace qiangji::bottleneck
