// METHOD 4.2's processes, 4.3, and the checks over several rows.
#include "services/domain/target.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/domain/checks.h"
#include "services/domain/processes.h"
#include "services/domain/rank.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

class TargetTest : public testing::Test {
 protected:
  TargetTest() {
    world_.Sector("rail").Sector("nev");
    // Assured: a. Near θ: b. Without data: c. Heaviest: d, far away.
    world_.Item("a").Item("b").Item("c").Item("d", "material", "nev",
                                              {{"weight", "2"}});
    Supply("a", 80);
    Supply("b", 45);
    Supply("d", 10);
    Target("t2020", 2020, "0.4");
    Target("t2025", 2025, "0.7");
  }
  void Supply(const std::string& item, double home) {
    world_.Supply(item, 2025, "CHN", home)
        .Supply(item, 2025, "JPN", 100 - home);
  }
  void Target(const std::string& id, int year, const std::string& value,
              test::CsvRow more = {}) {
    more.insert({{"target_id", id},
                 {"metric", "share"},
                 {"year", absl::StrCat(year)},
                 {"value", value}});
    world_.Add("targets", more);
  }
  std::vector<TargetRow> Rows(int year) {
    return ComputeTargets(*world_.World(), year,
                          [&](int y) { return world_.Analyze(y); });
  }
  std::optional<PathPoint> Path(int year) {
    return PathOf(world_.World()->facts(), "share", Scope(), year);
  }
  test::TestWorld world_;
};

TEST_F(TargetTest, PathIsLinearBetweenTargetsAndExpires) {
  EXPECT_FALSE(Path(2019).has_value());
  EXPECT_NEAR(Path(2020)->value, 0.4, 1e-12);
  EXPECT_NEAR(Path(2023)->value, 0.58, 1e-12);
  EXPECT_EQ(Path(2023)->target_id, "t2025");
  EXPECT_FALSE(Path(2025)->expired);
  EXPECT_NEAR(Path(2027)->value, 0.7, 1e-12);
  EXPECT_TRUE(Path(2027)->expired);
}

TEST_F(TargetTest, BaselineAndSuccessors) {
  Target("t2020", 2020, "0.4",
         {{"baseline_year", "2015"}, {"baseline_value", "0.2"}});
  EXPECT_NEAR(Path(2017)->value, 0.28, 1e-12);
  EXPECT_FALSE(Path(2014).has_value());
  Target("t2030", 2030, "0.9", {{"supersedes", "t2025"}});
  EXPECT_NEAR(Path(2025)->value, 0.7, 1e-12);  // stays a point of the path
  EXPECT_NEAR(Path(2027)->value, 0.78, 1e-12);
  EXPECT_FALSE(Path(2027)->expired);
  Target("t2025b", 2025, "0.8", {{"supersedes", "t2025"}});  // a revision
  EXPECT_NEAR(Path(2025)->value, 0.8, 1e-12);
}

TEST_F(TargetTest, VerdictGapAndItems) {
  const auto rows = Rows(2025);
  ASSERT_EQ(rows.size(), 2u);
  const TargetRow& row = rows[1];
  EXPECT_EQ(row.target_id, "t2025");
  EXPECT_NEAR(*row.actual, 0.2, 1e-12);  // 1 of weight 5
  EXPECT_NEAR(*row.actual_upper, 0.4, 1e-12);
  EXPECT_EQ(row.verdict, Verdict::kMissed);
  EXPECT_NEAR(*row.gap, 0.5, 1e-12);
  // 2.5 of weight are missing: d, then b by id.
  EXPECT_EQ(row.missing_count, 2);
  EXPECT_EQ(row.closing, (std::vector<ItemIndex>{3, 1}));
  EXPECT_EQ(row.nearest, (std::vector<ItemIndex>{1, 3}));
  EXPECT_EQ(rows[0].year, 2020);  // judged in its own year: nothing known
  EXPECT_EQ(rows[0].verdict, Verdict::kNoData);
}

TEST_F(TargetTest, UndecidedNamesWhoseDataWouldDecide) {
  Target("t2025", 2025, "0.35");
  Target("t2020", 2020, "0.1");
  const auto rows = Rows(2025);
  EXPECT_EQ(rows[1].verdict, Verdict::kUndecided);
  EXPECT_EQ(rows[1].deciding, (std::vector<ItemIndex>{2}));
  Target("t2025", 2025, "0.2");
  EXPECT_EQ(Rows(2025)[1].verdict, Verdict::kMet);
  EXPECT_EQ(Rows(2025)[1].missing_count, 0);
}

