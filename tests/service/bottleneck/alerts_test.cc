// What AlertService and RuleService answer.
#include <gmock/gmock.h>

#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::Alert;
using bottleneck::v1::AlertService;
using bottleneck::v1::ListAlertsRequest;
using bottleneck::v1::ListAlertsResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAlertOfA[] = "alerts/IMPORT_DEPENDENCE~items~a";

class Alerts : public BottleneckFixture {
 protected:
  Alerts() {
    StartPeers();
    StartService();
  }
};

TEST_F(Alerts, AreOrderedBySeverityThenValueThenName) {
  peers_.CommitImports({0.80, 0.99, 0.82, 0.10});
  EXPECT_THAT(Open(), ElementsAre("IMPORT_DEPENDENCE items/b SEVERITY_CRITICAL",
                                  "IMPORT_DEPENDENCE items/c SEVERITY_MEDIUM",
                                  "IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM"));
}

TEST_F(Alerts, CarryFiguresAndWhatWouldCloseThem) {
  peers_.CommitImports({0.90});
  Alert alert;
  ASSERT_THAT(Get(kAlertOfA, &alert), IsOk());
  EXPECT_EQ(alert.subject(), "items/a");
  EXPECT_EQ(alert.subject_name_zh(), "零件");
  EXPECT_EQ(alert.state(), bottleneck::v1::ALERT_STATE_OPEN);
  EXPECT_EQ(alert.year(), 2025);
  EXPECT_EQ(alert.category(), type::v1::CATEGORY_COMPONENT);
  EXPECT_THAT(alert.sectors(), ElementsAre("nev"));
  EXPECT_EQ(alert.depends_on(), "JPN");
  EXPECT_EQ(alert.first_seen().seconds(), absl::ToUnixSeconds(CommitTime(1)));
  ASSERT_GE(alert.figures_size(), 1);
  EXPECT_EQ(alert.figures(0).column(), "foreign_share");
  EXPECT_EQ(alert.figures(0).value(), 0.90);
  EXPECT_EQ(alert.figures(0).threshold(), 0.70);
  EXPECT_NEAR(alert.closes().missing_quantity(), 220, 1e-9);
  EXPECT_EQ(alert.closes().text_en(), "replace 220 piece by other sources");
  EXPECT_EQ(alert.summary_zh(),
            "境外供应占国内市场 90.0%，最大来源 JPN 占 20.0%");
  EXPECT_EQ(alert.read_seq(), 1);
}

TEST_F(Alerts, RememberWhatHappened) {
  peers_.CommitImports({0.80});
  Open();
  peers_.CommitImports({0.99});
  Open();
  peers_.CommitImports({0.10});
  Open();
  peers_.CommitImports({0.75});
  Alert alert;
  ASSERT_THAT(Get(kAlertOfA, &alert), IsOk());
  std::vector<std::string> events;
  for (const auto& event : alert.events()) {
    events.push_back(bottleneck::v1::AlertEventKind_Name(event.kind())
                         .substr(sizeof("ALERT_EVENT_KIND_") - 1));
  }
  EXPECT_THAT(events,
              ElementsAre("OPENED", "SEVERITY_CHANGED", "CLOSED", "REOPENED"));
  EXPECT_EQ(alert.first_seen().seconds(), absl::ToUnixSeconds(CommitTime(1)));
  EXPECT_EQ(alert.events(2).time().seconds(),
            absl::ToUnixSeconds(CommitTime(3)));
}

TEST_F(Alerts, WereLastSeenByTheNewestEvaluationInWhichTheyHeld) {
  peers_.CommitImports({0.80});
  Open();
  peers_.CommitImports({0.80});
  Alert alert;
  ASSERT_THAT(Get(kAlertOfA, &alert), IsOk());
  EXPECT_EQ(alert.last_seen().seconds(), absl::ToUnixSeconds(CommitTime(2)));
  peers_.CommitImports({0.10});
  ASSERT_THAT(Get(kAlertOfA, &alert), IsOk());
  EXPECT_EQ(alert.last_seen().seconds(), absl::ToUnixSeconds(CommitTime(2)));
  EXPECT_EQ(alert.resolved_time().seconds(),
            absl::ToUnixSeconds(CommitTime(3)));
}

