// How alerts stay, fall, close and reopen (METHOD 5), and how "and not
// OTHER_RULE" goes with it.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RuleItem Importing(double share) {
  RuleItem item = HealthyItem();
  item.import_share = share;
  return item;
}

const AlertState& Import(const Bottleneck& bottleneck) {
  return *bottleneck.Find(RuleId::kImportDependence);
}

TEST(RulesHysteresis, ClosesOnlyWhenTheShareFailsByTwoPoints) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.72));
  bottleneck.Evaluate(Importing(0.6801));
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kImportDependence));
  bottleneck.Evaluate(Importing(0.68));
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kImportDependence));
}

TEST(RulesHysteresis, DoesNotOpenWithinTheMargin) {
  Bottleneck bottleneck;
  EXPECT_THAT(bottleneck.Evaluate(Importing(0.69)), IsEmpty());
  bottleneck.Evaluate(Importing(0.80));
  bottleneck.Evaluate(Importing(0.50));
  EXPECT_THAT(bottleneck.Evaluate(Importing(0.69)), IsEmpty());
}

TEST(RulesHysteresis, ClosesAnHhiByFifty) {
  RuleItem item = Importing(0.6);
  item.import_hhi = 1800;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  item.import_hhi = 1750.01;
  bottleneck.Evaluate(item);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kConcentratedSupply));
  item.import_hhi = 1750;
  bottleneck.Evaluate(item);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kConcentratedSupply));
}

TEST(RulesHysteresis, AnyClauseCloses) {
  RuleItem item = Importing(0.6);
  item.import_hhi = 1800;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  item.import_share = 0.48;
  bottleneck.Evaluate(item);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kConcentratedSupply));
}

TEST(RulesHysteresis, BelowIsMirrored) {
  RuleItem item = HealthyItem();
  item.assured_share_upper = 0.29;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  item.assured_share_upper = 0.3199;
  bottleneck.Evaluate(item);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kLowAssurance));
  item.assured_share_upper = 0.32;
  bottleneck.Evaluate(item);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kLowAssurance));
}

TEST(RulesHysteresis, SeverityRisesAtOnceAndFallsByTheMargin) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.75));
  bottleneck.Evaluate(Importing(0.951));
  EXPECT_EQ(Import(bottleneck).severity, Severity::kCritical);
  bottleneck.Evaluate(Importing(0.931));
  EXPECT_EQ(Import(bottleneck).severity, Severity::kCritical);
  bottleneck.Evaluate(Importing(0.93));
  EXPECT_EQ(Import(bottleneck).severity, Severity::kHigh);
  bottleneck.Evaluate(Importing(0.831));
  EXPECT_EQ(Import(bottleneck).severity, Severity::kHigh);
  bottleneck.Evaluate(Importing(0.83));
  EXPECT_EQ(Import(bottleneck).severity, Severity::kMedium);
}

TEST(RulesHysteresis, OneStepDownPassesEachMarginByItself) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.99));
  bottleneck.Evaluate(Importing(0.84));  // fails high by one point only
  EXPECT_EQ(Import(bottleneck).severity, Severity::kHigh);
}

TEST(RulesHysteresis, ReopeningForgetsTheSeverity) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.99));
  bottleneck.Evaluate(Importing(0.10));
  bottleneck.Evaluate(Importing(0.94));
  EXPECT_EQ(Import(bottleneck).severity, Severity::kHigh);
}

TEST(RulesHysteresis, GapOfATargetHasItToo) {
  RuleFigures figures = FiguresOf({});
  figures.scopes.resize(1);
  figures.scopes[0].target = 0.70;
  Bottleneck bottleneck;
  const auto at = [&](double share) {
    figures.scopes[0].share = share;
    figures.scopes[0].gap = 0.70 - share;
    bottleneck.Evaluate(figures);
    return bottleneck.Find(RuleId::kBehindTarget, "sectors/-");
  };
  EXPECT_EQ(at(0.50)->severity, Severity::kHigh);
  EXPECT_EQ(at(0.519)->severity, Severity::kHigh);
  EXPECT_EQ(at(0.52)->severity, Severity::kMedium);
  EXPECT_TRUE(at(0.719)->active());
  EXPECT_FALSE(at(0.72)->active());
}

