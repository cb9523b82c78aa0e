#include "services/domain/elimination.h"

#include <cmath>

#include "gtest/gtest.h"
#include "tests/support/world/test_graph.h"

namespace qiangji::domain {
namespace {

BlockSystem RandomSystem(std::uint64_t seed, std::uint32_t n) {
  test::TestRandom random(seed);
  BlockSystem system;
  system.rows.resize(n);
  for (std::uint32_t r = 0; r < n; ++r) {
    double sum = 1;  // what leaves
    for (std::uint32_t k = 0; k < n; ++k) {
      if (k == r || random.Below(3) != 0) continue;
      system.rows[r].emplace_back(k, 1 + random.Below(9));
      sum += system.rows[r].back().second;
    }
    for (auto& [k, weight] : system.rows[r]) weight /= sum;
    system.leaves.push_back(1 / sum);
  }
  return system;
}

TEST(Elimination, SolvesBothWays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::uint32_t n = 2 + static_cast<std::uint32_t>(seed) * 2;
    const BlockSystem system = RandomSystem(seed, n);
    test::TestRandom random(seed + 100);
    std::vector<double> b(n);
    for (double& value : b) value = random.Below(7);
    const auto factor = Elimination::Of(system);
    ASSERT_TRUE(factor.has_value());
    const auto x = factor->Solve(b), y = factor->SolveTransposed(b);
    std::vector<double> down = b, across = b;
    for (std::uint32_t r = 0; r < n; ++r) {
      for (const auto& [k, weight] : system.rows[r]) {
        down[r] += weight * x[k];
        across[k] += weight * y[r];
      }
    }
    for (std::uint32_t r = 0; r < n; ++r) {
      EXPECT_NEAR(x[r], down[r], 1e-10);
      EXPECT_NEAR(y[r], across[r], 1e-10);
    }
  }
}

TEST(Elimination, RefusesWhatNothingLeaves) {
  BlockSystem system;
  system.rows = {{{1, 1.0}}, {{0, 1.0}}};
  system.leaves = {0, 0};
  EXPECT_FALSE(Elimination::Of(system).has_value());
}

TEST(Elimination, KeepsDigitsOfANearlyClosedRing) {
  // 1e-15 leaves in each turn: computed as 1 − Σ it would be lost.
  BlockSystem system;
  system.rows = {{{1, 1.0}}, {{2, 1.0}}, {{0, 1.0}}};
  system.leaves = {0, 0, 1e-15};
  const auto factor = Elimination::Of(system);
  ASSERT_TRUE(factor.has_value());
  for (double x : factor->Solve({0, 0, 1e-15})) EXPECT_NEAR(x, 1, 1e-12);
}

TEST(Elimination, LongRingTakesLinearTime) {
  constexpr std::uint32_t kMembers = 200'000;
  BlockSystem system;
  for (std::uint32_t r = 0; r < kMembers; ++r) {
    system.rows.push_back({{(r + 77'777) % kMembers, 0.5}});
    system.leaves.push_back(0.5);
  }
  const auto factor = Elimination::Of(std::move(system));
  ASSERT_TRUE(factor.has_value());
  for (double x : factor->Solve(std::vector<double>(kMembers, 0.5))) {
    ASSERT_NEAR(x, 1, 1e-12);
  }
}

}  // namespace
}  // namespace qiangji::domain
