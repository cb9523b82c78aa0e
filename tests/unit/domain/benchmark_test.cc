// METHOD 4.8 by hand, and METHOD 2.5 where criteria ask for a valid test.
#include "services/domain/benchmark.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using test::CsvRow;
using test::FiguresOf;

class EvidenceTest : public testing::Test {
 protected:
  EvidenceTest() {
    world_.Sector("rail").Item("x").Item("y");
    world_.Organization("maker", "CHN", "CHN");
    world_.Organization("other", "CHN", "CHN");
    world_.Organization("abroad", "JPN");
    options_.year = 2025;
  }

  EvidenceTest& Test(const std::string& id, const std::string& item,
                     const std::string& maker, const std::string& property,
                     const std::string& value, const std::string& reference,
                     CsvRow more = {}) {
    more.insert({{"test_id", id},
                 {"item_id", item},
                 {"organization_id", maker},
                 {"lab_id", "other"},
                 {"date", "2024-06-30"},
                 {"property", property},
                 {"unit", "h"},
                 {"value", value},
                 {"reference_value", reference}});
    world_.Add("tests", more);
    return *this;
  }
  Benchmark Compute() { return ComputeBenchmark(*world_.World(), options_); }

  double Assured() { return FiguresOf(*world_.Analyze(options_), "x").assured; }

  test::TestWorld world_;
  AnalysisOptions options_;
};

TEST_F(EvidenceTest, ALevelIsTheMedianOverTheProperties) {
  Test("t1", "x", "maker", "life", "90", "100");
  Test("t2", "x", "maker", "load", "110", "100");
  Test("t3", "x", "maker", "speed", "97", "100");
  const Benchmark b = Compute();
  ASSERT_EQ(b.items.size(), 1u);
  EXPECT_DOUBLE_EQ(b.items[0].ratio, 0.97);
  EXPECT_EQ(b.items[0].level, Level::kLevel);
  EXPECT_EQ(b.items[0].properties.size(), 3u);
}

TEST_F(EvidenceTest, OfTwoPropertiesTheMedianIsTheMean) {
  Test("t1", "x", "maker", "life", "90", "100");
  Test("t2", "x", "maker", "load", "112", "100");
  EXPECT_DOUBLE_EQ(Compute().items.at(0).ratio, 1.01);
  EXPECT_EQ(Compute().items[0].level, Level::kLeading);
}

TEST_F(EvidenceTest, SmallerIsBetterInvertsTheRatio) {
  Test("t1", "x", "maker", "noise", "50", "40",
       {{"smaller_is_better", "true"}});
  EXPECT_DOUBLE_EQ(Compute().items.at(0).ratio, 0.8);
  EXPECT_EQ(Compute().items[0].level, Level::kBehind);
}

TEST_F(EvidenceTest, ThresholdsOfLevelsAreMetAtThemselves) {
  Test("t1", "x", "maker", "life", "100", "100");
  Test("t2", "y", "maker", "life", "95", "100");
  const Benchmark b = Compute();
  EXPECT_EQ(b.leading, 1);
  EXPECT_EQ(b.level, 1);
  EXPECT_EQ(b.behind, 0);
}

TEST_F(EvidenceTest, AMakersNewestTestAndTheBestMakerCount) {
  Test("t1", "x", "maker", "life", "120", "100", {{"date", "2023-05-01"}});
  Test("t2", "x", "maker", "life", "80", "100");
  Test("t3", "x", "other", "life", "99", "100");
  Test("t4", "x", "abroad", "life", "300", "100");
  Test("t5", "x", "other", "life", "200", "100", {{"date", "2026-01-01"}});
  const Benchmark b = Compute();
  ASSERT_EQ(b.items.size(), 1u);
  ASSERT_EQ(b.items[0].properties.size(), 1u);
  EXPECT_EQ(b.items[0].properties[0].test_id, "t3");
  EXPECT_DOUBLE_EQ(b.items[0].ratio, 0.99);
}

