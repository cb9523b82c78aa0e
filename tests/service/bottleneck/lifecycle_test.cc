// What people and time do with alerts, over the wire: AlertService's custom
// methods, the clock, and the minutes.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <functional>

#include "qiangji/type/v1/permission.pb.h"
#include "services/domain/alert_lifecycle.h"
#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::AcceptAlertRequest;
using bottleneck::v1::AcknowledgeAlertRequest;
using bottleneck::v1::Alert;
using bottleneck::v1::AlertEvent;
using bottleneck::v1::AlertService;
using bottleneck::v1::CommentAlertRequest;
using bottleneck::v1::ListAlertMinutesRequest;
using bottleneck::v1::ListAlertMinutesResponse;
using bottleneck::v1::MitigateAlertRequest;
using bottleneck::v1::ResolveAlertRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAlertOfA[] = "alerts/IMPORT_DEPENDENCE~items~a";

rpc::Principal Someone(const std::string& id, rpc::Role role,
                       std::vector<std::string> sectors = {}) {
  rpc::Principal principal;
  principal.id = id;
  principal.roles = {role};
  principal.sectors = std::move(sectors);
  return principal;
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  out->set_seconds(absl::ToUnixSeconds(time));
}

std::string StateOf(const Alert& alert) {
  return bottleneck::v1::AlertState_Name(alert.state())
      .substr(sizeof("ALERT_STATE_") - 1);
}

class Lifecycle : public BottleneckFixture {
 protected:
  Lifecycle() {
    StartPeers();
    StartService();
    peers_.CommitImports({0.80});
    EXPECT_EQ(Open().size(), 1u);
  }

