// Flags of alliances (METHOD 5, ALLIANCE_FLAG): a pure machine of what people
// do with them. What evaluations do is in flag_evaluate.h.
//
// Decisions on what METHOD leaves open:
// - Who may: an alliance flags for itself, in its own sectors where it has
//   some, and withdraws what it flagged. Members of the flagging alliance, and
//   other alliances of the item's sectors, endorse or contest; the flagging one
//   stands behind its own already. Stewards decide on proposals, judge goals in
//   words, and may do everything else for an alliance or organization.
// - A contested flag stays in force: the alert says who contests it.
// - A measured goal moves a flag by itself, to and fro; a judged one moves by
//   judgement only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/domain/actor.h"

namespace qiangji::domain {

enum class FlagStatus : std::uint8_t {
  kProposed,  // an item that is not registered; no alert
  kOpen,
  kReached,  // its goal holds
  kWithdrawn,
  kDeclined,
};
constexpr int kFlagStatusCount = 5;
// "proposed" … "declined".
absl::string_view FlagStatusName(FlagStatus status);
std::optional<FlagStatus> ParseFlagStatus(absl::string_view name);

enum class FlagAction : std::uint8_t {
  kCreate,
  kEndorse,
  kContest,
  kWithdraw,
  kAdopt,
  kMap,
  kDecline,
  kJudge,
};
constexpr int kFlagActionCount = 8;

// What a version of a flag says happened.
enum class FlagHappening : std::uint8_t {
  kCreated,
  kEndorsed,
  kContested,
  kWithdrawn,
  kAdopted,
  kMapped,
  kDeclined,
  kReached,
  kReopened,
  kOverdue,
};
absl::string_view FlagHappeningName(FlagHappening happening);
std::optional<FlagHappening> ParseFlagHappening(absl::string_view name);

struct FlagActor : Actor {
  std::string organization_id;  // "" = none
};

// What the machine looks at.
struct FlagLife {
  FlagStatus status = FlagStatus::kOpen;
  std::string alliance_id;
  std::string writer;  // who made it, as FlagWriter says
  std::vector<std::string> sectors;
  bool judged = false;  // its goal is in words
};

struct FlagRequest {
  FlagAction action = FlagAction::kEndorse;
  std::string text;     // reason
  std::string speaker;  // kEndorse, kContest: for whom; "" = the actor's own
  bool member = false;  // the speaker is a member of the flagging alliance
  bool reached = true;  // kJudge
};

struct FlagOutcome {
  FlagStatus status = FlagStatus::kOpen;
  FlagHappening happening = FlagHappening::kCreated;
  std::string speaker;  // kEndorse, kContest
};

constexpr std::size_t kMostFlagReason = 1000;  // characters, of an action

// Whether the role may take the action at all: the table that the API's
// permissions repeat.
bool MayAct(ActorRole role, FlagAction action);

// Whose a flag is that the actor makes: its organization, else itself; "" =
// the stewards'.
std::string FlagWriter(const FlagActor& actor);

// The organization that an endorsement or contest is from; "" = not said.
std::string SpeakerOf(const FlagActor& actor, const FlagRequest& request);

// Why the actor may not flag for this alliance in these sectors; nullopt = it
// may. `own_sectors`: those of the alliance, where the actor names none.
std::optional<Refusal> RefuseNewFlag(
    const FlagActor& actor, const std::string& alliance_id,
    const std::vector<std::string>& sectors,
    const std::vector<std::string>& own_sectors);

// What becomes of the flag. What the actor may not comes first, then what the
// state does not allow, then the request. Not for kCreate.
std::variant<FlagOutcome, Refusal> Act(const FlagLife& before,
                                       const FlagActor& actor,
                                       const FlagRequest& request);

// Whether time makes it overdue at its due date.
bool MayBeOverdue(FlagStatus status);

}  // namespace qiangji::domain
