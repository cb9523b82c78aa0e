#include "services/domain/component_solver.h"

#include <utility>

namespace qiangji::domain {

void LocalIndex::Set(absl::Span<const Place> members) {
  for (std::size_t r = 0; r < members.size(); ++r) {
    place_[members[r]] = static_cast<std::int32_t>(r);
  }
}

void LocalIndex::Reset(absl::Span<const Place> members) {
  for (Place p : members) place_[p] = -1;
}

ComponentSystem MakeSystem(const Graph& graph, absl::Span<const double> a,
                           absl::Span<const Place> members,
                           const LocalIndex& local) {
  ComponentSystem system;
  system.members.assign(members.begin(), members.end());
  for (Place i : members) {
    system.begin.push_back(static_cast<std::uint32_t>(system.column.size()));
    system.outside_begin.push_back(
        static_cast<std::uint32_t>(system.outside.size()));
    double leaves = graph.own_value[i];
    for (std::uint32_t e = graph.begin[i]; e < graph.begin[i + 1]; ++e) {
      if (graph.cost[e] == 0) continue;
      const double cost = graph.cost_of(i, e);
      const std::int32_t column = local[graph.input_of(e)];
      if (column < 0) {
        system.outside.push_back(e);
        leaves += cost;
      } else {
        system.column.push_back(static_cast<std::uint32_t>(column));
        system.weight.push_back(a[i] * cost);
      }
    }
    system.leaves.push_back((1 - a[i]) + a[i] * leaves);
  }
  system.begin.push_back(static_cast<std::uint32_t>(system.column.size()));
  system.outside_begin.push_back(
      static_cast<std::uint32_t>(system.outside.size()));
  return system;
}

DenseComponent Factor(const ComponentSystem& system) {
  const std::size_t n = system.size();
  std::vector<double> a(n * n, 0);
  for (std::size_t r = 0; r < n; ++r) {
    for (std::uint32_t k = system.begin[r]; k < system.begin[r + 1]; ++k) {
      a[r * n + system.column[k]] += system.weight[k];
    }
  }
  return DenseComponent(std::move(a), system.leaves);
}

}  // namespace qiangji::domain
