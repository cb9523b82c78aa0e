// FlagService over the wire: who may do what, and what becomes of a flag.
#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "qiangji/type/v1/permission.pb.h"
#include "services/domain/flag.h"
#include "services/rpc/errors.h"
#include "tests/service/bottleneck/flags_fixture.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::AdoptFlagRequest;
using bottleneck::v1::CreateFlagRequest;
using bottleneck::v1::DeclineFlagRequest;
using bottleneck::v1::GetFlagRequest;
using bottleneck::v1::MapFlagRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class Flags : public FlagsFixture {
 protected:
  absl::Status Adopt(const std::string& item) {
    AdoptFlagRequest request;
    request.set_name("flags/f1");
    request.set_item_id(item);
    return Ask(&FlagService::Stub::AdoptFlag, request, &flag_);
  }
  absl::Status Map(const std::string& item) {
    MapFlagRequest request;
    request.set_name("flags/f1");
    request.set_item_id(item);
    request.set_reason("已在目录中");
    return Ask(&FlagService::Stub::MapFlag, request, &flag_);
  }
  absl::Status Decline(const std::string& reason) {
    DeclineFlagRequest request;
    request.set_name("flags/f1");
    request.set_reason(reason);
    return Ask(&FlagService::Stub::DeclineFlag, request, &flag_);
  }
};

TEST_F(Flags, AreMadeAndReadBack) {
  CreateFlagRequest request = OnItem();
  request.mutable_flag()->add_evidence("items/a/supplyRecords/x");
  request.mutable_flag()->add_equipment_ids("a");
  SetDue(absl::Hours(48), request.mutable_flag());
  ASSERT_THAT(Create(request), IsOk());
  const Flag flag = Read();
  EXPECT_EQ(flag.name(), "flags/f1");
  EXPECT_EQ(flag.alliance_id(), "al-1");
  EXPECT_EQ(flag.owner_id(), "al-1");
  EXPECT_EQ(flag.goal_text(), "assured_share>=0.6");
  EXPECT_THAT(flag.sectors(), ElementsAre("nev"));
  EXPECT_THAT(flag.evidence(), ElementsAre("items/a/supplyRecords/x"));
  EXPECT_THAT(flag.equipment_ids(), ElementsAre("a"));
  EXPECT_EQ(flag.due().seconds(), request.flag().due().seconds());
  EXPECT_EQ(flag.etag(), flag_.etag());
  EXPECT_EQ(flag.read_seq(), 1);
  EXPECT_EQ(StateOf(flag), "OPEN");
  EXPECT_THAT(Events(), ElementsAre("CREATED chair"));
  EXPECT_THAT(Create(request), StatusIs(StatusCode::kAlreadyExists));
}

