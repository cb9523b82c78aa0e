#include "services/domain/flag.h"

#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/domain/validate.h"

namespace qiangji::domain {
namespace {

constexpr absl::string_view kStatusNames[] = {"proposed", "open", "reached",
                                              "withdrawn", "declined"};
static_assert(std::size(kStatusNames) == kFlagStatusCount);

constexpr absl::string_view kHappenings[] = {
    "created", "endorsed", "contested", "withdrawn", "adopted",
    "mapped",  "declined", "reached",   "reopened",  "overdue"};

// Rows: actions; columns: enterprise, alliance, analyst, steward,
// administrator, service.
constexpr bool kMayAct[kFlagActionCount][kActorRoleCount] = {
    {false, true, false, true, true, false},   // create
    {true, true, false, true, true, false},    // endorse
    {true, true, false, true, true, false},    // contest
    {false, true, false, true, true, false},   // withdraw
    {false, false, false, true, true, false},  // adopt
    {false, false, false, true, true, false},  // map
    {false, false, false, true, true, false},  // decline
    {false, false, false, true, true, false},  // judge
};

// Rows: actions; columns: proposed, open, reached, withdrawn, declined.
constexpr bool kLegal[kFlagActionCount][kFlagStatusCount] = {
    {false, false, false, false, false},  // create makes its own
    {true, true, false, false, false},    // endorse
    {true, true, false, false, false},    // contest
    {true, true, true, false, false},     // withdraw
    {true, false, false, false, false},   // adopt
    {true, true, false, false, false},    // map
    {true, false, false, false, false},   // decline
    {false, true, true, false, false},    // judge
};

bool MayAct(const Actor& actor, FlagAction action) {
  return actor.HasAny(
      [action](ActorRole role) { return MayAct(role, action); });
}

bool IsVoice(FlagAction action) {
  return action == FlagAction::kEndorse || action == FlagAction::kContest;
}

// An endorsement or contest by this actor, for that organization.
std::optional<Refusal> CheckVoice(const FlagLife& before,
                                  const FlagActor& actor,
                                  const FlagRequest& request) {
  const std::string speaker = SpeakerOf(actor, request);
  const bool steward = actor.IsSteward();
  if (!steward && speaker != actor.organization_id) {
    return Denied("SPEAKS_FOR_ANOTHER",
                  "only a steward speaks for other organizations");
  }
  if (speaker.empty()) {
    return steward ? Invalid("organization_id",
                             "must be stated: the organization that speaks")
                   : Denied("NO_ORGANIZATION",
                            "the caller belongs to no organization");
  }
  if (speaker == before.alliance_id) {
    return Illegal("OWN_FLAG",
                   "an alliance stands behind its own flag; it can withdraw "
                   "it");
  }
  const bool other_alliance = actor.Has(ActorRole::kAlliance) && !steward &&
                              Meet(actor.sectors, before.sectors);
  if (!request.member && !other_alliance) {
    return Denied("NOT_A_MEMBER",
                  absl::StrCat(speaker, " is no member of ", before.alliance_id,
                               ", nor an alliance of the flag's sectors"));
  }
  return std::nullopt;
}

std::optional<Refusal> CheckWithdrawal(const FlagLife& before,
                                       const FlagActor& actor) {
  const std::string writer = FlagWriter(actor);
  const bool own = (!actor.organization_id.empty() &&
                    actor.organization_id == before.alliance_id) ||
                   (!writer.empty() && writer == before.writer);
  if (actor.IsSteward() || own) return std::nullopt;
  return Denied("FLAG_OF_ANOTHER",
                absl::StrCat("it is a flag of ", before.alliance_id));
}

std::optional<Refusal> CheckText(const FlagRequest& request) {
  const bool needed = request.action == FlagAction::kDecline ||
                      request.action == FlagAction::kJudge;
  if (needed && request.text.empty()) {
    return Invalid("reason", "must be stated");
  }
  if (CharactersOf(request.text) > kMostFlagReason) {
    return Invalid("reason", absl::StrCat("is longer than ", kMostFlagReason,
                                          " characters"));
  }
  return std::nullopt;
}

FlagOutcome OutcomeOf(const FlagLife& before, const FlagActor& actor,
                      const FlagRequest& request) {
  FlagOutcome outcome;
  outcome.status = before.status;
  switch (request.action) {
    case FlagAction::kCreate:
      break;
    case FlagAction::kEndorse:
      outcome.happening = FlagHappening::kEndorsed;
      outcome.speaker = SpeakerOf(actor, request);
      break;
    case FlagAction::kContest:
      outcome.happening = FlagHappening::kContested;
      outcome.speaker = SpeakerOf(actor, request);
      break;
    case FlagAction::kWithdraw:
      outcome.status = FlagStatus::kWithdrawn;
      outcome.happening = FlagHappening::kWithdrawn;
      break;
    case FlagAction::kAdopt:
      outcome.status = FlagStatus::kOpen;
      outcome.happening = FlagHappening::kAdopted;
      break;
    case FlagAction::kMap:
      outcome.status = FlagStatus::kOpen;
      outcome.happening = FlagHappening::kMapped;
      break;
    case FlagAction::kDecline:
      outcome.status = FlagStatus::kDeclined;
      outcome.happening = FlagHappening::kDeclined;
      break;
    case FlagAction::kJudge:
      outcome.status =
          request.reached ? FlagStatus::kReached : FlagStatus::kOpen;
      outcome.happening =
          request.reached ? FlagHappening::kReached : FlagHappening::kReopened;
      break;
  }
  return outcome;
}

}  // namespace

absl::string_view FlagStatusName(FlagStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<FlagStatus> ParseFlagStatus(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kStatusNames); ++i) {
    if (kStatusNames[i] == name) return static_cast<FlagStatus>(i);
  }
  return std::nullopt;
}

