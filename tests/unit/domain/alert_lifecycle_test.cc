// The matrix state × action × role of METHOD 5, and what time does.
#include "services/domain/alert_lifecycle.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

constexpr AlertStatus kStatuses[] = {
    AlertStatus::kOpen, AlertStatus::kAcknowledged, AlertStatus::kAccepted,
    AlertStatus::kMitigating, AlertStatus::kResolved};

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
const std::vector<std::string> kSectors = {"nev", "rail"};

Actor ActorOf(ActorRole role) {
  Actor actor;
  actor.id = "me";
  actor.roles.set(static_cast<std::size_t>(role));
  if (role == ActorRole::kAlliance) actor.sectors = {"nev"};
  return actor;
}

AlertLife LifeIn(AlertStatus status) {
  AlertLife life;
  life.status = status;
  if (status == AlertStatus::kOpen) return life;
  life.work.owner = "me";
  if (status == AlertStatus::kAccepted) {
    life.work.due = kNow + absl::Hours(24);
    life.work.reason = "known";
  }
  if (status == AlertStatus::kMitigating) life.work.project = "projects/p0";
  return life;
}

ActionRequest RequestOf(AlertAction action) {
  ActionRequest request;
  request.action = action;
  request.text = "because";
  request.project = "projects/p1";
  request.due = kNow + absl::Hours(48);
  return request;
}

std::variant<AlertLife, Refusal> Do(AlertStatus from, AlertAction action,
                                    ActorRole role) {
  return Act(LifeIn(from), kSectors, ActorOf(role), RequestOf(action), kNow);
}

// What comes of an action: a state, or why not.
//   o k a m r   the state after it: open, acknowledged, accepted, mitigating,
//               resolved
//   P           PERMISSION_DENIED
//   F           FAILED_PRECONDITION
char Outcome(const std::variant<AlertLife, Refusal>& result) {
  if (const auto* life = std::get_if<AlertLife>(&result)) {
    return "okamr"[static_cast<std::size_t>(life->status)];
  }
  const Refusal& refusal = std::get<Refusal>(result);
  EXPECT_FALSE(refusal.reason.empty());
  EXPECT_FALSE(refusal.message.empty());
  return refusal.kind == Refusal::Kind::kDenied    ? 'P'
         : refusal.kind == Refusal::Kind::kIllegal ? 'F'
                                                   : 'I';
}

// One line a state; in it five letters a role (enterprise, alliance, analyst,
// steward, administrator, service): acknowledge, accept, mitigate, resolve,
// comment.
struct MatrixLine {
  AlertStatus from;
  const char* outcomes;
};
constexpr MatrixLine kMatrix[] = {
    {AlertStatus::kOpen, "kPmPo kPmPo PPPPo kamro kamro PPPPP"},
    {AlertStatus::kAcknowledged, "kPmPk kPmPk PPPPk kamrk kamrk PPPPP"},
    {AlertStatus::kAccepted, "PPPPa PPPPa PPPPa kamra kamra PPPPP"},
    {AlertStatus::kMitigating, "kPmPm kPmPm PPPPm kamrm kamrm PPPPP"},
    {AlertStatus::kResolved, "FPFPr FPFPr PPPPr FFFFr FFFFr PPPPP"},
};

TEST(AlertLifecycle, EveryStateActionAndRole) {
  for (const MatrixLine& line : kMatrix) {
    for (int role = 0; role < kActorRoleCount; ++role) {
      for (int action = 0; action < kAlertActionCount; ++action) {
        const char expected = line.outcomes[role * 6 + action];
        EXPECT_EQ(Outcome(Do(line.from, static_cast<AlertAction>(action),
                             static_cast<ActorRole>(role))),
                  expected)
            << AlertStatusName(line.from) << " action " << action << " role "
            << role;
      }
    }
  }
}

TEST(AlertLifecycle, AcknowledgingAssigns) {
  ActionRequest request = RequestOf(AlertAction::kAcknowledge);
  request.owner = "wang";
  const auto result = Act(LifeIn(AlertStatus::kMitigating), kSectors,
                          ActorOf(ActorRole::kSteward), request, kNow);
  const auto& after = std::get<AlertLife>(result);
  EXPECT_EQ(after.work.owner, "wang");
  EXPECT_EQ(after.work.due, request.due);
  EXPECT_EQ(after.work.project, "");
}