  absl::Status Acknowledge(const std::string& owner = "",
                           absl::Duration due = absl::ZeroDuration()) {
    AcknowledgeAlertRequest request;
    request.set_name(kAlertOfA);
    request.set_owner(owner);
    if (due != absl::ZeroDuration()) {
      SetTime(clock_.Now() + due, request.mutable_due());
    }
    return Call(&AlertService::Stub::AcknowledgeAlert, request, &alert_);
  }
  absl::Status Accept(absl::Duration until = absl::Hours(24)) {
    AcceptAlertRequest request;
    request.set_name(kAlertOfA);
    request.set_reason("已有库存");
    SetTime(clock_.Now() + until, request.mutable_due());
    return Call(&AlertService::Stub::AcceptAlert, request, &alert_);
  }
  absl::Status Resolve() {
    ResolveAlertRequest request;
    request.set_name(kAlertOfA);
    request.set_reason("替代完成");
    return Call(&AlertService::Stub::ResolveAlert, request, &alert_);
  }
  absl::Status Comment(const std::string& text,
                       const std::string& request_id = "") {
    CommentAlertRequest request;
    request.set_name(kAlertOfA);
    request.set_comment(text);
    request.set_request_id(request_id);
    return Call(&AlertService::Stub::CommentAlert, request, &alert_);
  }
  // The alert as it is; waits until `ready` says so.
  Alert Now(const std::function<bool(const Alert&)>& ready = {}) {
    Alert alert;
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    do {
      EXPECT_THAT(Get(kAlertOfA, &alert), IsOk());
    } while (ready && !ready(alert) && absl::Now() < deadline);
    return alert;
  }
  static std::vector<std::string> Kinds(const Alert& alert) {
    std::vector<std::string> kinds;
    for (const AlertEvent& event : alert.events()) {
      kinds.push_back(bottleneck::v1::AlertEventKind_Name(event.kind())
                          .substr(sizeof("ALERT_EVENT_KIND_") - 1));
    }
    return kinds;
  }
  // "SECTION subject" of each entry.
  std::vector<std::string> Minutes(absl::Time since,
                                   ListAlertMinutesRequest request = {}) {
    *request.mutable_since() = {};
    request.mutable_since()->set_seconds(absl::ToUnixSeconds(since));
    request.mutable_since()->set_nanos(
        static_cast<std::int32_t>(absl::ToInt64Nanoseconds(
            since - absl::FromUnixSeconds(absl::ToUnixSeconds(since)))));
    std::vector<std::string> entries;
    do {
      EXPECT_THAT(
          Call(&AlertService::Stub::ListAlertMinutes, request, &minutes_),
          IsOk());
      for (const auto& entry : minutes_.entries()) {
        entries.push_back(bottleneck::v1::MinutesSection_Name(entry.section())
                              .substr(sizeof("MINUTES_SECTION_") - 1) +
                          " " + entry.alert().subject());
      }
      request.set_page_token(minutes_.next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }
  // Commit time of the newest change of the store.
  absl::Time HeadTime() {
    absl::Time time;
    EXPECT_THAT(store_->Read([&](store::Reader& reader) -> absl::Status {
      const auto head = reader.Head();
      if (head.ok()) time = head->time;
      return head.status();
    }),
                IsOk());
    return time;
  }

  Alert alert_;
  ListAlertMinutesResponse minutes_;
};

TEST_F(Lifecycle, EveryTransitionIsRecorded) {
  peers_.AddProject("p1");
  ASSERT_THAT(Acknowledge("wang", absl::Hours(48)), IsOk());
  EXPECT_EQ(StateOf(alert_), "ACKNOWLEDGED");
  EXPECT_EQ(alert_.owner(), "wang");
  ASSERT_THAT(Comment("等待样机"), IsOk());
  MitigateAlertRequest mitigate;
  mitigate.set_name(kAlertOfA);
  mitigate.set_project("projects/p1");
  ASSERT_THAT(Call(&AlertService::Stub::MitigateAlert, mitigate, &alert_),
              IsOk());
  EXPECT_EQ(StateOf(alert_), "MITIGATING");
  EXPECT_EQ(alert_.project(), "projects/p1");
  ASSERT_THAT(Accept(), IsOk());
  EXPECT_EQ(alert_.reason(), "已有库存");
  ASSERT_THAT(Resolve(), IsOk());
  EXPECT_EQ(StateOf(alert_), "RESOLVED");
  EXPECT_TRUE(alert_.has_resolved_time());
  EXPECT_FALSE(alert_.has_due());
  EXPECT_THAT(Kinds(alert_), ElementsAre("OPENED", "ACKNOWLEDGED", "COMMENTED",
                                         "MITIGATING", "ACCEPTED", "RESOLVED"));
  const AlertEvent& event = alert_.events(3);
  EXPECT_EQ(event.caller(), rpc::Principal::Operator().id);
  EXPECT_EQ(event.state_before(), bottleneck::v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(event.state(), bottleneck::v1::ALERT_STATE_MITIGATING);
  EXPECT_EQ(event.project(), "projects/p1");
  EXPECT_TRUE(event.has_time());
  EXPECT_EQ(alert_.events(2).comment(), "等待样机");
  EXPECT_EQ(History(kAlertOfA).size(), 6u);
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(Lifecycle, OutlivesTheProcess) {
  ASSERT_THAT(Acknowledge("wang"), IsOk());
  StopService();
  StartService();
  EXPECT_EQ(Now().owner(), "wang");
  peers_.CommitImports({0.90});
  const Alert alert = Now();
  EXPECT_EQ(StateOf(alert), "ACKNOWLEDGED");
  EXPECT_EQ(alert.figures(0).value(), 0.90);
}

TEST_F(Lifecycle, ARequestIdIsDoneOnce) {
  ASSERT_THAT(Comment("一次", "id-1"), IsOk());
  const std::int64_t seq = alert_.seq();
  ASSERT_THAT(Acknowledge(), IsOk());
  ASSERT_THAT(Comment("一次", "id-1"), IsOk());
  EXPECT_EQ(alert_.seq(), seq);
  EXPECT_EQ(StateOf(alert_), "OPEN");  // as it was then
  EXPECT_THAT(Comment("两次", "id-1"), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(Kinds(Now()), ElementsAre("OPENED", "COMMENTED", "ACKNOWLEDGED"));
}

TEST_F(Lifecycle, TheSameCommentTwiceIsTwoComments) {
  ASSERT_THAT(Comment("同上"), IsOk());
  ASSERT_THAT(Comment("同上"), IsOk());
  EXPECT_THAT(Kinds(Now()), ElementsAre("OPENED", "COMMENTED", "COMMENTED"));
}

TEST_F(Lifecycle, AStaleEtagIsAborted) {
  AcknowledgeAlertRequest request;
  request.set_name(kAlertOfA);
  request.set_etag(Now().etag());
  ASSERT_THAT(Call(&AlertService::Stub::AcknowledgeAlert, request, &alert_),
              IsOk());
  EXPECT_THAT(Call(&AlertService::Stub::AcknowledgeAlert, request, &alert_),
              StatusIs(StatusCode::kAborted));
}

TEST_F(Lifecycle, SaysWhyNot) {
  ASSERT_THAT(Resolve(), IsOk());
  EXPECT_THAT(Acknowledge(),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("resolved")));
  caller_.Be(Someone("org-a", rpc::Role::kEnterprise));
  EXPECT_THAT(Accept(), StatusIs(StatusCode::kPermissionDenied,
                                 HasSubstr("bottleneck.alerts.accept")));
  caller_.Be(Someone("alliance", rpc::Role::kAlliance, {"marine"}));
  EXPECT_THAT(Acknowledge(),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("alliance")));
  EXPECT_THAT(Comment(""), StatusIs(StatusCode::kPermissionDenied));
  caller_.Be(rpc::Principal::Operator());
  EXPECT_THAT(Comment(""),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("comment")));
  EXPECT_THAT(Kinds(Now()), ElementsAre("OPENED", "RESOLVED"));
}

TEST_F(Lifecycle, AProjectMustBeRegistered) {
  MitigateAlertRequest request;
  request.set_name(kAlertOfA);
  request.set_project("projects/p2");
  EXPECT_THAT(Call(&AlertService::Stub::MitigateAlert, request, &alert_),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("p2")));
  request.set_project("p2");
  EXPECT_THAT(Call(&AlertService::Stub::MitigateAlert, request, &alert_),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("project")));
}

