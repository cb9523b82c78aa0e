// Linear and 0/1 programs against every choice, and by hand.
#include "services/domain/linear_program.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/domain/stop.h"
#include "tests/support/world/test_graph.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;

constexpr double kWithin = 1e-7;

LinearProgram Knapsack(const std::vector<double>& sizes, double most) {
  LinearProgram program;
  LinearProgram::Row row;
  row.upper = most;
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    program.columns.push_back({0, 1});
    row.terms.push_back({static_cast<int>(k), sizes[k]});
  }
  program.rows.push_back(row);
  return program;
}

TEST(MaximizeBinaryTest, ByHand) {
  // 6 + 5 fit into 11, worth 13; the greedy 7 alone leaves room for nothing.
  const auto solved =
      MaximizeBinary(Knapsack({7, 6, 5}, 11), {9, 7, 6},
                     std::vector<bool>(3, false), SearchLimits());
  ASSERT_TRUE(solved.ok()) << solved.status();
  EXPECT_THAT(solved->ones, ElementsAre(false, true, true));
  EXPECT_EQ(solved->gain, 13);
  EXPECT_EQ(solved->bound, 13);
  EXPECT_TRUE(solved->proven);
}

TEST(MaximizeBinaryTest, KeepsAStartThatNothingBeats) {
  const std::vector<bool> start = {false, true, true};
  const auto solved =
      MaximizeBinary(Knapsack({7, 6, 5}, 11), {9, 7, 6}, start, SearchLimits());
  ASSERT_TRUE(solved.ok()) << solved.status();
  EXPECT_EQ(solved->ones, start);
  EXPECT_TRUE(solved->proven);
}

TEST(MaximizeBinaryTest, EqualsEveryChoice) {
  test::TestRandom random(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + static_cast<std::size_t>(random.Below(12));
    std::vector<double> sizes, gains;
    for (std::size_t k = 0; k < n; ++k) {
      sizes.push_back(1 + random.Below(20));
      gains.push_back(random.Unit());
    }
    const double most = random.Below(60);
    double best = 0;
    for (unsigned ones = 0; ones < (1u << n); ++ones) {
      double size = 0, gain = 0;
      for (std::size_t k = 0; k < n; ++k) {
        if ((ones >> k & 1) == 0) continue;
        size += sizes[k];
        gain += gains[k];
      }
      if (size <= most) best = std::max(best, gain);
    }
    const auto solved = MaximizeBinary(Knapsack(sizes, most), gains,
                                       std::vector<bool>(n), SearchLimits());
    ASSERT_TRUE(solved.ok()) << solved.status();
    EXPECT_TRUE(solved->proven);
    EXPECT_NEAR(solved->gain, best, kWithin) << round;
  }
}

// Sizes and gains nearly in proportion: a long search.
LinearProgram Hard(std::vector<double>& gains) {
  test::TestRandom random(11);
  std::vector<double> sizes;
  for (int k = 0; k < 200; ++k) {
    sizes.push_back(1 + random.Unit());
    gains.push_back(sizes.back() * (1 + 0.01 * random.Unit()));
  }
  return Knapsack(sizes, 150.1234567);
}

TEST(MaximizeBinaryTest, OutOfNodesItSaysHowFarItIs) {
  std::vector<double> gains;
  const LinearProgram program = Hard(gains);
  const std::vector<bool> none(gains.size(), false);
  const auto some = MaximizeBinary(program, gains, none, {3, 60});
  const auto more = MaximizeBinary(program, gains, none, {300, 60});
  ASSERT_TRUE(some.ok() && more.ok());
  EXPECT_FALSE(some->proven);
  EXPECT_LT(some->gain, some->bound);
  EXPECT_LE(more->gain, some->bound + kWithin);
  EXPECT_LE(some->gain, more->bound + kWithin);
  EXPECT_LE((some->bound - some->gain) / some->bound, 0.01);
}

TEST(MaximizeBinaryTest, IsTheSameEveryTimeAndSilent) {
  std::vector<double> gains;
  const LinearProgram program = Hard(gains);
  const std::vector<bool> none(gains.size(), false);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const auto once = MaximizeBinary(program, gains, none, {50, 60});
  const auto twice = MaximizeBinary(program, gains, none, {50, 60});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(once.ok() && twice.ok());
  EXPECT_EQ(once->ones, twice->ones);
  EXPECT_EQ(once->bound, twice->bound);
}

TEST(MaximizeBinaryTest, IsStopped) {
  std::vector<double> gains;
  const LinearProgram program = Hard(gains);
  Stop stop;
  stop.Request();
  EXPECT_EQ(MaximizeBinary(program, gains, std::vector<bool>(gains.size()),
                           SearchLimits(), &stop)
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

// x + y = 10, x − z = 2, 0 <= z <= 3.
class LinearSystemTest : public testing::Test {
 protected:
  static LinearProgram Three() {
    LinearProgram program;
    program.columns = {{0, kUnbounded}, {0, kUnbounded}, {0, 3}};
    program.rows = {{10, 10, {{0, 1}, {1, 1}}}, {2, 2, {{0, 1}, {2, -1}}}};
    return program;
  }
  LinearSystem system_{Three()};
};

TEST_F(LinearSystemTest, OneOptimumAfterAnother) {
  EXPECT_NEAR(*system_.Minimize({{0, 1}}), 2, kWithin);
  EXPECT_NEAR(*system_.Maximize({{0, 1}}), 5, kWithin);
  EXPECT_NEAR(*system_.Minimize({{1, 1}}), 5, kWithin);
  EXPECT_NEAR(*system_.Maximize({{1, 1}, {2, 2}}), 11, kWithin);
  EXPECT_NEAR(system_.values()[2], 3, kWithin);
}

TEST_F(LinearSystemTest, BoundsMove) {
  system_.SetColumn(2, 0, kUnbounded);
  EXPECT_NEAR(*system_.Maximize({{0, 1}}), 10, kWithin);
  system_.SetRow(0, 4, 6);
  EXPECT_NEAR(*system_.Maximize({{0, 1}}), 6, kWithin);
  EXPECT_NEAR(*system_.Minimize({{1, 1}}), 0, kWithin);
  system_.SetRow(0, 0, 1);
  EXPECT_EQ(system_.Minimize({{0, 1}}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  system_.SetRow(0, 10, 10);
  EXPECT_NEAR(*system_.Minimize({{0, 1}}), 2, kWithin);
}

TEST_F(LinearSystemTest, InfiniteWhereNothingBounds) {
  LinearProgram program;
  program.columns = {{-kUnbounded, kUnbounded}, {0, 1}};
  LinearSystem free(program);
  EXPECT_EQ(*free.Maximize({{0, 1}}), kUnbounded);
  EXPECT_EQ(*free.Minimize({{0, 1}}), -kUnbounded);
  EXPECT_EQ(*free.Maximize({{1, 1}}), 1);
}

}  // namespace
}  // namespace qiangji::domain
