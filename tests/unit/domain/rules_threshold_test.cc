// Every rule of METHOD 5 at, just under and just over its thresholds.
#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kAbove = 1e-6;  // well over the 1e-9 of the convention
constexpr double kWithin = 5e-10;

// Whether `rule` fires on an item that `set` changed with `x`.
struct Case {
  std::string name;
  RuleId rule;
  std::function<void(RuleItem&, double)> set;
  double threshold;
  Comparison comparison;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Threshold : public ::testing::TestWithParam<Case> {
 protected:
  bool Fires(double x) {
    RuleItem item = HealthyItem();
    GetParam().set(item, x);
    Bottleneck bottleneck;
    bottleneck.Evaluate(item);
    return bottleneck.IsOpen(GetParam().rule);
  }
};

TEST_P(Threshold, FiresOnItsSideOnly) {
  const Case& c = GetParam();
  const double over = c.threshold + kAbove;
  const double under = c.threshold - kAbove;
  EXPECT_EQ(Fires(over), c.comparison != Comparison::kLess);
  EXPECT_EQ(Fires(under), c.comparison == Comparison::kLess);
}

TEST_P(Threshold, CountsWithinTheToleranceAsEqual) {
  const Case& c = GetParam();
  const bool at = c.comparison == Comparison::kAtLeast;
  EXPECT_EQ(Fires(c.threshold), at);
  EXPECT_EQ(Fires(c.threshold + kWithin), at);
  EXPECT_EQ(Fires(c.threshold - kWithin), at);
}

std::vector<Case> Cases() {
  using I = RuleItem;
  const auto ge = Comparison::kAtLeast;
  const auto lt = Comparison::kLess;
  return {
      {"import", RuleId::kImportDependence,
       [](I& i, double x) { i.import_share = x; }, 0.70, Comparison::kGreater},
      {"low", RuleId::kLowAssurance,
       [](I& i, double x) { i.assured_share_upper = x; }, 0.30, lt},
      {"single", RuleId::kSingleForeignOrigin,
       [](I& i, double x) { i.top_foreign_share = x; }, 0.75, ge},
      {"concentrated_imports", RuleId::kConcentratedSupply,
       [](I& i, double x) {
         i.import_share = x;
         i.import_hhi = 5000;
       },
       0.50, ge},
      {"concentrated_hhi", RuleId::kConcentratedSupply,
       [](I& i, double x) {
         i.import_share = 0.6;
         i.import_hhi = x;
       },
       1800, ge},
      {"sole_assured", RuleId::kSoleDomesticSupplier,
       [](I& i, double x) {
         i.assured_share = x;
         i.top_supplier_share = 1;
       },
       0.50, ge},
      {"sole_named", RuleId::kSoleDomesticSupplier,
       [](I& i, double x) {
         i.named_share = x;
         i.top_supplier_share = 1;
       },
       0.50, ge},
      {"sole_group", RuleId::kSoleDomesticSupplier,
       [](I& i, double x) { i.top_supplier_share = x; }, 0.90, ge},
      {"control_located", RuleId::kForeignControl,
       [](I& i, double x) {
         i.located_share = x;
         i.assured_share = i.qualifiable_share = 0.1;
       },
       0.50, ge},
      {"control_qualifiable", RuleId::kForeignControl,
       [](I& i, double x) {
         i.assured_share = 0.1;
         i.qualifiable_share = x;
       },
       0.50, lt},
      {"qualified_located", RuleId::kNotQualified,
       [](I& i, double x) {
         i.located_share = x;
         i.assured_share = 0.1;
       },
       0.50, ge},
      {"qualified_assured", RuleId::kNotQualified,
       [](I& i, double x) { i.assured_share = x; }, 0.50, lt},
      {"hidden_assured", RuleId::kHiddenDependence,
       [](I& i, double x) {
         i.assured_share = x;
         i.assured_content_upper = 0.1;
       },
       0.50, ge},
      {"hidden_content", RuleId::kHiddenDependence,
       [](I& i, double x) { i.assured_content_upper = x; }, 0.50, lt},
      {"declining", RuleId::kDeclining,
       [](I& i, double x) {
         i.previous_data_year = 2023;
         i.previous_assured_share = *i.assured_share + x;
       },
       0.10, ge},
  };
}

INSTANTIATE_TEST_SUITE_P(Rules, Threshold, ::testing::ValuesIn(Cases()),
                         [](const auto& tested) { return tested.param.name; });

TEST(RulesThreshold, NothingFiresOnAHealthyItem) {
  Bottleneck bottleneck;
  EXPECT_THAT(bottleneck.Evaluate(HealthyItem()), IsEmpty());
}

Severity ImportSeverity(double share) {
  RuleItem item = HealthyItem();
  item.import_share = share;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  return bottleneck.Find(RuleId::kImportDependence)->severity;
}

TEST(RulesThreshold, ImportDependenceHasThreeSeverities) {
  EXPECT_EQ(ImportSeverity(0.70 + kAbove), Severity::kMedium);
  EXPECT_EQ(ImportSeverity(0.85), Severity::kMedium);
  EXPECT_EQ(ImportSeverity(0.85 + kAbove), Severity::kHigh);
  EXPECT_EQ(ImportSeverity(0.95), Severity::kHigh);
  EXPECT_EQ(ImportSeverity(0.95 + kAbove), Severity::kCritical);
}

TEST(RulesThreshold, SeveritiesAreThoseOfTheTable) {
  std::vector<std::string> severities;
  for (const Rule& rule : DefaultRules()) {
    severities.push_back(std::string(RuleName(rule.id)) + " " +
                         std::string(SeverityName(rule.severity)));
  }
  EXPECT_THAT(
      severities,
      ElementsAre("IMPORT_DEPENDENCE medium", "LOW_ASSURANCE medium",
                  "SINGLE_FOREIGN_ORIGIN high", "CONCENTRATED_SUPPLY medium",
                  "SOLE_DOMESTIC_SUPPLIER medium", "FOREIGN_CONTROL high",
                  "NOT_QUALIFIED medium", "HIDDEN_DEPENDENCE high",
                  "CHOKEPOINT critical", "DECLINING medium",
                  "PROJECT_LATE high", "STALLED medium", "BEHIND_TARGET medium",
                  "NO_DATA low", "STALE_DATA low", "UNMET_NEED medium",
                  "ALLIANCE_FLAG medium"));
}

TEST(RulesThreshold, DecliningLooksBackThreeYearsAtMost) {
  RuleItem item = HealthyItem();
  item.previous_assured_share = 0.95;
  item.previous_data_year = 2022;
  Bottleneck three;
  three.Evaluate(item);
  EXPECT_TRUE(three.IsOpen(RuleId::kDeclining));
  item.previous_data_year = 2021;
  Bottleneck four;
  four.Evaluate(item);
  EXPECT_FALSE(four.IsOpen(RuleId::kDeclining));
}

TEST(RulesThreshold, ThresholdsAreConfigurable) {
  std::vector<Rule> rules = DefaultRules();
  rules[0].clauses[0].threshold = 0.10;
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({HealthyItem()}), rules);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kImportDependence));
}