TEST_F(Flags, TellsEverythingThatIsWrongAtOnce) {
  CreateFlagRequest request;
  request.set_flag_id("Not An Id");
  Flag& flag = *request.mutable_flag();
  flag.set_item_id("nowhere");
  flag.set_proposed_name_zh("多余");
  flag.add_equipment_ids("nowhere-either");
  flag.add_evidence("a;b");
  flag.mutable_goal()->set_condition("no_such_column>=1");
  SetDue(-absl::Hours(1), &flag);
  const absl::Status status = Create(request);
  EXPECT_THAT(status, StatusIs(StatusCode::kInvalidArgument));
  std::vector<std::string> fields;
  for (const auto& [field, what] : rpc::ViolationsOf(status)) {
    fields.push_back(field);
  }
  EXPECT_THAT(fields, UnorderedElementsAre(
                          "flag.flag_id", "flag.severity", "flag.reason",
                          "flag.proposed_name_zh", "flag.evidence",
                          "flag.goal.condition", "flag.item_id",
                          "flag.equipment_ids", "flag.due"));
  CreateFlagRequest dangling = OnItem();
  dangling.mutable_flag()->set_item_id("nowhere");
  EXPECT_THAT(Create(dangling), StatusIs(StatusCode::kFailedPrecondition,
                                         HasSubstr("items/nowhere")));
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(Flags, GoalsAreWhatTheyMayBe) {
  const auto wrong = [&](const bottleneck::v1::FlagGoal& goal) {
    CreateFlagRequest request = OnItem();
    *request.mutable_flag()->mutable_goal() = goal;
    std::vector<std::string> fields;
    for (const auto& [field, what] : rpc::ViolationsOf(Create(request))) {
      fields.push_back(field);
    }
    return fields;
  };
  bottleneck::v1::FlagGoal goal;
  EXPECT_THAT(wrong(goal), ElementsAre("flag.goal"));
  goal.set_stage(type::v1::STAGE_UNSPECIFIED);
  EXPECT_THAT(wrong(goal), ElementsAre("flag.goal.stage"));
  goal.mutable_test()->set_value(1);
  EXPECT_THAT(wrong(goal), ElementsAre("flag.goal.test.property",
                                       "flag.goal.test.comparison"));
  goal.set_text(std::string(1001, 'x'));
  EXPECT_THAT(wrong(goal), ElementsAre("flag.goal.text"));
  goal.set_condition("assured_share >= much");
  EXPECT_THAT(wrong(goal), ElementsAre("flag.goal.condition"));
}

TEST_F(Flags, AnAllianceFlagsForItselfInItsSectors) {
  BeAlliance("al-1", {"rail"});
  EXPECT_THAT(Create(OnItem()), StatusIs(StatusCode::kPermissionDenied,
                                         HasSubstr("in no sector")));
  // Where the caller names none, those of its organization count.
  peers_.AddAlliance("al-3", {"rail"});
  BeAlliance("al-3", {});
  EXPECT_THAT(Create(OnItem()), StatusIs(StatusCode::kPermissionDenied));
  BeAlliance("al-2", {});
  EXPECT_THAT(Create(OnItem()), IsOk());
  BeAlliance("al-1");
  CreateFlagRequest other = OnItem("f2");
  other.mutable_flag()->set_alliance_id("al-2");
  EXPECT_THAT(Create(other), StatusIs(StatusCode::kPermissionDenied));
  BeMember();
  EXPECT_THAT(Create(OnItem("f2")), StatusIs(StatusCode::kPermissionDenied));
  BeSteward();
  EXPECT_THAT(Create(other), IsOk());
  EXPECT_EQ(flag_.owner_id(), "");
  EXPECT_THAT(Create(OnItem("f3")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("alliance")));
  other = OnItem("f3");
  other.mutable_flag()->set_alliance_id("org-1");
  EXPECT_THAT(Create(other),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no alliance")));
}

TEST_F(Flags, OneVoiceAnOrganizationAndTheNewestCounts) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  BeMember();
  ASSERT_THAT(Endorse("我厂也缺"), IsOk());
  EXPECT_EQ(flag_.endorsement_count(), 1);
  ASSERT_THAT(Contest("库存已足"), IsOk());
  EXPECT_EQ(flag_.endorsement_count(), 0);
  EXPECT_EQ(flag_.contest_count(), 1);
  EXPECT_EQ(StateOf(flag_), "CONTESTED");
  ASSERT_EQ(flag_.voices_size(), 1);
  EXPECT_EQ(flag_.voices(0).organization_id(), "org-1");
  EXPECT_FALSE(flag_.voices(0).endorses());
  EXPECT_EQ(flag_.voices(0).reason(), "库存已足");
  // The same again is nothing new.
  const std::string etag = flag_.etag();
  ASSERT_THAT(Contest("库存已足"), IsOk());
  EXPECT_EQ(flag_.etag(), etag);
  // Contested it stays in force.
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_HIGH"));
  BeMember("org-2");
  EXPECT_THAT(Endorse(),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("no member")));
  BeAlliance("al-2", {"nev"});
  EXPECT_THAT(Endorse(), IsOk());
  BeAlliance("al-2", {"rail"});
  EXPECT_THAT(Endorse("再来"), StatusIs(StatusCode::kPermissionDenied));
  BeAlliance();
  EXPECT_THAT(Contest(), StatusIs(StatusCode::kFailedPrecondition));
  BeSteward();
  EXPECT_THAT(Endorse("", "org-2"), StatusIs(StatusCode::kPermissionDenied));
  EXPECT_THAT(Endorse("代为表态", "org-1"), IsOk());
  EXPECT_EQ(flag_.endorsement_count(), 2);
  EXPECT_EQ(flag_.contest_count(), 0);
  EXPECT_THAT(Events(),
              ElementsAre("CREATED chair", "ENDORSED wang", "CONTESTED wang",
                          "ENDORSED chair", "ENDORSED steward"));
  EXPECT_EQ(Events("f1", 2).size(), 5u);
}

