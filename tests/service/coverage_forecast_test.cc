// Supply risk and trajectories through the service.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::Call;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::qiangji::testing::TableRow;
using ::qiangji::testing::TestSystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using v1::CoverageService;

constexpr double kWithin = 1e-9;

TableRow Item(const std::string& id, test::CsvRow more = {}) {
  more.insert({{"item_id", id},
               {"name_zh", id},
               {"category", "component"},
               {"sectors", "rail"}});
  return {"items", more};
}
TableRow Supply(const std::string& item, int year, const std::string& origin,
                double quantity) {
  return {"supply",
          {{"item_id", item},
           {"year", absl::StrCat(year)},
           {"origin_country", origin},
           {"quantity", absl::StrCat(quantity)}}};
}
TableRow Produces(const std::string& item, const std::string& country,
                  const std::string& share) {
  return {"world_production",
          {{"item_id", item},
           {"year", "2025"},
           {"country", country},
           {"share", share}}};
}
TableRow Risk(const std::string& country, const std::string& risk,
              const std::string& factor = "") {
  return {"country_risk",
          {{"country", country},
           {"year", "2025"},
           {"risk", risk},
           {"trade_factor", factor}}};
}
TableRow Target(int year, const std::string& value) {
  return {"targets",
          {{"target_id", absl::StrCat("t", year)},
           {"metric", "share"},
           {"year", absl::StrCat(year)},
           {"value", value}}};
}

// Each pool has one thread: an rpc that waited for its own would hang.
TestSystem::Options OneThread() {
  TestSystem::Options options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  return options;
}

