// Losses of graphs that no world of rows is needed for: long chains, large
// rings, slow loops, and what must not change a bit.
#include "services/domain/loss_solver.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "gtest/gtest.h"
#include "services/domain/loss_sweep.h"
#include "tests/support/world/test_graph.h"

namespace qiangji::domain {
namespace {

using test::TestRandom;

struct Link {
  ItemIndex item, input;
  double essentiality = 1;
  Number group = kNoNumber;
};

// Everything is made at home and nothing is lost, until a test says so.
class Losses {
 public:
  Losses(int items, const std::vector<Link>& links) {
    Structure structure;
    structure.items.resize(static_cast<std::size_t>(items));
    for (const Link& link : links) {
      Input input;
      input.item = link.item;
      input.input = link.input;
      input.essentiality = link.essentiality;
      input.substitution_group = link.group;
      structure.inputs.push_back(input);
    }
    graph_ = BuildGraph(structure, 2025);
    base_.graph = &graph_;
    base_.home.assign(graph_.size(), 1);
    base_.rest.assign(graph_.size(), 0);
    hit_home_.assign(graph_.size(), 0);
  }

  void MadeElsewhere(ItemIndex i, double rest) {
    base_.rest[graph_.PlaceOf(i)] = rest;
    base_.home[graph_.PlaceOf(i)] = 1 - rest;
  }
  // `direct` of the item is lost from what is made at home.
  void Hit(ItemIndex i, double direct, std::size_t lane = 0) {
    const Place p = graph_.PlaceOf(i);
    const double rest = base_.rest[p] + direct;
    hits_.push_back({lane, {p, direct, 1 - rest, rest}});
    if (rest > 0 && rest < 1) {
      hit_home_[p] = std::max(hit_home_[p], 1 - rest);
    }
  }

  template <typename T = double>
  LossLanes<T> Solve(double tolerance = 1e-12) {
    LossLanes<T> lanes(base_);
    for (const auto& [lane, hit] : hits_) {
      std::uint32_t row = lanes.row_of[hit.place];
      if (row == LossLanes<T>::kNoRow) row = lanes.AddRow(hit.place);
      lanes.SetHit(row, lane, hit);
      lanes.dirty[hit.place] = 1;
    }
    const LossSolver solver(base_, hit_home_, tolerance);
    const auto solved = solver.Solve(lanes, nullptr);
    EXPECT_TRUE(solved.ok());
    error = solved.value_or(1);
    return lanes;
  }
  template <typename T>
  double Of(const LossLanes<T>& lanes, ItemIndex i, std::size_t lane = 0) {
    return static_cast<double>(lanes.loss_of(graph_.PlaceOf(i), lane));
  }

  double error = 0;  // of the last solution

