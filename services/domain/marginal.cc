// METHOD 3.3: λ = w + Cᵀ·diag(a)·λ, users first, one component after the
// other.
#include "services/domain/marginal.h"

#include <algorithm>
#include <utility>

#include "services/domain/component_solver.h"
#include "services/domain/components.h"

namespace qiangji::domain {
namespace {

constexpr double kChange = 1e-15;  // relative, at which iteration stops
constexpr int kSweeps = 20000;

// x = b + Aᵀ·x by iterates from below.
std::vector<double> IterateTransposed(const ComponentSystem& system,
                                      const std::vector<double>& b,
                                      bool& settled) {
  std::vector<double> x = b, next;
  settled = false;
  for (int sweep = 0; sweep < kSweeps && !settled; ++sweep) {
    next = b;
    for (std::size_t r = 0; r < system.size(); ++r) {
      for (std::uint32_t k = system.begin[r]; k < system.begin[r + 1]; ++k) {
        next[system.column[k]] += system.weight[k] * x[r];
      }
    }
    settled = true;
    for (std::size_t r = 0; r < x.size(); ++r) {
      settled = settled && next[r] - x[r] <= kChange * next[r];
    }
    std::swap(x, next);
  }
  return x;
}

std::vector<double> SolveTransposed(const ComponentSystem& system,
                                    const std::vector<double>& b) {
  if (system.size() > kDirectSize) {
    bool settled = false;
    std::vector<double> x = IterateTransposed(system, b, settled);
    if (settled || system.size() > kDirectLimit) return x;
  }
  const DenseComponent factor = Factor(system);
  // A closed loop without value added holds no content whatever a is: λ is
  // infinite there, the gain 0.
  if (factor.closed()) return std::vector<double>(b.size(), 0);
  return factor.SolveTransposed(b);
}

}  // namespace

Marginal SolveMarginal(const Graph& graph, absl::Span<const double> a_by_item,
                       absl::Span<const double> content_by_item,
                       absl::Span<const double> weights) {
  const std::vector<double> a = graph.ByPlace(a_by_item);
  const std::vector<double> content = graph.ByPlace(content_by_item);
  const std::size_t n = a.size();
  std::vector<double> lambda = graph.ByPlace(weights);
  const Components components = FindComponents(graph, a);
  LocalIndex local(n);
  // What a solved item passes on to inputs outside its component.
  const auto pass_on = [&](Place i, Edge e) {
    lambda[graph.input_of(e)] +=
        a[i] * graph.cost[e] * graph.row_unit[i] * lambda[i];
  };
  for (std::size_t c = components.size(); c-- > 0;) {
    const absl::Span<const Place> members = components[c];
    if (members.size() == 1) {
      const Place i = members[0];
      for (std::uint32_t e = graph.begin[i]; e < graph.begin[i + 1]; ++e) {
        pass_on(i, e);
      }
      continue;
    }
    local.Set(members);
    const ComponentSystem system = MakeSystem(graph, a, members, local);
    local.Reset(members);
    std::vector<double> b;
    for (Place i : members) b.push_back(lambda[i]);
    const std::vector<double> x = SolveTransposed(system, b);
    for (std::size_t r = 0; r < members.size(); ++r) {
      const Place i = members[r];
      lambda[i] = x[r];
      for (std::uint32_t e : system.OutsideOf(r)) pass_on(i, e);
    }
  }
  Marginal result;
  result.marginal_gain.resize(n);
  result.potential_gain.resize(n);
  for (Place j = 0; j < n; ++j) {
    double inside = graph.own_value[j];
    for (std::uint32_t e = graph.begin[j]; e < graph.begin[j + 1]; ++e) {
      inside += graph.cost[e] * graph.row_unit[j] * content[graph.input_of(e)];
    }
    const auto i = static_cast<std::size_t>(graph.item[j]);
    result.marginal_gain[i] = lambda[j] * inside;
    result.potential_gain[i] = (1 - a[j]) * result.marginal_gain[i];
  }
  return result;
}

}  // namespace qiangji::domain
