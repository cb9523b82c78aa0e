#include "services/coverage/rule_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/coverage/metrics.h"
#include "tests/unit/coverage/small_world.h"

namespace qiangji::coverage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kDigits = 2e-6;  // of tests/golden/small/expected

class RuleScoresTest : public ::testing::Test {
 protected:
  RuleScoresTest() : analysis_(SmallWorld().Analyze(2025)) { Compute({}); }
  void Compute(const RuleBudget& budget) {
    auto scores = ComputeRuleScores(*analysis_, nullptr, budget);
    ASSERT_TRUE(scores.ok()) << scores.status();
    scores_ = std::make_shared<const RuleScores>(*std::move(scores));
  }
  v1::RuleInputs Of(const std::string& item) const {
    v1::ItemMetrics metrics;
    MetricsWriter(analysis_, scores_)
        .Fill(static_cast<domain::ItemIndex>(test::IndexOf(*analysis_, item)),
              &metrics);
    return metrics.rule_inputs();
  }
  std::shared_ptr<const domain::Analysis> analysis_;
  std::shared_ptr<const RuleScores> scores_;
};

TEST_F(RuleScoresTest, ScoresAreThoseOfTheWorkedExample) {
  EXPECT_NEAR(Of("wafer").score(), 0.177804, kDigits);
  EXPECT_EQ(Of("wafer").sectors_hit(), 5);
  EXPECT_NEAR(Of("bearing").score(), 0.122352, kDigits);
  EXPECT_EQ(Of("bearing").sectors_hit(), 2);
  EXPECT_LE(Of("bearing").third_sector_loss(), 0.05);
  EXPECT_GE(Of("rv-reducer").third_sector_loss(), 0.05);
  EXPECT_GE(Of("rv-reducer").largest_sector_loss(),
            Of("rv-reducer").third_sector_loss());
  EXPECT_FALSE(Of("wafer").scores_unknown());
  // Far below every threshold.
  EXPECT_FALSE(Of("seal").has_score());
}

TEST_F(RuleScoresTest, ItemsWithoutDataAreLostWhole) {
  for (const auto& [item, whole] : scores_->whole) {
    EXPECT_FALSE(analysis_->balance[item].has_data());
    EXPECT_EQ(whole, scores_->scores.at(item).score);
  }
  EXPECT_FALSE(scores_->whole.empty());
  EXPECT_FALSE(Of("bearing").has_whole_score());
}

TEST_F(RuleScoresTest, TheLossOfAnItemStopsEquipmentAlongAChain) {
  const v1::RuleInputs bearing = Of("bearing");
  EXPECT_THAT(bearing.equipment_ids(), ElementsAre("robot"));
  ASSERT_FALSE(bearing.failure_chain().empty());
  EXPECT_EQ(*bearing.failure_chain().begin(), "robot");
  EXPECT_EQ(*bearing.failure_chain().rbegin(), "bearing");
  EXPECT_THAT(bearing.stopped_equipment_ids(), ElementsAre("robot"));
  EXPECT_THAT(Of("seal").stopped_equipment_ids(), IsEmpty());
}

TEST_F(RuleScoresTest, NamesTheRecordsBehindTheFigures) {
  const v1::RuleInputs bearing = Of("bearing");
  ASSERT_GT(bearing.supply_records_size(), 0);
  EXPECT_EQ(
      bearing.supply_records(0).rfind("items/bearing/supplyRecords/2025~", 0),
      0u)
      << bearing.supply_records(0);
  EXPECT_THAT(Of("seal").supply_records(), IsEmpty());  // without data
}

TEST_F(RuleScoresTest, WhatASmallBudgetDoesNotFindIsNotKnown) {
  Compute({.searched = 1, .followed = 0, .solved = 0});
  EXPECT_TRUE(Of("seal").scores_unknown());
  EXPECT_FALSE(Of("seal").has_score());
  EXPECT_TRUE(scores_->reach.empty());
  EXPECT_TRUE(scores_->content_chains.empty());
}

TEST_F(RuleScoresTest, StopsWhenAsked) {
  domain::Stop stop;
  stop.Request();
  EXPECT_EQ(ComputeRuleScores(*analysis_, &stop).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(RuleScores, HiddenDependenceShowsWhereTheContentIsLost) {
  test::TestWorld world;
  world.Sector("rail").Item("press", "equipment").Item("gear").Item("steel");
  for (const char* item : {"press", "gear"}) {
    world.Supply(item, 2025, "CHN", 9).Supply(item, 2025, "DEU", 1);
  }
  world.Supply("steel", 2025, "CHN", 0).Supply("steel", 2025, "JPN", 5);
  world.Input("press", "gear", 0.8).Input("gear", "steel", 0.9);
  const auto analysis = world.Analyze(2025);
  const auto scores = ComputeRuleScores(*analysis, nullptr);
  ASSERT_TRUE(scores.ok()) << scores.status();
  // press: 0.9·(0.2 + 0.8·0.9·0.1) = 0.24 although 90 % is assured.
  const auto index = [&](const char* id) {
    return static_cast<domain::ItemIndex>(test::IndexOf(*analysis, id));
  };
  ASSERT_TRUE(scores->content_chains.contains(index("press")));
  EXPECT_THAT(scores->content_chains.at(index("press")),
              ElementsAre(index("press"), index("gear"), index("steel")));
  EXPECT_FALSE(scores->content_chains.contains(index("steel")));
}

}  // namespace
}  // namespace qiangji::coverage