TEST_F(TargetTest, NoDataComesFirst) {
  world_.Item("e", "component", "nev", {{"weight", "9"}});
  EXPECT_EQ(Rows(2025)[1].verdict, Verdict::kNoData);
}

TEST_F(TargetTest, SectorRowsHaveAReferenceLineWithoutVerdict) {
  auto rows = ComputeCoverage(*world_.Analyze(2025), {.sector = true});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].verdict, Verdict::kMissed);
  EXPECT_EQ(rows[0].items_short, 2);
  EXPECT_FALSE(rows[0].reference_line);
  EXPECT_TRUE(rows[1].reference_line);
  EXPECT_EQ(rows[1].verdict, Verdict::kNone);
  EXPECT_NEAR(*rows[1].target, 0.7, 1e-12);
  Target("nev", 2025, "0.1", {{"sectors", "nev"}});
  rows = ComputeCoverage(*world_.Analyze(2025), {.sector = true});
  for (const CoverageRow& row : rows) {
    if (row.sector != "nev") continue;
    EXPECT_FALSE(row.reference_line);
    EXPECT_EQ(row.verdict, Verdict::kMissed);
    EXPECT_EQ(row.items_short, 1);
  }
}

TEST_F(TargetTest, PromotedProcessesByTheDateInShanghai) {
  const std::vector<std::pair<std::string, int>> dates = {{"2025-12-31", 1},
                                                          {"2026-01-01", 0}};
  for (const auto& [date, promoted] : dates) {
    world_.Item("forging", "process", "rail", {{"signature", "true"}});
    world_.Add("milestones",
               {{"item_id", "forging"}, {"stage", "promoted"}, {"date", date}});
    AnalysisOptions options;
    options.year = 2025;
    const ProcessCount count = CountProcesses(*world_.World(), options);
    EXPECT_EQ(count.signature_processes, 1);
    EXPECT_EQ(count.promoted, promoted) << date;
  }
  world_.Add("targets", {{"target_id", "p"},
                         {"metric", "promoted_processes"},
                         {"year", "2025"},
                         {"value", "80"}});
  for (const TargetRow& row : Rows(2025)) {
    if (row.metric != "promoted_processes") continue;
    EXPECT_EQ(row.missing_count, 80);
    EXPECT_EQ(row.verdict, Verdict::kMissed);
  }
}

TEST_F(TargetTest, IndicatorsAreJudgedByWhatWasObserved) {
  world_.Add("indicators", {{"indicator_id", "energy"},
                            {"name_zh", "能耗"},
                            {"unit", "%"},
                            {"year", "2025"},
                            {"target", "-18"},
                            {"observed", "-20"},
                            {"direction", "at_most"}});
  const auto rows = Rows(2025);
  ASSERT_EQ(rows[0].metric, "energy");
  EXPECT_EQ(rows[0].verdict, Verdict::kMet);
  EXPECT_NEAR(*rows[0].gap, -2, 1e-12);
}

TEST_F(TargetTest, WhatTheDocumentAsksForInWordsIsListed) {
  const auto indicator = [this](const char* id, const char* year,
                                const char* target, const char* observed) {
    world_.Add("indicators", {{"indicator_id", id},
                              {"name_zh", id},
                              {"unit", "qualitative"},
                              {"year", year},
                              {"target", target},
                              {"observed", observed}});
  };
  indicator("b5", "2025", "", "");
  indicator("i1", "2015", "", "0.95");  // the baseline of the next
  indicator("i1", "2025", "1.68", "");
  const auto rows = Rows(2025);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].target_id, "b5");
  EXPECT_EQ(rows[0].year, 2025);
  EXPECT_FALSE(rows[0].target.has_value());
  EXPECT_EQ(rows[0].verdict, Verdict::kNone);
  EXPECT_EQ(rows[1].target_id, "i1");
  EXPECT_EQ(rows[1].verdict, Verdict::kNoData);
  EXPECT_EQ(rows[2].target_id, "t2020");
}

