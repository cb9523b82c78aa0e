// METHOD 3.1 and 3.3 where iteration is hard or the answer surprises.
#include "services/domain/content.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/domain/marginal.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

class ContentTest : public testing::Test {
 protected:
  ContentTest() { world_.Sector("rail"); }
  std::vector<double> Solve(const std::vector<double>& a) {
    graph_ = world_.World()->GraphOf(2025);
    const Content content = SolveContent(*graph_, a);
    EXPECT_LE(content.error, 1e-9);
    return content.share;
  }
  test::TestWorld world_;
  std::shared_ptr<const Graph> graph_;
};

TEST_F(ContentTest, ClosedLoopWithoutValueAddedIsZero) {
  world_.Item("a").Item("b").Item("c");
  world_.Input("a", "b", 1).Input("b", "a", 1).Input("c", "a", 0.5);
  const auto d = Solve({1, 1, 1});
  EXPECT_EQ(d[0], 0);
  EXPECT_EQ(d[1], 0);
  EXPECT_NEAR(d[2], 0.5, 1e-12);
  const Marginal m = SolveMarginal(*graph_, std::vector<double>{1, 1, 1}, d,
                                   std::vector<double>{1, 0, 0});
  EXPECT_EQ(m.marginal_gain[0], 0);
}

TEST_F(ContentTest, RoundedSharesDoNotOpenAClosedLoop) {
  // Six sixths: their sum is 1 but for the last bits.
  for (int k = 0; k < 7; ++k) world_.Item(absl::StrCat("i", k));
  for (int i = 0; i < 7; ++i) {
    for (int j = 0; j < 7; ++j) {
      if (i == j) continue;
      world_.Input(absl::StrCat("i", i), absl::StrCat("i", j), 1.0 / 6);
    }
  }
  for (double share : Solve(std::vector<double>(7, 1))) EXPECT_EQ(share, 0);
}

TEST_F(ContentTest, NearlyClosedLoopKeepsItsDigits) {
  world_.Item("a").Item("b").Item("far");
  world_.Input("a", "b", 1).Input("b", "a", 0.999999).Input("b", "far", 1e-6);
  const auto d = Solve({1, 1, 0.25});
  EXPECT_NEAR(d[0], 0.25, 1e-9);
  EXPECT_NEAR(d[1], 0.25, 1e-9);
}

TEST_F(ContentTest, LargeStubbornComponent) {
  // A ring of 600 that keeps 1 − 1e-4 of everything: iteration alone needs
  // more sweeps than it is given only where it must.
  constexpr int kRing = 600;
  for (int k = 0; k < kRing; ++k) world_.Item(absl::StrCat("i", 1000 + k));
  for (int k = 0; k < kRing; ++k) {
    world_.Input(absl::StrCat("i", 1000 + k),
                 absl::StrCat("i", 1000 + (k + 1) % kRing), 0.9999);
  }
  std::vector<double> a(kRing, 1);
  a[0] = 0.5;
  const auto d = Solve(a);
  // d_0 = ½(v + c·d_1), d_k = v + c·d_{k+1}: 1 − d_k = c^(n−k)·(1 − d_0).
  const double left = std::pow(0.9999, kRing - 1);
  const double x0 = 1 - 0.5 / (1 - 0.5 * 0.9999 * left);
  EXPECT_NEAR(d[0], x0, 1e-9);
  EXPECT_NEAR(d[1], 1 - left * (1 - x0), 1e-9);
}

TEST_F(ContentTest, NothingBoughtHasNoContent) {
  world_.Item("a").Item("b");
  world_.Input("a", "b", 0.4);
  EXPECT_EQ(Solve({0, 0}), (std::vector<double>{0, 0}));
  const auto d = Solve({1, 0});
  EXPECT_NEAR(d[0], 0.6, 1e-12);
}

TEST_F(ContentTest, InputWithoutCostShareCountsNothing) {
  world_.Item("a").Item("b");
  world_.Add("inputs", {{"item_id", "a"}, {"input_item_id", "b"}});
  const auto d = Solve({1, 0});
  EXPECT_EQ(d[0], 1);
  EXPECT_TRUE(graph_->CostIncomplete(0));
  EXPECT_FALSE(graph_->CostIncomplete(1));
  EXPECT_EQ(graph_->essentiality_of(0), 0.5);  // not stated
}

TEST_F(ContentTest, InputsOfTheYear) {
  world_.Item("a").Item("b");
  world_.Input("a", "b", 0.5, {{"last_year", "2024"}});
  EXPECT_EQ(Solve({1, 0})[0], 1);
  const auto before = world_.World()->GraphOf(2024);
  EXPECT_NEAR(SolveContent(*before, std::vector<double>{1, 0}).share[0], 0.5,
              1e-12);
  EXPECT_EQ(world_.World()->GraphOf(2020), before);  // shared by the years
}

TEST_F(ContentTest, NobodyKnowsAnything) {
  EXPECT_TRUE(Solve({}).empty());
  world_.Item("a");
  EXPECT_EQ(Solve({1}), std::vector<double>{1});
}

}  // namespace
}  // namespace qiangji::domain