// The API's permissions and the machine's table are one.
TEST_F(Lifecycle, PermissionsAreTheMachines) {
  const struct {
    const char* method;
    domain::AlertAction action;
  } kMethods[] = {{"AcknowledgeAlert", domain::AlertAction::kAcknowledge},
                  {"AcceptAlert", domain::AlertAction::kAccept},
                  {"MitigateAlert", domain::AlertAction::kMitigate},
                  {"ResolveAlert", domain::AlertAction::kResolve},
                  {"CommentAlert", domain::AlertAction::kComment}};
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          AlertService::service_full_name());
  for (const auto& [method, action] : kMethods) {
    const auto& permission =
        service->FindMethodByName(method)->options().GetExtension(
            type::v1::permission);
    const auto declares = [&](type::v1::Role role) {
      return std::count(permission.roles().begin(), permission.roles().end(),
                        role) > 0;
    };
    using domain::ActorRole;
    const std::pair<type::v1::Role, ActorRole> kRoles[] = {
        {type::v1::ROLE_ENTERPRISE, ActorRole::kEnterprise},
        {type::v1::ROLE_ALLIANCE, ActorRole::kAlliance},
        {type::v1::ROLE_ANALYST, ActorRole::kAnalyst},
        {type::v1::ROLE_STEWARD, ActorRole::kSteward},
        {type::v1::ROLE_ADMINISTRATOR, ActorRole::kAdministrator},
        {type::v1::ROLE_SERVICE, ActorRole::kService}};
    for (const auto& [declared, role] : kRoles) {
      EXPECT_EQ(declares(declared), domain::MayAct(role, action))
          << method << " " << static_cast<int>(role);
    }
  }
}

