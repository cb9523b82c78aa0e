// Releases through the service (METHOD 4.6).
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/coverage/v1/release_service.grpc.pb.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::Call;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::qiangji::testing::TableRow;
using ::qiangji::testing::TestSystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using v1::ReleaseService;

// Each pool has one thread: an rpc that waited for its own would hang.
TestSystem::Options OneThread() {
  TestSystem::Options options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  return options;
}

// The square of tests/unit/domain/release_table_test.cc: rail components of two
// makers, all else of plenty.
class CoverageReleaseTest : public ::testing::Test {
 protected:
  CoverageReleaseTest() : system_(OneThread()), channel_(system_.Outside()) {
    stub_ = ReleaseService::NewStub(channel_);
    std::vector<TableRow> rows;
    for (const char* sector : {"rail", "nev"}) {
      rows.push_back({"sectors", {{"sector_id", sector}, {"name_zh", sector}}});
    }
    for (int g = 0; g < 5; ++g) {
      rows.push_back({"organizations",
                      {{"organization_id", Maker(g)},
                       {"name_zh", Maker(g)},
                       {"country", "CHN"}}});
    }
    Eight("component", "rail", {0, 1}, rows);
    Eight("material", "rail", {0, 1, 2, 3, 4}, rows);
    Eight("component", "nev", {0, 2, 3, 4}, rows);
    Eight("material", "nev", {0, 1, 2, 3, 4}, rows);
    system_.Write(rows);
  }
  static std::string Maker(int g) { return absl::StrCat("maker-", g); }
  static void Eight(const std::string& category, const std::string& sector,
                    const std::vector<int>& makers,
                    std::vector<TableRow>& rows) {
    for (int k = 0; k < 8; ++k) {
      const std::string id = absl::StrCat(sector, "-", category, k);
      rows.push_back({"items",
                      {{"item_id", id},
                       {"name_zh", id},
                       {"category", category},
                       {"sectors", sector}}});
      // Three assured, three made, two blank.
      const double home = k < 3 ? 80 : k < 6 ? 40 : 0;
      for (const int g : makers) {
        Sell(id, "CHN", Maker(g), home / static_cast<double>(makers.size()),
             rows);
      }
      Sell(id, "JPN", "", 100 - home, rows);
    }
  }
  static void Sell(const std::string& item, const std::string& origin,
                   const std::string& supplier, double quantity,
                   std::vector<TableRow>& rows) {
    rows.push_back({"supply",
                    {{"item_id", item},
                     {"year", "2025"},
                     {"origin_country", origin},
                     {"supplier_id", supplier},
                     {"quantity", absl::StrCat(quantity)}}});
  }

