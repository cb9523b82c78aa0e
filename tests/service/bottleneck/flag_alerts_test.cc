// What flags do to alerts: goals, dates, rules, the past, and restarts.
#include <functional>

#include "absl/strings/str_cat.h"
#include "tests/service/bottleneck/flags_fixture.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::Alert;
using bottleneck::v1::CreateFlagRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FlagAlerts : public FlagsFixture {
 protected:
  // The alert once `ready` says so of it.
  Alert Now(const std::function<bool(const Alert&)>& ready = {}) {
    Alert alert;
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    do {
      EXPECT_THAT(Get(kFlagAlert, &alert), IsOk());
    } while (ready && !ready(alert) && absl::Now() < deadline);
    return alert;
  }
  static std::string FigureOf(const Alert& alert, const std::string& column) {
    for (const auto& figure : alert.figures()) {
      if (figure.column() != column) continue;
      return figure.has_value() ? absl::StrCat(figure.value()) : figure.text();
    }
    return "";
  }
};

TEST_F(FlagAlerts, AnAlertOpensWithItsFlagAndClosesWithItsGoal) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_HIGH"));
  const Alert alert = Now();
  EXPECT_EQ(FigureOf(alert, "flagged_by"), "al-1");
  EXPECT_EQ(FigureOf(alert, "goal"), "assured_share>=0.6");
  ASSERT_EQ(alert.evidence_size(), 1);
  EXPECT_EQ(alert.evidence(0).name(), "flags/f1");
  EXPECT_THAT(alert.summary_zh(), HasSubstr("联盟标记 1 个"));
  EXPECT_THAT(alert.summary_en(), HasSubstr("by al-1"));
  EXPECT_NE(alert.closes().text_zh(), "");
  Share(0.59);
  EXPECT_EQ(Open().size(), 1u);
  Share(0.60);
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(State(), "REACHED");
  Share(0.30);
  EXPECT_EQ(State(), "OPEN");
  EXPECT_EQ(Now().state(), bottleneck::v1::ALERT_STATE_OPEN);
  EXPECT_THAT(Events(), ElementsAre("CREATED chair", "REACHED", "REOPENED"));
}

TEST_F(FlagAlerts, AGoalThatHoldsAlreadyRaisesNothing) {
  CreateFlagRequest request = OnItem();
  request.mutable_flag()->mutable_goal()->set_condition("assured_share>=0.5");
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(State(), "REACHED");
}

