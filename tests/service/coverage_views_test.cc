// What callers see who do not see all facts (METHOD 4.6; ARCHITECTURE,
// "Views"): an analyst, an enterprise with records of its own, a stranger.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/coverage/v1/release_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using absl::StatusCode;
using ::qiangji::testing::Call;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::qiangji::testing::TableRow;
using ::qiangji::testing::TestSystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Stub = v1::CoverageService::Stub;

rpc::Principal Someone(rpc::Role role, const std::string& organization = "") {
  rpc::Principal principal;
  principal.id = "somebody";
  principal.roles = {role};
  principal.organization_id = organization;
  return principal;
}

class CoverageViewsTest : public ::testing::Test {
 protected:
  CoverageViewsTest() : system_(Options()), channel_(system_.Outside()) {
    stub_ = v1::CoverageService::NewStub(channel_);
    releases_ = v1::ReleaseService::NewStub(channel_);
    std::vector<TableRow> rows = {
        {"sectors",
         {{"sector_id", "rail"}, {"name_zh", "rail"}, {"ten", "true"}}}};
    for (const char* id : {"a", "b", "c", "d"}) {
      rows.push_back(
          {"organizations",
           {{"organization_id", id}, {"name_zh", id}, {"country", "CHN"}}});
    }
    // The motor is made of a bearing that only "a" makes; plates are public.
    Item("bearing", {{"a", 20}}, "private", rows);
    Item("motor", {{"a", 10}, {"b", 10}, {"c", 10}, {"d", 30}}, "private",
         rows);
    Item("plate", {{"a", 60}}, "public", rows);
    rows.push_back({"inputs",
                    {{"item_id", "motor"},
                     {"input_item_id", "bearing"},
                     {"cost_share", "0.4"}}});
    system_.Write(rows);
  }

  TestSystem::Options Options() {
    TestSystem::Options options;
    options.pools = rpc::PoolsOptions::SingleThreaded();
    options.authenticator = [this](absl::string_view peer) {
      const MutexLock lock(mutex_);
      return peer == rpc::kInProcessPeer ? rpc::Principal::Service() : caller_;
    };
    return options;
  }
  void Be(rpc::Principal caller) {
    const MutexLock lock(mutex_);
    caller_ = std::move(caller);
  }

  static void Item(const std::string& id,
                   const std::map<std::string, int>& makers,
                   const std::string& visibility, std::vector<TableRow>& rows) {
    rows.push_back({"items",
                    {{"item_id", id},
                     {"name_zh", id},
                     {"category", "component"},
                     {"sectors", "rail"}}});
    int home = 0;
    for (const auto& [maker, quantity] : makers) {
      home += quantity;
      Sell(id, "CHN", maker, quantity, visibility, rows);
    }
    Sell(id, "JPN", "", 100 - home, "public", rows);
  }
  static void Sell(const std::string& item, const std::string& origin,
                   const std::string& supplier, int quantity,
                   const std::string& visibility, std::vector<TableRow>& rows) {
    rows.push_back({"supply",
                    {{"item_id", item},
                     {"year", "2025"},
                     {"origin_country", origin},
                     {"supplier_id", supplier},
                     {"quantity", absl::StrCat(quantity)},
                     {"visibility", visibility}}});
  }

  // By item.
  std::map<std::string, v1::ItemMetrics> Metrics(double threshold = 0) {
    v1::QueryItemMetricsRequest request;
    if (threshold > 0) request.mutable_options()->set_threshold(threshold);
    std::map<std::string, v1::ItemMetrics> metrics;
    grpc::ClientContext context;
    const auto stream = stub_->QueryItemMetrics(&context, request);
    v1::QueryItemMetricsResponse message;
    while (stream->Read(&message)) {
      for (const v1::ItemMetrics& item : message.items().metrics()) {
        metrics[item.item_id()] = item;
      }
    }
    EXPECT_TRUE(stream->Finish().ok());
    return metrics;
  }

  struct Traced {
    v1::TraceHead head;
    std::vector<v1::TraceRow> rows;
  };
  Traced Trace(const std::string& item, double explain = 1) {
    v1::TraceItemRequest request;
    request.set_item_id(item);
    request.set_explain(explain);
    Traced out;
    grpc::ClientContext context;
    const auto stream = stub_->TraceItem(&context, request);
    v1::TraceItemResponse message;
    while (stream->Read(&message)) {
      if (message.has_head()) out.head = message.head();
      for (const auto& row : message.contributions().rows()) {
        out.rows.push_back(row);
      }
    }
    EXPECT_TRUE(stream->Finish().ok());
    return out;
  }

  absl::Status Coverage(const v1::ComputeCoverageRequest& request) {
    coverage_.Clear();
    return Call(*stub_, &Stub::ComputeCoverage, request, &coverage_);
  }