TEST(RulesHysteresis, RulesWithoutAShareCloseAtOnce) {
  RuleItem item = ItemWithoutData();
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kNoData));
  item.newest_data_year = 2023;
  bottleneck.Evaluate(item);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kNoData));
}

TEST(RulesHysteresis, KeepsFirstSeenOverReopening) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.80));  // hour 1
  bottleneck.Evaluate(Importing(0.79));  // hour 2
  bottleneck.Evaluate(Importing(0.10));  // hour 3
  const AlertState closed = Import(bottleneck);
  EXPECT_EQ(closed.status, AlertStatus::kResolved);
  EXPECT_EQ(closed.last_seen, Hour(2));
  EXPECT_EQ(closed.resolved_time, Hour(3));
  const auto transitions = bottleneck.Evaluate(Importing(0.90));  // hour 4
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].kind, TransitionKind::kReopen);
  const AlertState& open = Import(bottleneck);
  EXPECT_EQ(open.first_seen, Hour(1));
  EXPECT_EQ(open.opened_time, Hour(4));
  EXPECT_EQ(open.openings, 2);
  EXPECT_EQ(open.last_seen, std::nullopt);
  EXPECT_EQ(open.resolved_time, std::nullopt);
}

TEST(RulesHysteresis, FlappingAHundredTimesIsOneAlert) {
  Bottleneck bottleneck;
  int transitions = 0;
  for (int i = 0; i < 100; ++i) {
    transitions += static_cast<int>(bottleneck.Evaluate(Importing(0.8)).size());
    transitions += static_cast<int>(bottleneck.Evaluate(Importing(0.1)).size());
  }
  EXPECT_EQ(transitions, 200);
  EXPECT_EQ(bottleneck.states().size(), 1u);
  EXPECT_EQ(Import(bottleneck).openings, 100);
  EXPECT_EQ(Import(bottleneck).first_seen, Hour(1));
}

TEST(RulesHysteresis, SwingingWithinTheMarginIsNoFlapping) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.71));
  for (int i = 0; i < 100; ++i) {
    for (const Transition& t :
         bottleneck.Evaluate(Importing(i % 2 == 0 ? 0.69 : 0.71))) {
      EXPECT_EQ(t.kind, TransitionKind::kRefresh);
    }
  }
  EXPECT_EQ(Import(bottleneck).openings, 1);
}

TEST(RulesHysteresis, NothingChangesOnTheSameFigures) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  EXPECT_THAT(bottleneck.Evaluate(Importing(0.8)), IsEmpty());
}

TEST(RulesHysteresis, OtherFiguresRefresh) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  const auto transitions = bottleneck.Evaluate(Importing(0.79));
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].kind, TransitionKind::kRefresh);
  ASSERT_TRUE(transitions[0].evidence.has_value());
  EXPECT_EQ(transitions[0].evidence->figures[0],
            (FigureValue{"foreign_share", 0.79, 0.70}));
}

TEST(RulesHysteresis, AcknowledgedStaysAcknowledgedUntilItCloses) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  bottleneck.states()[{RuleId::kImportDependence, "items/bearing"}].status =
      AlertStatus::kAcknowledged;
  bottleneck.Evaluate(Importing(0.99));
  EXPECT_EQ(Import(bottleneck).status, AlertStatus::kAcknowledged);
  bottleneck.Evaluate(Importing(0.1));
  EXPECT_EQ(Import(bottleneck).status, AlertStatus::kResolved);
  bottleneck.Evaluate(Importing(0.8));
  EXPECT_EQ(Import(bottleneck).status, AlertStatus::kOpen);
}

// Exclusions --------------------------------------------------------------

RuleItem Poor(double import_share) {
  RuleItem item = Importing(import_share);
  item.assured_share_upper = 0.2;
  return item;
}