 private:
  Graph graph_;
  LossBase base_;
  std::vector<double> hit_home_;
  std::vector<std::pair<std::size_t, LossHit>> hits_;
};

// The equations, swept from below until nothing moves.
std::vector<double> LeastLosses(const std::vector<Link>& links,
                                const std::vector<double>& home,
                                const std::vector<double>& direct) {
  std::vector<double> loss(home.size(), 0);
  for (int sweep = 0; sweep < 10'000; ++sweep) {
    for (std::size_t i = 0; i < loss.size(); ++i) {
      double worst = 0;
      std::map<Number, double> groups;
      for (const Link& link : links) {
        if (link.item != static_cast<ItemIndex>(i)) continue;
        const double part =
            link.essentiality * loss[static_cast<std::size_t>(link.input)];
        if (link.group == kNoNumber) {
          worst = std::max(worst, part);
        } else {
          const auto [at, first] = groups.emplace(link.group, part);
          if (!first) at->second = std::min(at->second, part);
        }
      }
      for (const auto& [group, least] : groups) worst = std::max(worst, least);
      loss[i] = direct[i] + home[i] * worst;
    }
  }
  return loss;
}

TEST(LossSolver, ChainOfAMillion) {
  constexpr int kItems = 1'000'000;
  std::vector<Link> links;
  for (int i = 1; i < kItems; ++i) links.push_back({i, i - 1});
  Losses losses(kItems, links);
  losses.Hit(0, 0.25);
  const auto lanes = losses.Solve();
  EXPECT_EQ(losses.Of(lanes, kItems - 1), 0.25);
  EXPECT_LE(losses.error, 1e-9);
}

// 0 <- 99,999 <- ... <- 1 <- 0, all critical and made at home but a billionth:
// l = b / 1e-9 for the item hit, all the same but for that.
TEST(LossSolver, SlowRingOfAHundredThousand) {
  constexpr int kItems = 100'000;
  std::vector<Link> links = {{0, kItems - 1}};
  for (int i = 1; i < kItems; ++i) links.push_back({i, i - 1});
  Losses losses(kItems, links);
  losses.MadeElsewhere(7, 1e-9 - 5e-10);
  losses.Hit(7, 5e-10);
  const auto lanes = losses.Solve();
  EXPECT_LE(losses.error, 1e-9);
  EXPECT_NEAR(losses.Of(lanes, 7), 0.5, losses.error);
  EXPECT_NEAR(losses.Of(lanes, 6), 0.5, losses.error);
  EXPECT_NEAR(losses.Of(lanes, 8), 0.5, losses.error);
}

TEST(LossSolver, ClosedRingWithoutAHitLosesNothing) {
  Losses losses(3, {{0, 1}, {1, 0}, {2, 0}});
  losses.Hit(2, 0.5);
  const auto lanes = losses.Solve();
  EXPECT_EQ(losses.Of(lanes, 0), 0);
  EXPECT_EQ(losses.Of(lanes, 1), 0);
  EXPECT_EQ(losses.Of(lanes, 2), 0.5);
}

TEST(LossSolver, ClosedRingTakesWhatComesFromOutside) {
  Losses losses(3, {{0, 1}, {0, 2, 0.5}, {1, 0}});
  losses.Hit(2, 0.75);
  const auto lanes = losses.Solve();
  EXPECT_EQ(losses.Of(lanes, 0), 0.375);
  EXPECT_EQ(losses.Of(lanes, 1), 0.375);
}

// The slow loop 0 <-> 1 is escaped by a substitute, and not without it.
TEST(LossSolver, SlowLoopWithASubstitute) {
  for (const Number group : {Number{1}, kNoNumber}) {
    Losses losses(3, {{0, 1, 1, group}, {0, 2, 1, group}, {1, 0}});
    losses.MadeElsewhere(0, 1e-9 - 2.5e-10);
    losses.Hit(0, 2.5e-10);
    const auto lanes = losses.Solve();
    EXPECT_LE(losses.error, 1e-9);
    const double want = group == kNoNumber ? 0.25 : 2.5e-10;
    EXPECT_NEAR(losses.Of(lanes, 0), want, losses.error);
    EXPECT_NEAR(losses.Of(lanes, 1), want, losses.error);
  }
}

Losses RandomLosses(std::uint64_t seed, std::size_t lanes) {
  constexpr int kItems = 300;
  TestRandom random(seed);
  std::vector<Link> links;
  for (int i = 0; i < kItems; ++i) {
    int input = random.Below(40);
    Number group = 1;
    while (input < kItems) {
      if (random.Below(3) != 0) ++group;
      if (input != i) {
        links.push_back({i, input, random.Below(5) / 4.0,
                         random.Below(2) == 0 ? group : kNoNumber});
      }
      input += 1 + random.Below(80);
    }
  }
  Losses losses(kItems, links);
  for (int i = 0; i < kItems; ++i) {
    if (random.Below(2) == 0) losses.MadeElsewhere(i, random.Unit() / 2);
  }
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    for (int k = 0; k < 4; ++k) {
      losses.Hit(k * 60 + random.Below(60), random.Unit() / 2, lane);
    }
  }
  return losses;
}

template <typename T>
void ExpectSameBits() {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Losses losses = RandomLosses(seed, LossLanes<T>::kLanes);
    const auto fast = losses.Solve<T>(1e-5);
    UseBaselineSweepsForTest(true);
    const auto plain = losses.Solve<T>(1e-5);
    UseBaselineSweepsForTest(false);
    ASSERT_EQ(0, std::memcmp(fast.loss.data(), plain.loss.data(),
                             fast.loss.size() * sizeof(T)));
  }
}
TEST(LossSolver, BothPathsGiveTheSameBitsInFloat) { ExpectSameBits<float>(); }
TEST(LossSolver, BothPathsGiveTheSameBitsInDouble) { ExpectSameBits<double>(); }

