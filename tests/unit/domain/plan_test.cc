// METHOD 4.5 by count.
#include "services/domain/plan.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/world/test_graph.h"
#include "tests/unit/domain/plan_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Four items of weight 1, 1, 2, 1 (W = 5), θ = 0.5, D = 100:
//   done     home 60: assured. H = 1/5.
//   near     home 40, lacks 10: n1 adds 10 (p 0.8, 3 million); n2 adds 10
//            (p 0.5, 1 million). π: n1 0.8, n2 0.5, both 1 − 0.2·0.5 = 0.9.
//   heavy    home 0, lacks 50: h1 and h2 add 30 each (p 0.9 and 0.5, 4 and 2
//            million); only both reach it: π = 0.45, worth 2·0.45/5 = 0.18.
//   nothing  home 0, no project.
class FourItems : public PlanTest {
 protected:
  FourItems() {
    Item("done", 60);
    Item("near", 40);
    Item("heavy", 0, {{"weight", "2"}});
    Item("nothing", 0);
    Project("n1", "near", 10, {{"probability", "0.8"}, {"cost_cny", "3e6"}});
    Project("n2", "near", 10, {{"probability", "0.5"}});
    Project("h1", "heavy", 30, {{"probability", "0.9"}, {"cost_cny", "4e6"}});
    Project("h2", "heavy", 30, {{"probability", "0.5"}, {"cost_cny", "2e6"}});
  }
};

TEST_F(FourItems, ByHand) {
  // 1 million: n2 alone, 0.1. 3: n1, 0.16. 4: both, 0.18. 6: heavy's both,
  // 0.18, as much as near's both for 4. 7: heavy's both and n2, 0.28. 10: all,
  // 0.36.
  const struct {
    double budget, share;
    const char* chosen;
  } cases[] = {{0.5e6, 0.2, ""},           {1e6, 0.3, "n2"},
               {3e6, 0.36, "n1"},          {4e6, 0.38, "n1 n2"},
               {7e6, 0.48, "h1 h2 n2"},    {9e6, 0.54, "h1 h2 n1"},
               {10e6, 0.56, "h1 h2 n1 n2"}};
  for (const auto& c : cases) {
    const Plan plan = Make({.budget = c.budget});
    EXPECT_NEAR(*plan.share_from, 0.2, kWithin);
    EXPECT_NEAR(*plan.reached.share_to, c.share, kWithin) << c.budget;
    EXPECT_EQ(Chosen(plan), c.chosen) << c.budget;
    EXPECT_EQ(plan.reached.gap, 0);
    EXPECT_LE(plan.reached.cost, c.budget);
  }
}

TEST_F(FourItems, WhatEachAdds) {
  const Plan plan = Make({.budget = 10e6});
  ASSERT_THAT(plan.rows, SizeIs(4));
  // heavy: h1 alone reaches nothing; then 0.18. near: 0.16, then 0.02.
  EXPECT_NEAR(*plan.rows[0].share_after, 0.2, kWithin);
  EXPECT_NEAR(*plan.rows[1].share_after, 0.38, kWithin);
  EXPECT_NEAR(*plan.rows[2].share_after, 0.54, kWithin);
  EXPECT_NEAR(*plan.rows[3].share_after, 0.56, kWithin);
  ASSERT_THAT(plan.unserved, SizeIs(1));
  EXPECT_EQ(plan.unserved[0],
            static_cast<ItemIndex>(test::IndexOf(*analysis_, "nothing")));
}

TEST_F(FourItems, CertainIsWithoutProbabilities) {
  // 1 million: n2, 0.2. 7: heavy's both and n2.
  EXPECT_NEAR(*Make({.budget = 1e6, .certain = true}).reached.share_to, 0.4,
              kWithin);
  const Plan plan = Make({.budget = 100e6, .certain = true});
  EXPECT_NEAR(*plan.reached.share_to, 0.8, kWithin);
  EXPECT_EQ(Chosen(plan), "h1 h2 n2");  // n1 adds nothing to n2
  EXPECT_EQ(plan.reached.cost, 7e6);
  EXPECT_EQ(Reasons(plan)["n1"], PlanReason::kOthersAddMore);
}

TEST_F(FourItems, TheFrontierRisesAndHoldsThePlan) {
  const Plan plan = Make({.budget = 6e6});
  ASSERT_THAT(plan.frontier, SizeIs(7));
  double before = 0.2;
  for (const PlanPoint& point : plan.frontier) {
    EXPECT_GE(*point.share_to, before - kWithin);
    EXPECT_LE(point.cost, point.budget);
    before = *point.share_to;
  }
  EXPECT_EQ(plan.frontier[3].budget, 6e6);
  EXPECT_EQ(*plan.frontier[3].share_to, *plan.reached.share_to);
  EXPECT_NEAR(before, 0.56, kWithin);  // 12 million
  EXPECT_LE(*plan.greedy.share_to, *plan.reached.share_to + kWithin);
  EXPECT_LE(plan.greedy.cost, 6e6);
}

TEST_F(PlanTest, GreedyByPotentialGainMayBeWorse) {
  // All weight is equal, and none has inputs: potential gain is 1 − a. The
  // empty item comes first and takes all the money.
  Item("empty", 0);
  Item("one", 40);
  Item("two", 40);
  Project("e", "empty", 60, {{"cost_cny", "10e6"}});
  Project("o", "one", 20, {{"cost_cny", "5e6"}});
  Project("t", "two", 20, {{"cost_cny", "5e6"}});
  const Plan plan = Make({.budget = 10e6});
  EXPECT_EQ(Chosen(plan), "o t");
  EXPECT_NEAR(*plan.reached.share_to, 2.0 / 3, kWithin);
  EXPECT_NEAR(*plan.greedy.share_to, 1.0 / 3, kWithin);
  EXPECT_EQ(plan.greedy.projects, 1);
}