TEST(AlertLifecycle, WithoutAnOwnerItIsTheCaller) {
  const auto result =
      Do(AlertStatus::kOpen, AlertAction::kMitigate, ActorRole::kAlliance);
  EXPECT_EQ(std::get<AlertLife>(result).work.owner, "me");
}

TEST(AlertLifecycle, ADateThatIsNotStatedStays) {
  AlertLife life = LifeIn(AlertStatus::kAcknowledged);
  life.work.due = kNow - absl::Hours(1);
  life.work.overdue = true;
  ActionRequest request = RequestOf(AlertAction::kAcknowledge);
  request.due = std::nullopt;
  const Actor steward = ActorOf(ActorRole::kSteward);
  auto result = Act(life, kSectors, steward, request, kNow);
  EXPECT_TRUE(std::get<AlertLife>(result).work.overdue);
  EXPECT_EQ(std::get<AlertLife>(result).work.due, life.work.due);
  request.due = kNow + absl::Hours(1);
  result = Act(life, kSectors, steward, request, kNow);
  EXPECT_FALSE(std::get<AlertLife>(result).work.overdue);
}

TEST(AlertLifecycle, TheEndOfAnAcceptanceIsNoDueDate) {
  ActionRequest request = RequestOf(AlertAction::kAcknowledge);
  request.due = std::nullopt;
  const auto result = Act(LifeIn(AlertStatus::kAccepted), kSectors,
                          ActorOf(ActorRole::kSteward), request, kNow);
  EXPECT_EQ(std::get<AlertLife>(result).work.due, std::nullopt);
  EXPECT_EQ(std::get<AlertLife>(result).work.reason, "");
}

std::string ReasonOf(const std::variant<AlertLife, Refusal>& result) {
  const auto* refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? "" : refusal->reason;
}

TEST(AlertLifecycle, AnEnterpriseTakesOnlyWhatIsNobodys) {
  AlertLife life = LifeIn(AlertStatus::kAcknowledged);
  const Actor enterprise = ActorOf(ActorRole::kEnterprise);
  ActionRequest request = RequestOf(AlertAction::kAcknowledge);
  request.owner = "wang";
  EXPECT_EQ(ReasonOf(Act(life, kSectors, enterprise, request, kNow)),
            "ASSIGNS_ANOTHER");
  request.owner = "";
  life.work.owner = "wang";
  EXPECT_EQ(ReasonOf(Act(life, kSectors, enterprise, request, kNow)),
            "OWNED_BY_ANOTHER");
  Actor both = enterprise;
  both.roles.set(static_cast<std::size_t>(ActorRole::kAlliance));
  both.sectors = {"rail"};
  EXPECT_EQ(ReasonOf(Act(life, kSectors, both, request, kNow)), "");
}

TEST(AlertLifecycle, AnAllianceActsInItsSectors) {
  Actor alliance = ActorOf(ActorRole::kAlliance);
  alliance.sectors = {"marine"};
  for (const AlertAction action :
       {AlertAction::kAcknowledge, AlertAction::kMitigate,
        AlertAction::kComment}) {
    EXPECT_EQ(ReasonOf(Act(LifeIn(AlertStatus::kOpen), kSectors, alliance,
                           RequestOf(action), kNow)),
              "OTHER_SECTOR");
  }
  // The total is in none.
  alliance.sectors = {"nev"};
  EXPECT_EQ(ReasonOf(Act(LifeIn(AlertStatus::kOpen), {}, alliance,
                         RequestOf(AlertAction::kAcknowledge), kNow)),
            "OTHER_SECTOR");
}

