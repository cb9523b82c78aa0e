// Alerts as rows of the table `alerts`, and evaluations as rows of
// `evaluations`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/domain/alert_lifecycle.h"
#include "services/domain/rules_evaluate.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::bottleneck {

struct StoredAlert {
  domain::AlertKey key;
  domain::AlertState state;
  domain::Evidence evidence;
  domain::AlertWork work;
  // What people or time did in this version; of an evaluation's, nothing.
  domain::AlertHappening happening = domain::AlertHappening::kNone;
  std::string actor;  // "" = time
  std::string comment;
  std::int64_t actions = 0;  // of people and time so far
  // Registry sequence of the evaluation that wrote this version.
  std::int64_t registry_seq = 0;
};

const domain::TableSchema& AlertTable();
const domain::TableSchema& EvaluationTable();

domain::Row ToRow(const StoredAlert& alert);
// DATA_LOSS where a cell cannot be read.
absl::StatusOr<StoredAlert> AlertFromRow(const domain::Row& row);
domain::Key KeyOf(const domain::AlertKey& key);

// One evaluation, and the change of the store that it made.
struct EvaluationPoint {
  std::int64_t registry_seq = 0;
  // Commit time of that sequence: alerts are first and last seen at such
  // times, so evidence as of a time is never younger than it.
  absl::Time registry_time;
  std::optional<int> year;  // assessed
  bool illustrative = false;
  std::int64_t opened = 0;
  std::int64_t closed = 0;
  std::int64_t changed = 0;
  std::int64_t open = 0;  // not resolved after it
  std::int64_t seq = 0;   // of the bottleneck store; not in the row
};

domain::Row ToRow(const EvaluationPoint& point);
absl::StatusOr<EvaluationPoint> EvaluationFromRow(const domain::Row& row,
                                                  std::int64_t seq);

// Cells of an alert's row, for filters that need no more.
enum class AlertColumn {
  kRule,
  kSubject,
  kState,
  kSeverity,
  kOwner,
  kOverdue,
  kValue,
  kCategory,
  kSectors,
};
const domain::Value& Cell(const domain::Row& row, AlertColumn column);

}  // namespace qiangji::bottleneck
