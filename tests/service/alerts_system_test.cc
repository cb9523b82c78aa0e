// Registry, coverage and bottleneck together: alerts follow the facts.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertService;
using bottleneck::v1::ListAlertsRequest;
using bottleneck::v1::ListAlertsResponse;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

// The system's clock, and days later.
class LaterClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::Now() + absl::Hours(24) * days_.load();
  }
  void Advance(int days) { days_ += days; }

 private:
  std::atomic<int> days_{0};
};

TestSystem::Options SingleThreaded(const Clock* clock) {
  TestSystem::Options options;
  options.clock = clock;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  options.bottleneck = true;
  return options;
}

class AlertsOfASystem : public ::testing::Test {
 protected:
  AlertsOfASystem()
      : system_(SingleThreaded(&clock_)),
        stub_(AlertService::NewStub(system_.Outside())) {
    system_.Write({{"items",
                    {{"item_id", "gear"},
                     {"name_zh", "齿轮"},
                     {"category", "component"},
                     {"sectors", "rail"},
                     {"unit", "piece"}}}});
  }

  // Supply of "gear" in 2024: `abroad` pieces of a hundred from Japan.
  store::Seq Import(int abroad) {
    return system_.Write({Supply("CHN", 100 - abroad), Supply("JPN", abroad)});
  }

  static TableRow Supply(const std::string& origin, int quantity) {
    return {"supply",
            {{"item_id", "gear"},
             {"year", "2024"},
             {"origin_country", origin},
             {"quantity", absl::StrCat(quantity)}}};
  }

  // Open alerts of the gear, by rule.
  std::vector<std::string> Rules(store::Seq at = 0) {
    ListAlertsRequest request;
    request.add_subjects("items/gear");
    request.set_read_seq(at);
    ListAlertsResponse response;
    EXPECT_THAT(
        Call(*stub_, &AlertService::Stub::ListAlerts, request, &response),
        IsOk());
    read_seq_ = response.read_seq();
    std::vector<std::string> rules;
    for (const Alert& alert : response.alerts()) rules.push_back(alert.rule());
    return rules;
  }

  LaterClock clock_;
  TestSystem system_;
  std::unique_ptr<AlertService::Stub> stub_;
  std::int64_t read_seq_ = 0;
};

TEST_F(AlertsOfASystem, ANeedWaitsFor180Days) {
  const auto need = [](const std::string& quantity) {
    return TableRow{"needs",
                    {{"need_id", "n1"},
                     {"item_id", "gear"},
                     {"organization_id", "maker"},
                     {"quantity", quantity},
                     {"year", "2027"}}};
  };
  const TableRow offer = {"offers",
                          {{"offer_id", "o1"},
                           {"need_id", "n1"},
                           {"organization_id", "maker"},
                           {"quantity", "5"}}};
  system_.Write({{"organizations",
                  {{"organization_id", "maker"},
                   {"name_zh", "制造厂"},
                   {"country", "CHN"}}},
                 need("5")});
  Import(0);
  EXPECT_THAT(Rules(), Not(Contains("UNMET_NEED")));
  clock_.Advance(181);
  system_.Write({need("6")});  // as old as before
  EXPECT_THAT(Rules(), Contains("UNMET_NEED"));
  const store::Seq open = read_seq_;
  system_.Write({offer});
  EXPECT_THAT(Rules(), Not(Contains("UNMET_NEED")));
  EXPECT_THAT(Rules(open), Contains("UNMET_NEED"));
  system_.Delete({offer});
  EXPECT_THAT(Rules(), Contains("UNMET_NEED"));
  system_.Delete({need("6")});
  EXPECT_THAT(Rules(), Not(Contains("UNMET_NEED")));
}

TEST_F(AlertsOfASystem, ContainEveryChangeBefore) {
  for (int i = 0; i < 20; ++i) {
    const bool dependent = i % 2 == 0;
    const store::Seq seq = Import(dependent ? 90 : 10);
    const std::vector<std::string> rules = Rules();
    EXPECT_EQ(read_seq_, seq);
    if (dependent) {
      EXPECT_THAT(rules, Contains("IMPORT_DEPENDENCE"));
    } else {
      EXPECT_THAT(rules, Not(Contains("IMPORT_DEPENDENCE")));
    }
  }
}

