// Localization plans through the service (METHOD 4.5).
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using v1::CoverageService;

constexpr double kWithin = 1e-9;

// Each pool has one thread: an rpc that waited for its own would hang.
TestSystem::Options OneThread() {
  TestSystem::Options options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  return options;
}

class CoveragePlanTest : public ::testing::Test {
 protected:
  // The four items of tests/unit/domain/plan_test.cc, figured by hand there.
  CoveragePlanTest() : system_(OneThread()), channel_(system_.Outside()) {
    stub_ = CoverageService::NewStub(channel_);
    std::vector<TableRow> rows = {
        {"sectors", {{"sector_id", "rail"}, {"name_zh", "轨道"}}},
        {"organizations",
         {{"organization_id", "works"}, {"name_zh", "厂"}, {"country", "CHN"}}},
        Project("n1", "near", "10", "0.8", "3000000"),
        Project("n2", "near", "10", "0.5", "1000000"),
        Project("h1", "heavy", "30", "0.9", "4000000"),
        Project("h2", "heavy", "30", "0.5", "2000000"),
        Project("free", "near", "10", "0.5", "")};
    AddItem("done", "1", 60, rows);
    AddItem("near", "1", 40, rows);
    AddItem("heavy", "2", 0, rows);
    AddItem("nothing", "1", 0, rows);
    system_.Write(rows);
  }
  static TableRow Project(const std::string& id, const std::string& item,
                          const std::string& quantity,
                          const std::string& probability,
                          const std::string& cost) {
    return {"projects",
            {{"project_id", id},
             {"item_id", item},
             {"organization_id", "works"},
             {"title", absl::StrCat("title of ", id)},
             {"completion_year", "2027"},
             {"added_quantity", quantity},
             {"probability", probability},
             {"cost_cny", cost}}};
  }
  static void AddItem(const std::string& id, const std::string& weight,
                      int home, std::vector<TableRow>& rows) {
    rows.push_back({"items",
                    {{"item_id", id},
                     {"name_zh", absl::StrCat("名", id)},
                     {"category", "component"},
                     {"sectors", "rail"},
                     {"weight", weight}}});
    for (const bool at_home : {true, false}) {
      rows.push_back(
          {"supply",
           {{"item_id", id},
            {"year", "2025"},
            {"origin_country", at_home ? "CHN" : "JPN"},
            {"quantity", absl::StrCat(at_home ? home : 100 - home)}}});
    }
  }
  absl::Status Plan(const v1::ComputePlanRequest& request) {
    response_.Clear();
    return Call(*stub_, &CoverageService::Stub::ComputePlan, request,
                &response_);
  }
  static v1::ComputePlanRequest Of(double budget) {
    v1::ComputePlanRequest request;
    request.set_budget_cny(budget);
    request.set_by_year(2030);
    return request;
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<CoverageService::Stub> stub_;
  v1::ComputePlanResponse response_;
};

TEST_F(CoveragePlanTest, ByCount) {
  ASSERT_THAT(Plan(Of(7e6)), IsOk());
  EXPECT_EQ(response_.context().year(), 2025);
  EXPECT_NEAR(response_.share_from(), 0.2, kWithin);
  EXPECT_NEAR(response_.share_to(), 0.48, kWithin);
  EXPECT_EQ(response_.optimality_gap(), 0);
  EXPECT_EQ(response_.cost_cny(), 7e6);
  EXPECT_FALSE(response_.has_content_to());
  ASSERT_THAT(response_.rows(), SizeIs(5));
  const v1::PlanRow& first = response_.rows(0);
  EXPECT_EQ(first.project_id(), "h1");
  EXPECT_EQ(first.item_id(), "heavy");
  EXPECT_EQ(first.item_name_zh(), "名heavy");
  EXPECT_EQ(first.title(), "title of h1");
  EXPECT_EQ(first.cost_cny(), 4e6);
  EXPECT_EQ(first.probability(), 0.9);
  EXPECT_EQ(first.why(), v1::PLAN_REASON_CHOSEN);
  EXPECT_NEAR(response_.rows(1).share_after(), 0.38, kWithin);
  EXPECT_NEAR(response_.rows(2).share_after(), 0.48, kWithin);
  EXPECT_EQ(response_.rows(3).project_id(), "free");
  EXPECT_EQ(response_.rows(3).why(), v1::PLAN_REASON_NO_COST);
  EXPECT_FALSE(response_.rows(3).has_share_after());
  EXPECT_EQ(response_.rows(4).why(), v1::PLAN_REASON_OTHERS_ADD_MORE);
  EXPECT_THAT(response_.projects_without_cost(), ElementsAre("free"));
  ASSERT_THAT(response_.items_without_project(), SizeIs(1));
  EXPECT_EQ(response_.items_without_project(0).item_id(), "nothing");
  ASSERT_THAT(response_.frontier(), SizeIs(7));
  EXPECT_NEAR(response_.frontier(6).share_to(), 0.56, kWithin);
  EXPECT_LE(response_.greedy().share_to(), 0.48 + kWithin);
  EXPECT_THAT(response_.limits_en(), SizeIs(2));
}

TEST_F(CoveragePlanTest, CertainAndByContent) {
  v1::ComputePlanRequest request = Of(1e6);
  request.set_certain(true);
  ASSERT_THAT(Plan(request), IsOk());
  EXPECT_NEAR(response_.share_to(), 0.4, kWithin);
  // Without inputs Σ w_i a_i: 0.2 (0.6 + 0.4); n2 adds 0.1·0.2.
  request.set_objective(v1::PLAN_OBJECTIVE_CONTENT);
  ASSERT_THAT(Plan(request), IsOk());
  EXPECT_NEAR(response_.content_from(), 0.2, kWithin);
  EXPECT_NEAR(response_.content_to(), 0.22, kWithin);
  EXPECT_NEAR(response_.rows(0).content_after(), 0.22, kWithin);
  EXPECT_THAT(response_.limits_en(), SizeIs(2));
}

TEST_F(CoveragePlanTest, RefusesWhatIsNoPlan) {
  v1::ComputePlanRequest request;
  request.set_budget_cny(-1);
  EXPECT_THAT(Plan(request),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("budget_cny"), HasSubstr("1 more"))));
  request = Of(std::numeric_limits<double>::infinity());
  EXPECT_THAT(Plan(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr("budget_cny")));
}

TEST_F(CoveragePlanTest, AProjectInAnotherMeasureIsAFinding) {
  TableRow other = Project("other", "near", "", "0.5", "1");
  other.cells["added_share"] = "0.3";
  system_.Write({other});
  ASSERT_THAT(Plan(Of(1e6)), IsOk());
  ASSERT_THAT(response_.context().findings(), SizeIs(1));
  EXPECT_EQ(response_.context().findings(0).code(), "PROJECT_OTHER_MEASURE");
}

}  // namespace
}  // namespace qiangji::coverage