TEST(LossSolver, CoarseIsWithinItsBoundOfFine) {
  int proven = 0;  // others have cycles too slow for floats
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Losses losses = RandomLosses(seed, 8);
    const auto coarse = losses.Solve<float>(1e-3);
    const double bound = losses.error;
    proven += bound <= 1e-3 ? 1 : 0;
    const auto fine = losses.Solve<double>(1e-12);
    for (ItemIndex i = 0; i < 300; ++i) {
      for (std::size_t lane = 0; lane < 8; ++lane) {
        EXPECT_NEAR(losses.Of(coarse, i, lane), losses.Of(fine, i, lane),
                    bound);
      }
    }
  }
  EXPECT_GE(proven, 10);
}

// Groups beside a pair that hands a loss on undiminished (16 and 17).
TEST(LossSolver, GroupsBesideALosslessPair) {
  const std::vector<Link> links = {
      {0, 12, 0.5},     {0, 15, 0},      {0, 21, 1},      {0, 7, 1, 1},
      {0, 11, 0.5, 1},  {0, 13, 1, 1},   {0, 14, 0.5, 1}, {1, 17, 1, 2},
      {1, 0, 0.3, 2},   {1, 18, 0.5, 3}, {1, 21, 0.9, 3}, {2, 0, 0.5},
      {2, 1, 0.3},      {2, 3, 1},       {2, 7, 0.5},     {2, 12, 0.5},
      {2, 17, 1},       {3, 0, 1},       {3, 1, 1},       {3, 22, 0.5},
      {4, 0, 0.3},      {4, 1, 0},       {5, 0, 1},       {5, 1, 1},
      {5, 7, 0.5},      {5, 8, 0.5},     {5, 15, 1},      {5, 12, 0.5},
      {6, 1, 1},        {6, 3, 0.3},     {6, 23, 0.3},    {6, 20, 0},
      {7, 0, 0.5},      {8, 0, 0.5},     {8, 10, 1},      {8, 15, 0.9},
      {8, 20, 0},       {9, 12, 0.3},    {9, 8, 1},       {10, 12, 1},
      {10, 1, 0.9},     {10, 20, 1},     {11, 0, 0.5},    {11, 1, 1},
      {11, 8, 0.9},     {11, 19, 1},     {11, 21, 1},     {12, 1, 0.3},
      {13, 0, 0.9},     {14, 0, 1},      {15, 11, 1},     {15, 1, 1, 4},
      {15, 13, 0.9, 4}, {15, 17, 0.5},   {16, 0, 0.9},    {16, 1, 0},
      {16, 17, 1},      {16, 19, 0.3},   {16, 2, 0},      {17, 8, 1},
      {17, 16, 1},      {17, 0, 0},      {18, 0, 1},      {18, 20, 1},
      {18, 11, 0.5},    {18, 9, 0.3},    {19, 10, 1},     {19, 0, 0.9},
      {20, 0, 0.9},     {20, 8, 0.3},    {21, 0, 0.5},    {21, 11, 1},
      {22, 0, 0.5},     {22, 9, 0.3},    {22, 14, 1},     {22, 15, 0.3},
      {22, 21, 0.5},    {23, 22, 1}};
  constexpr int kItems = 24;
  std::vector<double> direct(kItems, 0), home(kItems, 1);
  home[0] = 0.2;
  home[2] = 1.0 / 52, direct[2] = 0.000980769;
  home[8] = 0.25, direct[8] = 0.0003;
  home[9] = 0.493821, direct[9] = 1.23579e-05;
  home[18] = 0.974026, direct[18] = 2.5974e-05;
  Losses losses(kItems, links);
  for (int i = 0; i < kItems; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (home[k] < 1) losses.MadeElsewhere(i, 1 - home[k] - direct[k]);
    if (direct[k] > 0) losses.Hit(i, direct[k]);
  }
  const auto lanes = losses.Solve();
  EXPECT_LE(losses.error, 1e-9);
  const std::vector<double> wanted = LeastLosses(links, home, direct);
  for (int i = 0; i < kItems; ++i) {
    EXPECT_NEAR(losses.Of(lanes, i), wanted[static_cast<std::size_t>(i)], 1e-12)
        << i;
  }
}

}  // namespace
}  // namespace qiangji::domain
