// The matrix state × action × role of flags, and what each refusal says.
#include "services/domain/flag.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

constexpr ActorRole kRoles[] = {ActorRole::kEnterprise,    ActorRole::kAlliance,
                                ActorRole::kAnalyst,       ActorRole::kSteward,
                                ActorRole::kAdministrator, ActorRole::kService};
constexpr FlagAction kActions[] = {FlagAction::kEndorse,  FlagAction::kContest,
                                   FlagAction::kWithdraw, FlagAction::kAdopt,
                                   FlagAction::kMap,      FlagAction::kDecline,
                                   FlagAction::kJudge};
constexpr FlagStatus kStatuses[] = {
    FlagStatus::kProposed, FlagStatus::kOpen, FlagStatus::kReached,
    FlagStatus::kWithdrawn, FlagStatus::kDeclined};

FlagActor Someone(ActorRole role, std::string organization = "",
                  std::vector<std::string> sectors = {}) {
  FlagActor actor;
  actor.id = "someone";
  actor.roles.set(static_cast<std::size_t>(role));
  actor.organization_id = std::move(organization);
  actor.sectors = std::move(sectors);
  return actor;
}

FlagLife Life(FlagStatus status, bool judged = false) {
  FlagLife life;
  life.status = status;
  life.alliance_id = "al-1";
  life.writer = "al-1";
  life.sectors = {"nev", "rail"};
  life.judged = judged;
  return life;
}

FlagRequest Asks(FlagAction action) {
  FlagRequest request;
  request.action = action;
  request.text = "因为";
  request.member = true;
  return request;
}

// What is said: the new state, or the reason or field of the refusal.
std::string Said(const std::variant<FlagOutcome, Refusal>& result) {
  if (const auto* refusal = std::get_if<Refusal>(&result)) {
    return refusal->kind == Refusal::Kind::kDenied ? "denied " + refusal->reason
           : refusal->kind == Refusal::Kind::kIllegal
               ? "illegal " + refusal->reason
               : "field " + refusal->field;
  }
  return std::string(FlagStatusName(std::get<FlagOutcome>(result).status));
}

std::string Said(const FlagLife& life, const FlagActor& actor,
                 const FlagRequest& request) {
  return Said(Act(life, actor, request));
}

// Written out once more, as one would read it in the manual.
bool Permitted(ActorRole role, FlagAction action) {
  switch (role) {
    case ActorRole::kSteward:
    case ActorRole::kAdministrator:
      return true;
    case ActorRole::kAlliance:
      return action == FlagAction::kEndorse || action == FlagAction::kContest ||
             action == FlagAction::kWithdraw || action == FlagAction::kCreate;
    case ActorRole::kEnterprise:
      return action == FlagAction::kEndorse || action == FlagAction::kContest;
    default:
      return false;
  }
}

std::string Expected(FlagStatus status, FlagAction action) {
  const bool open = status == FlagStatus::kOpen;
  const bool proposed = status == FlagStatus::kProposed;
  const bool reached = status == FlagStatus::kReached;
  switch (action) {
    case FlagAction::kEndorse:
    case FlagAction::kContest:
      if (open || proposed) return std::string(FlagStatusName(status));
      break;
    case FlagAction::kWithdraw:
      if (open || proposed || reached) return "withdrawn";
      break;
    case FlagAction::kAdopt:
      if (proposed) return "open";
      break;
    case FlagAction::kMap:
      if (proposed || open) return "open";
      break;
    case FlagAction::kDecline:
      if (proposed) return "declined";
      break;
    case FlagAction::kJudge:
      if (open) return "reached";
      if (reached) return "illegal JUDGED_SO";
      break;
    case FlagAction::kCreate:
      break;
  }
  switch (status) {
    case FlagStatus::kProposed:
      return "illegal FLAG_PROPOSED";
    case FlagStatus::kOpen:
      return "illegal FLAG_OPEN";
    case FlagStatus::kReached:
      return "illegal FLAG_REACHED";
    case FlagStatus::kWithdrawn:
      return "illegal FLAG_WITHDRAWN";
    case FlagStatus::kDeclined:
      return "illegal FLAG_DECLINED";
  }
  return "";
}

