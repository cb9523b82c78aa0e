// What an alert carries: figures, what would close it, and words for both.
#include "services/domain/rules_evidence.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/domain/rules_text.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Optional;

ProjectFigures Project(std::string id, int year, double added) {
  ProjectFigures project;
  project.project_id = std::move(id);
  project.item_id = "bearing";
  project.organization_id = "org-a";
  project.completion_year = year;
  project.added = added;
  return project;
}

// The evidence of the only transition.
Evidence Only(const RuleFigures& figures) {
  Bottleneck bottleneck;
  auto transitions = bottleneck.Evaluate(figures);
  EXPECT_EQ(transitions.size(), 1u);
  return transitions.empty() ? Evidence{} : *transitions[0].evidence;
}

RuleFigures Imports(double share) {
  RuleItem item = HealthyItem();
  item.import_share = share;
  return FiguresOf({item});
}

TEST(RulesEvidence, MissingVolumeReachesTheClosingPoint) {
  const Evidence evidence = Only(Imports(0.90));
  // From 0.90 to 0.68 of 1000 pieces.
  EXPECT_THAT(evidence.closes.missing, Optional(DoubleNear(220, 1e-9)));
  EXPECT_EQ(evidence.closes.unit, "piece");
  EXPECT_EQ(evidence.data_year, 2025);
}

TEST(RulesEvidence, MissingVolumeIndeedCloses) {
  Bottleneck bottleneck;
  auto opened = bottleneck.Evaluate(Imports(0.90));
  const double moved = *opened[0].evidence->closes.missing / 1000;
  bottleneck.Evaluate(Imports(0.90 - moved + 1e-6));
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kImportDependence));
  bottleneck.Evaluate(Imports(0.90 - moved));
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kImportDependence));
}

TEST(RulesEvidence, NotQualifiedMissesAssuredVolume) {
  RuleItem item = HealthyItem();
  item.assured_share = 0.4;
  item.shortfall = 100;
  const Evidence evidence = Only(FiguresOf({item}));
  EXPECT_THAT(evidence.closes.missing, Optional(DoubleNear(120, 1e-9)));
  EXPECT_EQ(evidence.shortfall, 100);
}

TEST(RulesEvidence, HiddenDependenceHasNoVolumeOfItsOwn) {
  RuleItem item = HealthyItem();
  item.assured_content_upper = 0.3;
  const Evidence evidence = Only(FiguresOf({item}));
  EXPECT_EQ(evidence.closes.missing, std::nullopt);
  EXPECT_EQ(evidence.closes.column, "assured_content_upper");
}

TEST(RulesEvidence, UnfinishedProjectsSufficeOrNot) {
  RuleFigures figures = Imports(0.90);  // 220 missing
  figures.projects = {Project("p1", 2028, 100), Project("p2", 2027, 119.9),
                      Project("done", 2025, 1000)};
  figures.items[0].unfinished_project_ids = {"p1", "p2"};
  figures.items[0].unfinished_added = 219.9;
  const Evidence evidence = Only(figures);
  ASSERT_EQ(evidence.closes.projects.size(), 2u);
  EXPECT_EQ(evidence.closes.projects[0].project_id, "p1");
  EXPECT_FALSE(evidence.closes.projects[0].suffices);
  EXPECT_FALSE(evidence.closes.projects_suffice);
  figures.projects[1].added = 220;
  figures.items[0].unfinished_added = 320;
  const Evidence enough = Only(figures);
  EXPECT_TRUE(enough.closes.projects[1].suffices);
  EXPECT_TRUE(enough.closes.projects_suffice);
}

TEST(RulesEvidence, NamesMakersAndTheEquipment) {
  RuleFigures figures = Imports(0.90);
  figures.items[0].makers = {{"org-a", "甲", "A", 0.08, ""},
                             {"org-b", "乙", "", 0.02, "qualification"}};
  figures.items[0].equipment_ids = {"robot"};
  figures.items[0].reached_equipment_ids = {"press", "robot"};
  figures.items[0].records = {"items/bearing/supplyRecords/1"};
  const Evidence evidence = Only(figures);
  EXPECT_EQ(evidence.closes.makers, figures.items[0].makers);
  EXPECT_THAT(evidence.closes.equipment_ids, ElementsAre("robot"));
  EXPECT_THAT(evidence.closes.reached_equipment_ids,
              ElementsAre("press", "robot"));
  EXPECT_THAT(evidence.records, ElementsAre("items/bearing/supplyRecords/1"));
}

TEST(RulesEvidence, NamesTheColumnThatIsNearestToClosing) {
  RuleFigures figures = Imports(0.90);
  EXPECT_EQ(Only(figures).closes.column, "foreign_share");
  EXPECT_THAT(Only(figures).closes.column_target,
              Optional(DoubleNear(0.68, 1e-12)));
}

