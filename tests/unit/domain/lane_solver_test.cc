// METHOD 3.1 where it is large, slow or closed, and lane by lane.
#include "services/domain/lane_solver.h"

#include <cmath>
#include <set>

#include "gtest/gtest.h"
#include "services/domain/content.h"
#include "services/domain/lanes.h"
#include "services/domain/loops.h"
#include "services/domain/stop.h"
#include "tests/support/world/test_graph.h"

namespace qiangji::domain {
namespace {

using test::MakeGraph;
using test::TestInput;

std::size_t Size(int n) { return static_cast<std::size_t>(n); }

// The equation itself, row by row: how far `d` is from its own image.
double LargestResidual(const Graph& graph, const std::vector<double>& a,
                       const std::vector<double>& d) {
  double largest = 0;
  for (Place p = 0; p < graph.size(); ++p) {
    double inside = graph.own_value[p];
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      inside += graph.cost_of(p, e) *
                d[static_cast<std::size_t>(graph.item[graph.input_of(e)])];
    }
    const auto i = static_cast<std::size_t>(graph.item[p]);
    largest = std::max(largest, std::abs(a[i] * inside - d[i]));
  }
  return largest;
}

TEST(LaneSolver, SolvesTheEquation) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    const int items = 50 + 40 * static_cast<int>(seed);
    const auto graph =
        test::RandomGraph(seed, items, 6, seed % 2 == 0 ? 0.8 : 1, seed > 20);
    const auto a = test::RandomShares(seed, items);
    const Content content = SolveContent(*graph, a);
    EXPECT_LE(content.error, 1e-11);
    EXPECT_LE(LargestResidual(*graph, a, content.share), 1e-11);
  }
}

// Stopped before it begins, nothing is swept: what would take long returns at
// once.
TEST(LaneSolver, IsStopped) {
  const auto graph = test::RandomGraph(3, 500, 6, 1, true);
  const auto a = test::RandomShares(3, 500);
  LaneArray factors(graph->size()), b(graph->size()), d(graph->size());
  for (Place p = 0; p < graph->size(); ++p) {
    factors[p] = a[static_cast<std::size_t>(graph->item[p])];
    b[p] = factors[p] * graph->own_value[p];
  }
  Stop stop;
  stop.Request();
  const auto results = SolveLanes<1>(*graph, factors, b, d, kSolvedTo, &stop);
  EXPECT_EQ(results[0].sweeps, 0);
  for (Place p = 0; p < graph->size(); ++p) EXPECT_EQ(d[p], 0);
  const std::vector<std::vector<double>> group = {a};
  EXPECT_EQ(SolveContents(*graph, group, &stop).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(LaneSolver, LanesAreBitEqualToOneAlone) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(seed);
    const auto graph = test::RandomGraph(seed, 400, 90, 0.95, seed % 2 == 0);
    // Lanes that end after different numbers of sweeps, one of them slow.
    std::vector<std::vector<double>> shares = {
        test::RandomShares(seed, 400), std::vector<double>(400, 0.1),
        std::vector<double>(400, 1), std::vector<double>(400, 0),
        test::RandomShares(seed + 90, 400)};
    for (std::size_t lanes = 1; lanes <= shares.size(); ++lanes) {
      const auto group = absl::MakeConstSpan(shares).first(lanes);
      const auto contents = *SolveContents(*graph, group);
      ForceBaselineForTest(true);
      const auto baseline = *SolveContents(*graph, group);
      ForceBaselineForTest(false);
      for (std::size_t l = 0; l < lanes; ++l) {
        EXPECT_EQ(contents[l].share, SolveContent(*graph, shares[l]).share);
        EXPECT_EQ(contents[l].share, baseline[l].share);
        EXPECT_EQ(contents[l].sweeps, baseline[l].sweeps);
      }
    }
  }
}

TEST(LaneSolver, LargeComponentEndsByPushing) {
  constexpr int kItems = 8000;
  const auto graph = test::RandomGraph(7, kItems, 9, 0.7);
  const std::vector<std::vector<double>> shares = {
      test::RandomShares(7, kItems), std::vector<double>(kItems, 0.9),
      std::vector<double>(kItems, 0.2)};
  const auto contents = *SolveContents(*graph, shares);
  for (std::size_t l = 0; l < shares.size(); ++l) {
    EXPECT_LE(contents[l].error, 1e-12);
    EXPECT_LE(LargestResidual(*graph, shares[l], contents[l].share), 1e-12);
    const Content alone = SolveContent(*graph, shares[l]);
    EXPECT_EQ(contents[l].share, alone.share);
    EXPECT_EQ(contents[l].error, alone.error);
  }
}

TEST(LaneSolver, ChainOfAMillion) {
  constexpr int kItems = 1'000'000;
  std::vector<TestInput> inputs;
  for (int i = 0; i + 1 < kItems; ++i) inputs.push_back({i, i + 1, 0.999999});
  const auto graph = MakeGraph(kItems, std::move(inputs));
  std::vector<double> a(kItems, 1);
  a.back() = 0;
  const Content content = SolveContent(*graph, a);
  EXPECT_LE(content.error, kContentError);
  for (int k : {1, 10, 1000, kItems - 1}) {
    // What is not content comes from the last one alone.
    const double missing = std::pow(0.999999, k);
    EXPECT_NEAR(content.share[Size(kItems - 1 - k)], 1 - missing, 1e-9);
  }
}

