// Alerts and evaluations in the store: read back whole, and written one
// evaluation a transaction.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "db/store/store.h"
#include "services/bottleneck/alert_row.h"
#include "services/bottleneck/flag_store.h"
#include "services/domain/rules_evaluate.h"

namespace qiangji::bottleneck {

// Everything that the next evaluation starts from.
struct Recorded {
  std::int64_t seq = 0;  // head of the bottleneck store
  domain::AlertStates states;
  std::vector<EvaluationPoint> evaluations;  // by registry_seq
  bool rules_changed = false;  // or flags, since the newest of them
};

absl::StatusOr<Recorded> ReadRecorded(store::Store& store);

// Takes in what was written to alerts after `recorded.seq`, up to the head;
// their keys.
absl::StatusOr<std::vector<domain::AlertKey>> CatchUp(store::Store& store,
                                                      Recorded& recorded);

// Writes what an evaluation found of alerts and flags, and the evaluation
// itself, in one change;
// alerts that stay as they are get no version. `after` is the head that the
// transitions were computed from. What people did since stays: a state that is
// not resolved, owner, due date; ABORTED where one of them resolved an alert,
// which the evaluation might reopen. Where a transition brings no evidence,
// that of the alert stays. Returns the sequence of the change.
absl::StatusOr<std::int64_t> WriteEvaluation(
    store::Store& store, std::int64_t after,
    absl::Span<const domain::Transition> transitions,
    const EvaluatedFlags& flags, absl::Span<const domain::FlagMove> moves,
    const EvaluationPoint& point);

}  // namespace qiangji::bottleneck
