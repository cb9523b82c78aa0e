// Goals of flags, and the alert that the open flags of an item make.
#include "services/domain/flag_evaluate.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// assured_share >= `least`.
FlagGoal AtLeast(double least) {
  FlagGoal goal;
  goal.kind = FlagGoal::Kind::kCondition;
  goal.text = absl::StrCat("assured_share>=", least);
  goal.columns = {"assured_share"};
  goal.condition.kind = Condition::Kind::kTest;
  goal.condition.test = Condition::Test::kGreaterEqual;
  goal.condition.value = least - 1e-9;
  return goal;
}

FlagGoal InWords() {
  FlagGoal goal;
  goal.text = "两家企业量产";
  return goal;
}

Flag FlagOf(std::string id, Severity severity, FlagGoal goal,
            std::string item = "bearing") {
  Flag flag;
  flag.id = std::move(id);
  flag.item_id = std::move(item);
  flag.alliance_id = "al-1";
  flag.severity = severity;
  flag.goal = std::move(goal);
  return flag;
}

RuleItem Assured(std::optional<double> share, std::string id = "bearing") {
  RuleItem item = HealthyItem(std::move(id));
  if (share) item.columns["assured_share"] = *share;
  return item;
}

// A bottleneck that keeps flags, too.
class Flagged {
 public:
  explicit Flagged(std::vector<Flag> flags) : flags_(std::move(flags)) {}

  std::vector<Transition> Evaluate(const RuleFigures& figures,
                                   const GoalFactsByItem& facts = {}) {
    for (const FlagMove& move : MoveFlags(flags_, figures, facts)) {
      Find(move.id).status = move.to;
    }
    const absl::Time before = Hour(hour_);
    const absl::Time now = Hour(++hour_);
    auto transitions = domain::Evaluate(
        {states_, figures, DefaultRules(), now, before, flags_});
    for (const Transition& t : transitions) states_[t.key] = t.after;
    return transitions;
  }
  std::vector<Transition> Evaluate(RuleItem item) {
    return Evaluate(FiguresOf({std::move(item)}));
  }
  const AlertState* Alert(const std::string& item = "bearing") const {
    const auto found =
        states_.find({RuleId::kAllianceFlag, SubjectOfItem(item)});
    return found == states_.end() ? nullptr : &found->second;
  }
  bool IsOpen() const { return Alert() != nullptr && Alert()->active(); }
  Flag& Find(const std::string& id) {
    for (Flag& flag : flags_) {
      if (flag.id == id) return flag;
    }
    ADD_FAILURE() << id;
    return flags_.front();
  }
  AlertStates& states() { return states_; }

 private:
  std::vector<Flag> flags_;
  AlertStates states_;
  int hour_ = 0;
};

TEST(FlagEvaluate, AConditionIsReachedFromItsThresholdOn) {
  const FlagGoal goal = AtLeast(0.3);
  EXPECT_EQ(GoalHolds(goal, Assured(0.3), nullptr), true);
  EXPECT_EQ(GoalHolds(goal, Assured(0.3 - 5e-10), nullptr), true);
  EXPECT_EQ(GoalHolds(goal, Assured(0.3 - 1e-6), nullptr), false);
}

TEST(FlagEvaluate, WhatIsNotKnownIsNotReached) {
  EXPECT_EQ(GoalHolds(AtLeast(0.3), Assured(std::nullopt), nullptr),
            std::nullopt);
  // Nor is its negation.
  FlagGoal negated = AtLeast(0.3);
  negated.condition.negated = true;
  EXPECT_EQ(GoalHolds(negated, Assured(std::nullopt), nullptr), std::nullopt);
  EXPECT_EQ(GoalHolds(negated, Assured(0.1), nullptr), true);
  Flagged unknown({FlagOf("f", Severity::kHigh, AtLeast(0.3))});
  unknown.Evaluate(Assured(std::nullopt));
  EXPECT_TRUE(unknown.IsOpen());
}

TEST(FlagEvaluate, ThreeTruthValuesOfAndAndOr) {
  const auto test = [](int column, double least) {
    Condition c;
    c.kind = Condition::Kind::kTest;
    c.test = Condition::Test::kGreaterEqual;
    c.column = column;
    c.value = least;
    return c;
  };
  Condition all;
  all.children = {test(0, 1), test(1, 1)};
  Condition any = all;
  any.kind = Condition::Kind::kAny;
  const Value none;
  EXPECT_EQ(Tells(all, {2.0, 2.0}), true);
  EXPECT_EQ(Tells(all, {2.0, none}), std::nullopt);
  EXPECT_EQ(Tells(all, {0.0, none}), false);
  EXPECT_EQ(Tells(any, {2.0, none}), true);
  EXPECT_EQ(Tells(any, {0.0, none}), std::nullopt);
  EXPECT_EQ(Tells(any, {0.0, 0.0}), false);
  Condition stated = test(1, 0);
  stated.test = Condition::Test::kStated;
  EXPECT_EQ(Tells(stated, {2.0, none}), false);
  EXPECT_EQ(Tells(Condition(), {}), true);
}