std::vector<std::string> AfterStage(const std::string& stage,
                                    absl::CivilDay since) {
  RuleItem item = HealthyItem();
  item.stage = stage;
  item.stage_since = since;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);  // at the end of 2025
  return bottleneck.Open();
}

TEST(RulesThreshold, StalledAfterThreeWholeYearsBelowSeries) {
  using absl::CivilDay;
  EXPECT_THAT(AfterStage("prototype", CivilDay(2022, 12, 31)),
              ElementsAre("STALLED"));
  EXPECT_THAT(AfterStage("prototype", CivilDay(2023, 1, 1)), IsEmpty());
  EXPECT_THAT(AfterStage("first_batch", CivilDay(2015, 1, 1)),
              ElementsAre("STALLED"));
  EXPECT_THAT(AfterStage("series", CivilDay(2015, 1, 1)), IsEmpty());
  EXPECT_THAT(AfterStage("promoted", CivilDay(2015, 1, 1)), IsEmpty());
  EXPECT_THAT(AfterStage("research", CivilDay(2026, 1, 1)), IsEmpty());
}

std::vector<std::string> OnDay(std::optional<absl::CivilDay> day,
                               const std::vector<UnmetNeed>& needs,
                               const std::vector<Rule>& rules) {
  RuleItem item = HealthyItem();
  item.unmet_needs = needs;
  RuleFigures figures = FiguresOf({item});
  figures.day = day;
  Bottleneck bottleneck;
  bottleneck.Evaluate(figures, rules);
  return bottleneck.Open();
}

TEST(RulesThreshold, NeedIsUnmetAfter180Days) {
  const absl::CivilDay posted(2026, 1, 10);
  const std::vector<UnmetNeed> one = {{"n1", posted}};
  const auto on = [&](std::optional<absl::CivilDay> day,
                      const std::vector<UnmetNeed>& needs) {
    return OnDay(day, needs, DefaultRules());
  };
  EXPECT_THAT(on(posted + 179, one), IsEmpty());
  EXPECT_THAT(on(posted + 180, one), ElementsAre("UNMET_NEED"));
  EXPECT_THAT(on(posted + 181, one), ElementsAre("UNMET_NEED"));
  EXPECT_THAT(on(posted - 1, one), IsEmpty());
  // The oldest counts.
  EXPECT_THAT(on(posted + 180, {{"n1", posted}, {"n2", posted + 100}}),
              ElementsAre("UNMET_NEED"));
  // Missing: no need, and no day.
  EXPECT_THAT(on(posted + 1000, {}), IsEmpty());
  EXPECT_THAT(on(std::nullopt, one), IsEmpty());
  // As configured.
  std::vector<Rule> rules = DefaultRules();
  for (Rule& rule : rules) {
    if (rule.id == RuleId::kUnmetNeed) rule.clauses[0].threshold = 30;
  }
  EXPECT_THAT(OnDay(posted + 29, one, rules), IsEmpty());
  EXPECT_THAT(OnDay(posted + 30, one, rules), ElementsAre("UNMET_NEED"));
}