absl::string_view FlagHappeningName(FlagHappening happening) {
  return kHappenings[static_cast<std::size_t>(happening)];
}

std::optional<FlagHappening> ParseFlagHappening(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kHappenings); ++i) {
    if (kHappenings[i] == name) return static_cast<FlagHappening>(i);
  }
  return std::nullopt;
}

bool MayAct(ActorRole role, FlagAction action) {
  return kMayAct[static_cast<std::size_t>(action)]
                [static_cast<std::size_t>(role)];
}

std::string FlagWriter(const FlagActor& actor) {
  if (actor.IsSteward()) return "";
  return actor.organization_id.empty() ? actor.id : actor.organization_id;
}

std::string SpeakerOf(const FlagActor& actor, const FlagRequest& request) {
  return request.speaker.empty() ? actor.organization_id : request.speaker;
}

std::optional<Refusal> RefuseNewFlag(
    const FlagActor& actor, const std::string& alliance_id,
    const std::vector<std::string>& sectors,
    const std::vector<std::string>& own_sectors) {
  if (!MayAct(actor, FlagAction::kCreate)) {
    return DeniedToRoles();
  }
  if (actor.IsSteward()) return std::nullopt;
  if (!actor.organization_id.empty() && actor.organization_id != alliance_id) {
    return Denied("FLAGS_FOR_ANOTHER", "an alliance flags for itself only");
  }
  const std::vector<std::string>& own =
      actor.sectors.empty() ? own_sectors : actor.sectors;
  if (!own.empty() && !Meet(own, sectors)) {
    return Denied("OTHER_SECTOR",
                  "the item is in no sector of the caller's alliance");
  }
  return std::nullopt;
}

std::variant<FlagOutcome, Refusal> Act(const FlagLife& before,
                                       const FlagActor& actor,
                                       const FlagRequest& request) {
  if (!MayAct(actor, request.action)) {
    return DeniedToRoles();
  }
  std::optional<Refusal> refusal;
  if (IsVoice(request.action)) refusal = CheckVoice(before, actor, request);
  if (request.action == FlagAction::kWithdraw) {
    refusal = CheckWithdrawal(before, actor);
  }
  // What is denied comes first; the rest after the state.
  if (refusal && refusal->kind == Refusal::Kind::kDenied) return *refusal;
  if (!kLegal[static_cast<std::size_t>(request.action)]
             [static_cast<std::size_t>(before.status)]) {
    return Illegal(absl::StrCat("FLAG_", absl::AsciiStrToUpper(
                                             FlagStatusName(before.status))),
                   absl::StrCat("the flag is ", FlagStatusName(before.status)));
  }
  if (request.action == FlagAction::kJudge && !before.judged) {
    return Illegal("GOAL_IS_MEASURED",
                   "evaluations say whether its goal is reached");
  }
  if (request.action == FlagAction::kJudge &&
      request.reached == (before.status == FlagStatus::kReached)) {
    return Illegal("JUDGED_SO", "that is how it is judged already");
  }
  if (refusal) return *std::move(refusal);
  if (auto text = CheckText(request)) return *std::move(text);
  return OutcomeOf(before, actor, request);
}

bool MayBeOverdue(FlagStatus status) {
  return status == FlagStatus::kProposed || status == FlagStatus::kOpen;
}

}  // namespace qiangji::domain