TEST(FlagEvaluate, AMilestoneOfTheStageOrFurtherReachesIt) {
  FlagGoal goal;
  goal.kind = FlagGoal::Kind::kStage;
  goal.stage = 3;
  GoalFacts facts;
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), nullptr), std::nullopt);
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), false);
  facts.stage = 2;
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), false);
  facts.stage = 3;
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), true);
  facts.stage = 5;
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), true);
}

TEST(FlagEvaluate, ATestResultOfThePropertyReachesIt) {
  FlagGoal goal;
  goal.kind = FlagGoal::Kind::kTest;
  goal.property = "accuracy";
  goal.comparison = Comparison::kAtMost;
  goal.value = 0.01;
  GoalFacts facts;
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), false);
  facts.tests = {{"life", 0.001}, {"accuracy", 0.02}};
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), false);
  facts.tests.push_back({"accuracy", 0.01});
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), true);
  goal.comparison = Comparison::kLess;
  EXPECT_EQ(GoalHolds(goal, HealthyItem(), &facts), false);
}

TEST(FlagEvaluate, TheAlertLivesAsLongAsTheGoalIsNotReached) {
  Flagged bottleneck({FlagOf("f", Severity::kHigh, AtLeast(0.3))});
  bottleneck.Evaluate(Assured(0.2));
  ASSERT_TRUE(bottleneck.IsOpen());
  EXPECT_EQ(bottleneck.Alert()->severity, Severity::kHigh);
  bottleneck.Evaluate(Assured(0.3));
  EXPECT_FALSE(bottleneck.IsOpen());
  EXPECT_EQ(bottleneck.Find("f").status, FlagStatus::kReached);
  // Data that go away do not open it again, data that fall do: the same alert.
  bottleneck.Evaluate(Assured(std::nullopt));
  EXPECT_FALSE(bottleneck.IsOpen());
  bottleneck.Evaluate(Assured(0.29));
  EXPECT_TRUE(bottleneck.IsOpen());
  EXPECT_EQ(bottleneck.Alert()->openings, 2);
}

TEST(FlagEvaluate, GoalsInWordsMoveByJudgementOnly) {
  Flagged bottleneck({FlagOf("f", Severity::kLow, InWords())});
  bottleneck.Evaluate(Assured(1.0));
  EXPECT_TRUE(bottleneck.IsOpen());
  bottleneck.Find("f").status = FlagStatus::kReached;
  bottleneck.Evaluate(Assured(0.0));
  EXPECT_FALSE(bottleneck.IsOpen());
}

TEST(FlagEvaluate, OneAlertAnItemAsSevereAsItsHardestOpenFlag) {
  std::vector<Flag> flags = {FlagOf("a", Severity::kLow, InWords()),
                             FlagOf("b", Severity::kMedium, InWords()),
                             FlagOf("c", Severity::kCritical, InWords())};
  flags[1].alliance_id = "al-2";
  flags[1].endorsements = 2;
  flags[1].contests = 1;
  flags[1].due = absl::FromUnixSeconds(1'700'000'000);
  flags[2].status = FlagStatus::kWithdrawn;
  Flagged bottleneck(flags);
  const auto opened = bottleneck.Evaluate(Assured(0.1));
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_EQ(opened[0].after.severity, Severity::kMedium);
  EXPECT_THAT(opened[0].evidence->records, ElementsAre("flags/a", "flags/b"));
  std::vector<std::string> figures;
  for (const FigureValue& figure : opened[0].evidence->figures) {
    const auto* number = std::get_if<double>(&figure.value);
    figures.push_back(absl::StrCat(
        figure.name, "=",
        number ? absl::StrCat(*number) : std::get<std::string>(figure.value)));
  }
  EXPECT_THAT(figures, ElementsAre("flags=2", "flagged_by=al-1;al-2",
                                   "endorsements=2", "contests=1",
                                   "goal=两家企业量产", "flag_due=2023-11-15"));
  bottleneck.Find("b").status = FlagStatus::kWithdrawn;
  bottleneck.Evaluate(Assured(0.1));
  EXPECT_EQ(bottleneck.Alert()->severity, Severity::kLow);
  bottleneck.Find("a").status = FlagStatus::kWithdrawn;
  bottleneck.Evaluate(Assured(0.1));
  EXPECT_FALSE(bottleneck.IsOpen());
}

TEST(FlagEvaluate, AnOverdueFlagIsOneSeverityHarder) {
  Flagged bottleneck({FlagOf("f", Severity::kHigh, InWords())});
  bottleneck.Evaluate(Assured(0.1));
  bottleneck.Find("f").overdue = true;
  const auto transitions = bottleneck.Evaluate(Assured(0.1));
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].kind, TransitionKind::kSeverity);
  EXPECT_EQ(bottleneck.Alert()->severity, Severity::kCritical);
  bottleneck.Find("f").severity = Severity::kCritical;
  EXPECT_THAT(bottleneck.Evaluate(Assured(0.1)), IsEmpty());
}

