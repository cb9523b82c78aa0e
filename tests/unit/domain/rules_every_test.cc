// Every condition of every rule of METHOD 5 that looks at figures: at its
// threshold, just under and just over, with missing data, and how far it must
// fail before its alert closes.
#include <functional>
#include <ostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/base/shanghai.h"
#include "services/domain/rules_text.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

constexpr double kJust = 1e-6;

enum class Fires { kAbove, kFromOn, kBelow };

// One condition; the others of its rule hold.
struct Case {
  RuleId rule;
  Figure figure;
  double threshold;
  Fires fires;
  double margin;
  std::function<void(RuleItem&)> prepare;
  std::function<void(RuleItem&, std::optional<double>)> set;
};
// For gtest, which else prints its bytes.
void PrintTo(const Case& rule, std::ostream* out) {
  *out << RuleName(rule.rule) << " " << FigureName(rule.figure);
}

std::function<void(RuleItem&)> Nothing() {
  return [](RuleItem&) {};
}
template <typename Member>
std::function<void(RuleItem&, std::optional<double>)> To(Member member) {
  return
      [member](RuleItem& item, std::optional<double> x) { item.*member = x; };
}

std::vector<Case> SupplyCases() {
  const auto half_abroad = [](RuleItem& i) {
    i.import_share = 0.6;
    i.import_hhi = 3000;
  };
  const auto sole = [](RuleItem& i) {
    i.named_share = 0.9;
    i.top_supplier_share = 0.95;
  };
  const auto controlled = [](RuleItem& i) {
    i.located_share = 0.9;
    i.qualifiable_share = 0.1;
    i.assured_share = 0.1;
  };
  return {
      {RuleId::kImportDependence, Figure::kImportShare, 0.70, Fires::kAbove,
       0.02, Nothing(), To(&RuleItem::import_share)},
      {RuleId::kLowAssurance, Figure::kAssuredShareUpper, 0.30, Fires::kBelow,
       0.02, Nothing(), To(&RuleItem::assured_share_upper)},
      {RuleId::kSingleForeignOrigin, Figure::kTopForeignShare, 0.75,
       Fires::kFromOn, 0.02, Nothing(), To(&RuleItem::top_foreign_share)},
      {RuleId::kConcentratedSupply, Figure::kImportShare, 0.50, Fires::kFromOn,
       0.02, half_abroad, To(&RuleItem::import_share)},
      {RuleId::kConcentratedSupply, Figure::kImportHhi, 1800, Fires::kFromOn,
       50, half_abroad, To(&RuleItem::import_hhi)},
      {RuleId::kSoleDomesticSupplier, Figure::kAssuredShare, 0.50,
       Fires::kFromOn, 0.02, sole, To(&RuleItem::assured_share)},
      {RuleId::kSoleDomesticSupplier, Figure::kNamedShare, 0.50, Fires::kFromOn,
       0.02, sole, To(&RuleItem::named_share)},
      {RuleId::kSoleDomesticSupplier, Figure::kTopSupplierShare, 0.90,
       Fires::kFromOn, 0.02, sole, To(&RuleItem::top_supplier_share)},
      {RuleId::kForeignControl, Figure::kLocatedShare, 0.50, Fires::kFromOn,
       0.02, controlled, To(&RuleItem::located_share)},
      {RuleId::kForeignControl, Figure::kQualifiableShare, 0.50, Fires::kBelow,
       0.02, controlled, To(&RuleItem::qualifiable_share)},
  };
}