TEST_F(PlanTest, WhyEachProjectIsPartOrNot) {
  Item("done", 60);
  Item("part", 40);
  Item("far", 0);
  Item("by-share", 0);
  world_.Item("never");
  world_.Item("process", "process");
  Project("chosen", "part", 10);
  Project("dear", "part", 10, {{"cost_cny", "9e9"}});
  Project("dearer", "part", 10, {{"cost_cny", "2e6"}});
  Project("assured", "done", 10);
  Project("foreign", "part", 10, {{"organization_id", "abroad"}});
  Project("late", "part", 10, {{"completion_year", "2031"}});
  Project("old", "part", 10, {{"completion_year", "2025"}});
  Project("free", "part", 10, {{"cost_cny", ""}});
  Project("small", "far", 49);
  Project("share", "by-share", 0, {{"added_share", "0.6"}});
  Project("no-data", "never", 10);
  Project("outside", "process", 10);
  const Plan plan = Make({.budget = 5e6});
  const std::map<std::string, PlanReason> want = {
      {"chosen", PlanReason::kChosen},
      {"dear", PlanReason::kOverBudget},
      {"dearer", PlanReason::kOthersAddMore},
      {"assured", PlanReason::kItemAssured},
      {"foreign", PlanReason::kNotHome},
      {"late", PlanReason::kTooLate},
      {"old", PlanReason::kInData},
      {"free", PlanReason::kNoCost},
      {"small", PlanReason::kAddsNothing},
      {"share", PlanReason::kOtherMeasure},
      {"no-data", PlanReason::kNoData},
      {"outside", PlanReason::kOutsideScope}};
  EXPECT_EQ(Reasons(plan), want);
  EXPECT_THAT(plan.unserved, IsEmpty());
}

TEST_F(PlanTest, SharesOfDemandAndTheNewestData) {
  world_.Item("part")
      .Share("part", 2023, "CHN", 0.4)
      .Share("part", 2023, "JPN", 0.6);
  Project("p", "part", 0,
          {{"added_share", "0.1"}, {"completion_year", "2024"}});
  const Plan plan = Make({.budget = 1e6});
  EXPECT_EQ(*plan.share_from, 0);
  EXPECT_NEAR(*plan.reached.share_to, 1, kWithin);
  options_.threshold = 0.6;
  EXPECT_EQ(Reasons(Make({.budget = 1e6}))["p"], PlanReason::kAddsNothing);
}

TEST_F(PlanTest, WithoutDataNothingIsDefined) {
  world_.Item("part");
  Project("p", "part", 10);
  const Plan plan = Make({.budget = 1e6});
  EXPECT_FALSE(plan.share_from.has_value());
  EXPECT_FALSE(plan.reached.share_to.has_value());
  EXPECT_EQ(Reasons(plan)["p"], PlanReason::kNoData);
  EXPECT_THAT(Make({.budget = 0}).frontier, SizeIs(7));
}

TEST_F(PlanTest, BeyondTheMostProjectsOfAnItemTheGapSaysSo) {
  Item("part", 0);
  Item("other", 40);
  Project("o", "other", 10);
  // 16 of 4 each, certain: 13 reach 50 of 100.
  for (int k = 0; k < 16; ++k) {
    Project(absl::StrCat("p", 10 + k), "part", k < 14 ? 4 : 3.9);
  }
  const Plan plan = Make({.budget = 14e6});
  EXPECT_NEAR(*plan.reached.share_to, 1, kWithin);
  EXPECT_EQ(plan.items_beyond, 1);
  EXPECT_GT(plan.reached.gap, 0);
  EXPECT_EQ(Reasons(plan)["p24"], PlanReason::kNotWeighed);
  EXPECT_EQ(Reasons(plan)["p25"], PlanReason::kNotWeighed);
}

TEST_F(PlanTest, OutOfTimeTheGapIsProven) {
  test::TestRandom random(3);
  for (int i = 0; i < 120; ++i) {
    const std::string id = absl::StrCat("part-", 100 + i);
    Item(id, 40, {{"weight", absl::StrCat(1 + random.Unit())}});
    Project(absl::StrCat("a", i), id, 10,
            {{"cost_cny", absl::StrCat(1e6 * (1 + random.Unit()))},
             {"probability", absl::StrCat(0.5 + random.Unit() / 2)}});
    Project(absl::StrCat("b", i), id, 10,
            {{"cost_cny", absl::StrCat(1e6 * (1 + random.Unit()))},
             {"probability", absl::StrCat(0.5 + random.Unit() / 2)}});
  }
  const Plan cut =
      Make({.budget = 60e6, .limits = {1, 60}, .frontier_limits = {1, 60}});
  const Plan full =
      Make({.budget = 60e6, .limits = {20000, 60}, .frontier_limits = {1, 60}});
  EXPECT_GT(cut.reached.gap, 0);
  EXPECT_LE(cut.reached.gap, 0.01);
  const double cut_gain = *cut.reached.share_to - *cut.share_from;
  const double full_gain = *full.reached.share_to - *full.share_from;
  EXPECT_LE(cut_gain, full_gain + kWithin);
  // Nothing gains more than the bound.
  EXPECT_GE(cut_gain / (1 - cut.reached.gap), full_gain - kWithin);
  EXPECT_LE(full.reached.gap, cut.reached.gap);
}

}  // namespace
}  // namespace qiangji::domain
