// From facts to alerts: after every change of a random sequence the analysis
// that is updated and the evaluation of what changed give the alerts of an
// analysis made anew and an evaluation of everything (METHOD 5).
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "absl/strings/str_cat.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/coverage/figures.h"
#include "services/coverage/metrics.h"
#include "services/coverage/rule_scores.h"
#include "services/domain/rule_line.h"
#include "services/figures/rule_figures.h"
#include "tests/support/world/test_world.h"

namespace qiangji::coverage {
namespace {

using domain::AlertState;
using domain::AlertStates;
using domain::RuleFigures;
using domain::RuleItem;

constexpr int kItems = 9;
constexpr int kSteps = 500;  // in each of 20 worlds: 10,000
constexpr double kNear = 1e-9;

std::string IdOf(int i) { return absl::StrCat("i", i); }

class ChangingFacts {
 public:
  explicit ChangingFacts(unsigned seed) : random_(seed) {
    for (const char* sector : {"rail", "nev", "power"}) world_.Sector(sector);
    world_.Organization("home", "CHN").Organization("plant", "CHN", "JPN");
    world_.Organization("abroad", "JPN");
    for (int i = 0; i < kItems; ++i) {
      world_.Item(IdOf(i),
                  i < 2        ? "equipment"
                  : i % 3 == 0 ? "material"
                               : "component",
                  i % 2 == 0 ? "rail" : "nev;power");
      for (int k = 0; k < 6; ++k) Supply(IdOf(i));
    }
    for (int i = 0; i < 2 * kItems; ++i) Input();
  }

  void Step() {
    const std::string item = IdOf(Below(kItems));
    switch (Below(12)) {
      case 0:
        return Input();
      case 1:
        world_.Delete("inputs", {{"item_id", item},
                                 {"input_item_id", IdOf(Below(kItems))}});
        return;
      case 2:
        world_.Demand(item, Year(), {{"quantity", Quantity(200)}});
        return;
      case 3:
        world_.Delete("demand",
                      {{"item_id", item}, {"year", absl::StrCat(Year())}});
        return;
      case 4:
        world_.Add("milestones",
                   {{"item_id", item},
                    {"stage", Below(2) == 0 ? "prototype" : "first_batch"},
                    {"organization_id", "home"},
                    {"date", absl::StrCat(2019 + Below(7), "-03-01")}});
        return;
      case 5:
        return Project();
      case 6:
        world_.Organization("plant", "CHN", Below(2) == 0 ? "CHN" : "JPN");
        return;
      case 7:
      case 8:
        world_.Delete("supply", {{"item_id", item},
                                 {"year", absl::StrCat(Year())},
                                 {"origin_country", Origin()}});
        return;
      default:
        Supply(item);
    }
  }

  std::shared_ptr<const domain::World> World() { return world_.World(); }
  std::shared_ptr<const domain::Analysis> Anew(
      const domain::AnalysisOptions& options) {
    return world_.Analyze(options);
  }

 private:
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }
  int Year() { return 2023 + Below(3); }
  std::string Origin() {
    static constexpr const char* kOrigins[] = {"CHN", "JPN", "DEU", "XXF"};
    return kOrigins[Below(4)];
  }
  std::string Quantity(int most) { return absl::StrCat(1 + Below(most)); }

  void Supply(const std::string& item) {
    const double quantity = 1 + Below(100);
    switch (Below(5)) {
      case 0:
        world_.Supply(item, Year(), "CHN", quantity,
                      {{"supplier_id", "home"}, {"reporter_id", "home"}});
        return;
      case 1:
        world_.Supply(
            item, Year(), "CHN", quantity,
            {{"supplier_id", "plant"},
             {"qualification", Below(2) == 0 ? "prototype" : "series"},
             {"reporter_id", "plant"}});
        return;
      default:
        world_.Supply(item, Year(), Origin(), quantity);
    }
  }
  // At most four inputs of an item exist, so that their costs leave a rest.
  void Input() {
    const int item = Below(kItems);
    const int input = (item + 1 + Below(4)) % kItems;
    world_.Input(IdOf(item), IdOf(input), 0.05 * (1 + Below(4)),
                 {{"essentiality", Below(2) == 0 ? "1" : "0.5"}});
  }
  void Project() {
    const std::string id = absl::StrCat("p", Below(3));
    if (Below(3) == 0) {
      world_.Delete("projects", {{"project_id", id}});
      return;
    }
    world_.Add("projects", {{"project_id", id},
                            {"item_id", IdOf(Below(kItems))},
                            {"organization_id", "home"},
                            {"title", "项目"},
                            {"completion_year", absl::StrCat(2023 + Below(5))},
                            {"added_quantity", Quantity(50)}});
  }