TEST_F(Lifecycle, ResolvedByHandReopensWhileTheConditionHolds) {
  ASSERT_THAT(Resolve(), IsOk());
  EXPECT_THAT(Open(), IsEmpty());
  peers_.CommitImports({0.81});
  EXPECT_THAT(Kinds(Now()), ElementsAre("OPENED", "RESOLVED", "REOPENED"));
  // In its margin it would have stayed open, and stays closed.
  ASSERT_THAT(Resolve(), IsOk());
  peers_.CommitImports({0.69});
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(Lifecycle, AnAcceptanceHoldsUntilItsDateAndResurfacesByItself) {
  ASSERT_THAT(Accept(absl::Hours(24)), IsOk());
  peers_.CommitImports({0.99});
  EXPECT_EQ(StateOf(Now()), "ACCEPTED");
  EXPECT_EQ(Now().severity(), bottleneck::v1::SEVERITY_CRITICAL);
  clock_.Advance(absl::Hours(23));
  EXPECT_EQ(StateOf(Now()), "ACCEPTED");
  clock_.Advance(absl::Hours(2));
  const Alert alert =
      Now([](const Alert& now) { return StateOf(now) != "ACCEPTED"; });
  EXPECT_EQ(StateOf(alert), "OPEN");
  EXPECT_THAT(Kinds(alert), ElementsAre("OPENED", "ACCEPTED",
                                        "SEVERITY_CHANGED", "RESURFACED"));
  EXPECT_EQ(alert.reason(), "");
  EXPECT_FALSE(alert.has_due());
}

TEST_F(Lifecycle, AnAcceptanceThatEndedWhileNoServiceRanResurfacesAtStart) {
  ASSERT_THAT(Accept(absl::Hours(24)), IsOk());
  StopService();
  clock_.Advance(absl::Hours(48));
  StartService();
  EXPECT_EQ(
      StateOf(Now([](const Alert& now) { return StateOf(now) == "OPEN"; })),
      "OPEN");
}

TEST_F(Lifecycle, AnAcceptedAlertClosesByItself) {
  ASSERT_THAT(Accept(), IsOk());
  peers_.CommitImports({0.10});
  EXPECT_EQ(StateOf(Now()), "RESOLVED");
  peers_.CommitImports({0.80});
  const Alert alert = Now();
  EXPECT_EQ(StateOf(alert), "OPEN");
  EXPECT_FALSE(alert.has_due());
  EXPECT_EQ(alert.owner(), rpc::Principal::Operator().id);
}

TEST_F(Lifecycle, ADueDateThatPassesEscalates) {
  ASSERT_THAT(Acknowledge("wang", absl::Hours(1)), IsOk());
  EXPECT_FALSE(alert_.overdue());
  clock_.Advance(absl::Hours(2));
  Alert alert = Now([](const Alert& now) { return now.overdue(); });
  EXPECT_TRUE(alert.overdue());
  EXPECT_EQ(StateOf(alert), "ACKNOWLEDGED");
  EXPECT_THAT(Kinds(alert), ElementsAre("OPENED", "ACKNOWLEDGED", "OVERDUE"));
  bottleneck::v1::ListAlertsRequest request;
  bottleneck::v1::ListAlertsResponse response;
  request.set_overdue(true);
  ASSERT_THAT(List(request, &response), IsOk());
  EXPECT_EQ(response.alerts_size(), 1);
  ASSERT_THAT(Acknowledge("wang", absl::Hours(1)), IsOk());
  EXPECT_FALSE(alert_.overdue());
}

TEST_F(Lifecycle, AnOverdueAlertRanksOneSeverityHigher) {
  peers_.CommitImports({0.80, 0.81});
  EXPECT_THAT(Open(), ElementsAre("IMPORT_DEPENDENCE items/b SEVERITY_MEDIUM",
                                  "IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM"));
  ASSERT_THAT(Acknowledge("", absl::Hours(1)), IsOk());
  clock_.Advance(absl::Hours(2));
  Now([](const Alert& now) { return now.overdue(); });
  EXPECT_THAT(Open(), ElementsAre("IMPORT_DEPENDENCE items/a SEVERITY_MEDIUM",
                                  "IMPORT_DEPENDENCE items/b SEVERITY_MEDIUM"));
}

TEST_F(Lifecycle, WhatPeopleDidIsReadAsOfItsEvaluation) {
  ASSERT_THAT(Acknowledge(), IsOk());
  const absl::Time acknowledged = HeadTime();
  peers_.CommitImports({0.90});
  Open();
  ASSERT_THAT(Resolve(), IsOk());
  Alert alert;
  ASSERT_THAT(Get(kAlertOfA, &alert, 1), IsOk());
  EXPECT_EQ(StateOf(alert), "ACKNOWLEDGED");
  ASSERT_THAT(Get(kAlertOfA, &alert, 2), IsOk());
  EXPECT_EQ(StateOf(alert), "RESOLVED");
  bottleneck::v1::GetAlertRequest request;
  request.set_name(kAlertOfA);
  SetTime(acknowledged + absl::Seconds(1), request.mutable_read_time());
  ASSERT_THAT(Call(&AlertService::Stub::GetAlert, request, &alert), IsOk());
}

TEST_F(Lifecycle, PeopleAndEvaluationsDoNotDisturbEachOther) {
  for (int i = 0; i < 50; ++i) {
    peers_.CommitImports({i % 2 == 0 ? 0.81 : 0.82});
    ASSERT_THAT(Comment(std::to_string(i)), IsOk());
  }
  EXPECT_EQ(Now().figures(0).value(), 0.82);
  EXPECT_EQ(Now().events_size(), 51);
}

TEST_F(Lifecycle, MinutesTellWhatHappenedSince) {
  peers_.CommitImports({0.80, 0.80, 0.80, 0.80, 0.10});
  Open();
  const absl::Time since = HeadTime();
  EXPECT_THAT(Minutes(since), IsEmpty());
  ASSERT_THAT(Acknowledge("wang", absl::Hours(1)), IsOk());
  clock_.Advance(absl::Hours(2));
  Now([](const Alert& now) { return now.overdue(); });
  // b closes, c becomes worse, d does nothing, e is new.
  peers_.CommitImports({0.80, 0.10, 0.99, 0.80, 0.80});
  Open();
  EXPECT_THAT(Minutes(since), ElementsAre("RESOLVED items/b", "OVERDUE items/a",
                                          "NEW items/e", "MOVED items/c"));
  EXPECT_EQ(minutes_.total_count(), 4);
  ASSERT_EQ(minutes_.entries(3).alert().events_size(), 1);
  EXPECT_EQ(minutes_.entries(3).alert().events(0).severity_before(),
            bottleneck::v1::SEVERITY_MEDIUM);
  // What is overdue stays in the minutes until somebody deals with it.
  EXPECT_THAT(Minutes(HeadTime()), ElementsAre("OVERDUE items/a"));
  ListAlertMinutesRequest paged;
  paged.set_page_size(1);
  EXPECT_EQ(Minutes(since, paged).size(), 4u);
  ListAlertMinutesRequest of_sector;
  of_sector.add_sectors("marine");
  EXPECT_THAT(Minutes(since, of_sector), IsEmpty());
}

TEST_F(Lifecycle, AnAlliancesMinutesAreItsOwnSectors) {
  const absl::Time since = absl::Now() - absl::Hours(1);
  caller_.Be(Someone("alliance", rpc::Role::kAlliance, {"marine"}));
  EXPECT_THAT(Minutes(since), IsEmpty());
  caller_.Be(Someone("alliance", rpc::Role::kAlliance, {"nev"}));
  EXPECT_THAT(Minutes(since), ElementsAre("NEW items/a"));
}

TEST_F(Lifecycle, MinutesNeedATime) {
  EXPECT_THAT(Call(&AlertService::Stub::ListAlertMinutes,
                   ListAlertMinutesRequest(), &minutes_),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("since")));
}

}  // namespace
}  // namespace qiangji::testing
