// CHOKEPOINT, and the severity of NO_DATA (METHOD 5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/domain/rules_text.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RuleItem Scored(double score, double third = 0, double largest = 0) {
  RuleItem item = HealthyItem();
  item.score = score;
  item.third_sector_loss = third;
  item.largest_sector_loss = largest;
  return item;
}

bool Fires(const RuleItem& item) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  return bottleneck.IsOpen(RuleId::kChokepoint);
}

TEST(Chokepoint, AnyOfTheThreeFires) {
  EXPECT_TRUE(Fires(Scored(0.051)));
  EXPECT_TRUE(Fires(Scored(0.05)));  // at the threshold
  EXPECT_TRUE(Fires(Scored(0.05 - 5e-10)));
  EXPECT_FALSE(Fires(Scored(0.05 - 2e-9)));
  EXPECT_TRUE(Fires(Scored(0, 0.05)));
  EXPECT_FALSE(Fires(Scored(0, 0.0499)));
  EXPECT_TRUE(Fires(Scored(0, 0, 0.20)));
  EXPECT_FALSE(Fires(Scored(0.0499, 0.0499, 0.1999)));
  EXPECT_FALSE(Fires(HealthyItem()));  // no score at all
}

TEST(Chokepoint, IsCriticalWithOrWithoutData) {
  Bottleneck bottleneck;
  RuleItem item = ItemWithoutData();
  item.score = 0.1;
  bottleneck.Evaluate(item);
  ASSERT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  EXPECT_EQ(bottleneck.Find(RuleId::kChokepoint)->severity,
            Severity::kCritical);
}

TEST(Chokepoint, ClosesOnlyWhenAllFailByTheMargin) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Scored(0.05));
  ASSERT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  bottleneck.Evaluate(Scored(0.0301));
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  bottleneck.Evaluate(Scored(0.01, 0.0301));  // another of the three
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  bottleneck.Evaluate(Scored(0.01, 0.01, 0.1801));
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  bottleneck.Evaluate(Scored(0.03, 0.03, 0.18));
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kChokepoint));
}

TEST(Chokepoint, CloseWithoutAScoreUnlessItIsNotKnown) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Scored(0.1));
  RuleItem unknown = HealthyItem();
  unknown.scores_known = false;
  bottleneck.Evaluate(unknown);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  bottleneck.Evaluate(HealthyItem());
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kChokepoint));
}

TEST(Chokepoint, UnknownScoresOpenNothingAndKeepItemsWithoutDataOpen) {
  Bottleneck bottleneck;
  RuleItem unknown = ItemWithoutData();
  unknown.scores_known = false;
  bottleneck.Evaluate(unknown);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kChokepoint));
  RuleItem found = unknown;
  found.score = 0.06;
  bottleneck.Evaluate(found);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
  bottleneck.Evaluate(unknown);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kChokepoint));
}

TEST(Chokepoint, CarriesItsChainAndTheFigureThatKeepsItOpen) {
  RuleItem item = Scored(0.01, 0.02, 0.4);
  item.failure_chain = {"robot", "gear", "bearing"};
  item.chain = {"bearing", "steel"};
  item.sectors_hit = 2;
  Bottleneck bottleneck;
  const auto transitions = bottleneck.Evaluate(item);
  ASSERT_EQ(transitions.size(), 1u);
  const Evidence& evidence = *transitions[0].evidence;
  EXPECT_THAT(evidence.chain, ElementsAre("robot", "gear", "bearing"));
  EXPECT_EQ(evidence.closes.column, "largest_sector_loss");
  EXPECT_NEAR(*evidence.closes.column_target, 0.18, 1e-12);
  EXPECT_EQ(evidence.closes.missing, std::nullopt);
  EXPECT_THAT(Summary(RuleId::kChokepoint, evidence.figures, Language::kEn),
              HasSubstr("40.0% in the sector hit hardest"));
}

TEST(NoData, IsHighWhereItsLossWouldCostMuch) {
  RuleItem item = ItemWithoutData();
  Bottleneck bottleneck;
  const auto severity = [&](std::optional<double> whole, bool known = true) {
    item.whole_score = whole;
    item.scores_known = known;
    bottleneck.Evaluate(item);
    return bottleneck.Find(RuleId::kNoData)->severity;
  };
  EXPECT_EQ(severity(std::nullopt), Severity::kLow);
  EXPECT_EQ(severity(0.0499), Severity::kLow);
  EXPECT_EQ(severity(0.05), Severity::kHigh);
  EXPECT_EQ(severity(0.0301), Severity::kHigh);  // within the margin
  EXPECT_EQ(severity(std::nullopt, false), Severity::kHigh);
  EXPECT_EQ(severity(0.03), Severity::kLow);
  EXPECT_EQ(severity(std::nullopt, false), Severity::kLow);
}

TEST(ChokepointRule, SaysThatOneConditionSuffices) {
  for (const Rule& rule : DefaultRules()) {
    if (rule.id != RuleId::kChokepoint) continue;
    EXPECT_EQ(ConditionText(rule),
              "score >= 0.05 or third_sector_loss >= 0.05 or "
              "largest_sector_loss >= 0.2");
  }
}

}  // namespace
}  // namespace qiangji::domain