std::vector<Case> ContentCases() {
  const auto unqualified = [](RuleItem& i) {
    i.located_share = 0.9;
    i.qualifiable_share = 0.9;
    i.assured_share = 0.1;
  };
  const auto hidden = [](RuleItem& i) { i.assured_content_upper = 0.2; };
  const auto reset_scores = [](RuleItem& i) {
    i.score = i.third_sector_loss = i.largest_sector_loss = 0;
  };
  return {
      {RuleId::kNotQualified, Figure::kLocatedShare, 0.50, Fires::kFromOn, 0.02,
       unqualified, To(&RuleItem::located_share)},
      {RuleId::kNotQualified, Figure::kAssuredShare, 0.50, Fires::kBelow, 0.02,
       unqualified, To(&RuleItem::assured_share)},
      {RuleId::kHiddenDependence, Figure::kAssuredShare, 0.50, Fires::kFromOn,
       0.02, hidden, To(&RuleItem::assured_share)},
      {RuleId::kHiddenDependence, Figure::kAssuredContentUpper, 0.50,
       Fires::kBelow, 0.02, hidden, To(&RuleItem::assured_content_upper)},
      {RuleId::kChokepoint, Figure::kChokepointScore, 0.05, Fires::kFromOn,
       0.02, reset_scores, To(&RuleItem::score)},
      {RuleId::kChokepoint, Figure::kThirdSectorLoss, 0.05, Fires::kFromOn,
       0.02, reset_scores, To(&RuleItem::third_sector_loss)},
      {RuleId::kChokepoint, Figure::kLargestSectorLoss, 0.20, Fires::kFromOn,
       0.02, reset_scores, To(&RuleItem::largest_sector_loss)},
      {RuleId::kDeclining, Figure::kDecline, 0.10, Fires::kFromOn, 0.02,
       [](RuleItem& i) { i.previous_data_year = 2022; },
       [](RuleItem& i, std::optional<double> fall) {
         i.previous_assured_share =
             fall ? std::optional(*i.assured_share + *fall) : std::nullopt;
       }},
  };
}

std::vector<Case> AllCases() {
  std::vector<Case> cases = SupplyCases();
  for (Case& each : ContentCases()) cases.push_back(std::move(each));
  return cases;
}

class EveryRule : public ::testing::TestWithParam<Case> {
 protected:
  // Whether the alert is open after the item showed the value.
  bool OpenAt(Bottleneck& bottleneck, std::optional<double> x) const {
    RuleItem item = HealthyItem();
    GetParam().prepare(item);
    GetParam().set(item, x);
    bottleneck.Evaluate(std::move(item));
    return bottleneck.IsOpen(GetParam().rule);
  }
  bool OpensAt(std::optional<double> x) const {
    Bottleneck bottleneck;
    return OpenAt(bottleneck, x);
  }
  double scale() const { return GetParam().threshold > 1 ? 1000 : 1; }
  double sign() const { return GetParam().fires == Fires::kBelow ? -1 : 1; }
  // Beyond the threshold by so much, on the side where the rule fires.
  double Beyond(double x) const { return GetParam().threshold + sign() * x; }
};

TEST_P(EveryRule, AtJustUnderAndJustOver) {
  const double just = kJust * scale();
  EXPECT_TRUE(OpensAt(Beyond(just)));
  EXPECT_FALSE(OpensAt(Beyond(-just)));
  EXPECT_EQ(OpensAt(GetParam().threshold), GetParam().fires == Fires::kFromOn);
}

// The tolerance of METHOD's first lines belongs to the threshold.
TEST_P(EveryRule, WithinTheToleranceIsAtTheThreshold) {
  const bool at = GetParam().fires == Fires::kFromOn;
  EXPECT_EQ(OpensAt(Beyond(5e-10)), at);
  EXPECT_EQ(OpensAt(Beyond(-5e-10)), at);
}

TEST_P(EveryRule, MissingFiguresOpenNothing) {
  EXPECT_FALSE(OpensAt(std::nullopt));
}