TEST(RulesEvidence, ATargetNamesTheItemsThatCloseIt) {
  RuleFigures figures = FiguresOf({});
  figures.scopes.resize(1);
  figures.scopes[0].gap = 0.1;
  figures.scopes[0].items_short = 2;
  figures.scopes[0].closing_item_ids = {"b", "a"};
  const Evidence evidence = Only(figures);
  EXPECT_EQ(evidence.closes.items_short, 2);
  EXPECT_THAT(evidence.closes.item_ids, ElementsAre("b", "a"));
  EXPECT_EQ(evidence.shortfall, std::nullopt);
}

TEST(RulesEvidence, OnlyHiddenDependenceExplainsItsChain) {
  RuleItem item = HealthyItem();
  item.assured_content_upper = 0.3;
  item.chain = {"bearing", "steel"};
  EXPECT_THAT(Only(FiguresOf({item})).chain, ElementsAre("bearing", "steel"));
}

TEST(RulesEvidence, FiguresBeginWithWhatWasTested) {
  std::vector<std::string> names;
  for (const FigureValue& figure : Only(Imports(0.90)).figures) {
    names.push_back(figure.name);
  }
  EXPECT_THAT(names, ElementsAre("foreign_share", "top_foreign_origin",
                                 "top_foreign_share", "assured_share",
                                 "supplied_quantity"));
}

TEST(RulesEvidence, FingerprintSeesEveryPart) {
  RuleFigures figures = Imports(0.90);
  figures.items[0].makers = {{"org-a", "甲", "A", 0.08, ""}};
  figures.items[0].equipment_ids = {"press"};
  const Evidence base = Only(figures);
  EXPECT_EQ(Fingerprint(base), Fingerprint(Evidence(base)));
  std::vector<Evidence> others(8, base);
  others[0].figures[0].value = 0.91;
  others[1].figures[1].value = std::string("DEU");
  others[2].chain = {"a"};
  others[3].closes.missing = 1;
  others[4].closes.makers[0].failed_criterion = "licence";
  others[5].closes.projects_suffice = true;
  others.push_back(base);
  others.back().not_assured_value_cny = 7;
  others.push_back(base);
  others.back().sectors = {"nev"};
  others[6].closes.equipment_ids = {"robot"};
  others[7].shortfall = 5;
  others.push_back(base);
  others.back().closes.reached_equipment_ids = {"robot"};
  others.push_back(base);
  others.back().records = {"items/bearing/supplyRecords/1"};
  for (const Evidence& other : others) {
    EXPECT_NE(Fingerprint(other), Fingerprint(base));
    EXPECT_NE(other, base);
  }
}

TEST(RulesText, SaysTheFiguresInBothLanguages) {
  const Evidence evidence = Only(Imports(0.923));
  EXPECT_EQ(Summary(RuleId::kImportDependence, evidence.figures, Language::kZh),
            "境外供应占国内市场 92.3%，最大来源 JPN 占 10.0%");
  EXPECT_EQ(Summary(RuleId::kImportDependence, evidence.figures, Language::kEn),
            "92.3% of the domestic market comes from abroad, JPN alone 10.0%");
}

TEST(RulesText, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(Summary(RuleId::kNoData, {}, Language::kZh),
            "评估年份及前两年均无数据");
  EXPECT_EQ(Summary(RuleId::kNoData, {}, Language::kEn),
            "no data for the assessed year and the two before");
}

TEST(RulesText, NamesStagesAndCounts) {
  const std::vector<FigureValue> stalled = {{"stage_age", 4.0},
                                            {"stage", "first_batch"},
                                            {"stage_since", "2022-03-01"}};
  EXPECT_EQ(Summary(RuleId::kStalled, stalled, Language::kEn),
            "at stage first batch since 2022-03-01, for 4 years");
  const std::vector<FigureValue> behind = {{"gap", 0.231},
                                           {"share", 0.469},
                                           {"target", 0.70},
                                           {"items_short", 12.0}};
  EXPECT_EQ(Summary(RuleId::kBehindTarget, behind, Language::kZh),
            "自主保障率 46.9%，目标路径 70.0%，差 23.1 个百分点，尚缺 12 项");
}

TEST(RulesText, EveryRuleHasATitleAndASummary) {
  for (const Rule& rule : DefaultRules()) {
    for (const Language language : {Language::kZh, Language::kEn}) {
      EXPECT_FALSE(RuleTitle(rule.id, language).empty());
      EXPECT_NE(RuleTitle(rule.id, language), RuleName(rule.id));
    }
    EXPECT_EQ(ParseRule(RuleName(rule.id)), rule.id);
  }
  EXPECT_EQ(ParseRule("NO_SUCH_RULE"), std::nullopt);
}

TEST(RulesText, ConditionsShowTheirThresholds) {
  EXPECT_EQ(ConditionText(DefaultRules()[1]),
            "assured_share_upper < 0.3 and not IMPORT_DEPENDENCE");
  EXPECT_EQ(ConditionText(DefaultRules()[3]),
            "foreign_share >= 0.5 and hhi_foreign >= 1800");
}

}  // namespace
}  // namespace qiangji::domain