TEST(RulesExclusion, OneOfTheTwoIsOpenAtAnyTime) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Poor(0.71));
  EXPECT_THAT(bottleneck.Open(), ElementsAre("IMPORT_DEPENDENCE"));
  bottleneck.Evaluate(Poor(0.69));  // the other one lingers
  EXPECT_THAT(bottleneck.Open(), ElementsAre("IMPORT_DEPENDENCE"));
  bottleneck.Evaluate(Poor(0.68));
  EXPECT_THAT(bottleneck.Open(), ElementsAre("LOW_ASSURANCE"));
  bottleneck.Evaluate(Poor(0.69));  // and does not come back in its margin
  EXPECT_THAT(bottleneck.Open(), ElementsAre("LOW_ASSURANCE"));
  bottleneck.Evaluate(Poor(0.71));
  EXPECT_THAT(bottleneck.Open(), ElementsAre("IMPORT_DEPENDENCE"));
}

TEST(RulesExclusion, ADisabledRuleExcludesNothing) {
  std::vector<Rule> rules = DefaultRules();
  rules[0].enabled = false;
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({Poor(0.9)}));
  EXPECT_THAT(bottleneck.Open(), ElementsAre("IMPORT_DEPENDENCE"));
  bottleneck.Evaluate(FiguresOf({Poor(0.9)}), rules);
  EXPECT_THAT(bottleneck.Open(), ElementsAre("LOW_ASSURANCE"));
}

TEST(RulesExclusion, ForeignControlHidesNotQualified) {
  RuleItem item = HealthyItem();
  item.assured_share = item.qualifiable_share = 0.3;
  item.assured_share_upper = 0.4;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  EXPECT_THAT(bottleneck.Open(), ElementsAre("FOREIGN_CONTROL"));
  item.qualifiable_share = 0.9;
  bottleneck.Evaluate(item);
  EXPECT_THAT(bottleneck.Open(), ElementsAre("NOT_QUALIFIED"));
}

// Data that are missing -----------------------------------------------------

TEST(RulesMissingData, AYearWithoutDataNeitherOpensNorCloses) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  RuleItem next = ItemWithoutData();
  next.newest_data_year = 2025;
  RuleFigures figures = FiguresOf({next});
  figures.year = 2026;
  EXPECT_THAT(bottleneck.Evaluate(figures), IsEmpty());
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kImportDependence));
}

TEST(RulesMissingData, WithdrawnDataClose) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  RuleItem withdrawn = ItemWithoutData();
  withdrawn.newest_data_year = 2024;
  bottleneck.Evaluate(withdrawn);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kImportDependence));
}

TEST(RulesMissingData, AnUndefinedFigureBesideDataCloses) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  RuleItem nothing_bought = HealthyItem();
  nothing_bought.import_share = std::nullopt;
  bottleneck.Evaluate(nothing_bought);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kImportDependence));
}

TEST(RulesMissingData, ADeletedItemCloses) {
  Bottleneck bottleneck;
  bottleneck.Evaluate(Importing(0.8));
  const auto transitions = bottleneck.Evaluate(FiguresOf({}));
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].kind, TransitionKind::kResolve);
  EXPECT_EQ(transitions[0].evidence, std::nullopt);
}

TEST(RulesMissingData, CarriedDataCountAsTheirOwnYear) {
  RuleItem item = Importing(0.8);
  item.data_year = item.newest_data_year = 2024;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kImportDependence));
  EXPECT_EQ(Import(bottleneck).data_year, 2024);
}

TEST(RulesMissingData, WithoutAnAssessedYearNothingIsSaid) {
  RuleFigures figures = FiguresOf({ItemWithoutData()});
  figures.year = std::nullopt;
  figures.items[0].stage = "research";
  figures.items[0].stage_since = absl::CivilDay(2000, 1, 1);
  Bottleneck bottleneck;
  EXPECT_THAT(bottleneck.Evaluate(figures), IsEmpty());
}

TEST(RulesMissingData, AScopeWithoutAShareStandsUntilItsTargetGoes) {
  RuleFigures figures = FiguresOf({});
  figures.scopes.resize(1);
  figures.scopes[0].target = 0.70;
  figures.scopes[0].gap = 0.30;
  Bottleneck bottleneck;
  bottleneck.Evaluate(figures);
  figures.scopes[0].gap = std::nullopt;
  EXPECT_THAT(bottleneck.Evaluate(figures), IsEmpty());
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kBehindTarget, "sectors/-"));
  bottleneck.Evaluate(FiguresOf({}));
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kBehindTarget, "sectors/-"));
}

}  // namespace
}  // namespace qiangji::domain
