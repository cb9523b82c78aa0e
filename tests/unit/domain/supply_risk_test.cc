// METHOD 2.8 by hand.
#include "services/domain/supply_risk.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using test::FiguresOf;

constexpr double kWithin = 1e-12;

TEST(WeightedHhiTest, SumsSquaresByWeight) {
  // 0.36·5 + 0.16·2 = 1.8 + 0.32
  EXPECT_NEAR(*WeightedHhi({{0.6, 5.0}, {0.4, 2.0}}), 2.12, kWithin);
  // One supplier of the highest risk: the largest value there is.
  EXPECT_NEAR(*WeightedHhi({{1.0, 10.0}}), 10, kWithin);
  EXPECT_NEAR(*WeightedHhi({{1.0, 0.0}}), 0, kWithin);
}

TEST(WeightedHhiTest, UndefinedIsNotZero) {
  EXPECT_FALSE(WeightedHhi({}).has_value());
  EXPECT_FALSE(WeightedHhi({{0.0, 5.0}}).has_value());
  EXPECT_FALSE(WeightedHhi({{0.6, 5.0}, {0.4, Maybe()}}).has_value());
  // Nothing comes from there.
  EXPECT_NEAR(*WeightedHhi({{0.6, 5.0}, {0.0, Maybe()}}), 1.8, kWithin);
}

TEST(SupplyRiskTest, MixesBothByImportReliance) {
  SupplyRiskInputs in{.global_hhi = 4.0, .sourcing_hhi = 1.0};
  in.import_reliance = 0.6;  // 4·0.3 + 1·0.7
  EXPECT_NEAR(*SupplyRisk(in), 1.9, kWithin);
  in.import_reliance = 1.0;  // half and half, at most
  EXPECT_NEAR(*SupplyRisk(in), 2.5, kWithin);
  in.import_reliance = 1.5;
  EXPECT_NEAR(*SupplyRisk(in), 2.5, kWithin);
  in.import_reliance = -0.4;  // a net exporter
  EXPECT_NEAR(*SupplyRisk(in), 1.0, kWithin);
}

TEST(SupplyRiskTest, RecyclingAndSubstitutionLowerIt) {
  SupplyRiskInputs in{.global_hhi = 4.0, .sourcing_hhi = 1.0};
  in.import_reliance = 0.6;
  in.eol_rir = 0.25;
  EXPECT_NEAR(*SupplyRisk(in), 1.425, kWithin);  // 1.9·0.75
  in.si_sr = 0.9;
  EXPECT_NEAR(*SupplyRisk(in), 1.2825, kWithin);
  in.eol_rir = 1;
  EXPECT_NEAR(*SupplyRisk(in), 0, kWithin);
}

TEST(SupplyRiskTest, OneOfTheTwoStandsAlone) {
  EXPECT_NEAR(*SupplyRisk({.global_hhi = 4.0, .si_sr = 0.5}), 2, kWithin);
  EXPECT_NEAR(*SupplyRisk({.sourcing_hhi = 1.0}), 1, kWithin);
  EXPECT_FALSE(SupplyRisk({.import_reliance = 0.5}).has_value());
  // Both, and no weight to mix them by.
  EXPECT_FALSE(
      SupplyRisk({.global_hhi = 4.0, .sourcing_hhi = 1.0}).has_value());
}

// Domestic market: CHN 50, AUS 30, COD 20; exports: CHN 10.
//   IR = (50 − 10) / (60 + 50 − 10) = 0.4
//   HHI_w(GS) = 0.6²·5 + 0.4²·2 = 2.12
//   HHI_w(sourcing) = 0.3²·2 + 0.2²·8·1.25 = 0.58; with home + 0.5²·5 = 1.83
class SupplyRisksTest : public testing::Test {
 protected:
  SupplyRisksTest() {
    world_.Sector("rail").Item("x", "material", "rail",
                               {{"eol_rir", "0.25"}, {"si_sr", "0.9"}});
    world_.Supply("x", 2025, "CHN", 50)
        .Supply("x", 2025, "AUS", 30)
        .Supply("x", 2025, "COD", 20)
        .Supply("x", 2025, "CHN", 10, {{"market", "export"}});
    Produces("CHN", "0.6");
    Produces("AUS", "0.4");
    Risk("CHN", "5");
    Risk("AUS", "2");
    Risk("COD", "8", "1.25");
  }
  void Produces(const std::string& country, const std::string& share,
                int year = 2025) {
    world_.Add("world_production", {{"item_id", "x"},
                                    {"year", absl::StrCat(year)},
                                    {"country", country},
                                    {"share", share}});
  }
  void Risk(const std::string& country, const std::string& risk,
            const std::string& factor = "", int year = 2025) {
    world_.Add("country_risk", {{"country", country},
                                {"year", absl::StrCat(year)},
                                {"risk", risk},
                                {"trade_factor", factor}});
  }
  void NoRisk(const std::string& country) {
    world_.Delete("country_risk", {{"country", country}, {"year", "2025"}});
  }
  void NoProduction(const std::string& country) {
    world_.Delete("world_production",
                  {{"item_id", "x"}, {"year", "2025"}, {"country", country}});
  }
  SupplyRiskInputs Inputs(bool eu_original = false) {
    options_.year = 2025;
    analysis_ = world_.Analyze(options_);
    return SupplyRisks(*analysis_, eu_original)
        .InputsOf(static_cast<ItemIndex>(test::IndexOf(*analysis_, "x")));
  }
  Maybe Risk(bool eu_original = false) {
    return SupplyRisk(Inputs(eu_original));
  }

