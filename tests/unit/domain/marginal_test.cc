// METHOD 3.3, and content after changes.
#include "services/domain/marginal.h"

#include <cmath>
#include <numeric>

#include "gtest/gtest.h"
#include "services/domain/content.h"
#include "services/domain/stop.h"
#include "tests/support/world/test_graph.h"

namespace qiangji::domain {
namespace {

double Level(const Graph& graph, const std::vector<double>& a,
             const std::vector<double>& weights) {
  const std::vector<double> d = SolveContent(graph, a).share;
  return std::inner_product(d.begin(), d.end(), weights.begin(), 0.0);
}

struct Case {
  std::shared_ptr<const Graph> graph;
  std::vector<double> a, weights;
};

Case MakeCase(std::uint64_t seed, int items) {
  Case made;
  made.graph =
      test::RandomGraph(seed, items, 5, seed % 3 == 0 ? 1 : 0.9, seed % 2 == 0);
  made.a = test::RandomShares(seed + 7, items);
  made.weights = test::RandomShares(seed + 9, items);
  const double whole =
      std::accumulate(made.weights.begin(), made.weights.end(), 1e-300);
  for (double& weight : made.weights) weight /= whole;
  return made;
}

TEST(Marginal, ExactGainIsThatOfSolvingAgain) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    const int items = 5 + 9 * static_cast<int>(seed);
    const Case c = MakeCase(seed, items);
    const Marginal marginal = SolveMarginal(
        *c.graph, c.a, SolveContent(*c.graph, c.a).share, c.weights);
    std::vector<ItemIndex> all(static_cast<std::size_t>(items));
    std::iota(all.begin(), all.end(), 0);
    const auto gains = ExactGains(*c.graph, c.a, c.weights, marginal, all);
    ASSERT_TRUE(gains.ok());
    const double before = Level(*c.graph, c.a, c.weights);
    for (std::size_t j = 0; j < all.size(); ++j) {
      std::vector<double> raised = c.a;
      raised[j] = 1;
      EXPECT_NEAR((*gains)[j], Level(*c.graph, raised, c.weights) - before,
                  1e-10);
      EXPECT_GE((*gains)[j], marginal.potential_gain[j] - 1e-12);
    }
  }
}

TEST(Marginal, ExactGainWhereAlmostAllComesBack) {
  // 0 ⇄ 1 keep all but 1e-8: raising 0 raises what comes back to it.
  const auto graph = test::MakeGraph(2, {{0, 1, 1 - 1e-8}, {1, 0, 1 - 1e-8}});
  const std::vector<double> a = {0.5, 1}, weights = {0.5, 0.5};
  const Marginal marginal =
      SolveMarginal(*graph, a, SolveContent(*graph, a).share, weights);
  const auto gains = ExactGains(*graph, a, weights, marginal, {0});
  ASSERT_TRUE(gains.ok());
  EXPECT_NEAR((*gains)[0], 1 - Level(*graph, a, weights), 1e-9);
}

TEST(Marginal, AgreesOnALargeGraphWithWeightsOfAnyKind) {
  const Case c = MakeCase(4, 3000);
  const std::vector<double> d = SolveContent(*c.graph, c.a).share;
  const Marginal marginal = SolveMarginal(*c.graph, c.a, d, c.weights);
  // Σ_j a_j·gain_j would count everything twice; raising own value alone does
  // not: Σ w·d = Σ λ·a·v.
  double through = 0;
  for (std::size_t j = 0; j < d.size(); ++j) {
    const Place p = c.graph->PlaceOf(static_cast<ItemIndex>(j));
    if (d[j] == 0) continue;
    const double inside = d[j] / c.a[j];
    through +=
        marginal.marginal_gain[j] / inside * c.a[j] * c.graph->own_value[p];
  }
  EXPECT_NEAR(through, Level(*c.graph, c.a, c.weights), 1e-11);
}

TEST(Marginal, StopsWhenAsked) {
  const Case c = MakeCase(1, 20);
  Stop stop;
  stop.Request();
  EXPECT_EQ(ExactGains(*c.graph, c.a, c.weights, Marginal(), {0}, &stop)
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace qiangji::domain
