// Rules of users: conditions on columns, filters, scopes, and other thresholds
// for some subjects of a shipped rule.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Rule OnColumn(SubjectKind subject, const std::string& column,
              Comparison comparison, double threshold,
              double margin = kShareMargin) {
  Rule rule;
  rule.id = RuleId::kCustom;
  rule.custom_name = "MINE";
  rule.subject = subject;
  rule.clauses = {{Figure::kColumn, comparison, threshold, margin, column}};
  return rule;
}

RuleItem ItemWith(const std::string& column, double value) {
  RuleItem item = HealthyItem();
  item.columns[column] = value;
  return item;
}

const AlertState* Mine(const Bottleneck& bottleneck,
                       const std::string& subject = "items/bearing") {
  return bottleneck.FindNamed("MINE", subject);
}

class Custom : public ::testing::Test {
 protected:
  bool Opens(double value) {
    Bottleneck bottleneck;
    bottleneck.Evaluate(FiguresOf({ItemWith("ssr", value)}), rules_);
    const AlertState* state = Mine(bottleneck);
    return state != nullptr && state->active();
  }
  std::vector<Rule> rules_;
};

TEST_F(Custom, EveryComparisonAtUnderAndOverItsThreshold) {
  const struct {
    Comparison comparison;
    bool under, at, over;
  } kCases[] = {{Comparison::kGreater, false, false, true},
                {Comparison::kAtLeast, false, true, true},
                {Comparison::kLess, true, false, false},
                {Comparison::kAtMost, true, true, false},
                {Comparison::kEqual, false, true, false}};
  for (const auto& [comparison, under, at, over] : kCases) {
    rules_ = {OnColumn(SubjectKind::kItem, "ssr", comparison, 0.4)};
    EXPECT_EQ(Opens(0.4 - 1e-6), under) << static_cast<int>(comparison);
    EXPECT_EQ(Opens(0.4), at) << static_cast<int>(comparison);
    EXPECT_EQ(Opens(0.4 + 5e-10), at) << static_cast<int>(comparison);
    EXPECT_EQ(Opens(0.4 + 1e-6), over) << static_cast<int>(comparison);
  }
}

TEST_F(Custom, ClosesByItsMargin) {
  rules_ = {OnColumn(SubjectKind::kItem, "ssr", Comparison::kAtMost, 0.4, 0.1)};
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.3)}), rules_);
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.49)}), rules_);
  EXPECT_TRUE(Mine(bottleneck)->active());
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.5)}), rules_);
  EXPECT_FALSE(Mine(bottleneck)->active());
}

TEST_F(Custom, MissingDataNeitherOpenNorClose) {
  rules_ = {OnColumn(SubjectKind::kItem, "ssr", Comparison::kLess, 0.4)};
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.3)}), rules_);
  RuleItem none = ItemWithoutData();
  none.newest_data_year = 2025;
  EXPECT_THAT(bottleneck.Evaluate(FiguresOf({none}), rules_), IsEmpty());
  // With data, undefined is a condition that does not hold.
  bottleneck.Evaluate(FiguresOf({HealthyItem()}), rules_);
  EXPECT_FALSE(Mine(bottleneck)->active());
}

TEST_F(Custom, TellsTheFiguresItTested) {
  rules_ = {OnColumn(SubjectKind::kItem, "ssr", Comparison::kLess, 0.4)};
  Bottleneck bottleneck;
  const auto opened =
      bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.3)}), rules_);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_THAT(opened[0].evidence->figures,
              ElementsAre(FigureValue{"ssr", 0.3, 0.4}));
  EXPECT_EQ(opened[0].evidence->closes.column, "ssr");
  EXPECT_NEAR(*opened[0].evidence->closes.column_target, 0.42, 1e-12);
}

TEST_F(Custom, SeveritiesByValue) {
  rules_ = {OnColumn(SubjectKind::kItem, "ssr", Comparison::kLess, 0.4)};
  rules_[0].levels = {
      {Severity::kCritical,
       {Figure::kColumn, Comparison::kLess, 0.1, kShareMargin, "ssr"}}};
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.05)}), rules_);
  EXPECT_EQ(Mine(bottleneck)->severity, Severity::kCritical);
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.119)}), rules_);
  EXPECT_EQ(Mine(bottleneck)->severity, Severity::kCritical);
  bottleneck.Evaluate(FiguresOf({ItemWith("ssr", 0.12)}), rules_);
  EXPECT_EQ(Mine(bottleneck)->severity, Severity::kMedium);
}

// A filter: top_foreign_origin = 'JPN' AND ssr < 0.4.
Rule Filtered() {
  Rule rule;
  rule.id = RuleId::kCustom;
  rule.custom_name = "MINE";
  rule.filter_columns = {"top_foreign_origin", "ssr"};
  Condition origin;
  origin.kind = Condition::Kind::kTest;
  origin.test = Condition::Test::kEqual;
  origin.value = std::string("JPN");
  Condition ssr = origin;
  ssr.column = 1;
  ssr.test = Condition::Test::kLess;
  ssr.value = 0.4;
  rule.filter.emplace();
  rule.filter->children = {origin, ssr};
  return rule;
}

