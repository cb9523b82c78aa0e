// METHOD 3 against the slow reference on random worlds of 5 to 60 items:
// cycles, closed loops, substitution groups, missing data, licences, supply of
// unknown origin, nothing bought, both measures. Shards run side by side.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "services/domain/chokepoint.h"
#include "services/domain/exposure.h"
#include "services/domain/marginal.h"
#include "services/domain/supply_layer.h"
#include "services/domain/trace.h"
#include "tests/support/world/random_tiers_case.h"

namespace qiangji::domain {
namespace {

using test::Real;

constexpr unsigned kWorlds = 10000, kShards = 10;
constexpr double kWithin = 1e-8;
// Figures nearer than this, relative, are equal but for rounding: the next
// word of an order decides.
constexpr double kTie = 1e-10;

double Double(Real x) { return static_cast<double>(x); }

void ExpectNear(const std::optional<Real>& want,
                const std::optional<double>& got, const char* what) {
  ASSERT_EQ(want.has_value(), got.has_value()) << what;
  if (want) {
    EXPECT_NEAR(Double(*want), *got, kWithin) << what;
  }
}

void ExpectShares(const std::vector<Real>& want, const std::vector<double>& got,
                  const char* what) {
  ASSERT_EQ(want.size(), got.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_NEAR(Double(want[i]), got[i], kWithin) << what << " of item " << i;
  }
}

// A threshold that this figure is too near to for a verdict.
bool OnTheEdge(Real figure, Real threshold) {
  return std::abs(figure - threshold) < 1e-10L;
}

void ExpectContent(const TiersCase& c) {
  const Analysis& analysis = *c.analysis;
  ExpectShares(c.tiers.content, analysis.lower.share, "lower");
  ExpectShares(test::RefSolve(c.tiers, c.tiers.upper), analysis.upper.share,
               "upper");
  ExpectShares(test::RefSolve(c.tiers, c.tiers.located), analysis.located.share,
               "located");
  EXPECT_LE(analysis.lower.error, kContentError);
  EXPECT_LE(analysis.upper.error, kContentError);
  EXPECT_LE(analysis.located.error, kContentError);
}

// The best chain, or one as good but for rounding; where products are exact
// the best by links and ids too.
void ExpectChain(const TiersCase& c, const std::vector<std::string>& want,
                 const std::vector<ItemIndex>& got) {
  std::vector<std::string> ids;
  ids.reserve(got.size());
  for (ItemIndex i : got) ids.push_back(c.id(i));
  if (ids == want) return;
  EXPECT_FALSE(c.random.exact && want.size() <= 8)
      << "chain to " << want.back() << " has " << ids.size() << " items";
  const Real best = test::RefChainProduct(c.tiers, want);
  EXPECT_NEAR(Double(test::RefChainProduct(c.tiers, ids) / best), 1, kTie);
  ASSERT_FALSE(ids.empty());
  EXPECT_EQ(ids.front(), want.front());
  EXPECT_EQ(ids.back(), want.back());
}

void ExpectTrace(const TiersCase& c, const SupplyLayer& supply,
                 std::size_t root) {
  SCOPED_TRACE(c.tiers.ids[root]);
  const auto item = static_cast<ItemIndex>(root);
  const auto trace = TraceItem(*c.analysis, supply, item);
  ASSERT_TRUE(trace.ok()) << trace.status();
  std::map<std::pair<std::string, std::string>, const TraceRow*> got;
  double sum = trace->content, last = 1;
  for (const TraceRow& row : trace->rows) {
    got[{row.input < 0 ? kLoopInput : c.id(row.input), row.country}] = &row;
    EXPECT_LE(row.contribution, last * (1 + kTie));
    last = row.contribution;
    sum += row.contribution;
  }
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_EQ(got.size(), trace->rows.size()) << "a pair twice";
  for (const auto& want : test::RefTrace(c.tiers, c.paths, root)) {
    const auto at = got.find({want.input, want.country});
    if (at == got.end()) {
      EXPECT_LT(want.amount, 1.001e-12L) << want.input << " " << want.country;
      continue;
    }
    EXPECT_NEAR(Double(want.amount), at->second->contribution, kWithin)
        << want.input << " " << want.country;
    if (!want.chain.empty()) {
      ExpectChain(c, want.chain, trace->ChainOf(*at->second));
    }
    got.erase(at);
  }
  for (const auto& [pair, row] : got) {
    EXPECT_LT(row->contribution, 1.001e-12) << pair.first << " " << pair.second;
  }
}

void ExpectTraces(TiersCase& c) {
  const SupplyLayer supply = ComputeSupplyLayer(
      *c.analysis->world, c.analysis->options, c.analysis->balance);
  const std::size_t n = c.tiers.size();
  if (n <= 10) {
    for (std::size_t root = 0; root < n; ++root) ExpectTrace(c, supply, root);
    return;
  }
  for (int k = 0; k < 4; ++k) {
    ExpectTrace(c, supply,
                static_cast<std::size_t>(c.random.Below(static_cast<int>(n))));
  }
}

// Weights of the leaf items; empty where they weigh nothing.
std::vector<double> LeafWeights(const TiersCase& c) {
  std::vector<double> weights(c.tiers.size(), 0);
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!c.tiers.leaf[i]) continue;
    weights[i] = c.random.ref.items.at(c.tiers.ids[i]).weight;
    sum += weights[i];
  }
  if (sum <= 0) return {};
  for (double& weight : weights) weight /= sum;
  return weights;
}

