// Why the assurance rate moved, and targets in detail, through the service.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <memory>
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::CoverageService;

constexpr double kWithin = 1e-12;

TableRow Item(const std::string& id) {
  return {"items",
          {{"item_id", id},
           {"name_zh", absl::StrCat(id, "件")},
           {"category", "component"},
           {"sectors", "rail"}}};
}
TableRow Supply(const std::string& item, int year, const std::string& origin,
                double quantity, const std::string& supplier = "",
                const std::string& qualification = "") {
  return {"supply",
          {{"item_id", item},
           {"year", absl::StrCat(year)},
           {"origin_country", origin},
           {"supplier_id", supplier},
           {"qualification", qualification},
           {"quantity", absl::StrCat(quantity)}}};
}

// Each pool has one thread: an rpc that waited for its own would hang.
TestSystem::Options OneThread() {
  TestSystem::Options options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  return options;
}

class CoverageCompareTest : public ::testing::Test {
 protected:
  CoverageCompareTest()
      : system_(OneThread()),
        channel_(system_.Outside()),
        stub_(CoverageService::NewStub(channel_)) {
    // a is made by a new plant in 2025; b is assured in both years.
    first_ = system_.Write(
        {{"sectors", {{"sector_id", "rail"}, {"name_zh", "轨道"}}},
         {"organizations",
          {{"organization_id", "plant"},
           {"name_zh", "工厂"},
           {"country", "CHN"}}},
         Item("a"),
         Item("b"),
         Supply("a", 2019, "CHN", 10),
         Supply("a", 2019, "JPN", 90),
         Supply("a", 2025, "CHN", 10),
         Supply("a", 2025, "CHN", 60, "plant", "first_batch"),
         Supply("a", 2025, "JPN", 30),
         Supply("b", 2019, "CHN", 80),
         Supply("b", 2019, "JPN", 20),
         Supply("b", 2025, "CHN", 80),
         Supply("b", 2025, "JPN", 20)});
  }
  absl::Status Compare(const v1::CompareCoverageRequest& request,
                       v1::CompareCoverageResponse* response) {
    absl::Status status = Call(*stub_, &CoverageService::Stub::CompareCoverage,
                               request, response);
    double sum = 0;
    for (const v1::CompareRow& row : response->rows()) sum += row.change();
    if (response->has_share_from() && response->has_share_to()) {
      EXPECT_NEAR(sum, response->share_to() - response->share_from(), kWithin);
    }
    return status;
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<CoverageService::Stub> stub_;
  store::Seq first_ = 0;
};

TEST_F(CoverageCompareTest, TwoYears) {
  v1::CompareCoverageRequest request;
  request.mutable_earlier()->set_year(2019);
  request.mutable_later()->set_year(2025);
  v1::CompareCoverageResponse response;
  ASSERT_THAT(Compare(request, &response), IsOk());
  EXPECT_EQ(response.earlier_context().year(), 2019);
  EXPECT_EQ(response.context().year(), 2025);
  EXPECT_NEAR(response.share_from(), 0.5, kWithin);
  EXPECT_NEAR(response.share_to(), 1, kWithin);
  ASSERT_THAT(response.rows(), SizeIs(1));
  const v1::CompareRow& row = response.rows(0);
  EXPECT_EQ(row.cause(), "new_source");
  EXPECT_EQ(row.item_id(), "a");
  EXPECT_EQ(row.name_zh(), "a件");
  EXPECT_NEAR(row.change(), 0.5, kWithin);
  EXPECT_NEAR(row.assured_share_from(), 0.1, kWithin);
  EXPECT_THAT(row.sources(), ElementsAre("plant"));
  ASSERT_THAT(response.causes(), SizeIs(1));
  EXPECT_EQ(response.causes(0).items(), 1);
  // The way back.
  request.mutable_earlier()->set_year(2025);
  request.mutable_later()->set_year(2019);
  ASSERT_THAT(Compare(request, &response), IsOk());
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).cause(), "lost_source");
  EXPECT_NEAR(response.rows(0).change(), -0.5, kWithin);
}

// The year is the assessed one of the later state.
TEST_F(CoverageCompareTest, TwoRecordedTimes) {
  const store::Seq second = system_.Write({Supply("b", 2025, "CHN", 10)});
  v1::CompareCoverageRequest request;
  request.mutable_earlier()->set_read_seq(first_);
  request.mutable_later()->set_read_seq(second);
  v1::CompareCoverageResponse response;
  ASSERT_THAT(Compare(request, &response), IsOk());
  EXPECT_EQ(response.earlier_context().read_seq(), first_);
  EXPECT_EQ(response.context().read_seq(), second);
  EXPECT_EQ(response.earlier_context().year(), 2025);
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).cause(), "correction");
  EXPECT_EQ(response.rows(0).item_id(), "b");
  EXPECT_THAT(response.rows(0).corrected(), ElementsAre("volume", "demand"));
  EXPECT_NEAR(response.rows(0).change(), -0.5, kWithin);
  // The same by time, and beside a year at the head.
  request.mutable_earlier()->clear_read_seq();
  *request.mutable_earlier()->mutable_read_time() =
      response.earlier_context().read_time();
  request.mutable_later()->Clear();
  request.mutable_later()->set_year(2025);
  ASSERT_THAT(Compare(request, &response), IsOk());
  EXPECT_EQ(response.earlier_context().read_seq(), first_);
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).cause(), "correction");
}