TEST_F(Custom, AFilterDecidesBesideTheConditions) {
  rules_ = {Filtered()};
  RuleItem item = ItemWith("ssr", 0.3);
  item.columns["top_foreign_origin"] = "JPN";
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({item}), rules_);
  EXPECT_TRUE(Mine(bottleneck)->active());
  item.columns["top_foreign_origin"] = "DEU";
  bottleneck.Evaluate(FiguresOf({item}), rules_);
  EXPECT_FALSE(Mine(bottleneck)->active());
}

TEST_F(Custom, AFilterWithoutDataLeavesTheAlert) {
  rules_ = {Filtered()};
  RuleItem item = ItemWith("ssr", 0.3);
  item.columns["top_foreign_origin"] = "JPN";
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({item}), rules_);
  RuleItem none = ItemWithoutData();
  none.newest_data_year = 2025;
  EXPECT_THAT(bottleneck.Evaluate(FiguresOf({none}), rules_), IsEmpty());
}

CoverageFigures RowOf(const std::string& sector, const std::string& category,
                      double share) {
  CoverageFigures row;
  row.sector = sector;
  row.category = category;
  row.columns["share"] = share;
  return row;
}

TEST_F(Custom, RowsOfTheCoverageTableByScope) {
  RuleFigures figures = FiguresOf({});
  figures.rows = {RowOf("", "", 0.3), RowOf("nev", "", 0.3),
                  RowOf("rail", "", 0.9), RowOf("", "material", 0.3),
                  RowOf("nev", "material", 0.3)};
  const auto subjects = [&](RowScope scope) {
    rules_ = {OnColumn(SubjectKind::kRow, "share", Comparison::kLess, 0.4)};
    rules_[0].scope = scope;
    Bottleneck bottleneck;
    std::vector<std::string> opened;
    for (const Transition& t : bottleneck.Evaluate(figures, rules_)) {
      opened.push_back(t.key.subject);
    }
    return opened;
  };
  EXPECT_THAT(subjects(RowScope::kTotal), ElementsAre("sectors/-"));
  EXPECT_THAT(subjects(RowScope::kSector), ElementsAre("sectors/nev"));
  EXPECT_THAT(subjects(RowScope::kCategory),
              ElementsAre("sectors/-/categories/material"));
  EXPECT_THAT(subjects(RowScope::kBoth),
              ElementsAre("sectors/nev/categories/material"));
}

TEST_F(Custom, OnlySomeSectorsAndCategories) {
  rules_ = {OnColumn(SubjectKind::kItem, "ssr", Comparison::kLess, 0.4)};
  rules_[0].sectors = {"nev"};
  rules_[0].categories = {"component"};
  RuleItem item = ItemWith("ssr", 0.3);
  item.category = "component";
  item.sectors = {"nev", "rail"};
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({item}), rules_);
  EXPECT_TRUE(Mine(bottleneck)->active());
  item.sectors = {"rail"};  // it left: the alert closes
  bottleneck.Evaluate(FiguresOf({item}), rules_);
  EXPECT_FALSE(Mine(bottleneck)->active());
}

// Other thresholds for some subjects -----------------------------------------

std::vector<Rule> WithVariants() {
  std::vector<Rule> rules = DefaultRules();
  Rule& rule = rules[0];  // IMPORT_DEPENDENCE
  Rule strict = rule;
  strict.clauses[0].threshold = 0.3;
  Rule loose = rule;
  loose.clauses[0].threshold = 0.9;
  RuleVariant of_sector;
  of_sector.sectors = {"nev"};
  of_sector.rule = std::make_shared<const Rule>(strict);
  RuleVariant of_item;
  of_item.item_ids = {"special"};
  of_item.rule = std::make_shared<const Rule>(loose);
  RuleVariant off;
  off.categories = {"software"};
  rule.variants = {of_sector, of_item, off};
  return rules;
}

TEST(RuleVariants, TheFirstThatNamesTheItemElseTheFirstThatMatches) {
  const auto opens = [](const std::string& id, const std::string& sector,
                        const std::string& category, double share) {
    RuleItem item = HealthyItem(id);
    item.import_share = share;
    item.sectors = {sector};
    item.category = category;
    Bottleneck bottleneck;
    bottleneck.Evaluate(FiguresOf({item}), WithVariants());
    return bottleneck.IsOpen(RuleId::kImportDependence, "items/" + id);
  };
  EXPECT_TRUE(opens("bearing", "nev", "component", 0.31));
  EXPECT_FALSE(opens("bearing", "nev", "component", 0.30));
  EXPECT_FALSE(opens("bearing", "rail", "component", 0.31));
  EXPECT_TRUE(opens("bearing", "rail", "component", 0.71));
  EXPECT_FALSE(opens("special", "nev", "component", 0.89));
  EXPECT_TRUE(opens("special", "nev", "component", 0.91));
  EXPECT_FALSE(opens("bearing", "rail", "software", 0.99));
}

TEST(RuleVariants, ThresholdsThatMoveCloseAndOpen) {
  RuleItem item = HealthyItem();
  item.import_share = 0.5;
  item.sectors = {"nev"};
  Bottleneck bottleneck;
  bottleneck.Evaluate(FiguresOf({item}));
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kImportDependence));
  bottleneck.Evaluate(FiguresOf({item}), WithVariants());
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kImportDependence));
  bottleneck.Evaluate(FiguresOf({item}));
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kImportDependence));
}

}  // namespace
}  // namespace qiangji::domain