  Mutex mutex_;
  rpc::Principal caller_ ABSL_GUARDED_BY(mutex_) = rpc::Principal::Operator();
  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<v1::ReleaseService::Stub> releases_;
  v1::ComputeCoverageResponse coverage_;
};

TEST_F(CoverageViewsTest, AnAnalystSeesEveryFigure) {
  Be(Someone(rpc::Role::kAnalyst));
  const auto metrics = Metrics();
  ASSERT_THAT(metrics, SizeIs(3));
  for (const auto& [id, item] : metrics) {
    EXPECT_FALSE(item.banded()) << id;
    EXPECT_TRUE(item.has_assured_share()) << id;
    EXPECT_TRUE(item.has_assured_content_lower()) << id;
  }
  EXPECT_DOUBLE_EQ(metrics.at("bearing").assured_share(), 0.2);
}

TEST_F(CoverageViewsTest, AStrangerSeesBands) {
  Be(Someone(rpc::Role::kEnterprise));
  const auto metrics = Metrics();
  const v1::ItemMetrics& bearing = metrics.at("bearing");
  EXPECT_TRUE(bearing.banded());
  EXPECT_EQ(bearing.band(), v1::SHARE_BAND_FROM_15_TO_30);
  EXPECT_EQ(bearing.located_band(), v1::SHARE_BAND_FROM_15_TO_30);
  EXPECT_EQ(bearing.content_band(), v1::SHARE_BAND_FROM_15_TO_30);
  EXPECT_TRUE(bearing.has_data());
  EXPECT_TRUE(bearing.has_assured());  // θ is the edge of a band
  EXPECT_FALSE(bearing.has_assured_share() || bearing.has_located_share() ||
               bearing.has_documented_share() || bearing.has_ssr() ||
               bearing.has_idr() || bearing.has_hhi_country() ||
               bearing.has_hhi_supplier() || bearing.has_top_foreign_share() ||
               bearing.has_value_cny() || bearing.has_supply_risk() ||
               bearing.has_assured_content_lower() ||
               bearing.has_assured_content_upper() ||
               bearing.has_located_content());
  EXPECT_EQ(bearing.top_foreign_origin(), "");
  // Four groups: exact. Its content would tell the bearing's.
  const v1::ItemMetrics& motor = metrics.at("motor");
  EXPECT_DOUBLE_EQ(motor.assured_share(), 0.6);
  EXPECT_EQ(motor.band(), v1::SHARE_BAND_UNSPECIFIED);
  EXPECT_EQ(motor.content_band(), v1::SHARE_BAND_FROM_30_TO_50);
  EXPECT_FALSE(motor.has_assured_content_lower());
  EXPECT_TRUE(motor.banded());
  const v1::ItemMetrics& plate = metrics.at("plate");
  EXPECT_FALSE(plate.banded());
  EXPECT_DOUBLE_EQ(plate.assured_content_lower(), 0.6);
  // A threshold of one's own would find the share by halving.
  EXPECT_FALSE(Metrics(0.21).at("bearing").has_assured());
  EXPECT_TRUE(Metrics(0.21).at("motor").has_assured());
}

TEST_F(CoverageViewsTest, AnEnterpriseSeesWhatRestsOnItsOwnRecords) {
  Be(Someone(rpc::Role::kEnterprise, "a"));
  const auto metrics = Metrics();
  EXPECT_DOUBLE_EQ(metrics.at("bearing").assured_share(), 0.2);
  EXPECT_FALSE(metrics.at("bearing").banded());
  EXPECT_TRUE(metrics.at("motor").has_assured_content_lower());
  Be(Someone(rpc::Role::kEnterprise, "b"));
  EXPECT_TRUE(Metrics().at("bearing").banded());
}

TEST_F(CoverageViewsTest, InputsOfRulesAndOtherFiguresNeedAllFacts) {
  Be(Someone(rpc::Role::kEnterprise, "a"));
  v1::QueryItemMetricsRequest full;
  full.set_view(v1::METRICS_VIEW_FULL);
  grpc::ClientContext context;
  const auto stream = stub_->QueryItemMetrics(&context, full);
  v1::QueryItemMetricsResponse message;
  EXPECT_FALSE(stream->Read(&message));
  EXPECT_EQ(stream->Finish().error_code(), grpc::PERMISSION_DENIED);
  v1::ComputeRankResponse rank;
  EXPECT_THAT(Call(*stub_, &Stub::ComputeRank, v1::ComputeRankRequest(), &rank),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("private")));
  v1::CompareCoverageResponse compared;
  EXPECT_THAT(Call(*stub_, &Stub::CompareCoverage, v1::CompareCoverageRequest(),
                   &compared),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("private")));
  grpc::ClientContext other;
  const auto scenario = stub_->RunScenario(&other, v1::RunScenarioRequest());
  v1::RunScenarioResponse disrupted;
  EXPECT_FALSE(scenario->Read(&disrupted));
  EXPECT_EQ(scenario->Finish().error_code(), grpc::PERMISSION_DENIED);
}