bool ProjectIsLate(int completion_year, bool reached) {
  RuleFigures figures = FiguresOf({HealthyItem()});
  ProjectFigures project;
  project.project_id = "p1";
  project.item_id = "bearing";
  project.completion_year = completion_year;
  project.reached_first_batch = reached;
  figures.projects = {project};
  Bottleneck bottleneck;
  bottleneck.Evaluate(figures);
  return bottleneck.IsOpen(RuleId::kProjectLate, "projects/p1");
}

TEST(RulesThreshold, ProjectIsLateWhenItsYearHasPassed) {
  EXPECT_FALSE(ProjectIsLate(2025, false));  // the assessed year
  EXPECT_TRUE(ProjectIsLate(2024, false));
  EXPECT_FALSE(ProjectIsLate(2024, true));
}

const AlertState* Behind(Bottleneck& bottleneck, std::optional<double> share,
                         double target) {
  RuleFigures figures = FiguresOf({});
  ScopeFigures total;
  total.share = share;
  total.target = target;
  if (share) total.gap = target - *share;
  figures.scopes = {total};
  bottleneck.Evaluate(figures);
  return bottleneck.Find(RuleId::kBehindTarget, "sectors/-");
}

TEST(RulesThreshold, BehindTargetBelowThePathOnly) {
  Bottleneck at, under, far, unknown;
  EXPECT_EQ(Behind(at, 0.70, 0.70), nullptr);
  EXPECT_EQ(Behind(under, 0.70 - kAbove, 0.70)->severity, Severity::kMedium);
  EXPECT_EQ(Behind(far, 0.50, 0.70)->severity, Severity::kHigh);
  EXPECT_EQ(Behind(unknown, std::nullopt, 0.70), nullptr);
}

TEST(RulesThreshold, ScopesHaveNamesOfTheirOwn) {
  ScopeFigures scope;
  EXPECT_EQ(SubjectOfScope(scope), "sectors/-");
  scope.categories = {"material"};
  EXPECT_EQ(SubjectOfScope(scope), "sectors/-/categories/material");
  scope.sectors = {"nev", "rail"};
  EXPECT_EQ(SubjectOfScope(scope), "sectors/nev+rail/categories/material");
}

std::vector<std::string> WithNewestData(std::optional<int> year,
                                        bool in_scope) {
  RuleItem item = ItemWithoutData();
  item.in_scope = in_scope;
  item.newest_data_year = year;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  return bottleneck.Open();
}

TEST(RulesThreshold, NoDataForThreeYearsOrEver) {
  EXPECT_THAT(WithNewestData(std::nullopt, true), ElementsAre("NO_DATA"));
  EXPECT_THAT(WithNewestData(2022, true), ElementsAre("NO_DATA"));
  EXPECT_THAT(WithNewestData(2023, true), IsEmpty());
}

TEST(RulesThreshold, StaleDataOutsideTheHeadlineScope) {
  EXPECT_THAT(WithNewestData(std::nullopt, false), IsEmpty());
  EXPECT_THAT(WithNewestData(2022, false), ElementsAre("STALE_DATA"));
  EXPECT_THAT(WithNewestData(2023, false), IsEmpty());
}

TEST(RulesThreshold, WithoutDataNoShareFires) {
  // What a carried figure of another item might leave behind is not looked at.
  RuleItem item = HealthyItem();
  item.has_data = false;
  item.import_share = 1;
  item.assured_share_upper = 0;
  Bottleneck bottleneck;
  EXPECT_THAT(bottleneck.Evaluate(item), IsEmpty());
}

TEST(RulesThreshold, NothingBoughtIsNoImport) {
  RuleItem item = HealthyItem();
  item.market_volume = 0;
  item.import_share = std::nullopt;
  item.top_foreign_share = std::nullopt;
  item.import_hhi = std::nullopt;
  item.assured_share = item.assured_share_upper = item.located_share = 0;
  item.qualifiable_share = 0;
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  EXPECT_THAT(bottleneck.Open(), ElementsAre("LOW_ASSURANCE"));
}

}  // namespace
}  // namespace qiangji::domain
