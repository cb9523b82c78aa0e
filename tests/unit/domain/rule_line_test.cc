// Evaluations of what changed against whole ones, to the bit (METHOD 5).
#include "services/domain/rule_line.h"

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/domain/rules_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::IsEmpty;

Rule ColumnRule(const std::string& name, SubjectKind subject) {
  Rule rule;
  rule.id = RuleId::kCustom;
  rule.custom_name = name;
  rule.subject = subject;
  rule.clauses = {
      {Figure::kColumn, Comparison::kGreater, 0.5, kShareMargin, "ssr"}};
  return rule;
}

// Figures, rules and people that change at random.
class Changing {
 public:
  explicit Changing(unsigned seed) : random_(seed) {
    all_.year = 2025;
    rules_ = DefaultRules();
    rules_.push_back(ColumnRule("A_COLUMN", SubjectKind::kItem));
    rules_.push_back(ColumnRule("A_ROW", SubjectKind::kRow));
    for (int i = 0; i < 5; ++i) Step();
  }

  void Step() {
    StepFigures();
    // An item names its own projects.
    for (RuleItem& item : all_.items) {
      item.unfinished_project_ids.clear();
      for (const ProjectFigures& project : all_.projects) {
        if (project.item_id == item.item_id) {
          item.unfinished_project_ids.push_back(project.project_id);
        }
      }
    }
  }
  void StepFigures() {
    switch (Below(10)) {
      case 0:
      case 1:
        return PutProject();
      case 2:
        return Remove(all_.items);
      case 3:
        return Remove(all_.projects);
      case 4:
        return PutScopes();
      default:
        return PutItem();
    }
  }
  // A rule is switched on or off, or gets another threshold.
  void StepRules() {
    Rule& rule = rules_[static_cast<std::size_t>(
        Below(static_cast<int>(rules_.size())))];
    if (Below(2) == 0) {
      rule.enabled = !rule.enabled;
    } else if (!rule.clauses.empty()) {
      rule.clauses[0].threshold *= 0.5 + Unit();
    }
  }
  // A flag is raised, changes, or moves to another item or away from all.
  void StepFlags() {
    if (!flags_.empty() && Below(3) == 0) return Remove(flags_);
    Flag flag;
    flag.id = absl::StrCat("f", Below(4));
    flag.item_id = Below(8) == 0 ? "" : absl::StrCat("i", Below(6));
    flag.alliance_id = absl::StrCat("al-", Below(2));
    flag.severity = static_cast<Severity>(1 + Below(4));
    flag.status = Below(4) == 0 ? FlagStatus::kReached : FlagStatus::kOpen;
    flag.overdue = Below(4) == 0;
    flag.endorsements = Below(3);
    const auto same =
        std::find_if(flags_.begin(), flags_.end(),
                     [&](const Flag& each) { return each.id == flag.id; });
    if (same == flags_.end()) {
      flags_.push_back(std::move(flag));
    } else {
      *same = std::move(flag);
    }
  }
  void StepYear() { all_.year = 2024 + Below(3); }
  void StepDay() { all_.day = absl::CivilDay(2026, 6, 1) + Below(200); }
  // One alert gets another state, as people give it.
  std::optional<AlertKey> StepPeople(AlertStates& states) {
    if (states.empty()) return std::nullopt;
    std::vector<AlertKey> keys;
    for (const auto& [key, state] : states) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    const AlertKey key =
        keys[static_cast<std::size_t>(Below(static_cast<int>(keys.size())))];
    AlertState& state = states[key];
    if (!state.active()) return std::nullopt;
    state.status = static_cast<AlertStatus>(Below(5));
    if (!state.active()) state.resolved_time = state.last_seen = Hour(0);
    return key;
  }

  const RuleFigures& all() const { return all_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Flag>& flags() const { return flags_; }
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }

 private:
  double Unit() { return static_cast<double>(random_() % 1000) / 1000; }
  std::optional<double> Share() {
    return Below(12) == 0 ? std::nullopt : std::optional(Unit());
  }
  template <typename T>
  void Remove(std::vector<T>& list) {
    if (list.empty()) return;
    list.erase(list.begin() + Below(static_cast<int>(list.size())));
  }

