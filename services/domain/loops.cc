#include "services/domain/loops.h"

#include <algorithm>
#include <utility>

#include "services/domain/graph_order.h"

namespace qiangji::domain {
namespace {

// The largest set of whole items without value added whose inputs are all in
// it: the closed loops, and what is made of them alone.
class ClosedSet {
 public:
  ClosedSet(const Graph& graph, absl::Span<const double> a)
      : graph_(graph), in_(graph.size(), false) {
    for (Place p = 0; p < graph.size(); ++p) {
      const double share = a[static_cast<std::size_t>(graph.item[p])];
      if (graph.own_value[p] > 0 || share < kWholeShare) continue;
      in_[p] = true;
      members_.push_back(p);
    }
    for (Place p : members_) {
      if (in_[p] && !AllInputsIn(p)) TakeOut(p);
    }
  }

  bool contains(Place p) const { return in_[p]; }
  std::vector<Place> Members() const {
    std::vector<Place> left;
    for (Place p : members_) {
      if (in_[p]) left.push_back(p);
    }
    return left;
  }

 private:
  bool AllInputsIn(Place p) const {
    for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
      if (graph_.cost[e] > 0 && !in_[graph_.input_of(e)]) return false;
    }
    return true;
  }

  void TakeOut(Place first) {
    std::vector<Place> open = {first};
    in_[first] = false;
    while (!open.empty()) {
      const Place out = open.back();
      open.pop_back();
      for (Edge u = graph_.user_begin[out]; u < graph_.user_begin[out + 1];
           ++u) {
        const Place user = graph_.user[u];
        if (!in_[user] || graph_.cost[graph_.user_edge[u]] == 0) continue;
        in_[user] = false;
        open.push_back(user);
      }
    }
  }

  const Graph& graph_;
  std::vector<bool> in_;
  std::vector<Place> members_;
};

// The inputs with cost of `members` (ascending) in their own numbering.
ItemRows RowsOf(const Graph& graph, const std::vector<Place>& members) {
  ItemRows rows;
  for (Place p : members) {
    rows.begin.push_back(static_cast<Edge>(rows.input.size()));
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      if (graph.cost[e] == 0) continue;
      const auto at =
          std::lower_bound(members.begin(), members.end(), graph.input_of(e));
      rows.input.push_back(static_cast<ItemIndex>(at - members.begin()));
    }
  }
  rows.begin.push_back(static_cast<Edge>(rows.input.size()));
  return rows;
}

}  // namespace

std::vector<std::vector<ItemIndex>> FindClosedLoops(
    const Graph& graph, absl::Span<const double> a) {
  const std::vector<Place> members = ClosedSet(graph, a).Members();
  std::vector<std::vector<ItemIndex>> loops;
  if (members.empty()) return loops;
  const ItemRows rows = RowsOf(graph, members);
  const GraphOrder order = OrderItems(rows);
  std::vector<std::size_t> block_of(members.size());
  for (std::size_t b = 0; b < order.blocks.size(); ++b) {
    for (Place k = order.blocks[b].begin; k < order.blocks[b].end; ++k) {
      block_of[static_cast<std::size_t>(order.item[k])] = b;
    }
  }
  for (std::size_t b = 0; b < order.blocks.size(); ++b) {
    bool closed = order.blocks[b].cyclic;
    std::vector<ItemIndex> loop;
    for (Place k = order.blocks[b].begin; k < order.blocks[b].end; ++k) {
      const auto member = static_cast<std::size_t>(order.item[k]);
      loop.push_back(graph.item[members[member]]);
      for (Edge e = rows.begin[member]; e < rows.begin[member + 1]; ++e) {
        closed =
            closed && block_of[static_cast<std::size_t>(rows.input[e])] == b;
      }
    }
    if (!closed) continue;
    std::sort(loop.begin(), loop.end());
    loops.push_back(std::move(loop));
  }
  std::sort(loops.begin(), loops.end());
  return loops;
}

void ZeroWithoutSource(const Graph& graph, std::vector<double>& a) {
  // Items that have content only if an input has: not yet known to have any.
  std::vector<Place> waiting;
  std::vector<bool> without(graph.size(), false);
  for (Place p = 0; p < graph.size(); ++p) {
    if (graph.own_value[p] > 0 || a[p] <= 0) continue;
    waiting.push_back(p);
    without[p] = true;
  }
  const auto has_source = [&](Place p) {
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      const Place j = graph.input_of(e);
      if (graph.cost[e] > 0 && a[j] > 0 && !without[j]) return true;
    }
    return false;
  };
  std::vector<Place> open;
  for (Place p : waiting) {
    if (!without[p] || !has_source(p)) continue;
    without[p] = false;
    open.assign(1, p);
    while (!open.empty()) {
      const Place j = open.back();
      open.pop_back();
      for (Edge u = graph.user_begin[j]; u < graph.user_begin[j + 1]; ++u) {
        const Place user = graph.user[u];
        if (!without[user] || graph.cost[graph.user_edge[u]] == 0) continue;
        without[user] = false;
        open.push_back(user);
      }
    }
  }
  for (Place p : waiting) {
    if (without[p]) a[p] = 0;
  }
}

}  // namespace qiangji::domain