  std::mt19937 random_;
  test::TestWorld world_;
};

RuleFigures FiguresOf(const std::shared_ptr<const domain::Analysis>& analysis) {
  auto scores = ComputeRuleScores(*analysis, nullptr);
  EXPECT_TRUE(scores.ok()) << scores.status();
  const MetricsWriter writer(
      analysis, std::make_shared<const RuleScores>(*std::move(scores)));
  RuleFigures figures;
  figures.year = analysis->options.year;
  int assured = 0;
  for (std::size_t k = 0; k < analysis->balance.size(); ++k) {
    v1::ItemMetrics metrics;
    writer.Fill(static_cast<domain::ItemIndex>(k), &metrics);
    figures.items.push_back(figures::ToRuleItem(metrics));
    assured += figures.items.back().assured_share.value_or(0) >= 0.5 ? 1 : 0;
  }
  for (const domain::Project& project : analysis->world->facts().projects) {
    if (project.item < 0) continue;
    v1::ProjectStatus status;
    writer.FillProject(project, &status);
    figures.projects.push_back(figures::ToProjectFigures(status));
  }
  domain::ScopeFigures& total = figures.scopes.emplace_back();
  total.target = 0.7;
  total.share = static_cast<double>(assured) / kItems;
  total.gap = *total.target - *total.share;
  return figures;
}

bool Near(std::optional<double> a, std::optional<double> b) {
  return a.has_value() == b.has_value() &&
         (!a.has_value() || std::abs(*a - *b) <= kNear);
}

// Contents are within their bounds of one another; with them goes the chain,
// which may differ among equals.
void ExpectSameFigures(const RuleFigures& updated, const RuleFigures& anew) {
  ASSERT_EQ(updated.items.size(), anew.items.size());
  for (std::size_t i = 0; i < anew.items.size(); ++i) {
    RuleItem item = updated.items[i];
    const RuleItem& other = anew.items[i];
    ASSERT_TRUE(Near(item.assured_content_lower, other.assured_content_lower) &&
                Near(item.assured_content_upper, other.assured_content_upper))
        << item.item_id;
    item.assured_content_lower = other.assured_content_lower;
    item.assured_content_upper = other.assured_content_upper;
    item.chain = other.chain;
    ASSERT_TRUE(item == other) << item.item_id;
  }
  ASSERT_TRUE(updated.projects == anew.projects);
}

void ExpectSameAlerts(const AlertStates& followed, const AlertStates& whole) {
  ASSERT_EQ(followed.size(), whole.size());
  for (const auto& [key, state] : followed) {
    const auto found = whole.find(key);
    ASSERT_NE(found, whole.end()) << key.rule << " " << key.subject;
    AlertState expected = found->second;
    expected.evidence = state.evidence;
    ASSERT_TRUE(state == expected) << key.rule << " " << key.subject;
  }
}

void Apply(const std::vector<domain::Transition>& transitions,
           AlertStates& states) {
  for (const domain::Transition& t : transitions) states[t.key] = t.after;
}

absl::Time Hour(int n) { return absl::UnixEpoch() + absl::Hours(n); }

class AlertsFollow : public ::testing::TestWithParam<unsigned> {};

TEST_P(AlertsFollow, EveryChangeAsIfAllWereLookedAt) {
  ChangingFacts facts(GetParam());
  AnalysisCache cache(64 << 20);
  domain::AnalysisOptions options;
  options.year = 2025;
  options.carry_forward = GetParam() % 2 == 0 ? 0 : 2;
  options.home = {domain::Country::Of("CHN")};
  domain::RuleLine line;
  line.SetRules(domain::DefaultRules());
  AlertStates followed, whole;
  int changes = 0;
  std::size_t looked_at = 0;
  for (int step = 0; step < kSteps; ++step) {
    SCOPED_TRACE(step);
    facts.Step();
    const auto updated = cache.Get(facts.World(), options);
    ASSERT_TRUE(updated.ok()) << updated.status();
    RuleFigures figures = FiguresOf(*updated);
    const RuleFigures fresh = FiguresOf(facts.Anew(options));
    ExpectSameFigures(figures, fresh);
    if (HasFatalFailure()) return;
    line.Take(std::move(figures));
    looked_at += line.dirty();
    const auto found = line.Evaluate(followed, Hour(step + 1), Hour(step));
    Apply(found, followed);
    line.Applied();
    Apply(domain::Evaluate({whole, fresh, domain::DefaultRules(),
                            Hour(step + 1), Hour(step)}),
          whole);
    ExpectSameAlerts(followed, whole);
    if (HasFatalFailure()) return;
    for (const domain::Transition& t : found) {
      changes += t.kind != domain::TransitionKind::kRefresh ? 1 : 0;
    }
  }
  EXPECT_GT(changes, kSteps / 4);  // alerts do come and go
  EXPECT_LT(looked_at, std::size_t{kSteps} * kItems);
}

INSTANTIATE_TEST_SUITE_P(Worlds, AlertsFollow, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace qiangji::coverage