  absl::Status Create(const v1::CreateReleaseRequest& request) {
    release_.Clear();
    return Call(*stub_, &ReleaseService::Stub::CreateRelease, request,
                &release_);
  }
  absl::Status List(const v1::ListReleasesRequest& request) {
    listed_.Clear();
    return Call(*stub_, &ReleaseService::Stub::ListReleases, request, &listed_);
  }
  static v1::CreateReleaseRequest Named(const std::string& id) {
    v1::CreateReleaseRequest request;
    request.set_release_id(id);
    request.mutable_release()->mutable_options()->set_year(2025);
    request.mutable_release()->set_title_en("Shares of 2025");
    return request;
  }
  static std::string ScopeOf(const v1::CoverageRow& row) {
    return absl::StrCat(row.sector(), "/", static_cast<int>(row.category()));
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ReleaseService::Stub> stub_;
  v1::Release release_;
  v1::ListReleasesResponse listed_;
};

TEST_F(CoverageReleaseTest, WithholdsAndKeepsIt) {
  ASSERT_THAT(Create(Named("first")), IsOk());
  EXPECT_EQ(release_.name(), "releases/first");
  EXPECT_EQ(release_.title_en(), "Shares of 2025");
  EXPECT_EQ(release_.context().year(), 2025);
  EXPECT_GT(release_.context().read_seq(), 0);
  EXPECT_EQ(release_.options().read_seq(), release_.context().read_seq());
  EXPECT_TRUE(release_.has_create_time());
  EXPECT_EQ(release_.withheld_count(), 4);
  std::vector<std::string> withheld;
  for (const v1::CoverageRow& row : release_.rows()) {
    EXPECT_EQ(row.sensitivity_size(), 0);
    EXPECT_EQ(row.items_without_data_size(), 0);
    if (!row.withheld()) {
      EXPECT_TRUE(row.items() == 0 || row.has_share()) << ScopeOf(row);
      continue;
    }
    withheld.push_back(ScopeOf(row));
    EXPECT_EQ(row.items(), 8);
    EXPECT_EQ(row.items_with_data(), 0);
    EXPECT_FALSE(row.has_share());
    EXPECT_FALSE(row.has_share_upper());
    EXPECT_FALSE(row.has_value_share());
  }
  EXPECT_THAT(withheld,
              UnorderedElementsAre("rail/1", "rail/2", "nev/1", "nev/2"));
  v1::GetReleaseRequest get;
  get.set_name("releases/first");
  v1::Release again;
  ASSERT_THAT(Call(*stub_, &ReleaseService::Stub::GetRelease, get, &again),
              IsOk());
  EXPECT_EQ(again.SerializeAsString(), release_.SerializeAsString());
  get.set_name("releases/none");
  EXPECT_THAT(Call(*stub_, &ReleaseService::Stub::GetRelease, get, &again),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST_F(CoverageReleaseTest, ReleasesOfOneSequenceBindOneAnother) {
  ASSERT_THAT(Create(Named("first")), IsOk());
  EXPECT_THAT(Create(Named("first")),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("first")));
  v1::CreateReleaseRequest other = Named("");
  other.mutable_release()->mutable_options()->set_threshold(0.4);
  EXPECT_THAT(Create(other), StatusIs(absl::StatusCode::kFailedPrecondition,
                                      HasSubstr("releases/first")));
  ASSERT_THAT(Create(Named("")), IsOk());
  EXPECT_EQ(release_.withheld_count(), 4);
  // With a new sequence there is another beginning.
  std::vector<TableRow> rows;
  Sell("rail-component0", "DEU", "", 1, rows);
  system_.Write(rows);
  ASSERT_THAT(Create(other), IsOk());
  ASSERT_THAT(List({}), IsOk());
  ASSERT_THAT(listed_.releases(), SizeIs(3));
  EXPECT_EQ(listed_.releases(0).name(), release_.name());
  EXPECT_EQ(listed_.releases(2).name(), "releases/first");
  EXPECT_EQ(listed_.releases(2).rows_size(), 0);
  EXPECT_EQ(listed_.releases(2).withheld_count(), 4);
}

TEST_F(CoverageReleaseTest, PagesIdsAndRepeats) {
  v1::CreateReleaseRequest request = Named("");
  request.set_validate_only(true);
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(release_.withheld_count(), 4);
  ASSERT_THAT(List({}), IsOk());
  EXPECT_THAT(listed_.releases(), SizeIs(0));
  request.set_validate_only(false);
  request.set_request_id("once");
  ASSERT_THAT(Create(request), IsOk());
  const std::string name = release_.name();
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(release_.name(), name);
  ASSERT_THAT(Create(Named("second")), IsOk());
  v1::ListReleasesRequest page;
  page.set_page_size(1);
  ASSERT_THAT(List(page), IsOk());
  ASSERT_THAT(listed_.releases(), SizeIs(1));
  EXPECT_EQ(listed_.releases(0).release_id(), "second");
  ASSERT_THAT(Create(Named("third")), IsOk());
  page.set_page_token(listed_.next_page_token());
  ASSERT_THAT(List(page), IsOk());
  ASSERT_THAT(listed_.releases(), SizeIs(1));
  EXPECT_EQ(listed_.releases(0).name(), name);
  EXPECT_EQ(listed_.next_page_token(), "");
  EXPECT_THAT(
      Create(Named("No id")),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("release_id")));
}

}  // namespace
}  // namespace qiangji::coverage