  void PutItem() {
    RuleItem item = HealthyItem(absl::StrCat("i", Below(6)));
    item.sectors = {Below(2) == 0 ? "nev" : "rail"};
    item.in_scope = Below(3) != 0;
    item.has_data = Below(6) != 0;
    item.newest_data_year =
        Below(5) == 0 ? std::nullopt : std::optional(2021 + Below(5));
    item.data_year = item.has_data ? item.newest_data_year : std::nullopt;
    item.import_share = Share();
    item.assured_share = Share();
    item.assured_share_upper = Share();
    item.located_share = Share();
    item.qualifiable_share = Share();
    item.top_foreign_share = Share();
    item.import_hhi = 4000 * Unit();
    item.top_supplier_share = Share();
    item.assured_content_upper = Share();
    item.previous_assured_share = Share();
    item.previous_data_year = 2023;
    item.scores_known = Below(5) != 0;
    item.score = 0.1 * Unit();
    item.stage = Below(2) == 0 ? "prototype" : "series";
    item.stage_since = absl::CivilDay(2019 + Below(6), 5, 1);
    if (Below(2) == 0) item.columns["ssr"] = Unit();
    if (Below(2) == 0) {
      item.unmet_needs = {{"n", absl::CivilDay(2026, 1, 1) + Below(300)}};
    }
    const auto same = std::find_if(
        all_.items.begin(), all_.items.end(),
        [&](const RuleItem& each) { return each.item_id == item.item_id; });
    if (same == all_.items.end()) {
      all_.items.push_back(std::move(item));
    } else {
      *same = std::move(item);
    }
  }

  void PutProject() {
    ProjectFigures project;
    project.project_id = absl::StrCat("p", Below(4));
    project.item_id = absl::StrCat("i", Below(6));
    project.completion_year = 2022 + Below(6);
    project.added = 100 * Unit();
    project.reached_first_batch = Below(3) == 0;
    const auto same =
        std::find_if(all_.projects.begin(), all_.projects.end(),
                     [&](const ProjectFigures& each) {
                       return each.project_id == project.project_id;
                     });
    if (same == all_.projects.end()) {
      all_.projects.push_back(std::move(project));
    } else {
      *same = std::move(project);
    }
  }

  // Targets and rows come and go, and share the subject of the total.
  void PutScopes() {
    all_.scopes.clear();
    all_.rows.clear();
    for (const char* sector : {"", "nev"}) {
      if (Below(4) != 0) {
        ScopeFigures& scope = all_.scopes.emplace_back();
        if (*sector != '\0') scope.sectors = {sector};
        scope.gap = Below(5) == 0 ? std::nullopt : std::optional(Unit() - 0.5);
      }
      if (Below(4) != 0) {
        all_.rows.emplace_back().sector = sector;
        all_.rows.back().columns["ssr"] = Unit();
      }
    }
  }

  std::mt19937 random_;
  RuleFigures all_;
  std::vector<Rule> rules_;
  std::vector<Flag> flags_;
};

void ExpectSame(const std::vector<Transition>& partial,
                const std::vector<Transition>& whole) {
  ASSERT_EQ(partial.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const Transition& p = partial[i];
    const Transition& w = whole[i];
    ASSERT_EQ(p.key, w.key);
    EXPECT_EQ(p.kind, w.kind) << w.key.rule << " " << w.key.subject;
    EXPECT_TRUE(p.after == w.after) << w.key.rule << " " << w.key.subject;
    EXPECT_TRUE(p.evidence == w.evidence) << w.key.rule << " " << w.key.subject;
  }
}

class RuleLineProperty : public ::testing::TestWithParam<unsigned> {};

