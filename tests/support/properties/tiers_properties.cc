#include "tests/support/properties/tiers_properties.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "services/domain/chokepoint.h"
#include "services/domain/exposure.h"
#include "services/domain/lanes.h"
#include "services/domain/loss_sweep.h"
#include "services/domain/marginal.h"
#include "services/domain/trace.h"
#include "tests/support/world/random_tiers_case.h"

namespace qiangji::domain {
namespace {

using test::Choices;
using test::RandomTiers;
using test::RefScenario;

// Content is within 1e-12 of its solution, a loss within 5e-10.
constexpr double kSameContent = 1e-11, kSameLoss = 1e-9;

// Every figure of METHOD 3 by item id.
struct Figures {
  std::map<std::string, std::vector<double>> content, loss;
  std::vector<double> means;
  std::string traces;
};

void AddContent(const Analysis& analysis, Figures& figures) {
  const auto& items = analysis.world->structure().items;
  const std::vector<double> a = AssuredLower(analysis.balance);
  const std::vector<double> weights(a.size(),
                                    1 / static_cast<double>(a.size()));
  const Marginal marginal =
      SolveMarginal(*analysis.graph, a, analysis.lower.share, weights);
  for (std::size_t i = 0; i < items.size(); ++i) {
    // Of weights that do not change with the number of items.
    const auto n = static_cast<double>(a.size());
    figures.content[items[i].id] = {
        analysis.lower.share[i], analysis.upper.share[i],
        analysis.located.share[i], n * marginal.marginal_gain[i],
        n * marginal.potential_gain[i]};
  }
}

void AddTraces(const Analysis& analysis, Figures& figures) {
  const auto& items = analysis.world->structure().items;
  const SupplyLayer supply =
      ComputeSupplyLayer(*analysis.world, analysis.options, analysis.balance);
  for (std::size_t i = 0; i < items.size(); i += 3) {
    const auto trace = TraceItem(analysis, supply, static_cast<ItemIndex>(i));
    ASSERT_TRUE(trace.ok()) << trace.status();
    double sum = 0;
    for (const TraceRow& row : trace->rows) {
      absl::StrAppendFormat(&figures.traces, "%d %s %a", row.input, row.country,
                            row.contribution);
      for (ItemIndex at : trace->ChainOf(row)) {
        absl::StrAppend(&figures.traces, " ", at);
      }
      sum += row.contribution;
    }
    EXPECT_NEAR(sum, 1 - analysis.lower.share[i], 1e-6) << items[i].id;
  }
}

void AddMeans(const LossMeans& means, Figures& figures) {
  for (const auto& mean :
       {means.mean_loss, means.mean_loss_pessimistic, means.mean_loss_value}) {
    figures.means.push_back(mean.value_or(-1));
  }
}

void AddChokepoints(const Analysis& analysis, ChokepointVariant variant,
                    Figures& figures) {
  const auto& items = analysis.world->structure().items;
  ChokepointOptions options;
  options.variant = variant;
  const auto found = ComputeChokepoints(analysis, items.size(), options);
  ASSERT_TRUE(found.ok()) << found.status();
  std::vector<double> scores(items.size(), 0);
  for (const Chokepoint& row : found->rows) {
    scores[static_cast<std::size_t>(row.item)] = row.score;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    figures.loss[items[i].id].push_back(scores[i]);
  }
}

Disruption Disrupt(const Analysis& analysis, const RefScenario& scenario) {
  const auto resolved = ResolveScenario(analysis, SpecOf(scenario));
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  auto disruption = ComputeDisruption(analysis, *resolved);
  EXPECT_TRUE(disruption.ok()) << disruption.status();
  return *std::move(disruption);
}

Figures FiguresOf(const Analysis& analysis, const RefScenario& scenario) {
  Figures figures;
  AddContent(analysis, figures);
  AddTraces(analysis, figures);
  const Disruption disruption = Disrupt(analysis, scenario);
  const auto& items = analysis.world->structure().items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    figures.loss[items[i].id] = {disruption.loss[i],
                                 disruption.loss_pessimistic[i]};
  }
  AddMeans(disruption.total, figures);
  const auto exposure = ComputeExposure(analysis, ExposureOptions());
  EXPECT_TRUE(exposure.ok()) << exposure.status();
  for (const CountryExposure& row : exposure->rows) {
    AddMeans(row.total, figures);
    for (const LossMeans& means : row.sectors) AddMeans(means, figures);
  }
  AddChokepoints(analysis, ChokepointVariant::kNotAssured, figures);
  AddChokepoints(analysis, ChokepointVariant::kWhole, figures);
  return figures;
}

void ExpectAlike(const std::vector<double>& want,
                 const std::vector<double>& got, double within) {
  ASSERT_EQ(want.size(), got.size());
  for (std::size_t k = 0; k < want.size(); ++k) {
    const double scale = std::max(1.0, want[k]);
    EXPECT_NEAR(want[k], got[k], within * scale) << "figure " << k;
  }
}

// The items of `want` under the names that `renamed` gives them.
template <typename Renamed>
void ExpectAlike(const Figures& want, const Figures& got, Renamed renamed) {
  for (const auto& [id, figures] : want.content) {
    SCOPED_TRACE(id);
    ExpectAlike(figures, got.content.at(renamed(id)), kSameContent);
    ExpectAlike(want.loss.at(id), got.loss.at(renamed(id)), kSameLoss);
  }
  ExpectAlike(want.means, got.means, kSameLoss);
}

void ExpectSameBits(const Figures& want, const Figures& got) {
  EXPECT_EQ(want.content, got.content);
  EXPECT_EQ(want.loss, got.loss);
  EXPECT_EQ(want.means, got.means);
  EXPECT_EQ(want.traces, got.traces);
}

void ExpectShares(const Analysis& analysis, const Figures& figures) {
  for (const auto& [id, content] : figures.content) {
    SCOPED_TRACE(id);
    const double least = content[0] - analysis.lower.error;
    EXPECT_LE(least, content[1] + analysis.upper.error);
    EXPECT_LE(least, content[2] + analysis.located.error);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_GE(content[k], 0);
      EXPECT_LE(content[k], 1);
    }
    EXPECT_GE(content[3], 0);
    EXPECT_GE(content[4], 0);
    for (double loss : figures.loss.at(id)) {
      EXPECT_GE(loss, 0);
      EXPECT_LE(loss, 1);
    }
  }
  for (double mean : figures.means) {
    EXPECT_TRUE(mean == -1 || (mean >= 0 && mean <= 1)) << mean;
  }
}

