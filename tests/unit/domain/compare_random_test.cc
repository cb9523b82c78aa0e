// The decomposition over random worlds: it sums to the difference, rests on no
// order, and is the negative the other way round.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "gtest/gtest.h"
#include "services/domain/compare.h"
#include "tests/unit/domain/random_world.h"

namespace qiangji::domain {
namespace {

using AnalysisPtr = std::shared_ptr<const Analysis>;

AnalysisPtr Analyze(const RandomWorld& random, const AnalysisOptions& options,
                    unsigned shuffle = 0) {
  test::TestWorld world;
  for (const auto& [table, row] : random.Rows(shuffle)) world.Add(table, row);
  return world.Analyze(options);
}

AnalysisOptions In(int year) {
  AnalysisOptions options;
  options.year = year;
  return options;
}

AnalysisOptions Loose(int year) {
  AnalysisOptions options = In(year);
  options.criteria.id = "loose";
  options.criteria.minimum_qualification = Qualification::kNone;
  options.criteria.home_controller = false;
  options.criteria.home_licences = false;
  return options;
}

// Two states by seed: of two years, by two criteria, of two sets of facts, or
// all at once; another θ every second time.
struct States {
  AnalysisPtr from, to;
};
States Random(unsigned seed, unsigned shuffle = 0) {
  const RandomWorld one(seed);
  const int year = 2022 + static_cast<int>(seed / 4 % 3);
  AnalysisOptions first = In(year);
  AnalysisOptions second = first;
  if (seed % 4 == 0 || seed % 4 == 3) second.year = year + 1;
  if (seed % 4 == 1 || seed % 4 == 3) second = Loose(second.year);
  if (seed % 2 == 1) first.threshold = second.threshold = 0.2;
  const bool two_worlds = seed % 4 >= 2;
  if (!two_worlds) {
    test::TestWorld world;
    for (const auto& [table, row] : one.Rows(shuffle)) world.Add(table, row);
    return {world.Analyze(first), world.Analyze(second)};
  }
  return {Analyze(one, first, shuffle),
          Analyze(RandomWorld(seed + 100000), second, shuffle)};
}

TEST(CompareRandom, SumsToTheDifference) {
  int compared = 0, moved = 0;
  std::map<Cause, int> causes;
  for (unsigned seed = 1; compared < 1000; ++seed) {
    ASSERT_LT(seed, 3000u);
    const States states = Random(seed);
    const Comparison c = CompareShares(*states.from, *states.to, Scope());
    if (!c.share_from || !c.share_to) continue;
    ++compared;
    double sum = 0;
    for (const CompareRow& row : c.rows) {
      sum += row.change;
      ++causes[row.cause];
      EXPECT_NE(row.change, 0) << seed;
    }
    EXPECT_NEAR(sum, *c.share_to - *c.share_from, 1e-12) << seed;
    moved += c.rows.empty() ? 0 : 1;
  }
  // The worlds are such that every cause but tests is at work somewhere.
  EXPECT_GT(moved, 400);
  for (int c = 0; c < kCauses; ++c) {
    const auto cause = static_cast<Cause>(c);
    if (cause == Cause::kTest) continue;
    EXPECT_GT(causes[cause], 0) << ToText(cause);
  }
}

TEST(CompareRandom, TheOrderOfRowsDoesNotMatter) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const States made = Random(seed), mixed = Random(seed, seed + 7);
    const Comparison a = CompareShares(*made.from, *made.to, Scope());
    const Comparison b = CompareShares(*mixed.from, *mixed.to, Scope());
    ASSERT_EQ(a.rows.size(), b.rows.size()) << seed;
    for (std::size_t k = 0; k < a.rows.size(); ++k) {
      EXPECT_EQ(a.rows[k].cause, b.rows[k].cause) << seed;
      EXPECT_EQ(a.rows[k].item_id, b.rows[k].item_id) << seed;
      EXPECT_EQ(a.rows[k].change, b.rows[k].change) << seed;
      EXPECT_EQ(a.rows[k].sources, b.rows[k].sources) << seed;
    }
  }
}

Cause Reversed(Cause cause) {
  switch (cause) {
    case Cause::kEntered:
      return Cause::kLeft;
    case Cause::kLeft:
      return Cause::kEntered;
    case Cause::kNewSource:
      return Cause::kLostSource;
    case Cause::kLostSource:
      return Cause::kNewSource;
    default:
      return cause;
  }
}

TEST(CompareRandom, TheWayBackIsTheNegative) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const States states = Random(seed);
    const Comparison there = CompareShares(*states.from, *states.to, Scope());
    const Comparison back = CompareShares(*states.to, *states.from, Scope());
    std::map<std::pair<Cause, std::string>, double> sum;
    for (const CompareRow& row : there.rows) {
      sum[{row.cause, row.item_id}] += row.change;
    }
    for (const CompareRow& row : back.rows) {
      sum[{Reversed(row.cause), row.item_id}] += row.change;
    }
    for (const auto& [key, rest] : sum) {
      EXPECT_NEAR(rest, 0, 1e-12)
          << seed << ' ' << ToText(key.first) << ' ' << key.second;
    }
  }
}

}  // namespace
}  // namespace qiangji::domain
