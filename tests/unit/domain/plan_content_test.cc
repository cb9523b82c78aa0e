// METHOD 4.5 by content.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/world/random_tiers_case.h"
#include "tests/support/world/test_graph.h"
#include "tests/unit/domain/plan_fixture.h"

namespace qiangji::domain {
namespace {

using ::testing::SizeIs;

// x needs y for half of its cost. a_x = 0.4, a_y = 0.2: d_y = 0.2,
// d_x = 0.4·(0.5 + 0.5·0.2) = 0.24, the mean 0.22.
class TwoTiers : public PlanTest {
 protected:
  TwoTiers() {
    Item("x", 40);
    Item("y", 20);
    world_.Input("x", "y", 0.5);
  }
  Plan ByContent(double budget, bool certain = false) {
    return Make({.budget = budget,
                 .certain = certain,
                 .objective = PlanObjective::kContent});
  }
};

TEST_F(TwoTiers, ByHand) {
  Project("px", "x", 20);  // d_x = 0.6·0.6 = 0.36: mean 0.28
  Project("py", "y", 20);  // d_y = 0.4, d_x = 0.4·0.7 = 0.28: mean 0.34
  const Plan one = ByContent(1e6);
  EXPECT_NEAR(*one.content_from, 0.22, kWithin);
  EXPECT_NEAR(*one.reached.content_to, 0.34, kWithin);
  EXPECT_EQ(Chosen(one), "py");
  EXPECT_NEAR(*one.rows[0].content_after, 0.34, kWithin);
  // H: x would be assured by px, y by none.
  EXPECT_NEAR(*one.share_from, 0, kWithin);
  EXPECT_NEAR(*one.reached.share_to, 0, kWithin);
  // With everything funded (a_x = 0.6, a_y = 0.4) the gradient is 0.35, 0.65:
  // no one project gains more than 0.13.
  EXPECT_NEAR(one.reached.gap, 0.01 / 0.13, kWithin);

  const Plan both = ByContent(2e6);
  EXPECT_NEAR(*both.reached.content_to, 0.41, kWithin);  // 0.6·0.7, 0.4
  EXPECT_NEAR(*both.reached.share_to, 0.5, kWithin);
  EXPECT_EQ(both.reached.gap, 0);
  ASSERT_THAT(both.rows, SizeIs(2));
  EXPECT_NEAR(*both.rows[0].content_after, 0.34, kWithin);  // py gains more
  EXPECT_NEAR(*both.rows[1].content_after, 0.41, kWithin);
}

TEST_F(TwoTiers, ExpectedSharesAndTheWholeMarket) {
  // y: 20 + 100 with probability 0.5, but there is a market of 100:
  // a_y = 0.2 + 0.5·0.8 = 0.6, d_x = 0.4·0.8 = 0.32, the mean 0.46.
  Project("py", "y", 100, {{"probability", "0.5"}});
  EXPECT_NEAR(*ByContent(1e6).reached.content_to, 0.46, kWithin);
  // a_y = 1: d_x = 0.4.
  EXPECT_NEAR(*ByContent(1e6, /*certain=*/true).reached.content_to, 0.7,
              kWithin);
}

TEST_F(TwoTiers, OtherCategoriesCountThroughWhatNeedsThem) {
  world_.Item("p", "process")
      .Supply("p", kYear, "CHN", 0)
      .Supply("p", kYear, "JPN", 100);
  world_.Input("x", "p", 0.5);
  // d_x = 0.4·0.5·0.2 = 0.04, the mean 0.12; with a_p = 1 d_x = 0.24.
  Project("pp", "p", 100);
  const Plan plan = ByContent(1e6);
  EXPECT_NEAR(*plan.content_from, 0.12, kWithin);
  EXPECT_NEAR(*plan.reached.content_to, 0.22, kWithin);
  EXPECT_EQ(Chosen(plan), "pp");
  EXPECT_EQ(Reasons(Make({.budget = 1e6}))["pp"], PlanReason::kOutsideScope);
}

// A few items in tiers and loops, with a project each or two, and the content
// of any choice by iterating METHOD 3.1.
class RandomContent : public PlanTest {
 public:
  explicit RandomContent(unsigned seed) {
    test::TestRandom random(seed);
    const int items = 2 + random.Below(4);
    a_.assign(static_cast<std::size_t>(items), 0);
    cost_.assign(a_.size(), std::vector<double>(a_.size(), 0));
    for (int i = 0; i < items; ++i) BuildItem(i, items, random);
    const int projects = 1 + random.Below(8);
    for (int p = 0; p < projects; ++p) {
      const Added one = {random.Below(items), (1 + random.Below(40)) / 100.0,
                         1.0 + random.Below(9)};
      added_.push_back(one);
      Project(absl::StrCat("p", p), absl::StrCat("i", one.item),
              100 * one.share, {{"cost_cny", absl::StrCat(one.cost)}});
    }
    budget_ = 1.0 + random.Below(30);
  }
  void TestBody() override {}