TEST_F(Alerts, FlappingIsOneAlertWithOneHistory) {
  for (int i = 0; i < 100; ++i) {
    peers_.CommitImports({i % 2 == 0 ? 0.80 : 0.10});
    EXPECT_EQ(Open().size(), i % 2 == 0 ? 1u : 0u);
  }
  const auto versions = History(kAlertOfA, 7);
  ASSERT_EQ(versions.size(), 100u);
  EXPECT_EQ(versions[0].seq_to(), 0);
  for (std::size_t i = 1; i < versions.size(); ++i) {
    EXPECT_EQ(versions[i].seq_to(), versions[i - 1].seq_from());
    EXPECT_EQ(versions[i].resource().first_seen().seconds(),
              absl::ToUnixSeconds(CommitTime(1)));
  }
}

TEST_F(Alerts, WithoutNewsGetNoVersion) {
  peers_.CommitImports({0.80, 0.80});
  Open();
  peers_.CommitImports({0.80, 0.81});
  Open();
  EXPECT_EQ(History(kAlertOfA).size(), 1u);
  EXPECT_EQ(History("alerts/IMPORT_DEPENDENCE~items~b").size(), 2u);
}

TEST_F(Alerts, AsOfASequenceShowTheEvidenceOfThen) {
  peers_.CommitImports({0.80});
  Open();
  peers_.CommitImports({0.10});
  Open();
  EXPECT_THAT(Open(1),
              ElementsAre("IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM"));
  EXPECT_THAT(Open(2), IsEmpty());
  Alert alert;
  ASSERT_THAT(Get(kAlertOfA, &alert, 1), IsOk());
  EXPECT_EQ(alert.figures(0).value(), 0.80);
  EXPECT_EQ(alert.events_size(), 1);
  ASSERT_THAT(Get(kAlertOfA, &alert, 2), IsOk());
  EXPECT_EQ(alert.state(), bottleneck::v1::ALERT_STATE_RESOLVED);
}

TEST_F(Alerts, AsOfATimeShowWhatWasRecordedByThen) {
  peers_.CommitImports({0.10});
  Open();
  peers_.CommitImports({0.80});
  Open();
  ListAlertsRequest request;
  ListAlertsResponse response;
  const auto at = [&](absl::Time time) {
    request.mutable_read_time()->set_seconds(absl::ToUnixSeconds(time));
    EXPECT_THAT(List(request, &response), IsOk());
    return response.alerts_size();
  };
  EXPECT_EQ(at(CommitTime(2) - absl::Seconds(1)), 0);
  EXPECT_EQ(response.read_seq(), 1);
  EXPECT_EQ(at(CommitTime(2)), 1);
  EXPECT_EQ(at(CommitTime(0)), 0);
  EXPECT_EQ(response.read_seq(), 0);
}

TEST_F(Alerts, BackToBackChangesAreEachEvaluated) {
  peers_.CommitImports({0.10});
  Open();
  peers_.CommitImports({0.80});
  peers_.CommitImports({0.99});
  peers_.CommitImports({0.10});
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_THAT(Open(2),
              ElementsAre("IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM"));
  EXPECT_THAT(Open(3),
              ElementsAre("IMPORT_DEPENDENCE items/a SEVERITY_CRITICAL"));
}

TEST_F(Alerts, ArePagedAtOneState) {
  peers_.CommitImports({0.80, 0.81, 0.82, 0.83, 0.84});
  ListAlertsRequest request;
  request.set_page_size(2);
  ListAlertsResponse response;
  std::vector<std::string> subjects;
  for (int page = 0; page < 3; ++page) {
    ASSERT_THAT(List(request, &response), IsOk());
    EXPECT_EQ(response.total_count(), 5);
    EXPECT_EQ(response.read_seq(), 1);
    for (const auto& alert : response.alerts()) {
      subjects.push_back(alert.subject());
    }
    request.set_page_token(response.next_page_token());
    // What changes meanwhile is not seen.
    peers_.CommitImports({0.10, 0.10, 0.10, 0.10, 0.10});
  }
  EXPECT_THAT(subjects, ElementsAre("items/e", "items/d", "items/c", "items/b",
                                    "items/a"));
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(Alerts, AreFiltered) {
  peers_.CommitImports({0.80, 0.99});
  ListAlertsRequest request;
  ListAlertsResponse response;
  const auto count = [&](const std::string& filter) {
    request.set_filter(filter);
    EXPECT_THAT(List(request, &response), IsOk());
    return response.alerts_size();
  };
  EXPECT_EQ(count("severity = critical"), 1);
  EXPECT_EQ(count("sector = nev AND category = component"), 2);
  EXPECT_EQ(count("sector = rail"), 0);
  EXPECT_EQ(count("subject = \"items/a\""), 1);
  peers_.CommitImports({0.80, 0.10});
  EXPECT_EQ(count(""), 1);
  EXPECT_EQ(count("state = resolved"), 1);
  request.set_filter("colour = red");
  EXPECT_THAT(List(request, &response),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("colour")));
}

