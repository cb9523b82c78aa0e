#include "services/domain/chokepoint_lanes.h"

#include <algorithm>

#include "services/domain/loss_sweep.h"

namespace qiangji::domain {
namespace {

// What bounds of a mean may be off on the average: well below what chokepoints
// score.
constexpr double kSlack = 0.003;
// Roundings of float on one edge and of the comparison with `freeze`, in units
// in the last place (see loss_solver.cc).
constexpr double kRoundings = 0x1p-21;

}  // namespace

ChokepointLanes::ChokepointLanes(const ChokepointModel& model)
    : model_(model),
      weights_(ComputeLossWeights(
          model.base, std::vector<double>(model.base.home.size(), 0))),
      lanes_(model.base, false) {
  usable_ = model.all_weight > 0 &&
            std::none_of(weights_.slow.begin(), weights_.slow.end(),
                         [](std::uint8_t slow) { return slow != 0; });
  double all = 0;
  for (std::size_t p = 0; p < weights_.by_place.size(); ++p) {
    all += model.weight[p] * weights_.by_place[p];
  }
  if (usable_ && all > 0) freeze_ = kSlack * model.all_weight / all;
  error_ = freeze_ + kRoundings;
}

std::vector<SearchResult> ChokepointLanes::Run(absl::Span<const Place> hits) {
  std::vector<SearchResult> results(hits.size());
  const std::uint64_t rows = Sweep(hits);
  AddSums(hits, results);
  for (std::size_t lane = 0; lane < hits.size(); ++lane) {
    results[lane].own =
        model_.OwnLoss(hits[lane], std::min(1.0, Returned(hits[lane], lane)));
  }
  if (!results.empty()) results.front().settled = rows;
  return results;
}

std::uint64_t ChokepointLanes::Sweep(absl::Span<const Place> hits) {
  lanes_.Clear();
  for (std::size_t lane = 0; lane < hits.size(); ++lane) {
    const Place p = hits[lane];
    lanes_.SetHit(lanes_.AddRow(p), lane, {p, 1, 0, 1});
    lanes_.dirty[p] = 1;
  }
  SweepRules rules;
  rules.freeze = freeze_;
  rules.strict = weights_.strict.data();
  rules.max_passes = ~std::uint64_t{0};
  std::uint64_t rows = 0;
  for (const Block& block : model_.base.graph->blocks) {
    rows += SweepBlock(block, rules, lanes_).rows;
  }
  return rows;
}

void ChokepointLanes::AddSums(absl::Span<const Place> hits,
                              std::vector<SearchResult>& results) const {
  const std::size_t sectors = model_.sector_weight.size();
  // By lane; what the losses miss at most is put to the sums at once.
  std::vector<double> sum((sectors + 1) * kLanes, 0);
  for (Place p = 0; p < model_.weight.size(); ++p) {
    const double weight = model_.weight[p];
    if (weight == 0) continue;
    double losses[kLanes];
    const double more = error_ * weights_.by_place[p];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto loss = static_cast<double>(lanes_.loss_of(p, lane)) + more;
      losses[lane] = weight * std::min(1.0, loss);
    }
    const auto add = [&](std::size_t to) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        sum[to * kLanes + lane] += losses[lane];
      }
    };
    add(sectors);
    for (const SectorIndex s : model_.SectorsOf(p)) {
      add(static_cast<std::size_t>(s));
    }
  }
  for (std::size_t lane = 0; lane < hits.size(); ++lane) {
    // The item itself, 1 in its own lane, is left out.
    const Place p = hits[lane];
    SearchResult& r = results[lane];
    r.sum = sum[sectors * kLanes + lane] - model_.weight[p];
    r.sector_rest.assign(sectors, 0);
    for (std::size_t s = 0; s < sectors; ++s) {
      r.sector_sum.push_back(sum[s * kLanes + lane]);
    }
    for (const SectorIndex s : model_.SectorsOf(p)) {
      r.sector_sum[static_cast<std::size_t>(s)] -= model_.weight[p];
    }
  }
}

// ρ of chokepoint_model.h at most.
double ChokepointLanes::Returned(Place hit, std::size_t lane) const {
  const Graph& graph = *model_.base.graph;
  double most = 0, least = 2;
  for (Edge e = graph.begin[hit]; e < graph.begin[hit + 1]; ++e) {
    const Place input = graph.input_of(e);
    const double loss = static_cast<double>(lanes_.loss_of(input, lane)) +
                        error_ * weights_.by_place[input];
    least = std::min(least, graph.essentiality_of(e) * loss);
    if (!model_.base.Ends(e)) continue;
    most = std::max(most, least);
    least = 2;
  }
  return most;
}

}  // namespace qiangji::domain
