#include "services/domain/roll_up.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "services/domain/codes.h"

namespace qiangji::domain {
namespace {

class RollUp {
 public:
  RollUp(const Graph& graph, absl::Span<const RollUpTerms> terms,
         bool unstated_abroad)
      : graph_(graph),
        terms_(terms),
        unstated_abroad_(unstated_abroad),
        reached_(graph.size(), false),
        counts_(graph.size(), false),
        share_(graph.size(), 0) {}

  std::vector<double> Solve(absl::Span<const ItemIndex> roots) {
    Reach(roots);
    std::vector<Place> fresh;  // count since the last round
    for (const Place p : places_) {
      share_[p] = Own(p);
      Consider(p, fresh);
    }
    while (!fresh.empty()) {
      const Place p = fresh.back();
      fresh.pop_back();
      for (Edge k = graph_.user_begin[p]; k < graph_.user_begin[p + 1]; ++k) {
        const Place user = graph_.user[k];
        if (!reached_[user]) continue;
        share_[user] += graph_.cost_of(user, graph_.user_edge[k]) * Home(p);
        Consider(user, fresh);
      }
    }
    for (const Place p : places_) share_[p] = Summed(p);
    return graph_.ByItem(share_);
  }

 private:
  void Reach(absl::Span<const ItemIndex> roots) {
    std::vector<Place> open;
    const auto visit = [&](Place p) {
      if (reached_[p]) return;
      reached_[p] = true;
      places_.push_back(p);
      open.push_back(p);
    };
    for (const ItemIndex root : roots) visit(graph_.PlaceOf(root));
    while (!open.empty()) {
      const Place p = open.back();
      open.pop_back();
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        visit(graph_.input_of(e));
      }
    }
    std::sort(places_.begin(), places_.end());
  }

  const RollUpTerms& TermsOf(Place p) const {
    return terms_[static_cast<std::size_t>(graph_.item[p])];
  }
  double Home(Place p) const { return TermsOf(p).home; }
  double Own(Place p) const {
    return unstated_abroad_ && graph_.incomplete[p] ? 0 : graph_.own_value[p];
  }
  void Consider(Place p, std::vector<Place>& fresh) {
    if (counts_[p] || !AtLeast(share_[p], TermsOf(p).ratio)) return;
    counts_[p] = true;
    fresh.push_back(p);
  }
  // In row order: the same whatever order the items began to count in.
  double Summed(Place p) const {
    double sum = Own(p);
    for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
      const Place j = graph_.input_of(e);
      if (counts_[j]) sum += graph_.cost_of(p, e) * Home(j);
    }
    return std::min(sum, 1.0);
  }

  const Graph& graph_;
  const absl::Span<const RollUpTerms> terms_;
  const bool unstated_abroad_;
  std::vector<bool> reached_, counts_;
  std::vector<double> share_;
  std::vector<Place> places_;  // reached, ascending
};

}  // namespace

std::vector<double> SolveRollUp(const Graph& graph,
                                absl::Span<const ItemIndex> roots,
                                absl::Span<const RollUpTerms> terms,
                                bool unstated_abroad) {
  return RollUp(graph, terms, unstated_abroad).Solve(roots);
}

}  // namespace qiangji::domain
