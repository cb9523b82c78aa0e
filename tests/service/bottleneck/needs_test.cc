// UNMET_NEED over the API: needs wait from day to day, whether anything changes
// or not.
#include <gmock/gmock.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "services/base/shanghai.h"
#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::TestRuleRequest;
using bottleneck::v1::TestRuleResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAlert[] = "alerts/UNMET_NEED~items~a";
constexpr absl::Duration kDay = absl::Hours(24);

class Needs : public BottleneckFixture {
 protected:
  Needs() {
    StartPeers();
    StartService();
  }

  // So many days before the clock's day.
  absl::Time DaysAgo(int days) const { return clock_.Now() - days * kDay; }
  // The open alerts after another change of the registry.
  std::vector<std::string> AfterAChange() {
    peers_.CommitImports({0.10, 0.20});
    return Open();
  }
  // The open alerts once `ready` says so, without any change.
  std::vector<std::string> Wait(
      const std::function<bool(const std::vector<std::string>&)>& ready) {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    std::vector<std::string> open = Open();
    while (!ready(open) && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(10));
      open = Open();
    }
    return open;
  }
  // Open alerts as of a time.
  int CountAt(absl::Time time) {
    bottleneck::v1::ListAlertsRequest request;
    request.mutable_read_time()->set_seconds(absl::ToUnixSeconds(time));
    request.mutable_read_time()->set_nanos(
        static_cast<std::int32_t>(absl::ToUnixNanos(time) % 1'000'000'000));
    bottleneck::v1::ListAlertsResponse response;
    EXPECT_THAT(List(request, &response), IsOk());
    return response.alerts_size();
  }
  Alert TheAlert() {
    Alert alert;
    EXPECT_THAT(Get(kAlert, &alert), IsOk());
    return alert;
  }
  static std::string FigureOf(const Alert& alert, const std::string& column) {
    for (const auto& figure : alert.figures()) {
      if (figure.column() == column) return figure.text();
    }
    return "";
  }
  static std::string DayText(absl::Time time) {
    return absl::FormatTime("%Y-%m-%d", time, Shanghai());
  }
  static bool IsThere(const std::vector<std::string>& open) {
    return !open.empty();
  }
};

TEST_F(Needs, TheAlertNamesThemAndAnOfferClosesIt) {
  peers_.PostNeed("n1", "a", DaysAgo(180));
  peers_.PostNeed("n2", "a", DaysAgo(3));
  peers_.PostNeed("young", "b", DaysAgo(179));
  EXPECT_THAT(AfterAChange(),
              ElementsAre("UNMET_NEED items/a SEVERITY_MEDIUM"));
  const Alert alert = TheAlert();
  EXPECT_EQ(FigureOf(alert, "unmet_needs"), "n1;n2");
  EXPECT_EQ(FigureOf(alert, "unmet_since"), DayText(DaysAgo(180)));
  EXPECT_THAT(alert.summary_en(), HasSubstr("no offer to n1;n2"));
  EXPECT_THAT(alert.summary_zh(), HasSubstr("需求 n1;n2 无报价"));
  EXPECT_THAT(alert.closes().text_en(), HasSubstr("an offer to each"));
  // To the other need: the first one still waits.
  peers_.PutOffer("o2", "n2");
  EXPECT_THAT(AfterAChange(), SizeIs(1));
  EXPECT_EQ(FigureOf(TheAlert(), "unmet_needs"), "n1");
  peers_.PutOffer("o1", "n1");
  EXPECT_THAT(AfterAChange(), IsEmpty());
  peers_.PutOffer("o1", "n1", "withdrawn");
  EXPECT_THAT(AfterAChange(), SizeIs(1));
  EXPECT_EQ(TheAlert().first_seen().seconds(), alert.first_seen().seconds());
  peers_.PutOffer("o3", "n1", "accepted");
  EXPECT_THAT(AfterAChange(), IsEmpty());
}

TEST_F(Needs, AreAskedForOnceMoreOnAnotherDay) {
  peers_.PostNeed("n1", "a", DaysAgo(179));
  EXPECT_THAT(AfterAChange(), IsEmpty());
  const absl::Time before = absl::Now();
  clock_.Advance(kDay);
  peers_.Beat();
  EXPECT_THAT(Wait(IsThere), ElementsAre("UNMET_NEED items/a SEVERITY_MEDIUM"));
  // It opened that day, not when the facts were last changed.
  const Alert alert = TheAlert();
  EXPECT_EQ(absl::FromUnixSeconds(alert.first_seen().seconds()),
            ShanghaiTime(ShanghaiDay(clock_.Now())));
  EXPECT_EQ(alert.last_seen().seconds(), alert.first_seen().seconds());
  ASSERT_EQ(alert.events_size(), 1);
  EXPECT_EQ(alert.events(0).time().seconds(), alert.first_seen().seconds());
  // What stood before is still there to read, of the same facts.
  EXPECT_EQ(CountAt(before), 0);
  EXPECT_EQ(CountAt(absl::Now()), 1);
  // Nothing is written on the days that follow.
  const std::size_t versions = History(kAlert).size();
  for (int day = 0; day < 3; ++day) {
    clock_.Advance(kDay);
    peers_.Beat();
    EXPECT_THAT(AfterAChange(), SizeIs(1));
  }
  EXPECT_EQ(History(kAlert).size(), versions);
}

TEST_F(Needs, WaitWhileNoServiceRuns) {
  peers_.PostNeed("n1", "a", DaysAgo(170));
  EXPECT_THAT(AfterAChange(), IsEmpty());
  StopService();
  clock_.Advance(10 * kDay);
  StartService();
  EXPECT_THAT(Wait(IsThere), SizeIs(1));
}

TEST_F(Needs, AreOverAfterTheirDate) {
  peers_.PostNeed("n1", "a", DaysAgo(300), DaysAgo(1));
  peers_.PostNeed("n2", "b", DaysAgo(300), DaysAgo(-1));
  EXPECT_THAT(AfterAChange(),
              ElementsAre("UNMET_NEED items/b SEVERITY_MEDIUM"));
  clock_.Advance(2 * kDay);
  peers_.Beat();
  EXPECT_THAT(Wait([](const auto& open) { return open.empty(); }), IsEmpty());
}

TEST_F(Needs, AreAsOldAsTheirFirstVersion) {
  peers_.PostNeed("n1", "a", DaysAgo(400));
  peers_.PostNeed("n1", "a", DaysAgo(50));
  peers_.PostNeed("n1", "a", DaysAgo(1));
  EXPECT_THAT(AfterAChange(), SizeIs(1));
  EXPECT_EQ(FigureOf(TheAlert(), "unmet_since"), DayText(DaysAgo(400)));
  // Deleted and posted again it is another one.
  peers_.DeleteNeed("n1");
  EXPECT_THAT(AfterAChange(), IsEmpty());
  peers_.PostNeed("n1", "a", DaysAgo(100));
  peers_.PostNeed("n1", "a", DaysAgo(1));
  EXPECT_THAT(AfterAChange(), IsEmpty());
  clock_.Advance(80 * kDay);
  EXPECT_THAT(AfterAChange(), SizeIs(1));
}

TEST_F(Needs, ARuleMayBeTriedWithOtherDays) {
  peers_.PostNeed("n1", "a", DaysAgo(40));
  EXPECT_THAT(AfterAChange(), IsEmpty());
  TestRuleRequest request;
  request.mutable_rule()->set_name("rules/UNMET_NEED");
  auto* parameter = request.mutable_rule()->add_parameters();
  parameter->set_parameter("unmet_days");
  const auto subjects = [&](double days) {
    parameter->set_value(days);
    TestRuleResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(rules_->TestRule(&context, request, &response).ok());
    std::vector<std::string> found;
    for (const Alert& alert : response.alerts()) {
      found.push_back(alert.subject());
    }
    return found;
  };
  EXPECT_THAT(subjects(40), ElementsAre("items/a"));
  EXPECT_THAT(subjects(41), IsEmpty());
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(Needs, TheOldestTenAreNamed) {
  for (int n = 0; n < 12; ++n) {
    peers_.PostNeed(absl::StrCat("n", 10 + n), "a", DaysAgo(300 - n));
  }
  EXPECT_THAT(AfterAChange(), SizeIs(1));
  EXPECT_EQ(FigureOf(TheAlert(), "unmet_needs"),
            "n10;n11;n12;n13;n14;n15;n16;n17;n18;n19;…");
}

// Who needs what is theirs to say.
TEST_F(Needs, OthersSeeThatTheItemIsWanted) {
  peers_.PostNeed("n1", "a", DaysAgo(200));
  EXPECT_THAT(AfterAChange(), SizeIs(1));
  rpc::Principal works;
  works.id = "li";
  works.roles = {rpc::Role::kEnterprise};
  works.organization_id = "works";
  caller_.Be(works);
  const Alert alert = TheAlert();
  EXPECT_EQ(FigureOf(alert, "unmet_needs"), "");
  EXPECT_THAT(alert.summary_en(), Not(HasSubstr("n1")));
  EXPECT_FALSE(alert.has_closes());
}

}  // namespace
}  // namespace qiangji::testing