TEST(FlagEvaluate, ItNeedsNoDataButAnItem) {
  Flagged bottleneck({FlagOf("f", Severity::kHigh, AtLeast(0.3))});
  RuleItem without = ItemWithoutData();
  without.in_scope = false;
  bottleneck.Evaluate(without);
  EXPECT_TRUE(bottleneck.IsOpen());
  bottleneck.Evaluate(FiguresOf({}));
  EXPECT_FALSE(bottleneck.IsOpen());
  EXPECT_EQ(bottleneck.Find("f").status, FlagStatus::kOpen);
}

TEST(FlagEvaluate, ARuleThatIsSwitchedOffRaisesNothing) {
  std::vector<Rule> rules = DefaultRules();
  ASSERT_EQ(rules.back().id, RuleId::kAllianceFlag);
  const std::vector<Flag> flags = {FlagOf("f", Severity::kHigh, AtLeast(0.3))};
  const RuleFigures figures = FiguresOf({Assured(0.1)});
  const AlertStates none;
  EXPECT_EQ(Evaluate({none, figures, rules, Hour(1), Hour(0), flags}).size(),
            1u);
  rules.back().enabled = false;
  EXPECT_THAT(Evaluate({none, figures, rules, Hour(1), Hour(0), flags}),
              IsEmpty());
}

// Applying an evaluation and evaluating again changes nothing, and a bottleneck
// that saw every step agrees on what is open with one that sees the last only.
TEST(FlagEvaluate, StepByStepIsAsFromTheFlagsAndAlertsOfTheEnd) {
  std::mt19937 random(7);
  constexpr int kFlags = 12;
  std::vector<Flag> flags;
  flags.reserve(kFlags);
  for (int i = 0; i < kFlags; ++i) {
    flags.push_back(
        FlagOf(absl::StrCat("f", 10 + i), static_cast<Severity>(1 + i % 4),
               AtLeast(0.1 * (i % 5)), absl::StrCat("item", i % 4)));
  }
  Flagged all(flags);
  for (int step = 0; step < 300; ++step) {
    std::vector<RuleItem> items;
    for (int i = 0; i < 4; ++i) {
      const double share = static_cast<double>(random() % 11) / 10;
      items.push_back(
          Assured(random() % 5 == 0 ? std::nullopt : std::optional(share),
                  absl::StrCat("item", i)));
    }
    Flag& touched = all.Find(absl::StrCat("f", 10 + random() % 12));
    touched.overdue = random() % 2 == 0;
    if (random() % 6 == 0) touched.status = FlagStatus::kOpen;
    if (random() % 9 == 0) touched.status = FlagStatus::kWithdrawn;
    const RuleFigures figures = FiguresOf(items);
    all.Evaluate(figures);
    const AlertStates states = all.states();
    EXPECT_THAT(all.Evaluate(figures), IsEmpty());
    for (const auto& [key, state] : states) {
      int open = 0;
      Severity hardest = Severity::kLow;
      for (int i = 0; i < 12; ++i) {
        const Flag& flag = all.Find(absl::StrCat("f", 10 + i));
        if (SubjectOfItem(flag.item_id) != key.subject ||
            flag.status != FlagStatus::kOpen) {
          continue;
        }
        ++open;
        const Flag* one[] = {&flag};
        hardest = std::max(hardest, SeverityOf(one));
      }
      if (key.rule != "ALLIANCE_FLAG") continue;
      EXPECT_EQ(state.active(), open > 0);
      if (open > 0) {
        EXPECT_EQ(state.severity, hardest);
      }
    }
  }
}

}  // namespace
}  // namespace qiangji::domain