void ExpectMarginal(TiersCase& c) {
  const std::vector<double> weights = LeafWeights(c);
  if (weights.empty()) return;
  const std::vector<Real> w(weights.begin(), weights.end());
  const std::vector<double> a = AssuredLower(c.analysis->balance);
  const Marginal got =
      SolveMarginal(*c.analysis->graph, a, c.analysis->lower.share, weights);
  const test::RefMarginal want = test::RefMarginalGains(c.tiers, c.paths, w);
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double gain = Double(want.marginal[j]);
    EXPECT_NEAR(gain, got.marginal_gain[j], kWithin * (1 + gain)) << j;
    EXPECT_NEAR(Double(want.potential[j]), got.potential_gain[j],
                kWithin * (1 + gain))
        << j;
  }
  // The slope itself, of two items: a step of 1e-6 leaves 1e-7 of it.
  const auto j =
      static_cast<std::size_t>(c.random.Below(static_cast<int>(a.size())));
  const Real slope = test::RefMarginalByDifference(c.tiers, w, j, 1e-6L);
  EXPECT_NEAR(Double(slope), got.marginal_gain[j],
              1e-7 * (1 + got.marginal_gain[j]));
  const auto exact = ExactGains(*c.analysis->graph, a, weights, got,
                                {static_cast<ItemIndex>(j)});
  ASSERT_TRUE(exact.ok());
  EXPECT_NEAR(Double(test::RefWeightedContent(c.tiers, w, j, 1) -
                     test::RefWeightedContent(c.tiers, w, j, c.tiers.lower[j])),
              exact->at(0), kWithin);
}

void ExpectMeans(const TiersCase& c, const std::vector<Real>& loss,
                 const std::vector<Real>& worst, const std::string& sector,
                 const LossMeans& got) {
  SCOPED_TRACE(sector);
  const test::RefMeans want = test::RefMeansOf(c.tiers, loss, sector);
  ExpectNear(want.mean_loss, got.mean_loss, "mean_loss");
  ExpectNear(want.mean_loss_value, got.mean_loss_value, "mean_loss_value");
  ExpectNear(test::RefMeansOf(c.tiers, worst, sector).mean_loss,
             got.mean_loss_pessimistic, "mean_loss_pessimistic");
  EXPECT_EQ(want.valued, got.valued_items);
  for (Real x : loss) {
    if (OnTheEdge(x, 0.5L + 1e-9L)) return;
  }
  EXPECT_EQ(want.stopped, got.stopped_items);
}

void ExpectAllMeans(const TiersCase& c, const std::vector<Real>& loss,
                    const std::vector<Real>& worst, const LossMeans& total,
                    const std::vector<LossMeans>& sectors) {
  ExpectMeans(c, loss, worst, "", total);
  const auto& all = c.analysis->world->structure().sectors;
  ASSERT_EQ(all.size(), sectors.size());
  for (std::size_t s = 0; s < all.size(); ++s) {
    ExpectMeans(c, loss, worst, all[s].id, sectors[s]);
  }
}

void ExpectDisruption(TiersCase& c) {
  test::RefScenario scenario = c.random.MakeScenario();
  const auto resolved = ResolveScenario(*c.analysis, SpecOf(scenario));
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  const auto got = ComputeDisruption(*c.analysis, *resolved);
  ASSERT_TRUE(got.ok()) << got.status();
  const test::RefDisruption want = test::RefDisrupt(c.tiers, scenario);
  ExpectShares(want.loss, got->loss, "loss");
  scenario.pessimistic = true;
  const test::RefDisruption worst = test::RefDisrupt(c.tiers, scenario);
  ExpectShares(worst.loss, got->loss_pessimistic, "loss_pessimistic");
  EXPECT_LE(got->bound.error, 1e-9);
  ExpectAllMeans(c, want.loss, worst.loss, got->total, got->sectors);
  for (std::size_t i = 0; i < c.tiers.size(); ++i) {
    const std::string& limiting = c.id(got->limiting[i]);
    if (limiting == want.limiting[i]) continue;
    EXPECT_TRUE(want.nearly[i].contains(limiting))
        << c.tiers.ids[i] << " is limited by " << want.limiting[i] << ", not "
        << limiting;
  }
}

