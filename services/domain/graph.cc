// The inputs of one year as a graph (METHOD 1, 3.1).
#include <algorithm>
#include <cmath>
#include <utility>

#include "services/domain/graph_cache.h"
#include "services/domain/world.h"

namespace qiangji::domain {
namespace {

// One row: its edges, own value and the factor of its units. `edges` are the
// valid inputs of one item.
void AppendRow(absl::Span<const Input* const> edges, std::size_t row,
               Graph& graph) {
  double stated = 0;  // Σ c as stated, in order of the inputs
  std::uint64_t units = 0;
  for (const Input* edge : edges) {
    graph.input.push_back(edge->input);
    graph.cost.push_back(ToUnits(edge->cost_share.value_or(0)));
    graph.essentiality.push_back(
        edge->essentiality ? ToUnits(*edge->essentiality) : kNotStated);
    if (!edge->cost_share) graph.cost_incomplete[row] = true;
    stated += edge->cost_share.value_or(0);
    units += graph.cost.back();
  }
  graph.overfull[row] = Above(stated, 1);
  // Within the tolerance of METHOD 3.1 there is no value added: a rounding
  // error must not open a closed loop.
  const double own = 1 - stated;
  graph.own_value[row] = own <= kTolerance ? 0 : own;
  graph.row_unit[row] =
      units == 0 ? 0 : (1 - graph.own_value[row]) / static_cast<double>(units);
}

void AppendUsers(Graph& graph) {
  const std::size_t n = graph.begin.size() - 1;
  graph.user_begin.assign(n + 1, 0);
  for (ItemIndex j : graph.input) {
    ++graph.user_begin[static_cast<std::size_t>(j) + 1];
  }
  for (std::size_t j = 0; j < n; ++j) {
    graph.user_begin[j + 1] += graph.user_begin[j];
  }
  graph.user.resize(graph.input.size());
  graph.user_edge.resize(graph.input.size());
  std::vector<std::uint32_t> next(graph.user_begin.begin(),
                                  graph.user_begin.end() - 1);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::uint32_t e = graph.begin[i]; e < graph.begin[i + 1]; ++e) {
      const std::uint32_t at = next[static_cast<std::size_t>(graph.input[e])]++;
      graph.user[at] = static_cast<ItemIndex>(i);
      graph.user_edge[at] = e;
    }
  }
}

}  // namespace

std::uint32_t ToUnits(double share) {
  return static_cast<std::uint32_t>(std::llround(share / kShareUnit));
}

Graph BuildGraph(const Structure& structure, int year) {
  const std::size_t n = structure.items.size();
  Graph graph;
  graph.own_value.assign(n, 1);
  graph.row_unit.assign(n, 0);
  graph.cost_incomplete.assign(n, false);
  graph.overfull.assign(n, false);
  graph.begin.reserve(n + 1);
  std::vector<const Input*> edges;
  auto next = structure.inputs.begin();
  for (std::size_t i = 0; i < n; ++i) {
    graph.begin.push_back(static_cast<std::uint32_t>(graph.input.size()));
    edges.clear();
    for (; next != structure.inputs.end() &&
           next->item == static_cast<ItemIndex>(i);
         ++next) {
      if (next->ValidIn(year)) edges.push_back(&*next);
    }
    AppendRow(edges, i, graph);
  }
  graph.begin.push_back(static_cast<std::uint32_t>(graph.input.size()));
  AppendUsers(graph);
  return graph;
}

GraphCache::GraphCache(std::shared_ptr<const Structure> structure)
    : structure_(std::move(structure)) {
  for (const Input& input : structure_->inputs) {
    breaks_.push_back(input.first_year);
    breaks_.push_back(input.last_year + 1);
  }
  std::sort(breaks_.begin(), breaks_.end());
  breaks_.erase(std::unique(breaks_.begin(), breaks_.end()), breaks_.end());
}

std::shared_ptr<const Graph> GraphCache::Of(int year) {
  const auto span = static_cast<std::size_t>(
      std::upper_bound(breaks_.begin(), breaks_.end(), year) - breaks_.begin());
  MutexLock lock(mutex_);
  std::shared_ptr<const Graph>& graph = graphs_[span];
  if (graph == nullptr) {
    graph = std::make_shared<const Graph>(BuildGraph(*structure_, year));
  }
  return graph;
}

}  // namespace qiangji::domain