TEST_F(CoverageViewsTest, FlowsShowWhereEveryRecordMayBeShown) {
  const auto reconcile = [this](const std::string& item) {
    v1::ReconcileSupplyRequest request;
    request.set_item_id(item);
    v1::ReconcileSupplyResponse response;
    return Call(*stub_, &Stub::ReconcileSupply, request, &response);
  };
  EXPECT_THAT(reconcile("motor"), IsOk());
  Be(Someone(rpc::Role::kEnterprise, "a"));
  EXPECT_THAT(reconcile("bearing"), IsOk());
  EXPECT_THAT(reconcile("plate"), IsOk());
  EXPECT_THAT(reconcile("motor"),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("public")));
  Be(Someone(rpc::Role::kEnterprise));
  EXPECT_THAT(reconcile("bearing"),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("public")));
}

TEST_F(CoverageViewsTest, TracesShowBands) {
  const Traced whole = Trace("motor");
  ASSERT_THAT(whole.rows, SizeIs(2));
  EXPECT_GT(whole.rows[0].chain_length(), 0);
  Be(Someone(rpc::Role::kEnterprise));
  const Traced traced = Trace("motor", 0.5);
  EXPECT_EQ(traced.head.content_band(), v1::SHARE_BAND_FROM_30_TO_50);
  EXPECT_EQ(traced.head.assured_content(), 0);
  std::vector<std::string> rows;
  for (const v1::TraceRow& row : traced.rows) {
    EXPECT_THAT(row.chain(), IsEmpty());
    EXPECT_EQ(row.contribution(), 0);
    rows.push_back(absl::StrCat(row.input_item_id(), " ", row.country(), " ",
                                static_cast<int>(row.band())));
  }
  // 0.40 from JPN directly, 0.6 · 0.4 · 0.8 through the bearing.
  EXPECT_THAT(rows, ElementsAre("motor JPN 4", "bearing  3"));
  const Traced open = Trace("plate");
  EXPECT_DOUBLE_EQ(open.head.assured_content(), 0.6);
  ASSERT_THAT(open.rows, SizeIs(1));
  EXPECT_EQ(open.rows[0].country(), "JPN");
}

TEST_F(CoverageViewsTest, TheTableIsThatOfTheLatestRelease) {
  Be(Someone(rpc::Role::kEnterprise, "a"));
  EXPECT_THAT(Coverage({}),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("released")));
  Be(Someone(rpc::Role::kAnalyst));
  v1::CreateReleaseRequest create;
  create.set_release_id("first");
  create.mutable_release()->mutable_options()->set_year(2025);
  v1::Release release;
  ASSERT_THAT(Call(*releases_, &v1::ReleaseService::Stub::CreateRelease, create,
                   &release),
              IsOk());
  // What comes after it shows to analysts only.
  std::vector<TableRow> rows;
  Sell("plate", "CHN", "b", 500, "public", rows);
  system_.Write(rows);
  ASSERT_THAT(Coverage({}), IsOk());
  EXPECT_EQ(coverage_.release(), "");
  EXPECT_GT(coverage_.context().read_seq(), release.context().read_seq());

  Be(Someone(rpc::Role::kEnterprise, "a"));
  ASSERT_THAT(Coverage({}), IsOk());
  EXPECT_EQ(coverage_.release(), "releases/first");
  EXPECT_EQ(coverage_.context().read_seq(), release.context().read_seq());
  ASSERT_THAT(coverage_.rows(), SizeIs(11));  // the total and the ten
  EXPECT_EQ(coverage_.rows(0).SerializeAsString(),
            release.rows(0).SerializeAsString());
  for (int i = 1; i < coverage_.rows_size(); ++i) {
    EXPECT_EQ(coverage_.rows(i).category(), 0);
    EXPECT_EQ(coverage_.rows(i).has_share(),
              coverage_.rows(i).sector() == "rail");
  }
  v1::ComputeCoverageRequest request;
  request.add_dimensions(v1::COVERAGE_DIMENSION_CATEGORY);
  ASSERT_THAT(Coverage(request), IsOk());
  ASSERT_THAT(coverage_.rows(), SizeIs(3));
  EXPECT_EQ(coverage_.rows(1).category(), type::v1::CATEGORY_COMPONENT);
  // Another threshold is in no release.
  request.mutable_options()->set_threshold(0.3);
  EXPECT_THAT(Coverage(request), StatusIs(StatusCode::kFailedPrecondition,
                                          HasSubstr("releases/first")));
  request.mutable_options()->set_threshold(0.5);
  EXPECT_THAT(Coverage(request), IsOk());
  request.mutable_options()->set_year(2024);
  EXPECT_THAT(Coverage(request), StatusIs(StatusCode::kFailedPrecondition,
                                          HasSubstr("releases/first")));
}

}  // namespace
}  // namespace qiangji::coverage