// No data in the year: nothing may be concluded. With data, a figure that is
// undefined is a condition that fails.
TEST_P(EveryRule, MissingDataLeaveItOpenAndUndefinedFiguresCloseIt) {
  Bottleneck bottleneck;
  ASSERT_TRUE(OpenAt(bottleneck, Beyond(0.04 * scale())));
  RuleItem silent = ItemWithoutData();
  silent.newest_data_year = 2025;  // of the year before the assessed one
  silent.scores_known = false;
  RuleFigures figures = FiguresOf({silent});
  figures.year = 2026;
  EXPECT_TRUE(bottleneck.Evaluate(figures).empty());
  EXPECT_TRUE(bottleneck.IsOpen(GetParam().rule));
  EXPECT_FALSE(OpenAt(bottleneck, std::nullopt));
}

TEST_P(EveryRule, ClosesWhenItFailsByItsMargin) {
  const double margin = GetParam().margin;
  const double just = kJust * scale();
  Bottleneck bottleneck;
  ASSERT_TRUE(OpenAt(bottleneck, Beyond(0.04 * scale())));
  EXPECT_TRUE(OpenAt(bottleneck, Beyond(-just)));
  EXPECT_TRUE(OpenAt(bottleneck, Beyond(-margin + just)));
  EXPECT_FALSE(OpenAt(bottleneck, Beyond(-margin)));
  EXPECT_FALSE(OpenAt(bottleneck, Beyond(-just)));  // it does not come back
}

TEST_P(EveryRule, FlappingAHundredTimesIsOneAlertWithOneHistory) {
  Bottleneck bottleneck;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(OpenAt(bottleneck, Beyond(0.04 * scale())));
    ASSERT_FALSE(OpenAt(bottleneck, Beyond(-GetParam().margin)));
  }
  const AlertState* state = bottleneck.Find(GetParam().rule);
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->openings, 100);
  EXPECT_EQ(state->first_seen, Hour(1));
  int of_this_rule = 0;
  for (const auto& [key, each] : bottleneck.states()) {
    of_this_rule += key.rule == RuleName(GetParam().rule) ? 1 : 0;
  }
  EXPECT_EQ(of_this_rule, 1);
}

INSTANTIATE_TEST_SUITE_P(Conditions, EveryRule, ::testing::ValuesIn(AllCases()),
                         [](const ::testing::TestParamInfo<Case>& each) {
                           return absl::StrCat(
                               std::string(RuleName(each.param.rule)), "_",
                               std::string(FigureName(each.param.figure)));
                         });

// Rules without a share: rules_threshold_test, and here how they close.
TEST(EveryRuleTest, NoConditionOnASubjectWithSharesIsLeftOut) {
  std::set<std::pair<RuleId, Figure>> tested, there;
  for (const Case& each : AllCases()) {
    tested.insert({each.rule, each.figure});
    for (const Rule& rule : DefaultRules()) {
      if (rule.id != each.rule) continue;
      for (const Clause& clause : rule.clauses) {
        if (clause.figure == each.figure) {
          EXPECT_EQ(clause.margin, each.margin) << RuleName(rule.id);
        }
      }
    }
  }
  for (const Rule& rule : DefaultRules()) {
    if (rule.subject != SubjectKind::kItem) continue;
    for (const Clause& clause : rule.clauses) {
      if (clause.margin > 0) there.insert({rule.id, clause.figure});
    }
  }
  EXPECT_EQ(tested, there);
}

TEST(EveryRuleTest, StagesAndYearsCloseAtOnce) {
  RuleItem item = HealthyItem();
  item.stage = "prototype";
  item.stage_since = absl::CivilDay(2022, 12, 31);
  Bottleneck bottleneck;
  bottleneck.Evaluate(item);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kStalled));
  item.stage_since = absl::CivilDay(2023, 1, 1);
  bottleneck.Evaluate(item);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kStalled));
  item.stage = "";
  item.stage_since = std::nullopt;  // no milestone: nothing stalls
  bottleneck.Evaluate(item);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kStalled));

  RuleItem stale = ItemWithoutData("stale");
  stale.in_scope = false;
  stale.newest_data_year = 2022;
  bottleneck.Evaluate(stale);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kStaleData, "items/stale"));
  stale.newest_data_year = 2023;
  bottleneck.Evaluate(stale);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kStaleData, "items/stale"));
}