class CoverageForecastTest : public ::testing::Test {
 protected:
  CoverageForecastTest()
      : system_(OneThread()),
        channel_(system_.Outside()),
        stub_(CoverageService::NewStub(channel_)) {
    system_.Write({{"sectors", {{"sector_id", "rail"}, {"name_zh", "轨道"}}},
                   {"sectors", {{"sector_id", "nev"}, {"name_zh", "汽车"}}}});
  }
  std::map<std::string, v1::ItemMetrics> Metrics(bool eu_original) {
    v1::QueryItemMetricsRequest request;
    request.mutable_options()->set_year(2025);
    request.set_eu_original(eu_original);
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    std::map<std::string, v1::ItemMetrics> items;
    const auto reader = stub_->QueryItemMetrics(&context, request);
    for (v1::QueryItemMetricsResponse part; reader->Read(&part);) {
      for (const v1::ItemMetrics& m : part.items().metrics()) {
        items[m.item_id()] = m;
      }
    }
    EXPECT_THAT(client::FromGrpcStatus(reader->Finish()), IsOk());
    return items;
  }
  absl::Status Trajectory(const v1::ComputeTrajectoryRequest& request,
                          v1::ComputeTrajectoryResponse* response) {
    return Call(*stub_, &CoverageService::Stub::ComputeTrajectory, request,
                response);
  }
  // 30 items, the first `assured` of them.
  void Year(int year, int assured) {
    std::vector<TableRow> rows;
    for (int i = 0; i < 30; ++i) {
      const std::string id = absl::StrCat("part-", i);
      rows.push_back(Item(id));
      rows.push_back(Supply(id, year, "CHN", i < assured ? 80 : 20));
      rows.push_back(Supply(id, year, "JPN", i < assured ? 20 : 80));
    }
    system_.Write(rows);
  }
  void Decade() {
    Year(2015, 6);
    Year(2017, 8);
    Year(2019, 10);
    Year(2020, 11);
    Year(2025, 18);
    system_.Write({Target(2020, "0.4"), Target(2025, "0.7")});
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<CoverageService::Stub> stub_;
};

// The figures by hand are those of tests/unit/domain/supply_risk_test.cc.
TEST_F(CoverageForecastTest, MetricsHaveTheSupplyRisk) {
  system_.Write({Item("x", {{"eol_rir", "0.25"}, {"si_sr", "0.9"}}), Item("y"),
                 Supply("x", 2025, "CHN", 60), Supply("x", 2025, "AUS", 40),
                 Produces("x", "CHN", "0.6"), Produces("x", "AUS", "0.4"),
                 Risk("CHN", "5"), Risk("AUS", "2", "1.5")});
  // GS 0.36·5 + 0.16·3 = 2.28; sourcing 0.16·3 = 0.48, with home 2.28;
  // IR = 0.4.
  auto items = Metrics(/*eu_original=*/false);
  EXPECT_NEAR(items["x"].supply_risk(), (2.28 * 0.2 + 0.48 * 0.8) * 0.675,
              kWithin);
  EXPECT_FALSE(items["y"].has_supply_risk());
  EXPECT_NEAR(Metrics(/*eu_original=*/true)["x"].supply_risk(), 2.28 * 0.675,
              kWithin);
  // A change of the risk table is a change of the figure.
  system_.Write({Risk("AUS", "2", "")});
  items = Metrics(/*eu_original=*/false);
  EXPECT_NEAR(items["x"].supply_risk(), (2.12 * 0.2 + 0.32 * 0.8) * 0.675,
              kWithin);
}

TEST_F(CoverageForecastTest, TrajectoryOfTheDecade) {
  Decade();
  v1::ComputeTrajectoryResponse response;
  ASSERT_THAT(Trajectory({}, &response), IsOk());
  EXPECT_EQ(response.context().year(), 2025);
  ASSERT_THAT(response.rows(), SizeIs(16));  // 2015 to 2030
  EXPECT_EQ(response.rows(0).year(), 2015);
  EXPECT_NEAR(response.rows(0).share(), 0.2, kWithin);
  EXPECT_FALSE(response.rows(0).has_target_path());
  EXPECT_FALSE(response.rows(1).has_share());
  EXPECT_NEAR(response.rows(10).share(), 0.6, kWithin);
  EXPECT_NEAR(response.rows(10).gap(), 0.1, kWithin);
  EXPECT_FALSE(response.rows(10).has_forecast());
  const v1::TrajectoryRow& last = response.rows(15);
  EXPECT_EQ(last.year(), 2030);
  EXPECT_FALSE(last.has_share());
  EXPECT_GT(last.forecast(), 0.6);
  EXPECT_LT(last.forecast_low(), last.forecast());
  EXPECT_GT(last.forecast_high(), last.forecast());
  EXPECT_NEAR(last.project_forecast(), 0.6, kWithin);
  EXPECT_EQ(last.target_probability(), 0);
  EXPECT_TRUE(response.has_trend());
  EXPECT_EQ(response.panel_items(), 30);
  EXPECT_EQ(response.panel_years(), 5);
  EXPECT_THAT(response.trend_years(),
              ElementsAre(2015, 2017, 2019, 2020, 2025));
  EXPECT_THAT(response.limits_en(), ElementsAre(HasSubstr("independent")));
  EXPECT_THAT(response.limits_zh(), SizeIs(1));
}

TEST_F(CoverageForecastTest, AProjectInAnotherMeasureIsAFinding) {
  Decade();
  const auto project = [](const std::string& id, const std::string& column,
                          const std::string& amount) -> TableRow {
    return {"projects",
            {{"project_id", id},
             {"item_id", "part-20"},
             {"organization_id", "maker"},
             {"title", id},
             {"completion_year", "2027"},
             {"probability", "0.5"},
             {column, amount}}};
  };
  system_.Write({{"organizations",
                  {{"organization_id", "maker"},
                   {"name_zh", "maker"},
                   {"country", "CHN"}}},
                 project("p1", "added_quantity", "30"),
                 project("p2", "added_share", "0.3")});
  v1::ComputeTrajectoryResponse response;
  ASSERT_THAT(Trajectory({}, &response), IsOk());
  EXPECT_EQ(response.project_count(), 1);
  ASSERT_THAT(response.context().findings(), SizeIs(1));
  EXPECT_EQ(response.context().findings(0).code(), "PROJECT_OTHER_MEASURE");
  EXPECT_EQ(response.context().findings(0).subject(), "projects/p2");
  EXPECT_NEAR(response.rows(11).project_forecast(), 0.6, kWithin);  // 2026
  EXPECT_NEAR(response.rows(12).project_forecast(), 18.5 / 30, kWithin);
}

TEST_F(CoverageForecastTest, TrajectoryOfASectorAndOfYears) {
  Decade();
  v1::ComputeTrajectoryRequest request;
  request.set_sector("nev");
  request.set_from_year(2024);
  request.set_through_year(2026);
  v1::ComputeTrajectoryResponse response;
  ASSERT_THAT(Trajectory(request, &response), IsOk());
  ASSERT_THAT(response.rows(), SizeIs(3));
  EXPECT_FALSE(response.rows(1).has_share());
  EXPECT_TRUE(response.reference_line());
  EXPECT_FALSE(response.has_trend());
}

TEST_F(CoverageForecastTest, TrajectoryRefusesWhatItCannotShow) {
  Decade();
  v1::ComputeTrajectoryRequest request;
  v1::ComputeTrajectoryResponse response;
  request.set_from_year(2026);
  request.set_through_year(1900);
  EXPECT_THAT(
      Trajectory(request, &response),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("through_year")));
  request.set_through_year(2020);
  EXPECT_THAT(
      Trajectory(request, &response),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("through_year")));
  request.Clear();
  request.set_sector("sea");
  EXPECT_THAT(Trajectory(request, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("sectors/sea")));
}

}  // namespace
}  // namespace qiangji::coverage
