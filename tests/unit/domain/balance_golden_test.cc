// One item's figures computed by hand (METHOD 2.3 to 2.7, 2.8's import
// reliance, 2.9).
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "services/domain/balance.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

constexpr double kWithin = 1e-12;

// Domestic market, 150 of a demand of 200: home 30 + 20 + 10 = 60, abroad
// 50 + 25 + 10 = 85, unknown 5. Exports: 12 of home, 3 of Japan.
class BalanceGolden : public testing::Test {
 protected:
  BalanceGolden() {
    world_.Sector("rail").Item("part");
    world_.Organization("h1", "CHN").Organization("h2", "CHN");
    world_.Organization("h3", "CHN").Organization("j1", "JPN");
    world_.Demand("part", 2025, {{"quantity", "200"}});
    Add("CHN", 30,
        {{"supplier_id", "h1"},
         {"controller_country", "CHN"},
         {"qualification", "series"}});
    Add("CHN", 20, {{"supplier_id", "h2"}, {"controller_country", "USA"}});
    Add("CHN", 10, {{"supplier_id", "h3"}, {"qualification", "prototype"}});
    Add("JPN", 50, {{"supplier_id", "j1"}});
    Add("DEU", 25, {});
    Add("XXF", 10, {});
    Add("ZZZ", 5, {});
    Add("CHN", 12, {{"supplier_id", "h1"}, {"market", "export"}});
    Add("JPN", 3, {{"market", "export"}});
    analysis_ = world_.Analyze(2025);
  }
  // Ten CNY a piece.
  void Add(const std::string& origin, double quantity, test::CsvRow more) {
    more["value_cny"] = std::to_string(10 * quantity);
    world_.Supply("part", 2025, origin, quantity, std::move(more));
  }
  const ItemFigures& figures() { return test::FiguresOf(*analysis_, "part"); }

  test::TestWorld world_;
  std::shared_ptr<const Analysis> analysis_;
};

// METHOD 2.3, 2.4.
TEST_F(BalanceGolden, Denominators) {
  EXPECT_TRUE(figures().has_data());
  EXPECT_DOUBLE_EQ(figures().supply, 150);
  EXPECT_DOUBLE_EQ(figures().demand, 200);
}

// METHOD 2.5: only the 30 of h1 pass; those of h3 fail on qualification alone.
TEST_F(BalanceGolden, Shares) {
  EXPECT_NEAR(figures().located, 60.0 / 200, kWithin);
  EXPECT_NEAR(figures().assured, 30.0 / 200, kWithin);
  EXPECT_NEAR(figures().documented, 30.0 / 200, kWithin);
  EXPECT_NEAR(figures().upper, 35.0 / 200, kWithin);
  EXPECT_NEAR(figures().unqualified_home, 10.0 / 200, kWithin);
  // METHOD 3 takes them over what was bought.
  EXPECT_NEAR(figures().located_of_supply, 60.0 / 150, kWithin);
  EXPECT_NEAR(figures().assured_of_supply, 30.0 / 150, kWithin);
}

// METHOD 2.6: P = 72, M = 88, U = 5, X = 15, S = 150.
TEST_F(BalanceGolden, FaoBalance) {
  EXPECT_NEAR(*figures().ssr, 72.0 / 150, kWithin);
  EXPECT_NEAR(*figures().ssr_upper, 77.0 / 150, kWithin);
  EXPECT_NEAR(*figures().idr, 88.0 / 150, kWithin);
  EXPECT_NEAR(*figures().idr_upper, 93.0 / 150, kWithin);
}

// METHOD 2.7: percent of 150: CHN 40, JPN 33⅓, DEU 16⅔, XXF 6⅔, ZZZ 3⅓.
TEST_F(BalanceGolden, Concentration) {
  EXPECT_NEAR(*figures().hhi_country,
              1600 + 10000.0 / 9 + 2500.0 / 9 + 400.0 / 9 + 100.0 / 9, 1e-9);
  EXPECT_NEAR(*figures().hhi_country_low, 1600 + 10000.0 / 9 + 2500.0 / 9,
              1e-9);
  // 15 of unknown country added to home's 60: 50 %.
  EXPECT_NEAR(*figures().hhi_country_high, 2500 + 10000.0 / 9 + 2500.0 / 9,
              1e-9);
  // h1 20, h2 13⅓, h3 6⅔, j1 33⅓; one unknown supplier for each of DEU, XXF
  // and ZZZ.
  EXPECT_NEAR(*figures().hhi_supplier,
              400 + 1600.0 / 9 + 400.0 / 9 + 10000.0 / 9 + 2500.0 / 9 +
                  400.0 / 9 + 100.0 / 9,
              1e-9);
  EXPECT_EQ(figures().top_foreign.ToString(), "JPN");
  EXPECT_NEAR(figures().top_foreign_share, 50.0 / 150, kWithin);
}

// METHOD 2.8: IR = (88 − 15) / (72 + 88 − 15).
TEST_F(BalanceGolden, ImportReliance) {
  EXPECT_NEAR(*figures().import_reliance, 73.0 / 145, kWithin);
}

// METHOD 2.9 and b of 4.2: 1500 CNY, of which 300 are assured.
TEST_F(BalanceGolden, Value) {
  EXPECT_NEAR(*figures().value_cny, 1500, 1e-9);
  EXPECT_NEAR(figures().assured_value_part, 0.2, kWithin);
}

}  // namespace
}  // namespace qiangji::domain
