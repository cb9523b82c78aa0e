// METHOD 5 as a pure function: earlier alerts, figures and rules → what
// changes. No clock, no store.
//
// An alert of (rule, subject) opens when all clauses of the rule hold. Open,
// it stays until one clause fails by its margin; severities above the rule's
// lowest rise when their clause holds and fall likewise. Decisions on what
// METHOD leaves open:
// - "and not OTHER_RULE" looks at the other rule's alert after this very
//   evaluation, hysteresis included, so at no time are both open: while
//   IMPORT_DEPENDENCE lingers in its margin, LOW_ASSURANCE does not open, and
//   when it opens, LOW_ASSURANCE closes at once. A disabled rule excludes
//   nothing.
// - A share that is undefined because the item has no data for the assessed
//   year neither opens nor closes: the alert stands on its last figures while
//   there is still data of their year or a newer one. Were the data withdrawn
//   it closes. With data, an undefined figure (an import share where nothing
//   was bought) is a condition that does not hold, and closes at once.
// - An alert whose subject or rule is gone closes at once.
// - ALLIANCE_FLAG fires on an item that has an open flag (flag_evaluate.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/rules.h"
#include "services/domain/rules_evidence.h"

namespace qiangji::domain {

// Everything but kResolved counts as open to the rules.
enum class AlertStatus : std::uint8_t {
  kOpen,
  kAcknowledged,
  kAccepted,
  kMitigating,
  kResolved,
};
// "open" … "resolved".
absl::string_view AlertStatusName(AlertStatus status);
std::optional<AlertStatus> ParseAlertStatus(absl::string_view name);

struct AlertKey {
  AlertKey() = default;
  AlertKey(std::string rule_name, std::string subject_name)
      : rule(std::move(rule_name)), subject(std::move(subject_name)) {}
  AlertKey(RuleId id, std::string subject_name)
      : AlertKey(std::string(RuleName(id)), std::move(subject_name)) {}

  std::string rule;  // its name
  std::string subject;
  auto operator<=>(const AlertKey&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const AlertKey& key) {
    return H::combine(std::move(h), key.rule, key.subject);
  }
};

struct AlertState {
  AlertStatus status = AlertStatus::kOpen;
  Severity severity = Severity::kLow;
  absl::Time first_seen;   // never changes
  absl::Time opened_time;  // of the newest opening
  std::int64_t openings = 1;
  std::optional<absl::Time> last_seen;      // set when resolved
  std::optional<absl::Time> resolved_time;  // set when resolved
  std::optional<int> data_year;             // of the evidence
  std::uint64_t evidence = 0;               // Fingerprint

  bool active() const { return status != AlertStatus::kResolved; }
  bool operator==(const AlertState&) const = default;
};
using AlertStates = absl::flat_hash_map<AlertKey, AlertState>;

enum class TransitionKind : std::uint8_t {
  kOpen,
  kReopen,
  kSeverity,  // the figures may have changed as well
  kRefresh,   // other figures only
  kResolve,
};

struct Transition {
  TransitionKind kind;
  AlertKey key;
  AlertState after;
  // nullopt: the alert keeps the evidence it has.
  std::optional<Evidence> evidence;
};

struct Flag;

struct EvaluationInput {
  const AlertStates& previous;
  const RuleFigures& figures;
  absl::Span<const Rule> rules;
  absl::Time time;  // of this evaluation
  absl::Time
      previous_time;  // of the one before: what closes was last seen then
  // By id, after their own moves (MoveFlags); others than open ones are passed
  // over.
  absl::Span<const Flag> flags = {};
};

// At most one transition an alert, by rule and subject. An alert that stays as
// it is has none. Applying them and evaluating again gives none.
std::vector<Transition> Evaluate(const EvaluationInput& input);

}  // namespace qiangji::domain
