// METHOD 3.4 to 3.6 on a network of CSV files: prints one JSON object.
//   bench_scenario exposure DIR [REPEATS]
//   bench_scenario chokepoints DIR BUDGET   (0 = until proven)
// DIR as `bench_content generate` writes it.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "services/domain/analysis.h"
#include "services/domain/chokepoint.h"
#include "services/domain/exposure.h"
#include "services/domain/loss_base.h"
#include "tests/bench/tiers_world.h"

namespace qiangji::bench {
namespace {

using domain::Analysis;
using domain::Country;
using domain::Edge;
using domain::Graph;
using domain::Place;

double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double MedianSeconds(int repeats, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int k = 0; k < repeats; ++k) {
    const double start = Now();
    work();
    seconds.push_back(Now() - start);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

void Print(const char* name, double value) {
  std::printf("\"%s\": %.9g,\n", name, value);
}

std::shared_ptr<const Analysis> Load(const std::string& directory) {
  domain::AnalysisOptions options;
  options.year = kTiersYear;
  auto analysis = *Analyze(MakeTiersWorld(directory), options);
  const double start = Now();
  Print("splits", static_cast<double>(analysis->supply().splits.size()));
  Print("supply_layer_s", Now() - start);
  Print("items", static_cast<double>(analysis->graph->size()));
  Print("inputs", static_cast<double>(analysis->graph->input.size()));
  return analysis;
}

// Whether the embargo stops what has this facet.
bool Stops(const domain::World& world, const domain::SupplyFacet& facet,
           Country country) {
  if (facet.origin == country || facet.controller == country) return true;
  const domain::LicenceSet& licences = world.licences(facet.licences);
  return std::find(licences.begin(), licences.end(), country) != licences.end();
}

// One embargo: full sweeps of a single scenario in the same good order, in
// float, until no loss changes by more than `change`.
class Alone {
 public:
  Alone(const Analysis& analysis, const domain::LossBase& base)
      : analysis_(analysis), base_(base), graph_(*analysis.graph) {}

  double MeanLoss(Country country, float change) {
    AddHits(country);
    loss_.assign(graph_.size(), 0);
    while (Sweep() > change) {
    }
    double sum = 0;
    for (const float loss : loss_) sum += static_cast<double>(loss);
    return sum / static_cast<double>(loss_.size());
  }

 private:
  void AddHits(Country country) {
    const domain::SupplyLayer& supply = analysis_.supply();
    std::vector<char> stopped;
    for (const domain::SupplyFacet& facet : supply.facets) {
      stopped.push_back(Stops(*analysis_.world, facet, country) ? 1 : 0);
    }
    direct_.assign(graph_.size(), 0);
    home_.assign(base_.home.begin(), base_.home.end());
    for (Place p = 0; p < graph_.size(); ++p) {
      for (const domain::SupplySplit& split : supply.Of(graph_.item[p])) {
        if (stopped[split.facet] == 0) continue;
        const auto share = static_cast<float>(split.share);
        direct_[p] += share;
        if (supply.FacetOf(split).kind == domain::OriginKind::kHome) {
          home_[p] = std::max(0.0F, home_[p] - share);
        }
      }
    }
  }

  float Sweep() {
    float most = 0;
    for (Place p = 0; p < graph_.size(); ++p) {
      float worst = 0, least = 2;
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        least = std::min(least, static_cast<float>(graph_.essentiality_of(e)) *
                                    loss_[graph_.input_of(e)]);
        if (!graph_.ends_requirement(e)) continue;
        worst = std::max(worst, least);
        least = 2;
      }
      const float loss = std::min(1.0F, direct_[p] + home_[p] * worst);
      most = std::max(most, loss - loss_[p]);
      loss_[p] = loss;
    }
    return most;
  }

  const Analysis& analysis_;
  const domain::LossBase& base_;
  const Graph& graph_;
  std::vector<float> direct_, home_, loss_;
};

domain::Exposure Expose(const Analysis& analysis, double tolerance, int threads,
                        bool both) {
  domain::ExposureOptions options;
  options.tolerance = tolerance;
  options.threads = threads;
  options.pessimistic = both;
  auto exposure = ComputeExposure(analysis, options);
  if (!exposure.ok()) std::abort();
  return *std::move(exposure);
}

double Furthest(const domain::Exposure& from, const domain::Exposure& exact) {
  double most = 0;
  for (std::size_t k = 0; k < exact.rows.size(); ++k) {
    most = std::max(most, std::abs(*from.rows[k].total.mean_loss -
                                   *exact.rows[k].total.mean_loss));
  }
  return most;
}

void RunExposure(const std::string& directory, int repeats) {
  const auto analysis = Load(directory);
  const std::vector<double> a = AssuredLower(analysis->balance);
  Print("solve_s",
        MedianSeconds(repeats, [&] { SolveContent(*analysis->graph, a); }));
  const auto countries = ExposedCountries(*analysis);
  Print("countries", static_cast<double>(countries.size()));
  domain::Exposure rough, fine, exact;
  Print("exposure_1e5_s", MedianSeconds(repeats, [&] {
          rough = Expose(*analysis, 1e-5, 2, false);
        }));
  Print("exposure_1e6_s", MedianSeconds(repeats, [&] {
          fine = Expose(*analysis, 1e-6, 2, false);
        }));
  Print("exposure_1e9_s",
        MedianSeconds(1, [&] { exact = Expose(*analysis, 1e-9, 2, false); }));
  Print("exposure_1e9_both_s",
        MedianSeconds(1, [&] { Expose(*analysis, 1e-9, 2, true); }));
  Print("bound_1e5", rough.bound.error);
  Print("bound_1e6", fine.bound.error);
  Print("bound_1e9", exact.bound.error);
  Print("off_1e5", Furthest(rough, exact));
  Print("off_1e6", Furthest(fine, exact));
  // A sample of the countries, largest and smallest sellers.
  const domain::LossBase base = domain::MakeLossBase(*analysis, true);
  Alone alone(*analysis, base);
  const std::size_t sample = 6;
  double off = 0;
  const double start = Now();
  for (std::size_t k = 0; k < sample; ++k) {
    const std::size_t row = k * (countries.size() - 1) / (sample - 1);
    off = std::max(off, std::abs(alone.MeanLoss(countries[row], 1e-6F) -
                                 *exact.rows[row].total.mean_loss));
  }
  Print("alone_s", (Now() - start) / sample);
  Print("alone_off", off);
}

void RunChokepoints(const std::string& directory, std::uint64_t budget) {
  const auto analysis = Load(directory);
  domain::ChokepointOptions options;
  options.budget = budget;
  const double start = Now();
  const auto found = ComputeChokepoints(*analysis, 20, options);
  Print("chokepoints_s", Now() - start);
  if (!found.ok()) std::abort();
  Print("proven", found->proven ? 1 : 0);
  Print("rest_bound", found->rest_bound);
  Print("searches", static_cast<double>(found->searches));
  Print("settled", static_cast<double>(found->settled));
  Print("found", static_cast<double>(found->rows.size()));
  if (found->rows.empty()) return;
  Print("first", found->rows.front().score);
  Print("last", found->rows.back().score);
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "exposure" || (what == "chokepoints" && argc == 4)) {
    std::printf("{\n");
    if (what == "exposure") {
      qiangji::bench::RunExposure(argv[2], argc > 3 ? std::atoi(argv[3]) : 3);
    } else {
      qiangji::bench::RunChokepoints(
          argv[2], static_cast<std::uint64_t>(std::atoll(argv[3])));
    }
    std::printf("\"program\": \"bench_scenario\"\n}\n");
    return 0;
  }
  std::fprintf(stderr,
               "usage: %s exposure DIR [REPEATS] | chokepoints DIR "
               "BUDGET\n",
               argv[0]);
  return 2;
}
