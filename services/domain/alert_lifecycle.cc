#include "services/domain/alert_lifecycle.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/domain/validate.h"

namespace qiangji::domain {
namespace {

// Rows: actions; columns: enterprise, alliance, analyst, steward,
// administrator, service.
constexpr bool kMayAct[kAlertActionCount][kActorRoleCount] = {
    {true, true, false, true, true, false},    // acknowledge
    {false, false, false, true, true, false},  // accept
    {true, true, false, true, true, false},    // mitigate
    {false, false, false, true, true, false},  // resolve
    {true, true, true, true, true, false},     // comment
};

constexpr absl::string_view kHappenings[] = {
    "",         "acknowledged", "accepted",   "mitigating",
    "resolved", "commented",    "resurfaced", "overdue"};

// An analyst's comment does not need a sector.
bool ActsForItsSectors(const Actor& actor, AlertAction action) {
  return actor.Has(ActorRole::kAlliance) && !actor.IsSteward() &&
         !(actor.Has(ActorRole::kAnalyst) &&
           MayAct(ActorRole::kAnalyst, action));
}

std::optional<Refusal> CheckEnterprise(const AlertLife& before,
                                       const Actor& actor,
                                       const ActionRequest& request) {
  if (!before.work.owner.empty() && before.work.owner != actor.id) {
    return Denied("OWNED_BY_ANOTHER",
                  absl::StrCat("it is assigned to ", before.work.owner,
                               "; an alliance or a steward may reassign it"));
  }
  if (!request.owner.empty() && request.owner != actor.id) {
    return Denied("ASSIGNS_ANOTHER",
                  "an enterprise takes alerts over only for itself");
  }
  return std::nullopt;
}

// What this actor may not do with this alert, whatever the request's rest.
std::optional<Refusal> CheckActor(const AlertLife& before,
                                  const std::vector<std::string>& sectors,
                                  const Actor& actor,
                                  const ActionRequest& request) {
  if (!actor.HasAny(
          [&](ActorRole role) { return MayAct(role, request.action); })) {
    return DeniedToRoles();
  }
  if (actor.IsSteward()) return std::nullopt;
  if (ActsForItsSectors(actor, request.action) &&
      !Meet(actor.sectors, sectors)) {
    return Denied("OTHER_SECTOR",
                  "its subject is in no sector of the caller's alliance");
  }
  if (request.action == AlertAction::kComment) return std::nullopt;
  if (before.status == AlertStatus::kAccepted) {
    return Denied("ACCEPTED_BY_A_STEWARD",
                  "it is accepted; only a steward ends an acceptance early");
  }
  return actor.Has(ActorRole::kAlliance)
             ? std::nullopt
             : CheckEnterprise(before, actor, request);
}

std::optional<Refusal> CheckRequest(const ActionRequest& request,
                                    absl::Time now) {
  const bool comment = request.action == AlertAction::kComment ||
                       request.action == AlertAction::kAcknowledge ||
                       request.action == AlertAction::kMitigate;
  const char* const text = comment ? "comment" : "reason";
  const bool needed = request.action == AlertAction::kAccept ||
                      request.action == AlertAction::kResolve ||
                      request.action == AlertAction::kComment;
  if (needed && request.text.empty()) return Invalid(text, "must be stated");
  if (CharactersOf(request.text) > kMostActionText) {
    return Invalid(
        text, absl::StrCat("is longer than ", kMostActionText, " characters"));
  }
  if (request.action == AlertAction::kAccept && !request.due) {
    return Invalid("due", "must be stated: an acceptance has an end");
  }
  if (request.due && *request.due <= now) {
    return Invalid("due", "has passed; accepted: a time to come");
  }
  if (request.action == AlertAction::kMitigate && request.project.empty()) {
    return Invalid("project", "must be stated");
  }
  return std::nullopt;
}

}  // namespace

bool MayAct(ActorRole role, AlertAction action) {
  return kMayAct[static_cast<std::size_t>(action)]
                [static_cast<std::size_t>(role)];
}

std::variant<AlertLife, Refusal> Act(const AlertLife& before,
                                     const std::vector<std::string>& sectors,
                                     const Actor& actor,
                                     const ActionRequest& request,
                                     absl::Time now) {
  if (auto refusal = CheckActor(before, sectors, actor, request)) {
    return *std::move(refusal);
  }
  if (before.status == AlertStatus::kResolved &&
      request.action != AlertAction::kComment) {
    return Illegal("ALERT_RESOLVED",
                   "it is resolved; it reopens by itself when its condition "
                   "holds again");
  }
  if (auto refusal = CheckRequest(request, now)) return *std::move(refusal);
  if (request.action == AlertAction::kComment) return before;
  AlertLife after;
  AlertWork& work = after.work;
  work.owner = before.work.owner.empty() ? actor.id : before.work.owner;
  if (before.status != AlertStatus::kAccepted) work.due = before.work.due;
  if (request.due) work.due = request.due;
  work.overdue = work.due && *work.due <= now;
  switch (request.action) {
    case AlertAction::kAcknowledge:
      after.status = AlertStatus::kAcknowledged;
      work.owner = request.owner.empty() ? actor.id : request.owner;
      break;
    case AlertAction::kAccept:
      after.status = AlertStatus::kAccepted;
      work.reason = request.text;
      break;
    case AlertAction::kMitigate:
      after.status = AlertStatus::kMitigating;
      work.project = request.project;
      break;
    case AlertAction::kResolve:
      after.status = AlertStatus::kResolved;
      work.due = std::nullopt;
      work.overdue = false;
      work.reason = request.text;
      break;
    case AlertAction::kComment:
      break;
  }
  return after;
}

absl::string_view AlertHappeningName(AlertHappening happening) {
  return kHappenings[static_cast<std::size_t>(happening)];
}

std::optional<AlertHappening> ParseAlertHappening(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kHappenings); ++i) {
    if (kHappenings[i] == name) return static_cast<AlertHappening>(i);
  }
  return std::nullopt;
}

AlertHappening HappeningOf(AlertAction action) {
  return static_cast<AlertHappening>(static_cast<int>(action) + 1);
}

std::optional<absl::Time> ElapsesAt(const AlertLife& life) {
  if (life.status == AlertStatus::kResolved || life.work.overdue) {
    return std::nullopt;
  }
  return life.work.due;
}

Elapsed Elapse(const AlertLife& before, absl::Time now) {
  const std::optional<absl::Time> at = ElapsesAt(before);
  if (!at || now < *at) return {};
  Elapsed elapsed;
  elapsed.after = before;
  if (before.status == AlertStatus::kAccepted) {
    elapsed.happening = AlertHappening::kResurfaced;
    elapsed.after.status = AlertStatus::kOpen;
    elapsed.after.work = {};
    elapsed.after.work.owner = before.work.owner;
  } else {
    elapsed.happening = AlertHappening::kOverdue;
    elapsed.after.work.overdue = true;
  }
  return elapsed;
}

AlertWork AfterTransition(const AlertWork& before, TransitionKind kind) {
  if (kind == TransitionKind::kSeverity || kind == TransitionKind::kRefresh) {
    return before;
  }
  AlertWork after;
  after.owner = before.owner;
  return after;
}

}  // namespace qiangji::domain