TEST(Flag, EveryStateActionAndRole) {
  for (const ActorRole role : kRoles) {
    for (const FlagAction action : kActions) {
      EXPECT_EQ(MayAct(role, action), Permitted(role, action));
      for (const FlagStatus status : kStatuses) {
        // One who may do whatever the role may: a member's principal, and for
        // a withdrawal the alliance's own.
        const FlagActor actor = Someone(
            role, action == FlagAction::kWithdraw ? "al-1" : "org-1", {"nev"});
        EXPECT_EQ(
            Said(Life(status, /*judged=*/true), actor, Asks(action)),
            Permitted(role, action) ? Expected(status, action) : "denied ROLE")
            << FlagStatusName(status) << " " << static_cast<int>(action) << " "
            << static_cast<int>(role);
      }
    }
  }
  EXPECT_TRUE(MayAct(ActorRole::kAlliance, FlagAction::kCreate));
  EXPECT_FALSE(MayAct(ActorRole::kEnterprise, FlagAction::kCreate));
  EXPECT_FALSE(MayAct(ActorRole::kAnalyst, FlagAction::kCreate));
}

TEST(Flag, VoicesAreOfMembersAndOfAlliancesOfTheSector) {
  const FlagLife open = Life(FlagStatus::kOpen);
  FlagRequest endorse = Asks(FlagAction::kEndorse);
  endorse.member = false;
  EXPECT_EQ(Said(open, Someone(ActorRole::kEnterprise, "org-1"), endorse),
            "denied NOT_A_MEMBER");
  EXPECT_EQ(
      Said(open, Someone(ActorRole::kAlliance, "al-2", {"rail"}), endorse),
      "open");
  EXPECT_EQ(
      Said(open, Someone(ActorRole::kAlliance, "al-2", {"marine"}), endorse),
      "denied NOT_A_MEMBER");
  EXPECT_EQ(Said(open, Someone(ActorRole::kAlliance, "al-1", {"nev"}), endorse),
            "illegal OWN_FLAG");
  EXPECT_EQ(Said(open, Someone(ActorRole::kEnterprise), endorse),
            "denied NO_ORGANIZATION");
}

TEST(Flag, OnlyStewardsSpeakForOthers) {
  const FlagLife open = Life(FlagStatus::kOpen);
  FlagRequest contest = Asks(FlagAction::kContest);
  EXPECT_EQ(Said(open, Someone(ActorRole::kSteward), contest),
            "field organization_id");
  contest.speaker = "org-2";
  EXPECT_EQ(Said(open, Someone(ActorRole::kEnterprise, "org-1"), contest),
            "denied SPEAKS_FOR_ANOTHER");
  const auto result = Act(open, Someone(ActorRole::kSteward), contest);
  ASSERT_EQ(Said(result), "open");
  EXPECT_EQ(std::get<FlagOutcome>(result).speaker, "org-2");
  EXPECT_EQ(std::get<FlagOutcome>(result).happening, FlagHappening::kContested);
  contest.member = false;
  EXPECT_EQ(Said(open, Someone(ActorRole::kSteward), contest),
            "denied NOT_A_MEMBER");
}

TEST(Flag, ItsAllianceWithdrawsIt) {
  const FlagLife open = Life(FlagStatus::kOpen);
  const FlagRequest withdraw = Asks(FlagAction::kWithdraw);
  EXPECT_EQ(Said(open, Someone(ActorRole::kAlliance, "al-1"), withdraw),
            "withdrawn");
  EXPECT_EQ(
      Said(open, Someone(ActorRole::kAlliance, "al-2", {"nev"}), withdraw),
      "denied FLAG_OF_ANOTHER");
  FlagLife by_principal = open;
  by_principal.writer = "someone";
  EXPECT_EQ(Said(by_principal, Someone(ActorRole::kAlliance), withdraw),
            "withdrawn");
  FlagLife by_steward = open;
  by_steward.writer = "";
  EXPECT_EQ(Said(by_steward, Someone(ActorRole::kAlliance), withdraw),
            "denied FLAG_OF_ANOTHER");
}

