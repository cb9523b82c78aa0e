// What of an alert callers see who do not see all facts (METHOD 4.6): rule,
// severity and band.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/service/bottleneck/subscription_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertService;
using bottleneck::v1::CommentAlertRequest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kAlertOfA[] = "alerts/IMPORT_DEPENDENCE~items~a";

rpc::Principal Someone(const std::string& id, rpc::Role role,
                       const std::string& organization = "") {
  rpc::Principal principal;
  principal.id = id;
  principal.roles = {role};
  principal.organization_id = organization;
  return principal;
}

// "foreign_share >=50%"
std::vector<std::string> Figures(const Alert& alert) {
  std::vector<std::string> figures;
  for (const bottleneck::v1::Figure& figure : alert.figures()) {
    EXPECT_FALSE(figure.has_value()) << figure.column();
    figures.push_back(figure.column() + " " + figure.text());
  }
  return figures;
}

void ExpectHidden(const Alert& alert) {
  EXPECT_TRUE(alert.banded());
  EXPECT_EQ(alert.rule(), "IMPORT_DEPENDENCE");
  EXPECT_EQ(alert.subject(), "items/a");
  EXPECT_EQ(alert.severity(), bottleneck::v1::SEVERITY_HIGH);
  EXPECT_THAT(Figures(alert), ::testing::Contains("foreign_share >=50%"));
  EXPECT_FALSE(alert.has_shortfall());
  EXPECT_FALSE(alert.has_closes());
  EXPECT_FALSE(alert.has_not_assured_value_cny());
  EXPECT_FALSE(alert.has_depends_share());
  EXPECT_EQ(alert.depends_on(), "");
  EXPECT_EQ(alert.summary_zh(), "");
  EXPECT_EQ(alert.summary_en(), "");
  EXPECT_THAT(alert.chain(), IsEmpty());
  EXPECT_THAT(alert.evidence(), IsEmpty());
  EXPECT_THAT(alert.equipment_ids(), IsEmpty());
}

class AlertViews : public SubscriptionFixture {
 protected:
  AlertViews() {
    StartService();
    peers_.CommitImports({0.90});
    EXPECT_EQ(Open().size(), 1u);
  }

  Alert Now() {
    Alert alert;
    EXPECT_THAT(BottleneckFixture::Get(kAlertOfA, &alert), IsOk());
    return alert;
  }
};

TEST_F(AlertViews, AnAnalystSeesAll) {
  caller_.Be(Someone("zhao", rpc::Role::kAnalyst));
  const Alert alert = Now();
  EXPECT_FALSE(alert.banded());
  EXPECT_EQ(alert.figures(0).value(), 0.90);
  EXPECT_TRUE(alert.has_closes());
}

TEST_F(AlertViews, OthersSeeRuleSeverityAndBand) {
  for (const rpc::Principal& caller :
       {Someone("li", rpc::Role::kEnterprise, "works"),
        Someone("wang", rpc::Role::kAlliance)}) {
    caller_.Be(caller);
    ExpectHidden(Now());
    bottleneck::v1::ListAlertsResponse listed;
    ASSERT_THAT(List({}, &listed), IsOk());
    ASSERT_EQ(listed.alerts_size(), 1);
    ExpectHidden(listed.alerts(0));
    for (const auto& version : History(kAlertOfA)) {
      ExpectHidden(version.resource());
    }
  }
}

TEST_F(AlertViews, OthersSeeWhatTheyWroteThemselves) {
  rpc::Principal alliance = Someone("wang", rpc::Role::kAlliance);
  alliance.sectors = {"nev"};
  for (const rpc::Principal& caller : {rpc::Principal::Operator(), alliance}) {
    caller_.Be(caller);
    CommentAlertRequest request;
    request.set_name(kAlertOfA);
    request.set_comment("by " + caller.id);
    Alert alert;
    ASSERT_THAT(Call(&AlertService::Stub::CommentAlert, request, &alert),
                IsOk());
    if (caller.id == "wang") ExpectHidden(alert);
  }
  std::vector<std::string> comments;
  const Alert alert = Now();
  for (const auto& event : alert.events()) comments.push_back(event.comment());
  EXPECT_THAT(comments, ElementsAre("", "", "by wang"));
}

TEST_F(AlertViews, OthersWatchTheSame) {
  caller_.Be(Someone("li", rpc::Role::kEnterprise, "works"));
  bottleneck::v1::WatchAlertsRequest request;
  request.set_after_seq(0);
  grpc::ClientContext context;
  const auto stream = alerts_->WatchAlerts(&context, request);
  bottleneck::v1::WatchAlertsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ExpectHidden(message.alert());
  context.TryCancel();
  stream->Finish();
}

TEST_F(AlertViews, SubscribersAreToldTheSame) {
  ASSERT_THAT(Create("steward", Webhook("/steward")), IsOk());
  caller_.Be(Someone("li", rpc::Role::kEnterprise, "works"));
  ASSERT_THAT(Create("works", Webhook("/works")), IsOk());
  caller_.Be(rpc::Principal::Operator());
  peers_.CommitImports({0.60});
  ASSERT_TRUE(hook_.WaitFor(2));
  for (const HttpRequest& request : hook_.Requests()) {
    const nlohmann::json alert =
        nlohmann::json::parse(request.body)["data"]["alert"];
    EXPECT_EQ(alert["rule"], "IMPORT_DEPENDENCE");
    EXPECT_EQ(alert.contains("summaryZh") || alert.contains("summary_zh"),
              request.path == "/steward")
        << alert;
    EXPECT_EQ(alert.value("banded", false), request.path == "/works");
  }
}

}  // namespace
}  // namespace qiangji::testing
