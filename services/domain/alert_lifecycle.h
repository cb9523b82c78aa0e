// How people and time move an alert (METHOD 5, "States"): a pure machine.
// The rules' own moves (open, close, reopen) are in rules_evaluate.h.
//
// Decisions on what METHOD leaves open:
// - Whatever the state but `resolved`, an alert may be acknowledged (again:
//   assigned to somebody else), accepted, given to a project or resolved; the
//   newest of them counts. A comment is possible in any state.
// - Resolving by hand does not silence a condition: the next evaluation that
//   finds it holding reopens the same alert. Silence has a reason and an end,
//   and is called acceptance.
// - An acceptance ends by itself at its date and the alert is open again. Only
//   a steward ends it earlier.
// - An alert whose due date passes is marked overdue (escalation): it ranks one
//   severity higher in lists, its severity stays the rule's. The mark goes with
//   a new date, an acceptance, or when the alert closes.
// - An alert that closes by itself loses date, reason and project, and keeps
//   its owner, who has it again when it reopens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/actor.h"
#include "services/domain/rules_evaluate.h"

namespace qiangji::domain {

enum class AlertAction : std::uint8_t {
  kAcknowledge,
  kAccept,
  kMitigate,
  kResolve,
  kComment,
};
constexpr int kAlertActionCount = 5;

// What people set on an alert.
struct AlertWork {
  std::string owner;              // "" = nobody
  std::optional<absl::Time> due;  // of an acceptance: its end
  bool overdue = false;           // `due` has passed
  std::string reason;             // of an acceptance or resolution by hand
  std::string project;            // of a mitigation, "projects/p1"
  bool operator==(const AlertWork&) const = default;
};

struct AlertLife {
  AlertStatus status = AlertStatus::kOpen;
  AlertWork work;
  bool operator==(const AlertLife&) const = default;
};

struct ActionRequest {
  AlertAction action = AlertAction::kComment;
  std::string owner;              // kAcknowledge; "" = the actor
  std::optional<absl::Time> due;  // nullopt = the one that there is
  std::string text;               // reason or comment
  std::string project;            // kMitigate
};

constexpr std::size_t kMostActionText = 4000;  // characters

// Whether the role may take the action at all: the table that the API's
// permissions repeat.
bool MayAct(ActorRole role, AlertAction action);

// The alert after the action. `sectors` are the subject's. What the actor may
// not comes first, then what the state does not allow, then the request.
std::variant<AlertLife, Refusal> Act(const AlertLife& before,
                                     const std::vector<std::string>& sectors,
                                     const Actor& actor,
                                     const ActionRequest& request,
                                     absl::Time now);

// What a version of an alert says happened, beside what the rules say.
enum class AlertHappening : std::uint8_t {
  kNone,
  kAcknowledged,
  kAccepted,
  kMitigating,
  kResolved,
  kCommented,
  kResurfaced,  // an acceptance ended
  kOverdue,
};
// "", "acknowledged", …
absl::string_view AlertHappeningName(AlertHappening happening);
std::optional<AlertHappening> ParseAlertHappening(absl::string_view name);
AlertHappening HappeningOf(AlertAction action);

// What time alone does to the alert at `now`; kNone = nothing.
struct Elapsed {
  AlertHappening happening = AlertHappening::kNone;
  AlertLife after;
};
Elapsed Elapse(const AlertLife& before, absl::Time now);
// When Elapse will do something; nullopt = never.
std::optional<absl::Time> ElapsesAt(const AlertLife& life);

// What people set, after the rules moved the alert.
AlertWork AfterTransition(const AlertWork& before, TransitionKind kind);

}  // namespace qiangji::domain
