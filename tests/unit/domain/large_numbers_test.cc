// The largest and smallest numbers that rows may hold, together: figures stay
// numbers (RELIABILITY row 17).
#include <cmath>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/domain/benchmark.h"
#include "services/domain/coverage.h"
#include "services/domain/rank.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

constexpr double kHuge = 1e100, kTiny = 1e-100;

bool Finite(const Maybe& x) { return !x || std::isfinite(*x); }
bool IsShare(const std::optional<double>& x) { return x && *x >= 0 && *x <= 1; }

// A hundred parts: the seller's report of each is tiny, the buyers' are huge,
// and every value is.
class LargeNumbers : public testing::Test {
 protected:
  LargeNumbers() {
    world_.Sector("rail").Organization("maker", "CHN");
    for (int k = 0; k < 100; ++k) {
      const std::string item = absl::StrCat("part-", k);
      world_.Item(item, "component", "rail",
                  {{"weight", k % 2 == 0 ? "1e100" : "1e-100"}});
      AddSupply(item);
      for (const char* project : {"a", "b"}) {
        world_.Add("projects", {{"project_id", absl::StrCat(item, project)},
                                {"item_id", item},
                                {"organization_id", "maker"},
                                {"title", "t"},
                                {"completion_year", "2030"},
                                {"added_quantity", "1e100"},
                                {"cost_cny", "1e100"}});
      }
      world_.Add("tests", {{"test_id", item},
                           {"item_id", item},
                           {"organization_id", "maker"},
                           {"lab_id", "maker"},
                           {"date", "2024-01-01"},
                           {"property", "life"},
                           {"unit", "h"},
                           {"value", k % 2 == 0 ? "1e100" : "1e-100"},
                           {"reference_value", "1e-100"}});
    }
    analysis_ = world_.Analyze(2025);
  }

  void AddSupply(const std::string& item) {
    const test::CsvRow huge = {{"value_cny", "1e100"}};
    test::CsvRow seller = huge;
    seller["supplier_id"] = seller["reporter_id"] = "maker";
    world_.Supply(item, 2025, "CHN", kTiny, seller);
    for (const char* buyer : {"buyer-a", "buyer-b"}) {
      test::CsvRow more = huge;
      more["supplier_id"] = "maker";
      more["reporter_id"] = buyer;
      more["side"] = "buyer";
      world_.Supply(item, 2025, "CHN", kHuge, more);
    }
    world_.Supply(item, 2025, "DEU", kHuge, huge);
    world_.Supply(item, 2025, "JPN", kTiny, huge);
  }

  test::TestWorld world_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST_F(LargeNumbers, Row17FiguresOfAnItem) {
  const ItemFigures& f = test::FiguresOf(*analysis_, "part-0");
  ASSERT_TRUE(f.has_data());
  EXPECT_NEAR(f.located, 2.0 / 3, 1e-12);
  EXPECT_TRUE(std::isfinite(f.supply) && std::isfinite(f.demand));
  EXPECT_TRUE(std::isfinite(f.shortfall));
  ASSERT_TRUE(f.value_cny.has_value());
  EXPECT_TRUE(std::isfinite(*f.value_cny));
  EXPECT_TRUE(std::isfinite(f.assured_value_part));
  for (const Maybe& x :
       {f.ssr, f.ssr_upper, f.idr, f.idr_upper, f.hhi_country,
        f.hhi_country_low, f.hhi_country_high, f.hhi_supplier}) {
    EXPECT_TRUE(x.has_value() && Finite(x));
  }
}

TEST_F(LargeNumbers, Row17SharesOfTheWhole) {
  for (const CoverageRow& row : ComputeCoverage(*analysis_, {true, true})) {
    EXPECT_TRUE(std::isfinite(row.weight) && std::isfinite(row.value_cny));
    EXPECT_TRUE(std::isfinite(row.mean_age));
    if (row.items == 0) continue;
    EXPECT_TRUE(IsShare(row.share)) << row.sector;
    EXPECT_TRUE(IsShare(row.share_upper));
    EXPECT_TRUE(IsShare(row.value_share));
    EXPECT_TRUE(IsShare(row.penetrated_share));
  }
}

TEST_F(LargeNumbers, Row17RanksCostsAndLevels) {
  for (const RankRow& row : ComputeRank(*analysis_, {})) {
    EXPECT_TRUE(std::isfinite(row.marginal_gain));
    EXPECT_TRUE(std::isfinite(row.potential_gain));
    EXPECT_EQ(row.project_cost_cny, 2 * kHuge);
  }
  const Benchmark levels =
      ComputeBenchmark(*world_.World(), analysis_->options);
  ASSERT_EQ(levels.items.size(), 100u);
  for (const BenchmarkedItem& item : levels.items) {
    EXPECT_TRUE(std::isfinite(item.ratio));
  }
}

}  // namespace
}  // namespace qiangji::domain