TEST(Flag, OnlyGoalsInWordsAreJudgedAndWithAReason) {
  const FlagActor steward = Someone(ActorRole::kSteward);
  FlagRequest judge = Asks(FlagAction::kJudge);
  EXPECT_EQ(Said(Life(FlagStatus::kOpen), steward, judge),
            "illegal GOAL_IS_MEASURED");
  judge.text.clear();
  EXPECT_EQ(Said(Life(FlagStatus::kOpen, true), steward, judge),
            "field reason");
  judge.text = "未达到";
  judge.reached = false;
  EXPECT_EQ(Said(Life(FlagStatus::kReached, true), steward, judge), "open");
  EXPECT_EQ(Said(Life(FlagStatus::kOpen, true), steward, judge),
            "illegal JUDGED_SO");
}

TEST(Flag, ReasonsAreAsLongAsTheyMayBe) {
  FlagRequest decline = Asks(FlagAction::kDecline);
  const FlagActor steward = Someone(ActorRole::kSteward);
  const auto characters = [](std::size_t n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text += "字";
    return text;
  };
  decline.text = characters(kMostFlagReason);
  EXPECT_EQ(Said(Life(FlagStatus::kProposed), steward, decline), "declined");
  decline.text = characters(kMostFlagReason + 1);
  EXPECT_EQ(Said(Life(FlagStatus::kProposed), steward, decline),
            "field reason");
  decline.text.clear();
  EXPECT_EQ(Said(Life(FlagStatus::kProposed), steward, decline),
            "field reason");
}

TEST(Flag, AnAllianceFlagsForItselfAndInItsSectors) {
  const auto refused = [](const FlagActor& actor, const std::string& alliance,
                          const std::vector<std::string>& own = {}) {
    const auto refusal = RefuseNewFlag(actor, alliance, {"nev"}, own);
    return refusal ? refusal->reason : std::string();
  };
  EXPECT_EQ(refused(Someone(ActorRole::kAlliance, "al-1", {"nev"}), "al-1"),
            "");
  EXPECT_EQ(refused(Someone(ActorRole::kAlliance, "al-1", {"rail"}), "al-1"),
            "OTHER_SECTOR");
  EXPECT_EQ(refused(Someone(ActorRole::kAlliance, "al-1", {"nev"}), "al-2"),
            "FLAGS_FOR_ANOTHER");
  // Sectors of the organization count where the caller names none.
  EXPECT_EQ(refused(Someone(ActorRole::kAlliance, "al-1"), "al-1", {"rail"}),
            "OTHER_SECTOR");
  EXPECT_EQ(refused(Someone(ActorRole::kAlliance, "al-1"), "al-1"), "");
  EXPECT_EQ(refused(Someone(ActorRole::kEnterprise, "al-1"), "al-1"), "ROLE");
  EXPECT_EQ(refused(Someone(ActorRole::kSteward), "al-9", {"rail"}), "");
}

TEST(Flag, NamesAreReadBack) {
  for (const FlagStatus status : kStatuses) {
    EXPECT_EQ(ParseFlagStatus(FlagStatusName(status)), status);
  }
  for (int i = 0; i <= static_cast<int>(FlagHappening::kOverdue); ++i) {
    const auto happening = static_cast<FlagHappening>(i);
    EXPECT_EQ(ParseFlagHappening(FlagHappeningName(happening)), happening);
  }
  EXPECT_EQ(ParseFlagStatus("contested"), std::nullopt);
  EXPECT_EQ(ParseFlagHappening(""), std::nullopt);
}

}  // namespace
}  // namespace qiangji::domain