TEST(AlertLifecycle, SaysWhichFieldIsWrong) {
  const auto field = [](AlertAction action, auto change) {
    ActionRequest request = RequestOf(action);
    change(request);
    const auto result = Act(LifeIn(AlertStatus::kOpen), kSectors,
                            ActorOf(ActorRole::kSteward), request, kNow);
    const auto* refusal = std::get_if<Refusal>(&result);
    return refusal == nullptr ? "" : refusal->field;
  };
  const auto no_text = [](ActionRequest& request) { request.text = ""; };
  const auto no_due = [](ActionRequest& request) {
    request.due = std::nullopt;
  };
  const auto now = [](ActionRequest& request) { request.due = kNow; };
  EXPECT_EQ(field(AlertAction::kAccept, no_text), "reason");
  EXPECT_EQ(field(AlertAction::kAccept, no_due), "due");
  EXPECT_EQ(field(AlertAction::kAccept, now), "due");
  EXPECT_EQ(field(AlertAction::kAcknowledge, now), "due");
  EXPECT_EQ(field(AlertAction::kAcknowledge, no_text), "");
  EXPECT_EQ(field(AlertAction::kResolve, no_text), "reason");
  EXPECT_EQ(field(AlertAction::kComment, no_text), "comment");
  EXPECT_EQ(field(AlertAction::kMitigate,
                  [](ActionRequest& request) { request.project = ""; }),
            "project");
  const auto length = [&](std::size_t n) {
    return field(AlertAction::kComment, [n](ActionRequest& request) {
      request.text.clear();
      for (std::size_t i = 0; i < n; ++i) request.text += "轴";
    });
  };
  EXPECT_EQ(length(kMostActionText), "");
  EXPECT_EQ(length(kMostActionText + 1), "comment");
}

TEST(AlertLifecycle, AnAcceptanceResurfacesAtItsEnd) {
  const AlertLife life = LifeIn(AlertStatus::kAccepted);
  const absl::Time end = *life.work.due;
  EXPECT_EQ(ElapsesAt(life), end);
  EXPECT_EQ(Elapse(life, end - absl::Seconds(1)).happening,
            AlertHappening::kNone);
  const Elapsed elapsed = Elapse(life, end);
  EXPECT_EQ(elapsed.happening, AlertHappening::kResurfaced);
  EXPECT_EQ(elapsed.after.status, AlertStatus::kOpen);
  EXPECT_EQ(elapsed.after.work.owner, "me");
  EXPECT_EQ(elapsed.after.work.reason, "");
  EXPECT_EQ(ElapsesAt(elapsed.after), std::nullopt);
}

TEST(AlertLifecycle, ADateThatPassesEscalatesOnce) {
  for (const AlertStatus status :
       {AlertStatus::kAcknowledged, AlertStatus::kMitigating}) {
    AlertLife life = LifeIn(status);
    life.work.due = kNow;
    const Elapsed elapsed = Elapse(life, kNow);
    EXPECT_EQ(elapsed.happening, AlertHappening::kOverdue);
    EXPECT_EQ(elapsed.after.status, status);
    EXPECT_TRUE(elapsed.after.work.overdue);
    EXPECT_EQ(Elapse(elapsed.after, kNow + absl::Hours(1)).happening,
              AlertHappening::kNone);
  }
}

TEST(AlertLifecycle, TimeDoesNothingToTheRest) {
  for (const AlertStatus status : kStatuses) {
    AlertLife life = LifeIn(status);
    if (status == AlertStatus::kResolved) {
      life.work.due = kNow;
    } else {
      life.work.due = std::nullopt;
    }
    EXPECT_EQ(Elapse(life, absl::InfiniteFuture()).happening,
              AlertHappening::kNone);
  }
}

TEST(AlertLifecycle, TheRulesKeepWhatPeopleSetUntilTheAlertCloses) {
  AlertWork work = LifeIn(AlertStatus::kAccepted).work;
  work.overdue = true;
  EXPECT_EQ(AfterTransition(work, TransitionKind::kRefresh), work);
  EXPECT_EQ(AfterTransition(work, TransitionKind::kSeverity), work);
  AlertWork owner_only;
  owner_only.owner = "me";
  EXPECT_EQ(AfterTransition(work, TransitionKind::kResolve), owner_only);
  EXPECT_EQ(AfterTransition(work, TransitionKind::kReopen), owner_only);
}

TEST(AlertLifecycle, NamesComeBack) {
  for (int i = 0; i <= static_cast<int>(AlertHappening::kOverdue); ++i) {
    const auto happening = static_cast<AlertHappening>(i);
    EXPECT_EQ(ParseAlertHappening(AlertHappeningName(happening)), happening);
  }
  EXPECT_EQ(ParseAlertHappening("vanished"), std::nullopt);
  EXPECT_EQ(AlertHappeningName(HappeningOf(AlertAction::kComment)),
            "commented");
}

}  // namespace
}  // namespace qiangji::domain