  Plan MakePlan() {
    return Make({.budget = budget_, .objective = PlanObjective::kContent});
  }
  double ContentOf(unsigned chosen) const {
    std::vector<double> a = a_;
    for (std::size_t p = 0; p < added_.size(); ++p) {
      if ((chosen >> p & 1) == 0) continue;
      double& share = a[static_cast<std::size_t>(added_[p].item)];
      share = std::min(1.0, share + added_[p].share);
    }
    std::vector<double> d(a.size(), 0);
    for (int step = 0; step < 3000; ++step) {
      for (std::size_t i = 0; i < a.size(); ++i) {
        double sum = 1;
        for (std::size_t j = 0; j < a.size(); ++j) {
          sum += cost_[i][j] * (d[j] - 1);
        }
        d[i] = a[i] * sum;
      }
    }
    double sum = 0;
    for (const double one : d) sum += one;
    return sum / static_cast<double>(d.size());
  }
  double ByTrial() const {
    double best = 0;
    for (unsigned chosen = 0; chosen < (1u << added_.size()); ++chosen) {
      double cost = 0;
      for (std::size_t p = 0; p < added_.size(); ++p) {
        if ((chosen >> p & 1) != 0) cost += added_[p].cost;
      }
      if (cost <= budget_) best = std::max(best, ContentOf(chosen));
    }
    return best;
  }

 private:
  struct Added {
    int item = 0;
    double share = 0, cost = 0;
  };

  void BuildItem(int i, int items, test::TestRandom& random) {
    const auto place = static_cast<std::size_t>(i);
    a_[place] = random.Below(90) / 100.0;
    Item(absl::StrCat("i", i), 100 * a_[place]);
    double left = 0.9;
    for (int j = 0; j < items; ++j) {
      if (j == i || random.Below(2) == 0) continue;
      const double share = random.Below(40) / 100.0;
      if (share > left) continue;
      left -= share;
      cost_[place][static_cast<std::size_t>(j)] = share;
      world_.Input(absl::StrCat("i", i), absl::StrCat("i", j), share);
    }
  }
  std::vector<double> a_;
  std::vector<std::vector<double>> cost_;
  std::vector<Added> added_;
  double budget_ = 0;
};

TEST(PlanContentRandomTest, TheBoundHoldsAndThePlanIsNearlyAlwaysTheBest) {
  const unsigned rounds = std::max(Rounds(100), 10u);
  unsigned best_found = 0;
  for (unsigned seed = 1; seed <= rounds; ++seed) {
    RandomContent random(seed);
    const Plan plan = random.MakePlan();
    const double from = random.ContentOf(0), best = random.ByTrial() - from;
    const double gain = *plan.reached.content_to - *plan.content_from;
    EXPECT_NEAR(*plan.content_from, from, 1e-9) << seed;
    EXPECT_LE(gain, best + 1e-9) << seed;
    EXPECT_LE(best * (1 - plan.reached.gap), gain + 1e-9) << seed;
    EXPECT_GE(gain, 0.9 * best - 1e-9) << seed;
    best_found += gain >= best - 1e-9 ? 1 : 0;
  }
  EXPECT_GE(best_found, rounds * 9 / 10);
}

}  // namespace
}  // namespace qiangji::domain