TEST_F(FlagAlerts, OneAlertForAllFlagsOfAnItem) {
  ASSERT_THAT(Create(OnItem("f1")), IsOk());
  BeAlliance("al-2", {});
  CreateFlagRequest second = OnItem("f2");
  second.mutable_flag()->set_severity(bottleneck::v1::SEVERITY_CRITICAL);
  second.mutable_flag()->mutable_goal()->set_text("两家企业量产");
  ASSERT_THAT(Create(second), IsOk());
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_CRITICAL"));
  BeMember();
  ASSERT_THAT(Endorse(), IsOk());
  Alert alert = Now();
  EXPECT_EQ(FigureOf(alert, "flags"), "2");
  EXPECT_EQ(FigureOf(alert, "flagged_by"), "al-1;al-2");
  EXPECT_EQ(FigureOf(alert, "endorsements"), "1");
  EXPECT_EQ(alert.evidence_size(), 2);
  BeAlliance("al-2");
  ASSERT_THAT(Withdraw("f2"), IsOk());
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_HIGH"));
  Share(0.9);
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(FlagAlerts, AStewardJudgesAGoalInWords) {
  CreateFlagRequest request = OnItem();
  request.mutable_flag()->mutable_goal()->set_text("两家企业量产");
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  EXPECT_THAT(Judge(true), StatusIs(StatusCode::kPermissionDenied));
  BeSteward();
  ASSERT_THAT(Judge(true), IsOk());
  EXPECT_EQ(flag_.reply(), "现场核验");
  EXPECT_THAT(Open(), IsEmpty());
  ASSERT_THAT(Judge(false), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  EXPECT_THAT(Judge(false), StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(FlagAlerts, AMilestoneReachesIt) {
  CreateFlagRequest request = OnItem();
  request.mutable_flag()->mutable_goal()->set_stage(
      type::v1::STAGE_FIRST_BATCH);
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  peers_.AddMilestone("a", type::v1::STAGE_PROTOTYPE, CommitTime(1));
  peers_.AddMilestone("a", type::v1::STAGE_SERIES,
                      CommitTime(1000));  // to come
  Share(0.5);
  EXPECT_EQ(Open().size(), 1u);
  peers_.AddMilestone("a", type::v1::STAGE_SERIES, CommitTime(2));
  Share(0.5);
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(Read().goal_text(), "stage>=first_batch");
}

TEST_F(FlagAlerts, ATestResultReachesIt) {
  CreateFlagRequest request = OnItem();
  auto& goal = *request.mutable_flag()->mutable_goal()->mutable_test();
  goal.set_property("accuracy");
  goal.set_comparison(bottleneck::v1::COMPARISON_LESS_OR_EQUAL);
  goal.set_value(0.01);
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(flag_.goal_text(), "accuracy<=0.01");
  peers_.AddTest("a", "life", 0.001);
  peers_.AddTest("a", "accuracy", 0.02);
  Share(0.5);
  EXPECT_EQ(Open().size(), 1u);
  peers_.AddTest("a", "accuracy", 0.005);  // on the third page
  Share(0.5);
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(FlagAlerts, WhatIsNotKnownIsNotReached) {
  CreateFlagRequest request = OnItem();
  request.mutable_flag()->mutable_goal()->set_condition("NOT ssr<0.5");
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  EXPECT_EQ(State(), "OPEN");
}

TEST_F(FlagAlerts, AnOverdueFlagEscalates) {
  CreateFlagRequest request = OnItem();
  SetDue(absl::Hours(24), request.mutable_flag());
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(Now().severity(), bottleneck::v1::SEVERITY_HIGH);
  clock_.Advance(absl::Hours(25));
  const Alert alert = Now([](const Alert& each) {
    return each.severity() == bottleneck::v1::SEVERITY_CRITICAL;
  });
  EXPECT_EQ(alert.severity(), bottleneck::v1::SEVERITY_CRITICAL);
  EXPECT_EQ(alert.events(alert.events_size() - 1).kind(),
            bottleneck::v1::ALERT_EVENT_KIND_SEVERITY_CHANGED);
  EXPECT_TRUE(Read().overdue());
  EXPECT_THAT(List("overdue = \"true\""), ElementsAre("f1"));
  EXPECT_THAT(Events(), ElementsAre("CREATED chair", "OVERDUE"));
  // Reached it is not overdue; failing again it is, at once.
  Share(0.9);
  EXPECT_EQ(State(), "REACHED");
  EXPECT_FALSE(Read().overdue());
  Share(0.1);
  Now([](const Alert& each) {
    return each.severity() == bottleneck::v1::SEVERITY_CRITICAL;
  });
  EXPECT_TRUE(Read().overdue());
}

TEST_F(FlagAlerts, AProposalBecomesOverdueToo) {
  CreateFlagRequest request = NewItem();
  SetDue(absl::Hours(1), request.mutable_flag());
  ASSERT_THAT(Create(request), IsOk());
  clock_.Advance(absl::Hours(2));
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!Read().overdue() && absl::Now() < deadline) {
  }
  EXPECT_TRUE(Read().overdue());
  EXPECT_EQ(State(), "PROPOSED");
}

TEST_F(FlagAlerts, ThePastKeepsItsFlagsAndAlerts) {
  Share(0.4);  // sequence 2
  EXPECT_THAT(Open(), IsEmpty());
  ASSERT_THAT(Create(OnItem()), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  Share(0.9);  // sequence 3
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(Open(2), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_HIGH"));
  EXPECT_THAT(Open(1), IsEmpty());
  EXPECT_EQ(StateOf(Read("f1", 2)), "OPEN");
  EXPECT_EQ(StateOf(Read("f1", 3)), "REACHED");
  bottleneck::v1::GetFlagRequest request;
  request.set_name("flags/f1");
  request.set_read_seq(1);
  EXPECT_THAT(Ask(&FlagService::Stub::GetFlag, request, &flag_),
              StatusIs(StatusCode::kNotFound));
}

TEST_F(FlagAlerts, AFlagWrittenJustBeforeTheEndIsEvaluatedAfterTheStart) {
  Open();
  // Nothing is evaluated any more until the service is started again.
  peers_.Hold();
  ASSERT_THAT(Create(OnItem()), IsOk());
  StopService();
  peers_.Release();
  StartService();
  EXPECT_THAT(Open(), ElementsAre("ALLIANCE_FLAG items/a SEVERITY_HIGH"));
}

TEST_F(FlagAlerts, PeopleWorkOnItAsOnAnyAlert) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  Open();
  bottleneck::v1::AcknowledgeAlertRequest request;
  request.set_name(kFlagAlert);
  Alert alert;
  ASSERT_THAT(Call(&bottleneck::v1::AlertService::Stub::AcknowledgeAlert,
                   request, &alert),
              IsOk());
  EXPECT_EQ(alert.owner(), "chair");
  BeMember();
  ASSERT_THAT(Endorse(), IsOk());
  EXPECT_EQ(Now().state(), bottleneck::v1::ALERT_STATE_ACKNOWLEDGED);
}

TEST_F(FlagAlerts, TheRuleIsSwitchedOffLikeAnother) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  BeSteward();
  bottleneck::v1::UpdateRuleRequest request;
  request.mutable_rule()->set_name("rules/ALLIANCE_FLAG");
  request.mutable_rule()->set_enabled(false);
  request.mutable_update_mask()->add_paths("enabled");
  bottleneck::v1::Rule rule;
  const auto update = [&] {
    grpc::ClientContext context;
    return client::FromGrpcStatus(rules_->UpdateRule(&context, request, &rule));
  };
  ASSERT_THAT(update(), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(State(), "OPEN");
  request.mutable_rule()->set_enabled(true);
  ASSERT_THAT(update(), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  request.mutable_rule()->set_severity(bottleneck::v1::SEVERITY_LOW);
  request.mutable_update_mask()->add_paths("severity");
  EXPECT_THAT(update(), StatusIs(StatusCode::kInvalidArgument));
  // Storing nothing, a trial sees the flags.
  bottleneck::v1::TestRuleRequest trial;
  trial.mutable_rule()->set_name("rules/ALLIANCE_FLAG");
  bottleneck::v1::TestRuleResponse response;
  grpc::ClientContext context;
  ASSERT_THAT(
      client::FromGrpcStatus(rules_->TestRule(&context, trial, &response)),
      IsOk());
  EXPECT_EQ(response.kept_count(), 1);
  EXPECT_THAT(response.closed(), IsEmpty());
}

TEST_F(FlagAlerts, MinutesHoldFlagsAfterAlerts) {
  using Request = bottleneck::v1::ListAlertMinutesRequest;
  using Response = bottleneck::v1::ListAlertMinutesResponse;
  const auto minutes = [&](absl::Time since) {
    Request request;
    request.mutable_since()->set_seconds(absl::ToUnixSeconds(since));
    request.set_page_size(1);
    std::vector<std::string> entries;
    Response response;
    do {
      EXPECT_THAT(Call(&bottleneck::v1::AlertService::Stub::ListAlertMinutes,
                       request, &response),
                  IsOk());
      for (const auto& entry : response.entries()) {
        entries.push_back(
            bottleneck::v1::MinutesSection_Name(entry.section())
                .substr(sizeof("MINUTES_SECTION_") - 1) +
            " " +
            (entry.has_flag() ? entry.flag().name() : entry.alert().rule()));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return entries;
  };
  const absl::Time start = absl::Now() - absl::Hours(1);
  ASSERT_THAT(Create(OnItem()), IsOk());
  ASSERT_THAT(Create(NewItem("f2")), IsOk());
  Open();
  EXPECT_THAT(minutes(start),
              ElementsAre("NEW ALLIANCE_FLAG", "NEW flags/f1", "NEW flags/f2"));
  EXPECT_THAT(minutes(absl::Now() + absl::Hours(1)), IsEmpty());
  ASSERT_THAT(Withdraw("f2"), IsOk());
  EXPECT_THAT(minutes(start), ElementsAre("RESOLVED flags/f2",
                                          "NEW ALLIANCE_FLAG", "NEW flags/f1"));
  BeAlliance("al-9", {"rail"});
  EXPECT_THAT(minutes(start), IsEmpty());
}

TEST_F(FlagAlerts, VerificationCoversFlags) {
  ASSERT_THAT(Create(OnItem()), IsOk());
  BeMember();
  ASSERT_THAT(Endorse(), IsOk());
  Open();
  const auto verified = store_->Verify();
  ASSERT_THAT(verified.status(), IsOk());
  EXPECT_THAT(verified->findings, IsEmpty());
  EXPECT_GE(verified->rows, 4);  // evaluation, alert, flag, voice
}

}  // namespace
}  // namespace qiangji::testing
