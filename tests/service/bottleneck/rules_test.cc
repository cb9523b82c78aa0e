// RuleService: what is set, by whom, what it does to alerts, and trials.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::CreateRuleRequest;
using bottleneck::v1::DeleteRuleRequest;
using bottleneck::v1::GetRuleRequest;
using bottleneck::v1::ListRuleHistoryRequest;
using bottleneck::v1::ListRuleHistoryResponse;
using bottleneck::v1::Rule;
using bottleneck::v1::RuleService;
using bottleneck::v1::TestRuleRequest;
using bottleneck::v1::TestRuleResponse;
using bottleneck::v1::UpdateRuleRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Rules : public BottleneckFixture {
 protected:
  Rules() {
    StartPeers();
    StartService();
    peers_.CommitImports({0.80, 0.50});
    EXPECT_THAT(Open(),
                ElementsAre("IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM"));
  }

  template <typename Request, typename Response>
  absl::Status Ask(grpc::Status (RuleService::Stub::*method)(
                       grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    response->Clear();
    return client::FromGrpcStatus(
        (rules_.get()->*method)(&context, request, response));
  }
  Rule GetRule(const std::string& id) {
    GetRuleRequest request;
    request.set_name("rules/" + id);
    Rule rule;
    EXPECT_THAT(Ask(&RuleService::Stub::GetRule, request, &rule), IsOk());
    return rule;
  }
  // IMPORT_DEPENDENCE from this share on.
  UpdateRuleRequest Threshold(double share) {
    UpdateRuleRequest request;
    request.mutable_rule()->set_name("rules/IMPORT_DEPENDENCE");
    auto* parameter = request.mutable_rule()->add_parameters();
    parameter->set_parameter("foreign_share");
    parameter->set_value(share);
    return request;
  }
  absl::Status Update(const UpdateRuleRequest& request) {
    return Ask(&RuleService::Stub::UpdateRule, request, &rule_);
  }
  absl::Status Create(const Rule& rule) {
    CreateRuleRequest request;
    *request.mutable_rule() = rule;
    return Ask(&RuleService::Stub::CreateRule, request, &rule_);
  }
  absl::Status Delete(const std::string& id) {
    DeleteRuleRequest request;
    request.set_name("rules/" + id);
    type::v1::DeleteResponse response;
    return Ask(&RuleService::Stub::DeleteRule, request, &response);
  }
  absl::Status Try(const TestRuleRequest& request) {
    return Ask(&RuleService::Stub::TestRule, request, &trial_);
  }
  static std::vector<std::string> Subjects(
      const google::protobuf::RepeatedPtrField<bottleneck::v1::Alert>& alerts) {
    std::vector<std::string> subjects;
    for (const auto& alert : alerts) subjects.push_back(alert.subject());
    return subjects;
  }
  static Rule MyRule() {
    Rule rule;
    rule.set_rule_id("MUCH_FROM_JPN");
    rule.set_subject(bottleneck::v1::RULE_SUBJECT_ITEM);
    rule.set_severity(bottleneck::v1::SEVERITY_LOW);
    rule.set_filter("foreign_share >= 0.5 AND category = component");
    return rule;
  }

  Rule rule_;
  TestRuleResponse trial_;
};

TEST_F(Rules, AThresholdIsSetAndAlertsFollowAtOnce) {
  ASSERT_THAT(Update(Threshold(0.45)), IsOk());
  EXPECT_EQ(rule_.parameters(0).value(), 0.45);
  EXPECT_EQ(rule_.steps_size(), 2);
  EXPECT_TRUE(rule_.built_in());
  EXPECT_EQ(Open().size(), 2u);
  // As of then the rules of then spoke: both evaluations are of sequence 1, and
  // the newest counts.
  ASSERT_THAT(Update(Threshold(0.90)), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(Rules, OutliveTheProcessAndWhatChangedWhileNobodyEvaluated) {
  peers_.Hold();
  ASSERT_THAT(Update(Threshold(0.45)), IsOk());
  StopService();
  peers_.Release();
  StartService();
  EXPECT_EQ(GetRule("IMPORT_DEPENDENCE").parameters(0).value(), 0.45);
  EXPECT_EQ(Open().size(), 2u);
}

TEST_F(Rules, ARuleIsSwitchedOffAndSetBack) {
  UpdateRuleRequest request;
  request.mutable_rule()->set_name("rules/IMPORT_DEPENDENCE");
  request.mutable_rule()->set_enabled(false);
  ASSERT_THAT(Update(request), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  ASSERT_THAT(Delete("IMPORT_DEPENDENCE"), IsOk());
  EXPECT_EQ(Open().size(), 1u);
  EXPECT_THAT(Delete("IMPORT_DEPENDENCE"), StatusIs(StatusCode::kNotFound));
}

TEST_F(Rules, OtherThresholdsForAnItemAndACategory) {
  UpdateRuleRequest request;
  request.mutable_rule()->set_name("rules/IMPORT_DEPENDENCE");
  auto* strict = request.mutable_rule()->add_overrides();
  strict->add_categories(type::v1::CATEGORY_COMPONENT);
  auto* parameter = strict->add_parameters();
  parameter->set_parameter("foreign_share");
  parameter->set_value(0.4);
  auto* off = request.mutable_rule()->add_overrides();
  off->add_item_ids("a");
  off->set_disabled(true);
  ASSERT_THAT(Update(request), IsOk());
  EXPECT_THAT(Open(), ElementsAre("IMPORT_DEPENDENCE items/b SEVERITY_MEDIUM"));
}

TEST_F(Rules, EveryChangeIsInTheHistory) {
  ASSERT_THAT(Update(Threshold(0.45)), IsOk());
  ASSERT_THAT(Update(Threshold(0.60)), IsOk());
  ASSERT_THAT(Delete("IMPORT_DEPENDENCE"), IsOk());
  ListRuleHistoryRequest request;
  request.set_name("rules/IMPORT_DEPENDENCE");
  ListRuleHistoryResponse response;
  ASSERT_THAT(Ask(&RuleService::Stub::ListRuleHistory, request, &response),
              IsOk());
  ASSERT_EQ(response.versions_size(), 2);
  EXPECT_TRUE(response.versions(0).deleted());
  EXPECT_EQ(response.versions(0).resource().parameters(0).value(), 0.60);
  EXPECT_EQ(response.versions(1).seq_to(), response.versions(0).seq_from());
  EXPECT_EQ(response.versions(1).caller(), rpc::Principal::Operator().id);
}

TEST_F(Rules, ARuleOfYourOwn) {
  ASSERT_THAT(Create(MyRule()), IsOk());
  EXPECT_FALSE(rule_.built_in());
  EXPECT_THAT(Open(), ElementsAre("IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM",
                                  "MUCH_FROM_JPN items/a SEVERITY_LOW",
                                  "MUCH_FROM_JPN items/b SEVERITY_LOW"));
  bottleneck::v1::Alert alert;
  ASSERT_THAT(Get("alerts/MUCH_FROM_JPN~items~b", &alert), IsOk());
  EXPECT_THAT(alert.summary_en(), HasSubstr("0.5"));
  EXPECT_THAT(Create(MyRule()), StatusIs(StatusCode::kAlreadyExists));
  ASSERT_THAT(Delete("MUCH_FROM_JPN"), IsOk());
  EXPECT_EQ(Open().size(), 1u);
}

TEST_F(Rules, WhatIsWrongIsNamed) {
  const auto refuses = [&](const Rule& rule, const std::string& what) {
    EXPECT_THAT(Create(rule),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(what)));
  };
  Rule rule = MyRule();
  rule.set_rule_id("lower case");
  refuses(rule, "rule_id");
  rule = MyRule();
  rule.set_filter("no_such_column < 1");
  refuses(rule, "no_such_column");
  rule.set_filter("assured_share < high");
  refuses(rule, "number");
  rule = MyRule();
  rule.clear_filter();
  refuses(rule, "conditions");
  auto* condition = rule.add_conditions();
  condition->set_column("top_foreign_origin");
  condition->set_comparison(bottleneck::v1::COMPARISON_LESS);
  refuses(rule, "conditions[0].column");
  UpdateRuleRequest request;
  request.mutable_rule()->set_name("rules/IMPORT_DEPENDENCE");
  request.mutable_rule()->add_parameters()->set_parameter("colour");
  EXPECT_THAT(Update(request), StatusIs(StatusCode::kInvalidArgument,
                                        HasSubstr("foreign_share")));
  EXPECT_EQ(Open().size(), 1u);
}

TEST_F(Rules, StaleEtagsAndDryRunsChangeNothing) {
  UpdateRuleRequest request = Threshold(0.45);
  request.set_validate_only(true);
  ASSERT_THAT(Update(request), IsOk());
  EXPECT_EQ(GetRule("IMPORT_DEPENDENCE").parameters(0).value(), 0.70);
  request.set_validate_only(false);
  request.mutable_rule()->set_etag(GetRule("IMPORT_DEPENDENCE").etag());
  ASSERT_THAT(Update(request), IsOk());
  EXPECT_THAT(Update(request), StatusIs(StatusCode::kAborted));
}

TEST_F(Rules, OnlyStewardsSetThem) {
  rpc::Principal analyst;
  analyst.id = "analyst";
  analyst.roles = {rpc::Role::kAnalyst};
  caller_.Be(analyst);
  EXPECT_THAT(Update(Threshold(0.45)), StatusIs(StatusCode::kPermissionDenied));
  TestRuleRequest request;
  request.mutable_rule()->set_name("rules/IMPORT_DEPENDENCE");
  EXPECT_THAT(Try(request), IsOk());
}

TEST_F(Rules, ATrialSaysWhatItWouldDoAndStoresNothing) {
  const auto stored = History("alerts/IMPORT_DEPENDENCE~items~a").size();
  TestRuleRequest request;
  *request.mutable_rule() = Threshold(0.45).rule();
  request.mutable_rule()->set_rule_id("IMPORT_DEPENDENCE");
  ASSERT_THAT(Try(request), IsOk());
  EXPECT_THAT(Subjects(trial_.alerts()), ElementsAre("items/b"));
  EXPECT_THAT(trial_.closed(), IsEmpty());
  EXPECT_EQ(trial_.kept_count(), 1);
  EXPECT_EQ(trial_.year(), 2025);
  request.mutable_rule()->mutable_parameters(0)->set_value(0.95);
  ASSERT_THAT(Try(request), IsOk());
  EXPECT_THAT(Subjects(trial_.closed()), ElementsAre("items/a"));
  EXPECT_EQ(trial_.kept_count(), 0);
  auto* step = request.mutable_rule()->add_steps();
  step->set_column("foreign_share");
  step->set_comparison(bottleneck::v1::COMPARISON_GREATER);
  step->set_value(0.75);
  step->set_severity(bottleneck::v1::SEVERITY_CRITICAL);
  request.mutable_rule()->mutable_parameters(0)->set_value(0.70);
  ASSERT_THAT(Try(request), IsOk());
  EXPECT_THAT(Subjects(trial_.changed()), ElementsAre("items/a"));
  EXPECT_EQ(History("alerts/IMPORT_DEPENDENCE~items~a").size(), stored);
  EXPECT_EQ(Open().size(), 1u);
  EXPECT_EQ(GetRule("IMPORT_DEPENDENCE").parameters(0).value(), 0.70);
}

TEST_F(Rules, ATrialOnPastFacts) {
  peers_.CommitImports({0.10, 0.99});
  EXPECT_THAT(Open(),
              ElementsAre("IMPORT_DEPENDENCE items/b SEVERITY_CRITICAL"));
  TestRuleRequest request;
  *request.mutable_rule() = MyRule();
  request.set_read_seq(1);
  ASSERT_THAT(Try(request), IsOk());
  EXPECT_THAT(Subjects(trial_.alerts()), ElementsAre("items/a", "items/b"));
  EXPECT_EQ(trial_.read_seq(), 1);
  request.clear_read_seq();
  ASSERT_THAT(Try(request), IsOk());
  EXPECT_THAT(Subjects(trial_.alerts()), ElementsAre("items/b"));
}

TEST_F(Rules, FlappingThresholdsAreOneAlertWithOneHistory) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(Update(Threshold(i % 2 == 0 ? 0.90 : 0.70)), IsOk());
    EXPECT_EQ(Open().size(), i % 2 == 0 ? 0u : 1u);
  }
  EXPECT_EQ(History("alerts/IMPORT_DEPENDENCE~items~a").size(), 21u);
}

}  // namespace
}  // namespace qiangji::testing