TEST_F(CoverageCompareTest, TwoCriteria) {
  for (const char* minimum : {"first_batch", "series"}) {
    system_.Write({{"criteria",
                    {{"criteria_id", minimum},
                     {"version", "1"},
                     {"minimum_qualification", minimum}}}});
  }
  v1::CompareCoverageRequest request;
  request.mutable_earlier()->set_criteria("first_batch");
  request.mutable_later()->set_criteria("criteria/series-1");
  v1::CompareCoverageResponse response;
  ASSERT_THAT(Compare(request, &response), IsOk());
  EXPECT_EQ(response.earlier_context().criteria_id(), "first_batch");
  EXPECT_EQ(response.context().criteria_id(), "series");
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).cause(), "criteria");
  EXPECT_NEAR(response.rows(0).change(), -0.5, kWithin);
  request.mutable_later()->set_criteria("none");
  EXPECT_THAT(Compare(request, &response),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CoverageCompareTest, WithoutDataThereAreNoRows) {
  v1::CompareCoverageRequest request;
  request.mutable_earlier()->set_year(2018);
  request.mutable_later()->set_year(2025);
  v1::CompareCoverageResponse response;
  ASSERT_THAT(Compare(request, &response), IsOk());
  EXPECT_FALSE(response.has_share_from());
  EXPECT_TRUE(response.has_share_to());
  EXPECT_THAT(response.rows(), IsEmpty());
}

TEST_F(CoverageCompareTest, RefusesWhatIsNoState) {
  v1::CompareCoverageRequest request;
  v1::CompareCoverageResponse response;
  request.mutable_earlier()->set_year(2019);
  EXPECT_THAT(Compare(request, &response),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("later")));
  request.mutable_later()->set_year(2025);
  request.mutable_later()->set_criteria("default");
  EXPECT_THAT(Compare(request, &response),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("later")));
  request.mutable_later()->clear_criteria();
  request.mutable_later()->set_year(3000);
  EXPECT_THAT(
      Compare(request, &response),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("later.year")));
  request.mutable_later()->set_year(2025);
  request.set_sector("sea");
  EXPECT_THAT(Compare(request, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("sectors/sea")));
  request.clear_sector();
  request.mutable_later()->clear_year();
  request.mutable_later()->set_read_seq(first_ + 1000);
  EXPECT_THAT(Compare(request, &response),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(CoverageCompareTest, TargetsInDetail) {
  system_.Write({{"targets",
                  {{"target_id", "own-2030"},
                   {"metric", "share"},
                   {"year", "2030"},
                   {"value", "0.9"},
                   {"baseline_year", "2015"},
                   {"baseline_value", "0.3"}}},
                 {"criteria",
                  {{"criteria_id", "series"},
                   {"version", "1"},
                   {"minimum_qualification", "series"}}}});
  v1::ComputeTargetsRequest request;
  request.mutable_options()->set_year(2025);
  request.add_target_ids("own-2030");
  v1::ComputeTargetsResponse response;
  ASSERT_THAT(
      Call(*stub_, &CoverageService::Stub::ComputeTargets, request, &response),
      IsOk());
  ASSERT_THAT(response.targets(), SizeIs(1));
  EXPECT_FALSE(response.targets(0).has_row());
  request.set_details(true);
  ASSERT_THAT(
      Call(*stub_, &CoverageService::Stub::ComputeTargets, request, &response),
      IsOk());
  const v1::TargetStatus& target = response.targets(0);
  EXPECT_NEAR(target.target(), 0.7, kWithin);  // 0.3 + 0.6·10/15
  EXPECT_EQ(target.verdict(), v1::VERDICT_MET);
  EXPECT_EQ(target.row().assured_items(), 2);
  EXPECT_THAT(target.sensitivity(), SizeIs(9));
  // The default criteria are there from the start.
  ASSERT_THAT(target.criteria(), SizeIs(2));
  EXPECT_EQ(target.criteria(1).criteria_id(), "series");
  EXPECT_NEAR(target.criteria(1).actual(), 0.5, kWithin);
  EXPECT_EQ(target.criteria(1).verdict(), v1::VERDICT_MISSED);
}

}  // namespace
}  // namespace qiangji::coverage
