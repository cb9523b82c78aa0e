// METHOD 4.5 against every choice of projects.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/domain/plan.h"
#include "tests/support/world/choices.h"
#include "tests/support/world/random_tiers_case.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

struct RandomProject {
  int item = 0;
  double size = 0, probability = 1, cost = 0;
  bool counts = true;  // at home, in time, with a cost
};

// Items of 100, none with inputs, and what METHOD says about each choice.
class Instance {
 public:
  explicit Instance(unsigned seed) : choices_(seed) {
    world.Sector("rail")
        .Organization("works", "CHN")
        .Organization("abroad", "USA");
    const int items = 1 + choices_.Below(6);
    for (int i = 0; i < items; ++i) MakeItem(i);
    const int projects = 1 + choices_.Below(14);
    for (int p = 0; p < projects; ++p) MakeProject(p);
    certain = choices_.Chance(40);
    double all = 0;
    for (const RandomProject& project : projects_) all += project.cost;
    budget = all * choices_.Below(101) / 100;
  }

  // The greatest expected share of any choice within the budget.
  double ByTrial() const {
    double best = 0;
    for (unsigned chosen = 0; chosen < (1u << projects_.size()); ++chosen) {
      double cost = 0;
      bool possible = true;
      for (std::size_t p = 0; p < projects_.size(); ++p) {
        if ((chosen >> p & 1) == 0) continue;
        possible &= projects_[p].counts;
        cost += projects_[p].cost;
      }
      if (possible && cost <= budget * (1 + 1e-12)) {
        best = std::max(best, Share(chosen));
      }
    }
    return best;
  }
  double Share(unsigned chosen) const {
    double assured = 0, whole = 0;
    for (std::size_t i = 0; i < home_.size(); ++i) {
      whole += weight_[i];
      assured += weight_[i] * Reaches(i, chosen, 0, home_[i]);
    }
    return assured / whole;
  }

  test::TestWorld world;
  double budget = 0;
  bool certain = false;

 private:
  void MakeItem(int i) {
    const std::string id = absl::StrCat("i", i);
    home_.push_back(choices_.Below(61));
    weight_.push_back(1 + choices_.Below(3));
    world.Item(id, "component", "rail",
               {{"weight", absl::StrCat(weight_.back())}});
    world.Supply(id, 2025, "CHN", home_.back())
        .Supply(id, 2025, "JPN", 100 - home_.back());
  }
  void MakeProject(int p) {
    RandomProject project;
    project.item = choices_.Below(static_cast<int>(home_.size()));
    project.size = choices_.Below(40);
    project.probability = choices_.Below(101) / 100.0;
    project.cost =
        choices_.Chance(50) ? choices_.Below(10) : choices_.Below(1000) / 7.0;
    const bool home = !choices_.Chance(10), in_time = !choices_.Chance(10),
               costed = !choices_.Chance(10);
    project.counts = home && in_time && costed;
    projects_.push_back(project);
    world.Add("projects", {{"project_id", absl::StrCat("p", p)},
                           {"item_id", absl::StrCat("i", project.item)},
                           {"organization_id", home ? "works" : "abroad"},
                           {"title", "p"},
                           {"completion_year", in_time ? "2028" : "2029"},
                           {"added_quantity", absl::StrCat(project.size)},
                           {"probability", absl::StrCat(project.probability)},
                           {"cost_cny", costed ? Exact(project.cost) : ""}});
  }
  static std::string Exact(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", x);
    return text;
  }
  // P(home volume and what succeeds of the chosen from p on >= 50).
  double Reaches(std::size_t i, unsigned chosen, std::size_t p,
                 double volume) const {
    if (volume >= 50 - 1e-7) return 1;
    for (; p < projects_.size(); ++p) {
      if ((chosen >> p & 1) == 0) continue;
      if (projects_[p].item != static_cast<int>(i)) continue;
      const double q = certain ? 1 : projects_[p].probability;
      return q * Reaches(i, chosen, p + 1, volume + projects_[p].size) +
             (1 - q) * Reaches(i, chosen, p + 1, volume);
    }
    return 0;
  }

  test::Choices choices_;
  std::vector<double> home_, weight_;
  std::vector<RandomProject> projects_;
};

TEST(PlanRandomTest, EqualsEveryChoice) {
  const unsigned rounds = std::max(Rounds(500), 50u);
  for (unsigned seed = 1; seed <= rounds; ++seed) {
    Instance instance(seed);
    AnalysisOptions options;
    options.year = 2025;
    auto analysis = instance.world.Analyze(options);
    const auto plan = ComputePlan(*analysis,
                                  {.budget = instance.budget,
                                   .by_year = 2028,
                                   .certain = instance.certain},
                                  [&](int) { return analysis; });
    ASSERT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->reached.gap, 0) << seed;
    EXPECT_NEAR(*plan->reached.share_to, instance.ByTrial(), 1e-9) << seed;
    EXPECT_LE(plan->reached.cost, instance.budget * (1 + 1e-12)) << seed;
    // The rows are the choice that the figures speak of.
    unsigned chosen = 0;
    for (const PlanRow& row : plan->rows) {
      if (!row.chosen()) continue;
      const std::string& id = analysis->world->facts().projects[row.project].id;
      chosen |= 1u << std::stoi(id.substr(1));
    }
    EXPECT_NEAR(instance.Share(chosen), *plan->reached.share_to, 1e-9) << seed;
    EXPECT_LE(*plan->greedy.share_to, *plan->reached.share_to + 1e-9) << seed;
  }
}

}  // namespace
}  // namespace qiangji::domain