  test::TestWorld world_;
  AnalysisOptions options_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST_F(SupplyRisksTest, HomeIsSafeInItsOwnSourcing) {
  const SupplyRiskInputs in = Inputs();
  EXPECT_NEAR(*in.global_hhi, 2.12, kWithin);
  EXPECT_NEAR(*in.sourcing_hhi, 0.58, kWithin);
  EXPECT_NEAR(*in.import_reliance, 0.4, kWithin);
  // (2.12·0.2 + 0.58·0.8)·0.75·0.9
  EXPECT_NEAR(*Risk(), 0.5994, kWithin);
}

TEST_F(SupplyRisksTest, EuOriginalKeepsHome) {
  EXPECT_NEAR(*Inputs(true).sourcing_hhi, 1.83, kWithin);
  // (2.12·0.2 + 1.83·0.8)·0.75·0.9
  EXPECT_NEAR(*Risk(true), 1.2744, kWithin);
}

TEST_F(SupplyRisksTest, EveryHomeTerritoryIsSafe) {
  options_.home = {Country::Of("AUS"), Country::Of("CHN")};
  const SupplyRiskInputs in = Inputs();
  EXPECT_NEAR(*in.sourcing_hhi, 0.4, kWithin);
  // P = 90, M = 20, X = 10.
  EXPECT_NEAR(*in.import_reliance, 0.1, kWithin);
}

TEST_F(SupplyRisksTest, IndicesNotStatedChangeNothing) {
  world_.Item("x", "material");
  EXPECT_NEAR(*Risk(), 0.888, kWithin);  // 2.12·0.2 + 0.58·0.8
}

TEST_F(SupplyRisksTest, ATerritoryWithoutRiskLeavesItsHhiUndefined) {
  NoRisk("COD");
  EXPECT_FALSE(Inputs().sourcing_hhi.has_value());
  EXPECT_NEAR(*Risk(), 2.12 * 0.675, kWithin);  // the world's stands alone
  Risk("COD", "8", "", 2024);                   // another year's is none
  EXPECT_FALSE(Inputs().sourcing_hhi.has_value());
  NoRisk("AUS");
  EXPECT_FALSE(Risk().has_value());
}

TEST_F(SupplyRisksTest, HomeNeedsARiskOnlyWhereItCounts) {
  NoRisk("CHN");
  EXPECT_NEAR(*Inputs().sourcing_hhi, 0.58, kWithin);
  EXPECT_FALSE(Inputs(true).sourcing_hhi.has_value());
  EXPECT_FALSE(Inputs().global_hhi.has_value());
}

TEST_F(SupplyRisksTest, OriginsThatAreNoCountryHaveNoRisk) {
  world_.Supply("x", 2025, "XXF", 1);
  EXPECT_FALSE(Inputs().sourcing_hhi.has_value());
  world_.Supply("x", 2025, "XXF", 0);
  EXPECT_NEAR(*Inputs().sourcing_hhi, 0.58, kWithin);
}

TEST_F(SupplyRisksTest, WithoutWorldProductionSourcingStandsAlone) {
  NoProduction("CHN");
  EXPECT_NEAR(*Inputs().global_hhi, 0.32, kWithin);
  NoProduction("AUS");
  Produces("AUS", "1", 2024);
  EXPECT_FALSE(Inputs().global_hhi.has_value());
  EXPECT_NEAR(*Risk(), 0.58 * 0.675, kWithin);
}

TEST_F(SupplyRisksTest, WithoutDataTheWorldStandsAlone) {
  options_.min_evidence = Grade::kAudited;  // every record is declared
  const SupplyRiskInputs in = Inputs();
  EXPECT_FALSE(in.sourcing_hhi.has_value());
  EXPECT_FALSE(in.import_reliance.has_value());
  EXPECT_NEAR(*Risk(), 2.12 * 0.675, kWithin);
}

TEST_F(SupplyRisksTest, SupplyIsCarriedForwardNothingElse) {
  options_.carry_forward = 5;
  world_.Item("y").Supply("y", 2023, "AUS", 100).Supply("y", 2023, "CHN", 0);
  Inputs();
  const SupplyRisks risks(*analysis_);
  const auto y = static_cast<ItemIndex>(test::IndexOf(*analysis_, "y"));
  EXPECT_NEAR(*risks.Of(y), 2, kWithin);  // the risk of 2025
}

TEST_F(SupplyRisksTest, ImportRelianceLeavesUnknownOriginOut) {
  world_.Supply("x", 2025, "ZZZ", 900);
  EXPECT_NEAR(*Inputs().import_reliance, 0.4, kWithin);
}

TEST_F(SupplyRisksTest, ImportRelianceOfWhatIsAllExportedIsUndefined) {
  world_.Item("y")
      .Supply("y", 2025, "CHN", 7, {{"market", "export"}})
      .Supply("y", 2025, "CHN", 0)
      .Supply("y", 2025, "AUS", 0)
      .Demand("y", 2025, {{"quantity", "5"}});
  Inputs();
  EXPECT_FALSE(FiguresOf(*analysis_, "y").import_reliance.has_value());
  // More leaves than comes: below 0, and clamped.
  world_.Supply("x", 2025, "CHN", 70, {{"market", "export"}});
  EXPECT_NEAR(*Inputs().import_reliance, -0.2, kWithin);  // −20 / 100
  EXPECT_NEAR(*Risk(), 0.58 * 0.675, kWithin);
}

}  // namespace
}  // namespace qiangji::domain