TEST_F(EvidenceTest, TestsWithoutAReferenceSayNothing) {
  Test("t1", "x", "maker", "life", "120", "");
  Test("t2", "x", "maker", "load", "120", "0");
  EXPECT_TRUE(Compute().items.empty());
}

TEST_F(EvidenceTest, CountsPromotedSignatureProcessesThatAreLeading) {
  for (const char* id : {"p1", "p2", "p3"}) {
    world_.Item(id, "process", "rail", {{"signature", "true"}});
    Test(std::string("t-") + id, id, "maker", "depth", "110", "100");
  }
  Test("t-p2", "p2", "maker", "depth", "90", "100");
  for (const char* id : {"p1", "p2"}) {
    world_.Add(
        "milestones",
        {{"item_id", id}, {"stage", "promoted"}, {"date", "2025-06-30"}});
  }
  const Benchmark b = Compute();
  EXPECT_EQ(b.promoted_processes, 2);
  EXPECT_EQ(b.leading_processes, 1);
}

TEST_F(EvidenceTest, AnEditionBoundsTheBenchmark) {
  Test("t1", "x", "maker", "life", "100", "100");
  Test("t2", "y", "maker", "life", "100", "100");
  world_.Add("editions", {{"edition_id", "2016"}, {"item_id", "y"}});
  options_.edition = "2016";
  EXPECT_EQ(Compute().items.size(), 1u);
}

TEST_F(EvidenceTest, OnlySupplyOfTestedMakersPassesCriteriaThatAskForATest) {
  world_.Supply("x", 2025, "CHN", 30, {{"supplier_id", "maker"}});
  world_.Supply("x", 2025, "CHN", 50, {{"supplier_id", "other"}});
  world_.Supply("x", 2025, "CHN", 90);  // the rest of it: 10, no supplier
  world_.Supply("x", 2025, "JPN", 10);
  EXPECT_DOUBLE_EQ(Assured(), 0.9);
  options_.criteria.valid_test = true;
  EXPECT_DOUBLE_EQ(Assured(), 0);
  Test("t1", "x", "maker", "life", "1", "");
  EXPECT_DOUBLE_EQ(Assured(), 0.3);
  // Of another item, and after the year.
  Test("t2", "y", "other", "life", "1", "");
  Test("t3", "x", "other", "life", "1", "", {{"date", "2026-01-01"}});
  EXPECT_DOUBLE_EQ(Assured(), 0.3);
  Test("t4", "x", "other", "life", "1", "", {{"date", "2025-12-31"}});
  EXPECT_DOUBLE_EQ(Assured(), 0.8);
  world_.Delete("tests", {{"test_id", "t1"}});
  EXPECT_DOUBLE_EQ(Assured(), 0.5);
}

TEST_F(EvidenceTest, CarriedSupplyNeedsATestOfItsOwnYear) {
  world_.Supply("x", 2024, "CHN", 90, {{"supplier_id", "maker"}});
  world_.Supply("x", 2024, "JPN", 10);
  options_.carry_forward = 1;
  options_.criteria.valid_test = true;
  Test("t1", "x", "maker", "life", "1", "", {{"date", "2025-03-01"}});
  EXPECT_DOUBLE_EQ(Assured(), 0);
  Test("t2", "x", "maker", "life", "1", "", {{"date", "2024-03-01"}});
  EXPECT_DOUBLE_EQ(Assured(), 0.9);
}

TEST_F(EvidenceTest, WhatFailsForWantOfATestIsNotAssuredInTheTiersEither) {
  world_.Supply("x", 2025, "CHN", 100, {{"supplier_id", "maker"}});
  world_.Supply("x", 2025, "JPN", 0);
  options_.criteria.valid_test = true;
  const auto analysis = world_.Analyze(options_);
  const SupplyLayer& layer = analysis->supply();
  ASSERT_EQ(layer.splits.size(), 1u);
  EXPECT_EQ(layer.FacetOf(layer.splits[0]).fails, kFailsTest);
}

}  // namespace
}  // namespace qiangji::domain