TEST_F(Alerts, RefuseWhatCannotBe) {
  peers_.CommitImports({0.80});
  Alert alert;
  EXPECT_THAT(Get("alerts/NO_DATA~items~a", &alert),
              StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(Get("alerts/NOT_A_RULE~items~a", &alert),
              StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(Get("items/a", &alert), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Get(kAlertOfA, &alert, 99),
              StatusIs(StatusCode::kOutOfRange, HasSubstr("read_seq")));
  EXPECT_THAT(Get(kAlertOfA, &alert, -1),
              StatusIs(StatusCode::kInvalidArgument));
  ListAlertsRequest request;
  ListAlertsResponse response;
  request.set_page_token("made-up");
  EXPECT_THAT(List(request, &response), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(Alerts, ProjectsAndTargetsHaveTheirOwn) {
  FakeWorld world;
  coverage::v1::ProjectStatus late;
  late.set_project_id("p1");
  late.set_item_id("a");
  late.set_completion_year(2024);
  late.set_title("减速器");
  world.projects = {late};
  coverage::v1::TargetStatus target;
  target.set_metric("share");
  target.set_target(0.70);
  target.set_actual(0.45);
  target.set_gap(0.25);
  target.set_missing_count(12);
  target.add_categories(type::v1::CATEGORY_MATERIAL);
  target.add_categories(type::v1::CATEGORY_COMPONENT);
  world.targets = {target, target};  // two points of one path
  peers_.Commit(world);
  EXPECT_THAT(Open(), ElementsAre("BEHIND_TARGET sectors/- SEVERITY_HIGH",
                                  "PROJECT_LATE projects/p1 SEVERITY_HIGH"));
  Alert alert;
  ASSERT_THAT(Get("alerts/BEHIND_TARGET~sectors~-", &alert), IsOk());
  EXPECT_EQ(alert.closes().items_short(), 12);
}

TEST_F(Alerts, TellTheEvaluationTheyRestOn) {
  peers_.CommitImports({0.80, 0.10});
  Open();
  peers_.CommitImports({0.10, 0.80});
  bottleneck::v1::Evaluation evaluation;
  ASSERT_THAT(Call(&AlertService::Stub::GetEvaluation,
                   bottleneck::v1::GetEvaluationRequest(), &evaluation),
              IsOk());
  EXPECT_EQ(evaluation.registry_seq(), 2);
  EXPECT_EQ(evaluation.year(), 2025);
  EXPECT_EQ(evaluation.opened(), 1);
  EXPECT_EQ(evaluation.closed(), 1);
  EXPECT_EQ(evaluation.open_count(), 1);
  EXPECT_EQ(evaluation.rules_size(), 17);
}

TEST_F(Alerts, RulesAreListedWithTheirThresholds) {
  grpc::ClientContext context;
  bottleneck::v1::GetRuleRequest request;
  request.set_name("rules/IMPORT_DEPENDENCE");
  bottleneck::v1::Rule rule;
  ASSERT_TRUE(rules_->GetRule(&context, request, &rule).ok());
  ASSERT_EQ(rule.parameters_size(), 1);
  EXPECT_EQ(rule.parameters(0).parameter(), "foreign_share");
  EXPECT_EQ(rule.parameters(0).value(), 0.70);
  EXPECT_EQ(rule.steps_size(), 2);
  EXPECT_EQ(rule.hysteresis(), 0.02);

  bottleneck::v1::ListRulesRequest list;
  list.set_page_size(10);
  std::vector<std::string> names;
  do {
    grpc::ClientContext of_page;
    bottleneck::v1::ListRulesResponse page;
    ASSERT_TRUE(rules_->ListRules(&of_page, list, &page).ok());
    for (const auto& entry : page.rules()) names.push_back(entry.name());
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(names.size(), 17u);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace qiangji::testing
