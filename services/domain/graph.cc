#include "services/domain/graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/domain/graph_cache.h"
#include "services/domain/graph_order.h"
#include "services/domain/world.h"

namespace qiangji::domain {
namespace {

// The inputs valid in the year, in the structure's order: by (item, input).
struct ValidInputs {
  ItemRows rows;
  std::vector<const Input*> inputs;  // by edge
};

ValidInputs FindInputs(const Structure& structure, int year) {
  ValidInputs valid;
  const std::size_t n = structure.items.size();
  valid.rows.begin.reserve(n + 1);
  valid.inputs.reserve(structure.inputs.size());
  valid.rows.input.reserve(structure.inputs.size());
  auto next = structure.inputs.begin();
  for (std::size_t i = 0; i < n; ++i) {
    valid.rows.begin.push_back(static_cast<Edge>(valid.inputs.size()));
    for (; next != structure.inputs.end() &&
           next->item == static_cast<ItemIndex>(i);
         ++next) {
      if (!next->ValidIn(year)) continue;
      valid.inputs.push_back(&*next);
      valid.rows.input.push_back(next->input);
    }
  }
  valid.rows.begin.push_back(static_cast<Edge>(valid.inputs.size()));
  return valid;
}

// Own value and the factor of the units of one row. `edges`: its inputs in the
// structure's order.
void AddShares(absl::Span<const Input* const> edges, Place row, Graph& graph) {
  double stated = 0;
  std::uint64_t units = 0;
  for (const Input* edge : edges) {
    stated += edge->cost_share.value_or(0);
    units += ToUnits(edge->cost_share.value_or(0));
    if (!edge->cost_share.has_value()) graph.incomplete[row] = true;
  }
  graph.overfull[row] = Above(stated, 1);
  // Within the tolerance of METHOD 3.1 there is no value added: a rounding
  // error must not open a closed loop.
  const double own = 1 - stated;
  graph.own_value[row] = own <= kTolerance ? 0 : own;
  graph.row_unit[row] =
      units == 0 ? 0 : (1 - graph.own_value[row]) / static_cast<double>(units);
}

// Puts the inputs of one row in the order of Graph::input.
class RowSorter {
 public:
  explicit RowSorter(const Graph& graph) : graph_(graph) {}

  struct Entry {
    Place requirement;  // smallest place of its group; 0 where ungrouped
    bool grouped;
    Place place;
    const Input* input;
  };
  const std::vector<Entry>& Sort(absl::Span<const Input* const> edges) {
    entries_.clear();
    for (const Input* edge : edges) {
      const Place place = graph_.PlaceOf(edge->input);
      entries_.push_back(
          {place, edge->substitution_group != kNoNumber, place, edge});
    }
    NameGroups();
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) {
                if (a.grouped != b.grouped) return b.grouped;
                if (a.requirement != b.requirement) {
                  return a.requirement < b.requirement;
                }
                return a.place < b.place;
              });
    return entries_;
  }

 private:
  // A group goes by its smallest place. Ungrouped entries go by their own.
  void NameGroups() {
    const auto grouped =
        std::partition(entries_.begin(), entries_.end(),
                       [](const Entry& entry) { return !entry.grouped; });
    std::sort(grouped, entries_.end(), [](const Entry& a, const Entry& b) {
      const Number left = a.input->substitution_group,
                   right = b.input->substitution_group;
      return left != right ? left < right : a.place < b.place;
    });
    for (auto it = grouped; it != entries_.end(); ++it) {
      const bool goes_on =
          it != grouped &&
          it->input->substitution_group == (it - 1)->input->substitution_group;
      it->requirement = goes_on ? (it - 1)->requirement : it->place;
    }
  }

  const Graph& graph_;
  std::vector<Entry> entries_;
};

void AddRow(const std::vector<RowSorter::Entry>& row, Graph& graph) {
  for (std::size_t k = 0; k < row.size(); ++k) {
    const Input& edge = *row[k].input;
    const bool same_as_next = k + 1 < row.size() && row[k].grouped &&
                              row[k + 1].grouped &&
                              row[k].requirement == row[k + 1].requirement;
    graph.input.push_back(row[k].place |
                          (same_as_next ? 0 : Graph::kLastOfRequirement));
    graph.cost.push_back(ToUnits(edge.cost_share.value_or(0)));
    graph.essentiality.push_back(
        ToUnits(edge.essentiality.value_or(kDefaultEssentiality)));
  }
}

void AddUsers(Graph& graph) {
  const std::size_t n = graph.size();
  graph.user_begin.assign(n + 1, 0);
  for (Edge e = 0; e < graph.input.size(); ++e) {
    ++graph.user_begin[graph.input_of(e) + 1];
  }
  for (std::size_t j = 0; j < n; ++j) {
    graph.user_begin[j + 1] += graph.user_begin[j];
  }
  graph.user.resize(graph.input.size());
  graph.user_edge.resize(graph.input.size());
  std::vector<Edge> next(graph.user_begin.begin(), graph.user_begin.end() - 1);
  for (Place p = 0; p < n; ++p) {
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      const Edge at = next[graph.input_of(e)]++;
      graph.user[at] = p;
      graph.user_edge[at] = e;
    }
  }
}

}  // namespace

std::uint32_t ToUnits(double share) {
  return static_cast<std::uint32_t>(std::llround(share / kShareUnit));
}

std::vector<double> Graph::ByPlace(absl::Span<const double> by_item) const {
  std::vector<double> out(size());
  for (std::size_t p = 0; p < out.size(); ++p) {
    out[p] = by_item[static_cast<std::size_t>(item[p])];
  }
  return out;
}

std::vector<double> Graph::ByItem(absl::Span<const double> by_place) const {
  std::vector<double> out(size());
  for (std::size_t p = 0; p < out.size(); ++p) {
    out[static_cast<std::size_t>(item[p])] = by_place[p];
  }
  return out;
}

Graph BuildGraph(const Structure& structure, int year) {
  const ValidInputs valid = FindInputs(structure, year);
  GraphOrder order = OrderItems(valid.rows);
  Graph graph;
  graph.item = std::move(order.item);
  graph.blocks = std::move(order.blocks);
  const std::size_t n = graph.item.size();
  graph.place.resize(n);
  for (Place p = 0; p < n; ++p) {
    graph.place[static_cast<std::size_t>(graph.item[p])] = p;
  }
  graph.own_value.assign(n, 1);
  graph.row_unit.assign(n, 0);
  graph.incomplete.assign(n, false);
  graph.overfull.assign(n, false);
  graph.begin.reserve(n + 1);
  graph.input.reserve(valid.inputs.size());
  graph.cost.reserve(valid.inputs.size());
  graph.essentiality.reserve(valid.inputs.size());
  RowSorter sorter(graph);
  for (Place p = 0; p < n; ++p) {
    graph.begin.push_back(static_cast<Edge>(graph.input.size()));
    const auto i = static_cast<std::size_t>(graph.item[p]);
    const auto edges =
        absl::MakeConstSpan(valid.inputs)
            .subspan(valid.rows.begin[i],
                     valid.rows.begin[i + 1] - valid.rows.begin[i]);
    AddShares(edges, p, graph);
    AddRow(sorter.Sort(edges), graph);
  }
  graph.begin.push_back(static_cast<Edge>(graph.input.size()));
  AddUsers(graph);
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
