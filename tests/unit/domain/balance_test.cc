// METHOD 2 by hand, edge by edge.
#include "services/domain/balance.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using test::CsvRow;
using test::FiguresOf;
using test::FindingsOf;

constexpr double kWithin = 1e-12;

class BalanceTest : public testing::Test {
 protected:
  BalanceTest() {
    world_.Sector("rail").Item("x");
    world_.Organization("p", "CHN", "CHN");
    world_.Organization("q", "CHN", "JPN");
    world_.Organization("holding", "CHN");
    world_.Organization("sub1", "CHN", "CHN", "holding");
    world_.Organization("sub2", "CHN", "CHN", "sub1");
  }
  const ItemFigures& X() { return FiguresOf(Analyze(), "x"); }
  const Analysis& Analyze() {
    options_.year = 2025;
    analysis_ = world_.Analyze(options_);
    return *analysis_;
  }
  // Codes of all findings.
  std::vector<FindingCode> Codes() {
    std::vector<FindingCode> codes;
    for (const Finding& f : FindingsOf(Analyze())) {
      codes.push_back(f.code);
    }
    return codes;
  }

  test::TestWorld world_;
  AnalysisOptions options_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST_F(BalanceTest, PartsAboveTotalCountInFullWithAWarning) {
  world_.Supply("x", 2025, "CHN", 50);
  world_.Supply("x", 2025, "CHN", 80, {{"supplier_id", "p"}});
  world_.Supply("x", 2025, "JPN", 20);
  EXPECT_NEAR(X().supply, 100, kWithin);
  EXPECT_NEAR(X().located, 0.8, kWithin);
  EXPECT_EQ(Codes(), std::vector{FindingCode::kPartsAboveTotal});
}

TEST_F(BalanceTest, PartsComeFirstOffTheEqualSplit) {
  // Total: 60 series and 40 prototype. The part is prototype.
  world_.Supply("x", 2025, "CHN", 60, {{"qualification", "series"}});
  world_.Supply("x", 2025, "CHN", 40, {{"qualification", "prototype"}});
  world_.Supply("x", 2025, "CHN", 30,
                {{"supplier_id", "p"}, {"qualification", "prototype"}});
  world_.Supply("x", 2025, "JPN", 0);
  EXPECT_NEAR(X().assured, 0.6, kWithin);
  // 50 of it: 40 off prototype, 10 off series.
  world_.Supply("x", 2025, "CHN", 50,
                {{"supplier_id", "p"}, {"qualification", "prototype"}});
  EXPECT_NEAR(X().assured, 0.5, kWithin);
}

TEST_F(BalanceTest, ValuesAreNettedLikeVolumes) {
  world_.Supply("x", 2025, "CHN", 60, {{"value_cny", "600"}});
  world_.Supply("x", 2025, "CHN", 20,
                {{"supplier_id", "q"}, {"value_cny", "400"}});
  world_.Supply("x", 2025, "JPN", 40, {{"value_cny", "400"}});
  ASSERT_TRUE(X().value_cny.has_value());
  EXPECT_NEAR(*X().value_cny, 1000, 1e-9);
  EXPECT_NEAR(X().assured_value_part, 0.2, kWithin);  // 200 of 1000
  EXPECT_NEAR(X().assured, 0.4, kWithin);
}

TEST_F(BalanceTest, OneRecordWithoutValueLeavesTheItemWithout) {
  world_.Supply("x", 2025, "CHN", 60, {{"value_cny", "600"}});
  world_.Supply("x", 2025, "JPN", 40);
  EXPECT_FALSE(X().value_cny.has_value());
  EXPECT_NEAR(X().assured_value_part, 0.6, kWithin);  // a_i
  world_.Demand("x", 2025, {{"value_cny", "77"}});
  EXPECT_EQ(X().value_cny, 77);
}

TEST_F(BalanceTest, BuyerBeforeThirdPartyAtATie) {
  const CsvRow buyer = {
      {"supplier_id", "p"}, {"side", "buyer"}, {"qualification", "prototype"}};
  world_.Supply("x", 2025, "CHN", 50, buyer);
  world_.Supply("x", 2025, "CHN", 50,
                {{"supplier_id", "p"}, {"qualification", "series"}});
  world_.Supply("x", 2025, "JPN", 50);
  EXPECT_NEAR(X().supply, 100, kWithin);
  EXPECT_NEAR(X().assured, 0, kWithin);  // the buyer's split: prototype
  EXPECT_TRUE(Codes().empty());
  // A seller's report above 0 decides the split, the largest side the volume.
  world_.Supply("x", 2025, "CHN", 10,
                {{"supplier_id", "p"},
                 {"reporter_id", "p"},
                 {"side", "seller"},
                 {"qualification", "series"}});
  EXPECT_NEAR(X().assured, 0.5, kWithin);
  EXPECT_EQ(Codes(), std::vector{FindingCode::kSidesDiffer});
}

TEST_F(BalanceTest, TenPercentBetweenSidesIsNoWarning) {
  world_.Supply("x", 2025, "CHN", 100, {{"supplier_id", "p"}});
  world_.Supply("x", 2025, "CHN", 90,
                {{"supplier_id", "p"}, {"side", "buyer"}});
  EXPECT_TRUE(Codes().empty());
  world_.Supply("x", 2025, "CHN", 89,
                {{"supplier_id", "p"}, {"side", "buyer"}});
  EXPECT_EQ(Codes(), std::vector{FindingCode::kSidesDiffer});
}

TEST_F(BalanceTest, BoundsOfTheCountryHhi) {
  world_.Supply("x", 2025, "CHN", 40);
  world_.Supply("x", 2025, "JPN", 30);
  world_.Supply("x", 2025, "XXF", 20);
  world_.Supply("x", 2025, "ZZZ", 10);
  EXPECT_NEAR(*X().hhi_country, 1600 + 900 + 400 + 100, 1e-9);
  EXPECT_NEAR(*X().hhi_country_low, 1600 + 900, 1e-9);
  EXPECT_NEAR(*X().hhi_country_high, 70 * 70 + 900, 1e-9);
  EXPECT_EQ(X().top_foreign, Country::Of("JPN"));
  EXPECT_NEAR(X().abroad_share, 0.5, kWithin);
  EXPECT_NEAR(X().hhi_abroad, 60 * 60 + 40 * 40, 1e-9);
  EXPECT_NEAR(X().upper, 0.5, kWithin);
}

TEST_F(BalanceTest, NoKnownOrigin) {
  world_.Supply("x", 2025, "XXF", 60);
  world_.Supply("x", 2025, "ZZZ", 40);
  world_.Supply("x", 2025, "CHN", 0);
  EXPECT_NEAR(*X().hhi_country_low, 0, 1e-9);
  EXPECT_NEAR(*X().hhi_country_high, 10000, 1e-9);
  EXPECT_FALSE(X().top_foreign.stated());
  EXPECT_EQ(X().top_foreign_share, 0);
}

TEST_F(BalanceTest, LargestForeignOriginTiesToTheSmallerCode) {
  world_.Supply("x", 2025, "JPN", 30);
  world_.Supply("x", 2025, "DEU", 30);
  world_.Supply("x", 2025, "CHN", 40);
  EXPECT_EQ(X().top_foreign, Country::Of("DEU"));
}

TEST_F(BalanceTest, NoSupplyLeftIsUndefined) {
  world_.Supply("x", 2025, "CHN", 10);
  world_.Supply("x", 2025, "JPN", 0);
  world_.Supply("x", 2025, "CHN", 5, {{"market", "export"}});
  EXPECT_NEAR(*X().ssr, 1.5, kWithin);
  test::TestWorld empty;
  empty.Sector("rail").Item("x");
  empty.Supply("x", 2025, "CHN", 0).Supply("x", 2025, "JPN", 0);
  empty.Supply("x", 2025, "CHN", 5, {{"market", "export"}});
  empty.Demand("x", 2025, {{"quantity", "8"}});
  const auto analysis = empty.Analyze(2025);
  const ItemFigures& x = FiguresOf(*analysis, "x");
  ASSERT_TRUE(x.has_data());
  EXPECT_FALSE(x.ssr.has_value());  // P = 5, X = 5
  EXPECT_FALSE(x.idr.has_value());
  // Q = 0: nothing is concentrated, nothing is assured, also in 3.1.
  EXPECT_EQ(x.assured, 0);
  EXPECT_FALSE(x.hhi_country.has_value());
  EXPECT_FALSE(x.hhi_supplier.has_value());
  EXPECT_EQ(analysis->lower.share[0], 0);
  EXPECT_EQ(analysis->upper.share[0], 0);
  EXPECT_NEAR(x.shortfall, 4, kWithin);
}

TEST_F(BalanceTest, SharesUpToTheLimitAreScaled) {
  world_.Share("x", 2025, "CHN", 0.63).Share("x", 2025, "JPN", 0.42);
  EXPECT_NEAR(X().located, 0.6, kWithin);
  EXPECT_EQ(X().supply, 1);
  EXPECT_EQ(Codes(), std::vector{FindingCode::kSharesScaled});
  world_.Share("x", 2025, "JPN", 0.43);
  EXPECT_EQ(X().state, DataState::kError);
  EXPECT_FALSE(X().hhi_country.has_value());
  EXPECT_EQ(Codes(), std::vector{FindingCode::kSharesAboveLimit});
}

TEST_F(BalanceTest, SharesBelowOneLeaveUnknownOrigin) {
  world_.Share("x", 2025, "CHN", 0.45).Share("x", 2025, "JPN", 0.35);
  EXPECT_NEAR(X().unknown_volume, 0.2, kWithin);
  EXPECT_NEAR(X().upper, 0.65, kWithin);
  EXPECT_NEAR(*X().ssr_upper, 0.65, kWithin);
  EXPECT_TRUE(Codes().empty());
  world_.Share("x", 2025, "JPN", 0.55);
  EXPECT_NEAR(X().unknown_volume, 0, kWithin);
}

TEST_F(BalanceTest, MixedMeasuresHaveNoFigure) {
  world_.Supply("x", 2025, "CHN", 10).Share("x", 2025, "JPN", 0.5);
  EXPECT_EQ(X().state, DataState::kError);
  ASSERT_EQ(Codes(), std::vector{FindingCode::kMixedMeasure});
  const Finding finding = FindingsOf(*analysis_)[0];
  EXPECT_EQ(finding.records.size(), 2u);
  EXPECT_FALSE(Describe(finding, false).empty());
  EXPECT_FALSE(Describe(finding, true).empty());
}

TEST_F(BalanceTest, DemandBelowSupplyIsAWarning) {
  world_.Supply("x", 2025, "CHN", 60).Supply("x", 2025, "JPN", 40);
  world_.Demand("x", 2025, {{"quantity", "90"}});
  EXPECT_NEAR(X().demand, 100, kWithin);
  EXPECT_EQ(Codes(), std::vector{FindingCode::kDemandBelowSupply});
  world_.Demand("x", 2025, {{"quantity", "120"}});
  EXPECT_NEAR(X().demand, 120, kWithin);
  EXPECT_NEAR(X().assured, 0.5, kWithin);
  EXPECT_TRUE(Codes().empty());
}

TEST_F(BalanceTest, BothSidesOfTheMarketOrDemandOrComplete) {
  world_.Supply("x", 2025, "CHN", 12);
  EXPECT_EQ(X().state, DataState::kOneSided);
  world_.Supply("x", 2025, "ZZZ", 5);  // not a side
  EXPECT_EQ(X().state, DataState::kOneSided);
  world_.Supply("x", 2025, "XXF", 0);  // says that there was none
  EXPECT_EQ(X().state, DataState::kData);
  world_.Delete(
      "supply",
      {{"item_id", "x"}, {"year", "2025"}, {"origin_country", "XXF"}});
  EXPECT_EQ(X().state, DataState::kOneSided);
  world_.Demand("x", 2025, {{"complete", "true"}});
  EXPECT_EQ(X().state, DataState::kData);
  world_.Demand("x", 2025, {{"quantity", "20"}});
  EXPECT_EQ(X().state, DataState::kData);
  world_.Demand("x", 2025, {{"value_cny", "20"}});
  EXPECT_EQ(X().state, DataState::kOneSided);
}

TEST_F(BalanceTest, NothingAtAllIsEmpty) {
  world_.Supply("x", 2025, "CHN", 0).Supply("x", 2025, "JPN", 0);
  EXPECT_EQ(X().state, DataState::kEmpty);  // D = 0
  world_.Supply("x", 2025, "CHN", 5, {{"market", "export"}});
  EXPECT_EQ(X().state, DataState::kEmpty);
}

TEST_F(BalanceTest, ThresholdWithItsTolerance) {
  options_.year = 2025;
  for (const auto& [home, assured] : std::vector<std::pair<double, int>>{
           {0.5 - 0.9e-9, 1}, {0.5 - 1.2e-9, 0}, {0.5 + 1e-9, 1}}) {
    world_.Share("x", 2025, "CHN", home).Share("x", 2025, "JPN", 1 - home);
    EXPECT_EQ(AtLeast(X().assured, options_.threshold) ? 1 : 0, assured)
        << home;
  }
}

TEST_F(BalanceTest, CriteriaFailOneByOne) {
  world_.Supply("x", 2025, "CHN", 10, {{"supplier_id", "p"}});
  world_.Supply("x", 2025, "CHN", 20, {{"supplier_id", "q"}});
  world_.Supply("x", 2025, "CHN", 30, {{"licence_countries", "CHN;USA"}});
  world_.Supply("x", 2025, "CHN", 15, {{"qualification", "prototype"}});
  world_.Supply("x", 2025, "JPN", 25);
  EXPECT_NEAR(X().located, 45.0 / 70, kWithin);
  // The suppliers state 30 of the totals of 45: 2 of 3 parts of each go.
  const auto makers = analysis_->balance.MakersOf(0);
  double passes = 0, unqualified = 0, foreign = 0, licensed = 0;
  for (const HomeMaker& maker : makers) {
    if (maker.fails == 0) passes += maker.volume;
    if (maker.fails == kFailsQualification) unqualified += maker.volume;
    if (maker.fails == kFailsController) foreign += maker.volume;
    if (maker.fails == kFailsLicences) licensed += maker.volume;
  }
  EXPECT_NEAR(passes, 10, kWithin);
  EXPECT_NEAR(foreign, 20, kWithin);
  EXPECT_NEAR(licensed + unqualified, 15, kWithin);
  EXPECT_NEAR(licensed, 2 * unqualified, kWithin);
  EXPECT_NEAR(X().unqualified_home, unqualified / X().demand, kWithin);
}

TEST_F(BalanceTest, SupplierGroupsAreControllingOrganizations) {
  world_.Supply("x", 2025, "CHN", 30, {{"supplier_id", "sub1"}});
  world_.Supply("x", 2025, "CHN", 20, {{"supplier_id", "sub2"}});
  world_.Supply("x", 2025, "CHN", 10, {{"supplier_id", "p"}});
  world_.Supply("x", 2025, "CHN", 80);  // 20 of it without supplier
  world_.Supply("x", 2025, "JPN", 20);
  EXPECT_NEAR(X().named_coverage, 60.0 / 80, kWithin);
  EXPECT_NEAR(X().largest_group_share, 50.0 / 60, kWithin);
  EXPECT_EQ(analysis_->world->structure().organization(X().largest_group).id,
            "holding");
  // Suppliers 30, 20, 10, the rest of CHN 20, JPN 20.
  EXPECT_NEAR(*X().hhi_supplier, 900 + 400 + 100 + 400 + 400, 1e-9);
}

TEST_F(BalanceTest, CarryForwardTakesOneEarlierYear) {
  world_.Supply("x", 2022, "CHN", 30).Supply("x", 2022, "JPN", 70);
  world_.Supply("x", 2023, "CHN", 60).Supply("x", 2023, "JPN", 40);
  world_.Demand("x", 2023, {{"quantity", "120"}});
  world_.Supply("x", 2025, "CHN", 99);  // one-sided
  EXPECT_EQ(X().state, DataState::kOneSided);
  options_.carry_forward = 1;
  EXPECT_EQ(X().state, DataState::kOneSided);
  options_.carry_forward = 2;
  EXPECT_EQ(X().state, DataState::kData);
  EXPECT_EQ(X().data_year, 2023);
  EXPECT_NEAR(X().assured, 0.5, kWithin);
}

TEST_F(BalanceTest, WorseEvidenceIsIgnoredWhereAsked) {
  world_.Supply("x", 2025, "CHN", 60, {{"evidence", "audited"}});
  world_.Supply("x", 2025, "JPN", 40, {{"evidence", "estimated"}});
  EXPECT_NEAR(X().grade_share[0], 0.6, 1e-6);
  EXPECT_NEAR(X().grade_share[3], 0.4, 1e-6);
  EXPECT_EQ(X().grade, Grade::kAudited);  // its volume alone reaches θ
  options_.threshold = 0.7;
  EXPECT_EQ(X().grade, Grade::kEstimated);
  options_.min_evidence = Grade::kPublished;
  EXPECT_EQ(X().state, DataState::kOneSided);
}

TEST_F(BalanceTest, HomeMayBeASet) {
  world_.Supply("x", 2025, "HKG", 50).Supply("x", 2025, "JPN", 50);
  EXPECT_EQ(X().state, DataState::kOneSided);  // home is not stated
  options_.home = {Country::Of("CHN"), Country::Of("HKG")};
  EXPECT_NEAR(X().assured, 0.5, kWithin);
}

}  // namespace
}  // namespace qiangji::domain
