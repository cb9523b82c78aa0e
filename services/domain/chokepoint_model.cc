#include "services/domain/chokepoint_model.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

// Sweeps of bounds; each is valid, more make them smaller.
constexpr int kBoundSweeps = 6;
constexpr double kWorthwhile = 0.999;

}  // namespace

ChokepointModel::ChokepointModel(const Analysis& of,
                                 const ChokepointOptions& options)
    : analysis(of), base(MakeLossBase(of, options.substitution)) {
  AddHits(options.variant);
  AddScope();
  groups = FindLossGroups(base);
  AddBounds();
}

void ChokepointModel::AddHits(ChokepointVariant variant) {
  const std::size_t n = base.home.size();
  lost.assign(n, 1);
  kept.assign(n, 0);
  if (variant == ChokepointVariant::kWhole) return;
  for (Place p = 0; p < n; ++p) {
    const auto splits = analysis.supply().Of(base.graph->item[p]);
    if (splits.empty()) continue;  // all of it (METHOD 3.6)
    double fails = 0, passes = 0;
    for (const SupplySplit& split : splits) {
      (analysis.supply().FacetOf(split).fails != 0 ? fails : passes) +=
          split.share;
    }
    lost[p] = passes > 0 ? std::min(1.0, fails) : 1;
    kept[p] = fails > 0 ? std::min(1.0, passes) : 1;
  }
}

void ChokepointModel::AddScope() {
  const Structure& structure = analysis.world->structure();
  const std::size_t n = base.home.size();
  weight.assign(n, 0);
  sector_weight.assign(structure.sectors.size(), 0);
  sector_begin.reserve(n + 1);
  for (Place p = 0; p < n; ++p) {
    sector_begin.push_back(static_cast<std::uint32_t>(sectors.size()));
    const auto i = static_cast<std::size_t>(base.graph->item[p]);
    if (!analysis.leaf[i]) continue;
    weight[p] = structure.items[i].weight;
    all_weight += weight[p];
    for (const SectorIndex s : structure.items[i].sectors) {
      sectors.push_back(s);
      sector_weight[static_cast<std::size_t>(s)] += weight[p];
    }
  }
  sector_begin.push_back(static_cast<std::uint32_t>(sectors.size()));
}

// s_i(p), the loss of item i when p loses 1, is at most the sum over the users
// u of p of s_i(u)·p_u·e_up: the inputs through which i loses lead back to p,
// and the last step is by one of its users; a requirement loses no more than
// any of its members. That is so of the s_i(p) without substitution, which are
// no smaller, and the bounds are theirs: with it, two users may take down a
// group that neither does alone. Summed over i with weights: S_p <= w_p + Σ_u
// p_u·e_up·S_u. So from bounds of all S_u follows one of S_p, and a first one
// is that an item loses at most p_i times its largest e_ij: sweeps from above
// stay above.
void ChokepointModel::AddBounds() {
  const Graph& graph = *base.graph;
  const std::size_t n = graph.size();
  double all = 0;
  for (Place p = 0; p < n; ++p) {
    std::uint32_t most = 0;
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      most = std::max(most, graph.essentiality[e]);
    }
    all += weight[p] * base.home[p] * (most * kShareUnit);
  }
  bound.resize(n);
  for (Place p = 0; p < n; ++p) bound[p] = weight[p] + all;
  for (int sweep = 0; sweep < kBoundSweeps; ++sweep) {
    bool better = false;
    for (Place p = static_cast<Place>(n); p-- > 0;) {  // users first
      const double next = BoundFromUsers(p);
      better |= next < bound[p] * kWorthwhile;
      bound[p] = std::min(bound[p], next);
    }
    if (!better) break;
  }
}

double ChokepointModel::BoundFromUsers(Place p) const {
  const Graph& graph = *base.graph;
  double sum = weight[p];
  for (Edge k = graph.user_begin[p]; k < graph.user_begin[p + 1]; ++k) {
    const Place user = graph.user[k];
    sum += base.home[user] * graph.essentiality_of(graph.user_edge[k]) *
           bound[user];
  }
  return sum;
}

// By homogeneity: all losses are proportional to the item's own, l, and of it
// ρ·l comes back: l = b + a·ρ·l with b = 1 − a. With a·ρ = 1 nothing was lost.
double ChokepointModel::OwnLoss(Place p, double returned) const {
  const double left = lost[p] + kept[p] * (1 - returned);
  return left > 0 ? std::min(1.0, lost[p] / left) : 0;
}

double ChokepointModel::ReturnBound(Place p) const {
  const Graph& graph = *base.graph;
  double most = 0;
  for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
    most =
        std::max(most, graph.essentiality_of(e) * base.home[graph.input_of(e)]);
  }
  return most;
}

}  // namespace qiangji::domain