TEST_F(AlertsOfASystem, AsOfAnEarlierChangeHaveItsEvidence) {
  Rules();  // a service that starts begins with the head, then goes one by one
  const store::Seq before = Import(90);
  const store::Seq after = Import(80);
  Rules();
  bottleneck::v1::GetAlertRequest request;
  request.set_name("alerts/IMPORT_DEPENDENCE~items~gear");
  Alert alert;
  for (const auto& [seq, share] :
       {std::pair(before, 0.9), std::pair(after, 0.8)}) {
    request.set_read_seq(seq);
    ASSERT_THAT(Call(*stub_, &AlertService::Stub::GetAlert, request, &alert),
                IsOk());
    ASSERT_GE(alert.figures_size(), 1);
    EXPECT_EQ(alert.figures(0).column(), "foreign_share");
    EXPECT_NEAR(alert.figures(0).value(), share, 1e-12);
    EXPECT_EQ(alert.read_seq(), seq);
  }
  EXPECT_EQ(alert.subject_name_zh(), "齿轮");
  EXPECT_EQ(alert.depends_on(), "JPN");
}

TEST_F(AlertsOfASystem, CloseWhenTheirDataAreWithdrawn) {
  Import(90);
  EXPECT_THAT(Rules(), Contains("IMPORT_DEPENDENCE"));
  system_.Delete({Supply("CHN", 10), Supply("JPN", 90)});
  EXPECT_THAT(Rules(), Not(Contains("IMPORT_DEPENDENCE")));
}

TEST_F(AlertsOfASystem, AChokepointShowsWhatItStopsAlongWhichChain) {
  system_.Write({{"items",
                  {{"item_id", "press"},
                   {"name_zh", "压力机"},
                   {"category", "equipment"},
                   {"sectors", "rail"}}},
                 {"supply",
                  {{"item_id", "press"},
                   {"year", "2024"},
                   {"origin_country", "CHN"},
                   {"quantity", "90"}}},
                 {"supply",
                  {{"item_id", "press"},
                   {"year", "2024"},
                   {"origin_country", "DEU"},
                   {"quantity", "10"}}},
                 {"inputs",
                  {{"item_id", "press"},
                   {"input_item_id", "gear"},
                   {"cost_share", "0.5"},
                   {"essentiality", "1"}}}});
  Import(90);
  EXPECT_THAT(Rules(), Contains("CHOKEPOINT"));
  bottleneck::v1::GetAlertRequest request;
  request.set_name("alerts/CHOKEPOINT~items~gear");
  Alert alert;
  ASSERT_THAT(Call(*stub_, &AlertService::Stub::GetAlert, request, &alert),
              IsOk());
  EXPECT_EQ(alert.severity(), bottleneck::v1::SEVERITY_CRITICAL);
  // Without 0.9 of the gears press keeps 0.1 + 0.9·0.1.
  ASSERT_GE(alert.figures_size(), 1);
  EXPECT_EQ(alert.figures(0).column(), "score");
  EXPECT_NEAR(alert.figures(0).value(), 0.81, 1e-9);
  EXPECT_THAT(alert.chain(), ElementsAre("press", "gear"));
  EXPECT_THAT(alert.equipment_ids(), ElementsAre("press"));
  EXPECT_THAT(alert.reached_equipment_ids(), ElementsAre("press"));
  ASSERT_EQ(alert.evidence_size(), 2);
  EXPECT_EQ(alert.evidence(0).name(),
            "items/gear/supplyRecords/2024~domestic~CHN~~~~~~third_party");
  Import(0);  // all of it assured
  EXPECT_THAT(Rules(), Not(Contains("CHOKEPOINT")));
}

}  // namespace
}  // namespace qiangji::testing
