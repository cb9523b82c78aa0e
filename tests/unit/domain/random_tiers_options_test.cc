// What callers of METHOD 3 may ask for beside the defaults, against the slow
// reference on random worlds.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/domain/chokepoint.h"
#include "services/domain/exposure.h"
#include "services/domain/failure_reach.h"
#include "services/domain/incremental.h"
#include "services/domain/loss_base.h"
#include "services/domain/reach.h"
#include "services/domain/trace.h"
#include "tests/support/world/random_tiers_case.h"

namespace qiangji::domain {
namespace {

using test::Real;

constexpr unsigned kWorlds = 2000, kFirst = 50000;
constexpr double kWithin = 1e-8;

double Double(Real x) { return static_cast<double>(x); }

template <typename Check>
void OverWorlds(unsigned worlds, Check check) {
  for (unsigned seed = kFirst; seed < kFirst + Rounds(worlds); ++seed) {
    SCOPED_TRACE(seed);
    TiersCase c(seed);
    check(c);
    if (testing::Test::HasFailure()) return;
  }
}

// How near the means of an item come to CHOKEPOINT of METHOD 5: 1 fires.
Real ReachOf(const test::RefChokepoint& point) {
  std::vector<Real> means;
  for (const auto& [sector, mean] : point.sectors) means.push_back(mean);
  std::sort(means.rbegin(), means.rend());
  Real reach = point.score / 0.05L;
  if (!means.empty()) reach = std::max(reach, means[0] / 0.20L);
  if (means.size() > 2) reach = std::max(reach, means[2] / 0.05L);
  return reach;
}

TEST(RandomTiersOptions, ChokepointsAboveThresholds) {
  int fired = 0, spared = 0;
  OverWorlds(kWorlds, [&](const TiersCase& c) {
    const auto found =
        ChokepointsAbove(*c.analysis, ChokepointThresholds(), {});
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_TRUE(found->proven);
    std::set<std::size_t> items;
    for (const Chokepoint& row : found->rows) {
      items.insert(static_cast<std::size_t>(row.item));
    }
    EXPECT_EQ(items.size(), found->rows.size());
    for (std::size_t j = 0; j < c.tiers.size(); ++j) {
      const Real reach =
          ReachOf(test::RefChokepointOf(c.tiers, c.random.ten, j, false));
      if (std::abs(reach - 1) < 1e-7L) continue;  // by the tolerance or not
      EXPECT_EQ(reach > 1, items.contains(j)) << c.tiers.ids[j];
      ++(reach > 1 ? fired : spared);
    }
  });
  EXPECT_GT(fired, 100);
  EXPECT_GT(spared, 100);
}

TEST(RandomTiersOptions, ChokepointsWithoutSubstitution) {
  OverWorlds(kWorlds, [](const TiersCase& c) {
    ChokepointOptions options;
    options.substitution = false;
    const std::size_t n = c.tiers.size();
    const auto found = ComputeChokepoints(*c.analysis, n, options);
    ASSERT_TRUE(found.ok() && found->proven);
    std::vector<double> scores(n, 0);
    for (const Chokepoint& row : found->rows) {
      scores[static_cast<std::size_t>(row.item)] = row.score;
    }
    for (std::size_t j = 0; j < n; ++j) {
      const Real want =
          test::RefChokepointOf(c.tiers, c.random.ten, j, false, false).score;
      EXPECT_NEAR(Double(want), scores[j], kWithin) << c.tiers.ids[j];
    }
    const auto one = ScoreChokepoint(*c.analysis, 0, options);
    ASSERT_TRUE(one.ok());
    EXPECT_NEAR(one->score, scores[0], 1e-9);
  });
}

void ExpectSame(const LossMeans& a, const LossMeans& b) {
  EXPECT_EQ(a.mean_loss, b.mean_loss);
  EXPECT_EQ(a.mean_loss_pessimistic, b.mean_loss_pessimistic);
  EXPECT_EQ(a.mean_loss_value, b.mean_loss_value);
  EXPECT_EQ(a.stopped_items, b.stopped_items);
}

TEST(RandomTiersOptions, ExposureWithoutSubstitutionOnTwoThreads) {
  OverWorlds(kWorlds, [](const TiersCase& c) {
    ExposureOptions options;
    options.substitution = false;
    const auto one = ComputeExposure(*c.analysis, options);
    options.threads = 2;
    const auto two = ComputeExposure(*c.analysis, options);
    options.by_sector = false;
    const auto totals = ComputeExposure(*c.analysis, options);
    ASSERT_TRUE(one.ok() && two.ok() && totals.ok());
    ASSERT_EQ(one->rows.size(), two->rows.size());
    for (std::size_t k = 0; k < one->rows.size(); ++k) {
      const CountryExposure& row = one->rows[k];
      ExpectSame(row.total, two->rows[k].total);
      test::RefScenario scenario;
      scenario.countries[row.country.ToString()] = 0;
      scenario.substitution = false;
      const auto want = test::RefMeansOf(
          c.tiers, test::RefDisrupt(c.tiers, scenario).loss, "");
      ASSERT_EQ(want.mean_loss.has_value(), row.total.mean_loss.has_value());
      if (!want.mean_loss) continue;
      EXPECT_NEAR(Double(*want.mean_loss), *row.total.mean_loss, kWithin);
      EXPECT_NEAR(Double(*want.mean_loss), *totals->rows[k].total.mean_loss,
                  kWithin);
    }
  });
}

TEST(RandomTiersOptions, ScreeningStaysWithinItsBound) {
  OverWorlds(kWorlds, [](const TiersCase& c) {
    const auto exact = ComputeExposure(*c.analysis, ExposureOptions());
    ExposureOptions options;
    options.tolerance = 1e-5;
    const auto screened = ComputeExposure(*c.analysis, options);
    ASSERT_TRUE(exact.ok() && screened.ok());
    EXPECT_LE(screened->bound.error, 1e-5);
    for (std::size_t k = 0; k < exact->rows.size(); ++k) {
      const LossMeans& want = exact->rows[k].total;
      const LossMeans& got = screened->rows[k].total;
      if (!want.mean_loss) continue;
      EXPECT_NEAR(*want.mean_loss, *got.mean_loss,
                  screened->bound.error + 1e-9);
      EXPECT_NEAR(*want.mean_loss_pessimistic, *got.mean_loss_pessimistic,
                  screened->bound.error + 1e-9);
    }
  });
}

TEST(RandomTiersOptions, ExplainedTracesBeginTheFullOnes) {
  OverWorlds(kWorlds, [](const TiersCase& c) {
    const SupplyLayer supply = ComputeSupplyLayer(
        *c.analysis->world, c.analysis->options, c.analysis->balance);
    const auto full = TraceItem(*c.analysis, supply, 0);
    const auto part = TraceItem(*c.analysis, supply, 0, 0.8);
    ASSERT_TRUE(full.ok() && part.ok());
    ASSERT_LE(part->rows.size(), full->rows.size());
    double sum = 0, without_last = 0;
    for (std::size_t k = 0; k < part->rows.size(); ++k) {
      EXPECT_EQ(part->rows[k].input, full->rows[k].input);
      EXPECT_EQ(part->rows[k].country, full->rows[k].country);
      EXPECT_EQ(part->rows[k].contribution, full->rows[k].contribution);
      without_last = sum;
      sum += part->rows[k].contribution;
    }
    const double all = 1 - full->content;
    constexpr double kSum = 1e-6;  // METHOD 3.2
    EXPECT_NEAR(part->rest, all - sum, kSum);
    EXPECT_GE(sum, 0.8 * all - kSum);
    EXPECT_LE(without_last, 0.8 * all + kSum);
  });
}

TEST(RandomTiersOptions, UpdatedContentIsTheSolutionOfTheNewShares) {
  OverWorlds(kWorlds, [](TiersCase& c) {
    std::vector<double> a = AssuredLower(c.analysis->balance);
    ContentUpdater updater(c.analysis->graph, a, c.analysis->lower);
    for (int step = 0; step < 6; ++step) {
      std::vector<ShareChange> changes;
      for (int k = c.random.Below(3); k >= 0; --k) {
        const int item = c.random.Below(static_cast<int>(a.size()));
        const double share = c.random.Below(9) * 0.125;
        changes.push_back({item, share});
        a[static_cast<std::size_t>(item)] = share;
      }
      updater.Apply(changes);
      const std::vector<Real> exact(a.begin(), a.end());
      const std::vector<Real> want = test::RefSolve(c.tiers, exact);
      for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_NEAR(Double(want[i]), updater.content(static_cast<ItemIndex>(i)),
                    1e-9)
            << "step " << step << " " << c.tiers.ids[i];
      }
    }
  });
}

// Lanes do not change one another.
TEST(RandomTiersOptions, ContentsTogetherAreThoseAlone) {
  OverWorlds(kWorlds / 4, [](const TiersCase& c) {
    const Balance& balance = c.analysis->balance;
    const std::vector<std::vector<double>> a = {
        AssuredUpper(balance), AssuredLower(balance), LocatedLower(balance),
        std::vector<double>(c.tiers.size(), 0.5), AssuredLower(balance)};
    const auto together = *SolveContents(*c.analysis->graph, a);
    ASSERT_EQ(together.size(), a.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
      const Content alone = SolveContent(*c.analysis->graph, a[k]);
      EXPECT_EQ(alone.share, together[k].share);
      EXPECT_EQ(alone.error, together[k].error);
    }
  });
}

// Every link is an input, nothing comes twice, and the chain ends where the
// scenario hits.
TEST(RandomTiersOptions, ChainsOfFailuresEndWhereTheyBegan) {
  int long_ones = 0;
  OverWorlds(kWorlds, [&](TiersCase& c) {
    const auto scenario =
        ResolveScenario(*c.analysis, SpecOf(c.random.MakeScenario()));
    ASSERT_TRUE(scenario.ok());
    const auto got = ComputeDisruption(*c.analysis, *scenario);
    ASSERT_TRUE(got.ok());
    for (std::size_t i = 0; i < c.tiers.size(); ++i) {
      const auto item = static_cast<ItemIndex>(i);
      const std::vector<ItemIndex> chain = ChainOfFailures(*got, item);
      EXPECT_EQ(chain.empty(), !Above(got->loss[i], 0));
      if (chain.empty()) continue;
      EXPECT_EQ(chain.front(), item);
      EXPECT_EQ(std::set<ItemIndex>(chain.begin(), chain.end()).size(),
                chain.size());
      for (std::size_t k = 1; k < chain.size(); ++k) {
        EXPECT_EQ(chain[k],
                  got->limiting[static_cast<std::size_t>(chain[k - 1])]);
      }
      long_ones += chain.size() > 2 ? 1 : 0;
    }
  });
  EXPECT_GT(long_ones, 100);
}

// Whether `user` loses as much as its input `input` alone takes of it.
bool LosesBy(const TiersCase& c, const Disruption& whole, ItemIndex user,
             ItemIndex input) {
  const Graph& graph = *c.analysis->graph;
  const LossBase base = MakeLossBase(*c.analysis, true);
  const Place p = graph.PlaceOf(user);
  for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
    if (graph.item[graph.input_of(e)] != input) continue;
    const double taken = base.home[p] * graph.essentiality_of(e) *
                         whole.loss[static_cast<std::size_t>(input)];
    return std::abs(taken - whole.loss[static_cast<std::size_t>(user)]) <
           kWithin;
  }
  return false;
}

