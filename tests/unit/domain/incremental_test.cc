#include "services/domain/incremental.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "gtest/gtest.h"
#include "tests/support/world/test_graph.h"

namespace qiangji::domain {
namespace {

using test::TestRandom;

// A few items get another share, 0 and 1 included.
std::vector<ShareChange> Changes(TestRandom& random, std::vector<double>& a) {
  std::vector<ShareChange> changes;
  for (int k = 1 + random.Below(3); k > 0; --k) {
    const int i = random.Below(static_cast<int>(a.size()));
    const int kind = random.Below(5);
    const double share = kind == 0 ? 0 : kind == 1 ? 1 : random.Unit();
    a[static_cast<std::size_t>(i)] = share;
    changes.push_back({i, share});
  }
  return changes;
}

double Farthest(const std::vector<double>& x, const std::vector<double>& y) {
  double farthest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    farthest = std::max(farthest, std::abs(x[i] - y[i]));
  }
  return farthest;
}

void ExpectFollows(std::uint64_t seed, int items, double spent,
                   bool some_whole) {
  SCOPED_TRACE(seed);
  const auto graph = test::RandomGraph(seed, items, 6, spent, some_whole);
  std::vector<double> a = test::RandomShares(seed, items);
  ContentUpdater updater(graph, a, SolveContent(*graph, a));
  TestRandom random(seed + 50);
  for (int round = 0; round < 12; ++round) {
    const std::vector<double> before = updater.Contents();
    const auto update = updater.Apply(Changes(random, a));
    const Content fresh = SolveContent(*graph, a);
    EXPECT_LE(Farthest(updater.Contents(), fresh.share), 2e-12);
    EXPECT_LE(Farthest(updater.Contents(), fresh.share),
              updater.error() + fresh.error);
    const std::set<ItemIndex> touched(update.touched.begin(),
                                      update.touched.end());
    EXPECT_EQ(touched.size(), update.touched.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (updater.Contents()[i] != before[i]) {
        EXPECT_TRUE(touched.count(static_cast<ItemIndex>(i)));
      }
    }
  }
}

TEST(ContentUpdater, FollowsAFreshSolution) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    ExpectFollows(seed, 300, 0.7, false);
    ExpectFollows(seed, 200, 0.95, true);
  }
}

TEST(ContentUpdater, PushesAFewItemsOfMany) {
  constexpr int kItems = 20000;
  const auto graph = test::RandomGraph(5, kItems, 8, 0.7);
  const auto a = test::RandomShares(5, kItems);
  ContentUpdater updater(graph, a, SolveContent(*graph, a));
  const auto update = updater.Apply(std::vector<ShareChange>{{7, 0.3}}, 1e-4);
  EXPECT_FALSE(update.solved);
  EXPECT_LT(update.touched.size(), 2000u);
  EXPECT_LE(updater.error(), 1.1e-4);
}

TEST(ContentUpdater, ToleranceMayGetStricter) {
  constexpr int kItems = 3000;
  const auto graph = test::RandomGraph(6, kItems, 8, 0.7);
  std::vector<double> a = test::RandomShares(6, kItems);
  ContentUpdater updater(graph, a, SolveContent(*graph, a));
  a[11] = 1 - a[11];
  updater.Apply(std::vector<ShareChange>{{11, a[11]}}, 1e-3);
  a[12] = 1 - a[12];
  updater.Apply(std::vector<ShareChange>{{12, a[12]}});
  EXPECT_LE(Farthest(updater.Contents(), SolveContent(*graph, a).share), 1e-12);
}

TEST(ContentUpdater, ClosedAndOpenedLoops) {
  // 0 ⇄ 1 without value added; 1 also needs 2.
  const auto graph = test::MakeGraph(
      4, {{0, 1, 1}, {1, 0, 0.5}, {1, 2, 0.5}, {2, 3, 1}, {3, 2, 1}});
  std::vector<double> a = {1, 1, 1, 0.5};
  ContentUpdater updater(graph, a, SolveContent(*graph, a));
  for (const ShareChange change :
       {ShareChange{3, 1}, {0, 0.5}, {0, 1}, {2, 0}, {3, 0}}) {
    a[static_cast<std::size_t>(change.item)] = change.a;
    updater.Apply(std::vector<ShareChange>{change});
    EXPECT_LE(Farthest(updater.Contents(), SolveContent(*graph, a).share),
              1e-12);
  }
}

TEST(ContentUpdater, SlowLoopIsSolvedAsAWhole) {
  const auto graph =
      test::MakeGraph(3, {{0, 1, 1}, {1, 0, 1 - 1e-9}, {1, 2, 1e-9}});
  std::vector<double> a = {1, 1, 0.25};
  ContentUpdater updater(graph, a, SolveContent(*graph, a));
  updater.Apply(std::vector<ShareChange>{{2, 0.75}});
  EXPECT_NEAR(updater.content(0), 0.75, 1e-9);
  EXPECT_LE(updater.error(), kContentError);
}

}  // namespace
}  // namespace qiangji::domain
