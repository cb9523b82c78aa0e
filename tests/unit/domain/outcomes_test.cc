// Sums of independent outcomes, against every combination.
#include "services/domain/outcomes.h"

#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

double ByCombination(const std::vector<Outcome>& outcomes, double needed) {
  double reached = 0, whole = 0;
  for (const Outcome& o : outcomes) whole += o.size;
  for (unsigned happen = 0; happen < (1u << outcomes.size()); ++happen) {
    double sum = 0, probability = 1;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      const bool does = (happen >> k & 1) == 1;
      sum += does ? outcomes[k].size : 0;
      probability *=
          does ? outcomes[k].probability : 1 - outcomes[k].probability;
    }
    if (sum >= needed - 1e-12 * whole) reached += probability;
  }
  return reached;
}

TEST(ProbabilityOfReachingTest, ByHand) {
  // 5 with 0.5, 5 with 0.4, 10 with 0.3.
  const std::vector<Outcome> three = {{5, 0.5}, {5, 0.4}, {10, 0.3}};
  EXPECT_NEAR(*ProbabilityOfReaching(three, 5), 0.79, 1e-12);
  EXPECT_NEAR(*ProbabilityOfReaching(three, 10), 0.44, 1e-12);
  EXPECT_NEAR(*ProbabilityOfReaching(three, 15), 0.21, 1e-12);
  EXPECT_NEAR(*ProbabilityOfReaching(three, 20), 0.06, 1e-12);
  EXPECT_EQ(ProbabilityOfReaching(three, 20.1), 0);
  EXPECT_EQ(ProbabilityOfReaching(three, 0), 1);
  EXPECT_EQ(ProbabilityOfReaching({}, 1), 0);
  EXPECT_EQ(ProbabilityOfReaching({}, -1), 1);
}

TEST(ProbabilityOfReachingTest, CertainOnesAndImpossibleOnes) {
  EXPECT_EQ(ProbabilityOfReaching({{5, 1}, {5, 0}}, 5), 1);
  EXPECT_EQ(ProbabilityOfReaching({{5, 1}, {5, 0}}, 6), 0);
  EXPECT_NEAR(*ProbabilityOfReaching({{5, 1}, {1, 0.25}}, 6), 0.25, 1e-12);
}

TEST(ProbabilityOfReachingTest, EqualsEveryCombination) {
  std::mt19937 random(45);
  for (int round = 0; round < 1000; ++round) {
    const bool whole = round % 2 == 0;  // many sums are equal
    std::vector<Outcome> outcomes(random() % 12);
    double total = 0;
    for (Outcome& o : outcomes) {
      o.size = whole ? static_cast<double>(random() % 4)
                     : static_cast<double>(random()) / 1e9;
      o.probability = static_cast<double>(random() % 101) / 100;
      total += o.size;
    }
    double needed = total * static_cast<double>(random() % 110) / 100;
    if (whole) needed = std::floor(needed);
    EXPECT_NEAR(*ProbabilityOfReaching(outcomes, needed),
                ByCombination(outcomes, needed), 1e-12);
  }
}

TEST(ProbabilityOfReachingTest, ThousandsOfEqualOnesAreBinomial) {
  const std::vector<Outcome> equal(2000, {1, 0.3});
  double above = 0;  // P(X >= 620), summed from the densities
  for (int k = 620; k <= 2000; ++k) {
    above += std::exp(std::lgamma(2001) - std::lgamma(k + 1.0) -
                      std::lgamma(2001.0 - k) + k * std::log(0.3) +
                      (2000.0 - k) * std::log(0.7));
  }
  EXPECT_NEAR(*ProbabilityOfReaching(equal, 620), above, 1e-9);
}

TEST(ProbabilityOfReachingTest, SaysWhereItCannotBeExact) {
  std::vector<Outcome> different;
  different.reserve(60);
  for (int k = 0; k < 60; ++k) {
    different.push_back({std::sqrt(100.0 + k), 0.5});
  }
  EXPECT_FALSE(ProbabilityOfReaching(different, 340).has_value());
}

TEST(ExpectedUpToTest, ByHand) {
  // 5 with 0.5, 10 with 0.4: 15 with 0.2, 10 with 0.2, 5 with 0.3.
  const std::vector<Outcome> two = {{5, 0.5}, {10, 0.4}};
  EXPECT_NEAR(ExpectedUpTo(two, 100), 6.5, 1e-12);
  EXPECT_NEAR(ExpectedUpTo(two, 15), 6.5, 1e-12);
  EXPECT_NEAR(ExpectedUpTo(two, 12), 0.2 * 12 + 0.2 * 10 + 0.3 * 5, 1e-12);
  EXPECT_NEAR(ExpectedUpTo(two, 5), 0.7 * 5, 1e-12);
  EXPECT_EQ(ExpectedUpTo(two, 0), 0);
  EXPECT_EQ(ExpectedUpTo(two, -1), 0);
  EXPECT_EQ(ExpectedUpTo({}, 1), 0);
}

}  // namespace
}  // namespace qiangji::domain