TEST_F(Flags, ItsAllianceWithdrawsIt) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  BeAlliance("al-2");
  EXPECT_THAT(Withdraw(), StatusIs(StatusCode::kPermissionDenied));
  BeMember();
  EXPECT_THAT(Withdraw(), StatusIs(StatusCode::kPermissionDenied));
  BeAlliance();
  ASSERT_THAT(Withdraw(), IsOk());
  EXPECT_EQ(flag_.reply(), "已解决");
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(Withdraw(), StatusIs(StatusCode::kFailedPrecondition,
                                   HasSubstr("withdrawn")));
  EXPECT_THAT(Withdraw("none"), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(Withdraw("Bad Name"), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(Flags, AProposalIsAdopted) {
  ASSERT_THAT(Create(NewItem()), IsOk());
  EXPECT_EQ(StateOf(flag_), "PROPOSED");
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(Adopt("a"), StatusIs(StatusCode::kPermissionDenied));
  BeSteward();
  EXPECT_THAT(Adopt("b"),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("items/b")));
  EXPECT_THAT(Adopt("B"), StatusIs(StatusCode::kInvalidArgument));
  peers_.CommitImports({0.5, 0.5});  // registers b
  ASSERT_THAT(Adopt("b"), IsOk());
  EXPECT_EQ(StateOf(flag_), "OPEN");
  EXPECT_EQ(flag_.item_id(), "b");
  EXPECT_EQ(flag_.proposed_name_zh(), "新型轴承");
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/b SEVERITY_HIGH"));
  EXPECT_THAT(Adopt("b"), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(Events(), ElementsAre("CREATED chair", "ADOPTED steward"));
}

TEST_F(Flags, AProposalIsMappedOrDeclinedWithAReason) {
  ASSERT_THAT(Create(NewItem()), IsOk());
  BeSteward();
  ASSERT_THAT(Map("a"), IsOk());
  EXPECT_EQ(flag_.reply(), "已在目录中");
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_HIGH"));
  EXPECT_THAT(Decline("不是"), StatusIs(StatusCode::kFailedPrecondition));
  BeAlliance();
  ASSERT_THAT(Withdraw(), IsOk());

  ASSERT_THAT(Create(NewItem("f2")), IsOk());
  BeSteward();
  DeclineFlagRequest request;
  request.set_name("flags/f2");
  EXPECT_THAT(Ask(&FlagService::Stub::DeclineFlag, request, &flag_),
              StatusIs(StatusCode::kInvalidArgument));
  request.set_reason("不属于四基");
  ASSERT_THAT(Ask(&FlagService::Stub::DeclineFlag, request, &flag_), IsOk());
  BeAlliance();
  const Flag declined = Read("f2");
  EXPECT_EQ(StateOf(declined), "DECLINED");
  EXPECT_EQ(declined.reply(), "不属于四基");
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(Flags, AProposalSaysWhatItProposes) {
  CreateFlagRequest request = NewItem();
  Flag& flag = *request.mutable_flag();
  flag.clear_proposed_name_zh();
  flag.clear_proposed_category();
  flag.add_proposed_sectors("no-such-sector");
  std::vector<std::string> fields;
  for (const auto& [field, what] : rpc::ViolationsOf(Create(request))) {
    fields.push_back(field);
  }
  EXPECT_THAT(fields, UnorderedElementsAre("flag.proposed_name_zh",
                                           "flag.proposed_category",
                                           "flag.proposed_sectors"));
}

TEST_F(Flags, TwentyADayOfOneAllianceAndWhenTheNextIs) {
  options_.flags.most_a_day = 3;
  StopService();
  StartService();
  for (const char* id : {"f1", "f2", "f3"}) {
    ASSERT_THAT(Create(OnItem(id)), IsOk());
    clock_.Advance(absl::Hours(1));
  }
  const absl::Status status = Create(OnItem("f4"));
  EXPECT_THAT(status, StatusIs(StatusCode::kResourceExhausted));
  EXPECT_EQ(rpc::ReasonOf(status), "TOO_MANY_FLAGS");
  absl::Time again;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full,
                              rpc::MetadataOf(status, "retry_time"), &again,
                              nullptr));
  EXPECT_GE(again, clock_.Now() + absl::Hours(21));
  EXPECT_LE(again, clock_.Now() + absl::Hours(21) + absl::Seconds(1));
  // Of another alliance it is another number; a withdrawal makes no room.
  ASSERT_THAT(Withdraw(), IsOk());
  EXPECT_THAT(Create(OnItem("f4")), StatusIs(StatusCode::kResourceExhausted));
  BeAlliance("al-2", {});
  EXPECT_THAT(Create(OnItem("g1")), IsOk());
  BeAlliance();
  clock_.Advance(again - clock_.Now());
  EXPECT_THAT(Create(OnItem("f4")), IsOk());
  EXPECT_THAT(Create(OnItem("f5")), StatusIs(StatusCode::kResourceExhausted));
}

TEST_F(Flags, ARepeatUnderTheSameRequestIdIsDoneOnce) {
  CreateFlagRequest request = OnItem("");
  request.clear_flag_id();
  SetDue(absl::Hours(1), request.mutable_flag());
  request.set_request_id("r-1");
  ASSERT_THAT(Create(request), IsOk());
  const Flag first = flag_;
  clock_.Advance(absl::Hours(2));  // its date has passed
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(flag_.name(), first.name());
  EXPECT_EQ(List().size(), 1u);
  request.mutable_flag()->set_reason("别的");
  EXPECT_THAT(Create(request), StatusIs(StatusCode::kAlreadyExists));
}

TEST_F(Flags, ADryRunChecksAndKeepsNothing) {
  CreateFlagRequest request = OnItem();
  request.set_validate_only(true);
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(flag_.etag(), "");
  EXPECT_EQ(flag_.goal_text(), "assured_share>=0.6");
  EXPECT_THAT(List(), IsEmpty());
  request.mutable_flag()->clear_reason();
  EXPECT_THAT(Create(request), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(Flags, AnEtagThatIsOldIsRefused) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  const std::string etag = flag_.etag();
  BeMember();
  ASSERT_THAT(Endorse(), IsOk());
  BeAlliance();
  bottleneck::v1::WithdrawFlagRequest request;
  request.set_name("flags/f1");
  request.set_etag(etag);
  EXPECT_THAT(Ask(&FlagService::Stub::WithdrawFlag, request, &flag_),
              StatusIs(StatusCode::kAborted));
  request.set_etag(Read().etag());
  EXPECT_THAT(Ask(&FlagService::Stub::WithdrawFlag, request, &flag_), IsOk());
}

TEST_F(Flags, ListsAreFilteredOrderedAndPaged) {
  CreateFlagRequest low = OnItem("f2");
  low.mutable_flag()->set_severity(bottleneck::v1::SEVERITY_LOW);
  SetDue(absl::Hours(5), low.mutable_flag());
  ASSERT_THAT(Create(low), IsOk());
  clock_.Advance(absl::Seconds(1));
  ASSERT_THAT(Create(OnItem("f1")), IsOk());
  ASSERT_THAT(Create(NewItem("f3")), IsOk());
  EXPECT_THAT(List(), ElementsAre("f1", "f2", "f3"));
  EXPECT_THAT(List("", "severity desc, due"), ElementsAre("f1", "f3", "f2"));
  EXPECT_THAT(List("", "due", 1), ElementsAre("f2", "f1", "f3"));
  EXPECT_THAT(List("item_id = \"a\" AND severity = \"low\""),
              ElementsAre("f2"));
  EXPECT_THAT(List("item_id = \"\""), ElementsAre("f3"));
  EXPECT_THAT(List("state = \"proposed\" AND sector = \"nev\""),
              ElementsAre("f3"));
  EXPECT_THAT(List("alliance_id = \"al-2\""), IsEmpty());
  EXPECT_THAT(List("colour = \"red\""), IsEmpty());
  EXPECT_THAT(listed_, StatusIs(StatusCode::kInvalidArgument));
  List("", "colour");
  EXPECT_THAT(listed_, StatusIs(StatusCode::kInvalidArgument));
}

// The table of the domain and the roles of the API say the same.
TEST_F(Flags, PermissionsAreThoseOfTheMachine) {
  using domain::FlagAction;
  const std::pair<const char*, FlagAction> methods[] = {
      {"CreateFlag", FlagAction::kCreate},
      {"EndorseFlag", FlagAction::kEndorse},
      {"ContestFlag", FlagAction::kContest},
      {"WithdrawFlag", FlagAction::kWithdraw},
      {"AdoptFlag", FlagAction::kAdopt},
      {"MapFlag", FlagAction::kMap},
      {"DeclineFlag", FlagAction::kDecline},
      {"JudgeFlag", FlagAction::kJudge}};
  const auto* service =
      GetFlagRequest::descriptor()->file()->FindServiceByName("FlagService");
  ASSERT_NE(service, nullptr);
  for (const auto& [name, action] : methods) {
    const auto& permission =
        service->FindMethodByName(name)->options().GetExtension(
            type::v1::permission);
    for (int role = 0; role < domain::kActorRoleCount; ++role) {
      const bool named =
          std::find(permission.roles().begin(), permission.roles().end(),
                    role + 1) != permission.roles().end();
      EXPECT_EQ(named,
                domain::MayAct(static_cast<domain::ActorRole>(role), action))
          << name << " " << role;
    }
  }
}

}  // namespace
}  // namespace qiangji::testing