// The losses of a scenario are nowhere below those of a milder one.
void ExpectNoMilder(const std::vector<double>& loss, const LossBound& bound,
                    const std::vector<double>& milder,
                    const LossBound& milder_bound) {
  for (std::size_t i = 0; i < loss.size(); ++i) {
    EXPECT_GE(loss[i] + bound.error + milder_bound.error, milder[i]) << i;
  }
}

void ExpectMonotone(const Analysis& analysis, RandomTiers& random,
                    RefScenario scenario) {
  const Disruption mild = Disrupt(analysis, scenario);
  ExpectNoMilder(mild.loss_pessimistic, mild.bound, mild.loss, mild.bound);
  RefScenario apart = scenario;
  apart.substitution = false;
  const Disruption rigid = Disrupt(analysis, apart);
  ExpectNoMilder(rigid.loss, rigid.bound, mild.loss, mild.bound);
  // Less survives of what was hit, and more is hit.
  for (auto& [country, fraction] : scenario.countries) fraction /= 2;
  for (auto& [supplier, fraction] : scenario.suppliers) fraction /= 2;
  const char* const more[] = {"JPN", "DEU", "USA", "SWE"};
  scenario.countries.insert({more[random.Below(4)], 0.5});
  const Disruption harsh = Disrupt(analysis, scenario);
  ExpectNoMilder(harsh.loss, harsh.bound, mild.loss, mild.bound);
  ExpectNoMilder(harsh.loss_pessimistic, harsh.bound, mild.loss_pessimistic,
                 mild.bound);
}

// "i07" becomes "j92": all in the opposite order.
std::string Renamed(const std::string& id) {
  return id.empty() ? id : absl::StrCat("j", 99 - std::stoi(id.substr(1)));
}

test::RefWorld Renamed(const test::RefWorld& world) {
  test::RefWorld renamed;
  renamed.organizations = world.organizations;
  for (auto [id, item] : world.items) {
    item.parent = Renamed(item.parent);
    renamed.items[Renamed(id)] = item;
  }
  for (test::RefRecord record : world.records) {
    record.item = Renamed(record.item);
    renamed.records.push_back(record);
  }
  for (const auto& [key, demand] : world.demand) {
    renamed.demand[{Renamed(key.first), key.second}] = demand;
  }
  for (test::RefInput input : world.inputs) {
    input.item = Renamed(input.item);
    input.input = Renamed(input.input);
    renamed.inputs.push_back(input);
  }
  return renamed;
}

// What a world says about nothing else: before all others, without weight.
void AddIrrelevantItem(test::RefWorld& world) {
  test::RefItem item;
  item.sectors = {"s1"};
  item.weight = 0;
  world.items["a0"] = item;
  test::RefRecord record;
  record.item = "a0";
  record.year = test::kTiersYear;
  record.origin = "CHN";
  record.share = 1;
  world.records.push_back(record);
}

}  // namespace

void CheckTiersProperties(Choices choices, unsigned shuffle) {
  RandomTiers random(std::move(choices));
  const RefScenario scenario = random.MakeScenario();
  const int back = random.Below(2) * 3;
  const auto analysis = AnalyzeRows(random.Rows(), back);
  const Figures figures = FiguresOf(*analysis, scenario);
  ExpectShares(*analysis, figures);
  ExpectMonotone(*analysis, random, scenario);

  ExpectSameBits(figures,
                 FiguresOf(*AnalyzeRows(random.Rows(shuffle), back), scenario));
  ForceBaselineForTest(true);
  UseBaselineSweepsForTest(true);
  ExpectSameBits(figures,
                 FiguresOf(*AnalyzeRows(random.Rows(), back), scenario));
  ForceBaselineForTest(false);
  UseBaselineSweepsForTest(false);

  const test::RefWorld world = random.ref;
  random.ref = Renamed(world);
  RefScenario renamed = scenario;
  renamed.items.clear();
  for (const std::string& id : scenario.items) {
    renamed.items.insert(Renamed(id));
  }
  ExpectAlike(figures, FiguresOf(*AnalyzeRows(random.Rows(), back), renamed),
              [](const std::string& id) { return Renamed(id); });
  random.ref = world;
  AddIrrelevantItem(random.ref);
  ExpectAlike(figures, FiguresOf(*AnalyzeRows(random.Rows(), back), scenario),
              [](const std::string& id) { return id; });
}

}  // namespace qiangji::domain