// 20 worlds of 500 steps: 10,000 changes.
TEST_P(RuleLineProperty, EveryEvaluationIsThatOfEverything) {
  Changing world(GetParam());
  AlertStates states;
  RuleLine line;
  line.SetRules(world.rules());
  std::size_t transitions = 0;
  int partial = 0;
  for (int step = 0; step < 500; ++step) {
    SCOPED_TRACE(step);
    const int what = world.Below(40);
    if (what == 0) {
      world.StepRules();
      line.SetRules(world.rules());
    } else if (what == 1) {
      world.StepYear();
    } else if (what == 2) {
      world.StepDay();
    } else if (what < 8) {
      if (const auto key = world.StepPeople(states)) line.Touch(*key);
    } else if (what < 11) {
      world.StepFlags();
    } else {
      world.Step();
    }
    line.SetFlags(world.flags());
    line.Take(world.all());
    const RuleFigures& all = world.all();
    partial += line.dirty() < all.items.size() + all.projects.size() ? 1 : 0;
    std::vector<Transition> found =
        line.Evaluate(states, Hour(step + 1), Hour(step));
    // Somebody was faster: it is evaluated again.
    if (what == 12) {
      if (const auto key = world.StepPeople(states)) line.Touch(*key);
      found = line.Evaluate(states, Hour(step + 1), Hour(step));
    }
    ExpectSame(found, Evaluate({states, world.all(), world.rules(),
                                Hour(step + 1), Hour(step), world.flags()}));
    if (HasFatalFailure()) return;
    for (const Transition& t : found) states[t.key] = t.after;
    line.Applied();
    transitions += found.size();
  }
  EXPECT_GT(transitions, 500u);  // it is no walk where nothing happens
  EXPECT_GT(partial, 250);       // nor one where all is looked at
}

INSTANTIATE_TEST_SUITE_P(Worlds, RuleLineProperty, ::testing::Range(1u, 21u));

class RuleLineTest : public ::testing::Test {
 protected:
  RuleLineTest() {
    line_.SetRules(DefaultRules());
    line_.Reset(FiguresOf({Importing("a", 0.9), Importing("b", 0.9)}));
    Evaluate();
  }
  static RuleItem Importing(const std::string& id, double share) {
    RuleItem item = HealthyItem(id);
    item.import_share = share;
    return item;
  }
  std::vector<Transition> Evaluate() {
    const absl::Time before = Hour(hour_);
    auto found = line_.Evaluate(states_, Hour(++hour_), before);
    for (const Transition& t : found) states_[t.key] = t.after;
    line_.Applied();
    return found;
  }

  RuleLine line_;
  AlertStates states_;
  int hour_ = 0;
};

TEST_F(RuleLineTest, LooksAtWhatChangedAlone) {
  FigureChanges changes;
  changes.items = {Importing("a", 0.1)};
  line_.Change(std::move(changes));
  EXPECT_EQ(line_.dirty(), 1u);
  const auto found = Evaluate();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key, AlertKey(RuleId::kImportDependence, "items/a"));
  EXPECT_EQ(found[0].kind, TransitionKind::kResolve);
  EXPECT_EQ(line_.dirty(), 0u);
  EXPECT_THAT(Evaluate(), IsEmpty());
}

TEST_F(RuleLineTest, EqualFiguresAreNoChange) {
  line_.Take(FiguresOf({Importing("b", 0.9), Importing("a", 0.9)}));
  EXPECT_EQ(line_.dirty(), 0u);
}

TEST_F(RuleLineTest, WhatIsGoneCloses) {
  FigureChanges changes;
  changes.gone_items = {"a"};
  line_.Change(std::move(changes));
  const auto found = Evaluate();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, TransitionKind::kResolve);
  EXPECT_EQ(line_.figures().items.size(), 1u);
}

// What people resolve while it holds comes back, as in a whole evaluation.
TEST_F(RuleLineTest, WhatOthersWroteIsLookedAt) {
  const AlertKey key(RuleId::kImportDependence, "items/b");
  states_[key].status = AlertStatus::kResolved;
  line_.Touch(key);
  const auto found = Evaluate();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, TransitionKind::kReopen);
}

TEST_F(RuleLineTest, AProjectMovesTheEvidenceOfItsItem) {
  ProjectFigures project;
  project.project_id = "p";
  project.item_id = "a";
  project.completion_year = 2027;
  FigureChanges changes;
  changes.items = {Importing("a", 0.9)};
  changes.items[0].unfinished_project_ids = {"p"};
  changes.projects = {project};
  line_.Change(std::move(changes));
  Evaluate();
  project.title = "另一个";
  FigureChanges other;
  other.projects = {project};
  line_.Change(std::move(other));
  const auto found = Evaluate();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, TransitionKind::kRefresh);
  ASSERT_TRUE(found[0].evidence.has_value());
  EXPECT_EQ(found[0].evidence->closes.projects[0].title, "另一个");
}

}  // namespace
}  // namespace qiangji::domain