TEST_F(TargetTest, RankCountsTheCostOfUnfinishedProjects) {
  world_.Organization("o", "CHN");
  const auto project = [&](const char* id, int year, const char* cost) {
    world_.Add("projects", {{"project_id", id},
                            {"item_id", "d"},
                            {"organization_id", "o"},
                            {"title", id},
                            {"completion_year", absl::StrCat(year)},
                            {"cost_cny", cost}});
  };
  project("p1", 2027, "100");
  project("p2", 2024, "10");  // late: no milestone
  project("p3", 2028, "");
  const auto cost = [&] {
    for (const RankRow& row : ComputeRank(*world_.Analyze(2025), Scope())) {
      if (row.item == 3) return row.project_cost_cny;
    }
    return std::optional<double>();
  };
  EXPECT_EQ(cost(), 110);
  world_.Add("milestones", {{"item_id", "d"},
                            {"stage", "series"},
                            {"date", "2024-06-30"},
                            {"organization_id", "o"}});
  EXPECT_EQ(cost(), 100);
}

TEST(Checks, ItemYear) {
  const auto record = [](const std::string& origin, const std::string& column,
                         const std::string& amount) {
    return test::MakeRow("supply", {{"item_id", "x"},
                                    {"year", "2025"},
                                    {"origin_country", origin},
                                    {column, amount}});
  };
  std::vector<Row> rows = {record("JPN", "quantity", "10"),
                           record("CHN", "quantity", "20")};
  EXPECT_TRUE(CheckItemYear(rows, nullptr).empty());
  const Row demand = test::MakeRow(
      "demand", {{"item_id", "x"}, {"year", "2025"}, {"quantity", "29"}});
  auto findings = CheckItemYear(rows, &demand);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, FindingCode::kDemandBelowSupply);
  rows.push_back(record("DEU", "share", "0.5"));
  findings = CheckItemYear(rows, nullptr);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(IsError(findings[0].code));
  EXPECT_EQ(findings[0].item_id, "x");
  EXPECT_EQ(findings[0].records.size(), 3u);
}

TEST(Checks, CostSharesOfEveryYear) {
  const auto input = [](const std::string& id, const std::string& share,
                        const std::string& first, const std::string& last) {
    return test::MakeRow("inputs", {{"item_id", "x"},
                                    {"input_item_id", id},
                                    {"cost_share", share},
                                    {"first_year", first},
                                    {"last_year", last}});
  };
  EXPECT_TRUE(CheckInputs({}).empty());
  EXPECT_TRUE(CheckInputs({input("a", "0.7", "", "2022"),
                           input("b", "0.7", "2023", "")})
                  .empty());
  const auto findings = CheckInputs(
      {input("a", "0.7", "", "2023"), input("b", "0.7", "2023", "")});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].year, 2023);
  EXPECT_NEAR(findings[0].found, 1.4, 1e-12);
  EXPECT_EQ(findings[0].records, (std::vector<std::uint32_t>{0, 1}));
}

TEST(WorldBuilder, RebuildsOnlyWhatChanged) {
  test::TestWorld world;
  world.Sector("rail").Item("x").Item("y");
  world.Supply("x", 2024, "CHN", 1).Supply("x", 2025, "CHN", 1);
  const auto before = world.World();
  EXPECT_EQ(world.World(), before);
  world.Supply("x", 2025, "CHN", 2).Supply("y", 2025, "JPN", 3);
  const auto after = world.World();
  EXPECT_EQ(after->Supply(2024), before->Supply(2024));
  EXPECT_EQ(&after->structure(), &before->structure());
  ASSERT_EQ(after->Supply(2025)->records.size(), 2u);
  EXPECT_EQ(before->Supply(2025)->records.size(), 1u);  // pictures stay
  const auto of_x = after->Supply(2025)->Of(after->structure().items[0].number);
  ASSERT_EQ(of_x.size(), 1u);
  EXPECT_EQ(of_x[0].amount, 2);
  world.Delete("supply",
               {{"item_id", "x"}, {"year", "2025"}, {"origin_country", "CHN"}});
  world.Delete("items", {{"item_id", "y"}});
  EXPECT_EQ(world.World()->Supply(2025)->records.size(), 1u);
  EXPECT_EQ(world.World()->structure().FindItem("y"), -1);
}

}  // namespace
}  // namespace qiangji::domain
