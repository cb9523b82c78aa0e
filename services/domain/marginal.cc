#include "services/domain/marginal.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "services/domain/adjoint.h"
#include "services/domain/content.h"
#include "services/domain/lane_solver.h"
#include "services/domain/loops.h"
#include "services/domain/stop.h"

namespace qiangji::domain {
namespace {

// What an item is home-made of if it is made at home: v_j + Σ c_jk·d_k.
double Inside(const Graph& graph, Place p, absl::Span<const double> content) {
  double sum = 0;
  for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
    sum += graph.cost[e] * content[graph.input_of(e)];
  }
  return graph.own_value[p] + graph.row_unit[p] * sum;
}

constexpr std::size_t kLanes = 4;
// Less than this left of a unit that leaves an item and comes back: the closed
// form would lose digits.
constexpr double kNearlyClosed = 1e-6;

// u = (I − diag(a)·C)^-1·e_j for up to four items j at once; the share of a
// unit of j's output that goes into j by way of its users: g_j = Σ_k c_jk u_k.
class Returns {
 public:
  Returns(const Graph& graph, absl::Span<const double> a)
      : graph_(graph), a_(graph.size() * kLanes) {
    std::vector<double> by_place = graph.ByPlace(a);
    // Where nothing can come from, nothing can be raised either.
    for (const auto& loop : FindClosedLoops(graph, a)) {
      for (ItemIndex i : loop) by_place[graph.PlaceOf(i)] = 0;
    }
    for (std::size_t k = 0; k < a_.size(); ++k) a_[k] = by_place[k / kLanes];
  }

  std::array<double, kLanes> Of(absl::Span<const ItemIndex> items) const {
    LaneArray b(a_.size()), u(a_.size());
    for (std::size_t l = 0; l < items.size(); ++l) {
      const std::size_t at = graph_.PlaceOf(items[l]) * kLanes + l;
      b[at] = u[at] = 1;
    }
    SolveLanes<kLanes>(graph_, a_, b, u);
    std::array<double, kLanes> back = {};
    for (std::size_t l = 0; l < items.size(); ++l) {
      const Place p = graph_.PlaceOf(items[l]);
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        back[l] += graph_.cost_of(p, e) * u[graph_.input_of(e) * kLanes + l];
      }
    }
    return back;
  }

 private:
  const Graph& graph_;
  LaneArray a_;
};

double Weighted(const std::vector<double>& weights,
                const std::vector<double>& from,
                const std::vector<double>& to) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i] * (to[i] - from[i]);
  }
  return sum;
}

}  // namespace

Marginal SolveMarginal(const Graph& graph, absl::Span<const double> a_by_item,
                       absl::Span<const double> content_by_item,
                       absl::Span<const double> weights) {
  const AdjointSolver solver(graph, a_by_item);
  // Nobody stops it: there is a solution.
  const std::vector<double> lambda =
      solver.Solve(graph.ByPlace(weights))->lambda;
  const std::vector<double> content = graph.ByPlace(content_by_item);
  const std::size_t n = graph.size();
  Marginal result;
  result.marginal_gain.resize(n);
  result.potential_gain.resize(n);
  for (Place j = 0; j < n; ++j) {
    const auto i = static_cast<std::size_t>(graph.item[j]);
    result.marginal_gain[i] =
        lambda[j] == 0 ? 0 : lambda[j] * Inside(graph, j, content);
    result.potential_gain[i] = (1 - a_by_item[i]) * result.marginal_gain[i];
  }
  return result;
}

// Raising a_j by δ adds δ·C_j to row j of the matrix and δ·v_j to b: by Sherman
// and Morrison the gain is the potential one / (1 − δ·g_j).
absl::StatusOr<std::vector<double>> ExactGains(
    const Graph& graph, absl::Span<const double> a,
    absl::Span<const double> weights, const Marginal& marginal,
    absl::Span<const ItemIndex> items, const Stop* stop) {
  const Returns returns(graph, a);
  std::vector<double> gains;
  for (std::size_t k = 0; k < items.size(); k += kLanes) {
    if (Stopped(stop)) return absl::CancelledError("stopped");
    const absl::Span<const ItemIndex> group = items.subspan(k, kLanes);
    const std::array<double, kLanes> back = returns.Of(group);
    for (std::size_t l = 0; l < group.size(); ++l) {
      const auto j = static_cast<std::size_t>(group[l]);
      const double potential = marginal.potential_gain[j];
      const double left = 1 - (1 - a[j]) * back[l];
      if (potential == 0 || left >= kNearlyClosed) {
        gains.push_back(potential == 0 ? 0 : potential / left);
        continue;
      }
      std::vector<double> raised(a.begin(), a.end());
      raised[j] = 1;
      gains.push_back(Weighted({weights.begin(), weights.end()},
                               SolveContent(graph, a).share,
                               SolveContent(graph, raised).share));
    }
  }
  return gains;
}

}  // namespace qiangji::domain