// An offer closes it at once, whatever the others say; and again and again it
// is the same alert.
TEST(EveryRuleTest, AnUnmetNeedClosesAtOnceAndIsOneAlert) {
  const absl::CivilDay posted(2026, 1, 10);
  RuleFigures figures = FiguresOf({HealthyItem()});
  figures.day = posted + 200;
  const RuleItem met = figures.items[0];
  RuleItem unmet = met;
  unmet.unmet_needs = {{"n1", posted}, {"n2", posted + 1}};
  Bottleneck bottleneck;
  for (int i = 0; i < 100; ++i) {
    figures.items[0] = unmet;
    bottleneck.Evaluate(figures);
    ASSERT_TRUE(bottleneck.IsOpen(RuleId::kUnmetNeed));
    figures.items[0] = met;
    bottleneck.Evaluate(figures);
    ASSERT_FALSE(bottleneck.IsOpen(RuleId::kUnmetNeed));
  }
  const AlertState* state = bottleneck.Find(RuleId::kUnmetNeed);
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->openings, 100);
  // The day brought it, not the facts, which are older.
  EXPECT_EQ(state->first_seen, ShanghaiTime(posted + 200));
  EXPECT_EQ(state->last_seen, state->opened_time);
  EXPECT_EQ(bottleneck.states().size(), 1u);
}

// Its age is another one every day; the alert is not.
TEST(EveryRuleTest, AnUnmetNeedIsNotNewsEveryDay) {
  RuleItem item = HealthyItem();
  item.unmet_needs = {{"n1", absl::CivilDay(2026, 1, 10)}};
  RuleFigures figures = FiguresOf({item});
  figures.day = absl::CivilDay(2026, 9, 1);
  Bottleneck bottleneck;
  const std::vector<Transition> opened = bottleneck.Evaluate(figures);
  ASSERT_EQ(opened.size(), 1u);
  ASSERT_TRUE(opened[0].evidence.has_value());
  EXPECT_EQ(
      Summary(RuleId::kUnmetNeed, opened[0].evidence->figures, Language::kEn),
      "no offer to n1, the oldest posted on 2026-01-10");
  EXPECT_EQ(
      Summary(RuleId::kUnmetNeed, opened[0].evidence->figures, Language::kZh),
      "需求 n1 无报价，最早发布于 2026-01-10");
  figures.day = absl::CivilDay(2026, 9, 2);
  EXPECT_TRUE(bottleneck.Evaluate(figures).empty());
  figures.items[0].unmet_needs.push_back({"n2", absl::CivilDay(2026, 8, 1)});
  const std::vector<Transition> another = bottleneck.Evaluate(figures);
  ASSERT_EQ(another.size(), 1u);
  EXPECT_EQ(another[0].kind, TransitionKind::kRefresh);
}

TEST(EveryRuleTest, AProjectIsLateUntilItIsNot) {
  RuleFigures figures = FiguresOf({HealthyItem()});
  figures.projects.resize(1);
  figures.projects[0].project_id = "p";
  figures.projects[0].item_id = "bearing";
  figures.projects[0].completion_year = 2024;
  Bottleneck bottleneck;
  bottleneck.Evaluate(figures);
  EXPECT_TRUE(bottleneck.IsOpen(RuleId::kProjectLate, "projects/p"));
  figures.projects[0].reached_first_batch = true;
  bottleneck.Evaluate(figures);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kProjectLate, "projects/p"));
  figures.projects[0].reached_first_batch = false;
  figures.year = std::nullopt;  // nothing is assessed
  bottleneck.Evaluate(figures);
  EXPECT_FALSE(bottleneck.IsOpen(RuleId::kProjectLate, "projects/p"));
}

}  // namespace
}  // namespace qiangji::domain