// A ring whose numbering runs against the sweeps, and which hardly loses
// anything: d_i = a_i·(v + c·d_{i−1}), a_0 = ½, all others 1.
void ExpectRing(int items, double c) {
  std::vector<TestInput> inputs;
  inputs.reserve(static_cast<std::size_t>(items));
  for (int i = 0; i < items; ++i) {
    inputs.push_back({i, (i + items - 1) % items, c});
  }
  const auto graph = MakeGraph(items, inputs);
  const double unit = graph->own_value[0];  // 1 − c as it is stated
  for (int turn = 0; turn < 2; ++turn) {
    std::vector<double> a(Size(items), 1);
    a[0] = 0.5;
    const Content content = SolveContent(*graph, a);
    EXPECT_LE(content.error, kContentError);
    // 1 − d_i = c^i·(1 − d_0) and d_0 = ½·(1 − c^n·(1 − d_0)).
    const double around = std::exp(items * std::log1p(-unit));
    const double missing = 0.5 / (1 - 0.5 * around);
    for (int i : {0, 1, items / 2, items - 1}) {
      EXPECT_NEAR(1 - content.share[Size(i)],
                  std::exp(i * std::log1p(-unit)) * missing, 1e-9);
    }
    // The other way round.
    for (TestInput& input : inputs) std::swap(input.item, input.input);
  }
}

TEST(LaneSolver, SlowRingOfAHundredThousand) {
  ExpectRing(100'000, 1 - 1e-9);  // without value added: within the tolerance
  ExpectRing(100'000, 1 - 2e-9);
  ExpectRing(100'000, 0.999);
}

TEST(LaneSolver, SlowPair) {
  for (const double c : {0.9, 1 - 1e-6, 1 - 2e-9}) {
    const auto graph = MakeGraph(3, {{0, 1, c}, {1, 0, c / 2}, {1, 2, c / 2}});
    const Content content = SolveContent(*graph, std::vector<double>{1, 1, 0});
    EXPECT_LE(content.error, 1e-11);
    // d_0 = v + c·d_1, d_1 = v + c/2·d_0.
    const double v = graph->own_value[graph->PlaceOf(0)];
    const double d0 = (v + (1 - v) * v) / (1 - (1 - v) * (1 - v) / 2);
    EXPECT_NEAR(content.share[0], d0, 1e-11);
  }
}

TEST(LaneSolver, EntangledSlowComponentIsBracketed) {
  // Everybody buys from everywhere and adds 3e-9: too dense to be eliminated.
  constexpr int kItems = 3500;
  test::TestRandom random(3);
  std::vector<TestInput> inputs;
  for (int i = 0; i < kItems; ++i) {
    std::set<int> from;
    while (from.size() < 8) from.insert(random.Below(kItems));
    from.erase(i);
    const double each = (1 - 3e-9) / static_cast<double>(from.size());
    for (int j : from) inputs.push_back({i, j, each});
  }
  const auto graph = MakeGraph(kItems, std::move(inputs));
  const std::vector<double> a(kItems, 1);
  const Content content = SolveContent(*graph, a);
  EXPECT_FALSE(content.settled());
  EXPECT_GE(content.unsettled, 0);
  // The solution is 1 everywhere.
  for (double share : content.share) {
    EXPECT_LE(share, 1 + 1e-9);
    EXPECT_GE(share + content.error, 1 - 1e-9);
  }
}

TEST(LaneSolver, LoopsOnTopOfOneAnotherAddTheirErrors) {
  // 2,000 pairs, each made of the pair before it.
  std::vector<TestInput> inputs;
  constexpr int kPairs = 2000;
  for (int k = 0; k < kPairs; ++k) {
    inputs.push_back({2 * k, 2 * k + 1, 0.5});
    inputs.push_back({2 * k + 1, 2 * k, k == 0 ? 0.5 : 0.25});
    if (k > 0) inputs.push_back({2 * k + 1, 2 * k - 2, 0.74});
    inputs.push_back({2 * k, 2 * kPairs, k == 0 ? 0.25 : 0.5});
  }
  const auto graph = MakeGraph(2 * kPairs + 1, std::move(inputs));
  std::vector<double> a(2 * kPairs + 1, 1);
  a.back() = 0.3;
  const Content content = SolveContent(*graph, a);
  EXPECT_LE(content.error, kContentError);
  EXPECT_LE(LargestResidual(*graph, a, content.share), 1e-12);
}

TEST(Loops, NamesClosedLoopsAlone) {
  // 0 ⇄ 1 closed; 2 is made of the loop; 3 ⇄ 4 leaks; 5 ⇄ 6 is not whole.
  const auto graph = MakeGraph(7, {{0, 1, 1},
                                   {1, 0, 1},
                                   {2, 0, 1},
                                   {3, 4, 1},
                                   {4, 3, 0.5},
                                   {5, 6, 1},
                                   {6, 5, 1}});
  const std::vector<double> a = {1, 1, 1, 1, 1, 1, 0.5};
  EXPECT_EQ(FindClosedLoops(*graph, a),
            (std::vector<std::vector<ItemIndex>>{{0, 1}}));
  const auto d = SolveContent(*graph, a).share;
  for (std::size_t i : {0, 1, 2, 5, 6}) EXPECT_EQ(d[i], 0);
  EXPECT_NEAR(d[3], 1, 1e-12);
}

}  // namespace
}  // namespace qiangji::domain