void ExpectExposure(const TiersCase& c) {
  const auto got = ComputeExposure(*c.analysis, ExposureOptions());
  ASSERT_TRUE(got.ok()) << got.status();
  const auto countries = test::RefExposureCountries(c.tiers);
  ASSERT_EQ(countries.size(), got->rows.size());
  auto row = got->rows.begin();
  for (const std::string& country : countries) {
    SCOPED_TRACE(country);
    ASSERT_EQ(country, row->country.ToString());
    test::RefScenario scenario;
    scenario.countries[country] = 0;
    const auto loss = test::RefDisrupt(c.tiers, scenario).loss;
    scenario.pessimistic = true;
    const auto worst = test::RefDisrupt(c.tiers, scenario).loss;
    ExpectAllMeans(c, loss, worst, row->total, row->sectors);
    ++row;
  }
}

void ExpectChokepoint(const TiersCase& c, const test::RefChokepoint& want,
                      const Chokepoint& got) {
  SCOPED_TRACE(c.id(got.item));
  EXPECT_NEAR(Double(want.score), got.score, kWithin);
  bool edge = false;
  const auto& sectors = c.analysis->world->structure().sectors;
  ASSERT_EQ(sectors.size(), got.sector_means.size());
  for (std::size_t s = 0; s < sectors.size(); ++s) {
    const auto mean = want.sectors.find(sectors[s].id);
    if (mean == want.sectors.end()) continue;
    edge |= OnTheEdge(mean->second, 0.05L - 1e-9L);
    ASSERT_TRUE(got.sector_means[s].has_value());
    EXPECT_NEAR(Double(mean->second), *got.sector_means[s], kWithin);
  }
  if (!edge) {
    EXPECT_EQ(want.sectors_hit, got.sectors_hit);
  }
}

void ExpectChokepoints(const TiersCase& c, ChokepointVariant variant) {
  ChokepointOptions options;
  options.variant = variant;
  const std::size_t n = c.tiers.size();
  std::vector<test::RefChokepoint> want;
  std::size_t listed = 0, unclear = 0;
  for (std::size_t j = 0; j < n; ++j) {
    want.push_back(test::RefChokepointOf(c.tiers, c.random.ten, j,
                                         variant == ChokepointVariant::kWhole));
    listed += want[j].score > 1e-9L ? 1 : 0;
    unclear += OnTheEdge(want[j].score, 1e-9L) ? 1 : 0;
  }
  const auto got = ComputeChokepoints(*c.analysis, n, options);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_TRUE(got->proven);
  if (unclear == 0) {
    EXPECT_EQ(listed, got->rows.size());
  }
  double last = 1;
  for (const Chokepoint& row : got->rows) {
    ExpectChokepoint(c, want[static_cast<std::size_t>(row.item)], row);
    EXPECT_LE(row.score, last * (1 + kTie));
    last = row.score;
  }
  // The first three alone are the same three, or as good.
  const auto top = ComputeChokepoints(*c.analysis, 3, options);
  ASSERT_TRUE(top.ok() && top->proven);
  ASSERT_EQ(top->rows.size(), std::min<std::size_t>(3, got->rows.size()));
  for (std::size_t k = 0; k < top->rows.size(); ++k) {
    EXPECT_NEAR(top->rows[k].score, got->rows[k].score, 1e-12);
  }
}

class RandomTiersShard : public testing::TestWithParam<unsigned> {};

TEST_P(RandomTiersShard, AgreesWithTheReference) {
  const unsigned worlds = Rounds(kWorlds) / kShards;
  const unsigned first = 1 + GetParam() * worlds;
  for (unsigned seed = first; seed < first + worlds; ++seed) {
    SCOPED_TRACE(seed);
    TiersCase c(seed);
    ASSERT_EQ(c.tiers.size(), c.analysis->balance.size());
    ExpectContent(c);
    ExpectTraces(c);
    ExpectMarginal(c);
    ExpectDisruption(c);
    ExpectExposure(c);
    ExpectChokepoints(c, ChokepointVariant::kNotAssured);
    ExpectChokepoints(c, ChokepointVariant::kWhole);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, RandomTiersShard, testing::Range(0u, kShards));

}  // namespace
}  // namespace qiangji::domain