// The search from the largest loss down finds what the whole solution says.
TEST(RandomTiersOptions, TheReachOfAFailureIsThatOfTheWholeSolution) {
  int stopping = 0, long_ones = 0, by_leaves = 0;
  OverWorlds(kWorlds, [&](const TiersCase& c) {
    const auto equipment = EquipmentReachedByAll(c.analysis->world->structure(),
                                                 *c.analysis->graph);
    FailureSearch search(*c.analysis);
    for (std::size_t k = 0; k < c.tiers.size(); ++k) {
      const auto item = static_cast<ItemIndex>(k);
      Scenario scenario;
      scenario.items = {item};
      const auto whole = ComputeDisruption(*c.analysis, scenario);
      ASSERT_TRUE(whole.ok());
      const FailureReach reach = search.Find(item, equipment[k]);
      std::vector<ItemIndex> stopped;
      ItemIndex hardest = -1;
      const auto look = [&](ItemIndex i, double& most) {
        const double loss = whole->loss[static_cast<std::size_t>(i)];
        if (i == item || loss <= most + kTolerance) return;
        most = loss;
        hardest = i;
      };
      double most = 0;
      for (const ItemIndex e : equipment[k]) {
        if (whole->stopped(e)) stopped.push_back(e);
        look(e, most);
      }
      const bool by_leaf = hardest < 0;
      for (std::size_t i = 0; by_leaf && i < c.tiers.size(); ++i) {
        if (c.analysis->leaf[i]) look(static_cast<ItemIndex>(i), most);
      }
      EXPECT_EQ(reach.stopped, stopped);
      ASSERT_EQ(reach.chain.empty(), hardest < 0);
      if (hardest < 0) continue;
      // Equals within the tolerance come by what rounding left of them.
      const ItemIndex first = reach.chain.front();
      EXPECT_NEAR(whole->loss[static_cast<std::size_t>(first)], most, kWithin);
      EXPECT_EQ(reach.chain.back(), item);
      for (std::size_t n = 1; n < reach.chain.size(); ++n) {
        EXPECT_TRUE(LosesBy(c, *whole, reach.chain[n - 1], reach.chain[n]));
      }
      stopping += stopped.empty() ? 0 : 1;
      long_ones += reach.chain.size() > 2 ? 1 : 0;
      by_leaves += by_leaf ? 1 : 0;
    }
  });
  EXPECT_GT(stopping, 100);
  EXPECT_GT(long_ones, 100);
  EXPECT_GT(by_leaves, 100);
}

}  // namespace
}  // namespace qiangji::domain
