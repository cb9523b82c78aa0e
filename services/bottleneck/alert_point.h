// Which change of the bottleneck store an answer is read at: alerts are written
// by evaluations, and between two of them by people and by time.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/bottleneck/alert_row.h"
#include "services/bottleneck/freshness.h"

namespace qiangji::bottleneck {

class EvaluationLog;

struct AlertPoint {
  EvaluationPoint evaluation;  // the newest one in the state
  store::Seq at = 0;           // its state: this change, never kHead
  store::Seq head = 0;         // of the store

  // As the store's reads want it.
  store::Seq read_at() const { return at == head ? store::kHead : at; }
};

// What `view` means. As of a sequence or time of the past that is the state
// just before the next evaluation (and with a time, what had been recorded by
// then). nullopt: nothing was evaluated by then.
absl::StatusOr<std::optional<AlertPoint>> PointOf(store::Reader& reader,
                                                  const EvaluationLog& log,
                                                  const View& view);

// The state after change `at`.
absl::StatusOr<std::optional<AlertPoint>> PointOfChange(store::Reader& reader,
                                                        store::Seq at);

}  // namespace qiangji::bottleneck
