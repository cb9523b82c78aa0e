#include "services/domain/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

namespace qiangji::domain {
namespace {

// One item in one state.
struct InState {
  bool in = false;  // the scope
  ItemIndex item = -1;
  double weight = 0;
  bool has_data = false, assured = false;
};

struct Pair {
  std::string id;
  InState from, to;
  // Outside the scope an item stands as it does inside: entering it is no
  // change of the item.
  bool AssuredFrom() const { return from.in ? from.assured : to.assured; }
  bool AssuredTo() const { return to.in ? to.assured : from.assured; }
};

InState StateIn(const Analysis& analysis, ItemIndex item) {
  const ItemFigures& figures = analysis.balance[item];
  InState state;
  state.in = true;
  state.item = item;
  state.weight =
      analysis.world->structure().items[static_cast<std::size_t>(item)].weight;
  state.has_data = figures.has_data();
  state.assured =
      state.has_data && AtLeast(figures.assured, analysis.options.threshold);
  return state;
}

const std::string& IdOf(const Analysis& analysis, ItemIndex item) {
  return analysis.world->structure().items[static_cast<std::size_t>(item)].id;
}

// The items of both scopes by id.
std::vector<Pair> PairsOf(const Analysis& from, const Analysis& to,
                          const Scope& scope) {
  const std::vector<ItemIndex> a = ItemsOf(from, scope);
  const std::vector<ItemIndex> b = ItemsOf(to, scope);
  std::vector<Pair> pairs;
  std::size_t i = 0, k = 0;
  while (i < a.size() || k < b.size()) {
    Pair& pair = pairs.emplace_back();
    const bool at_a =
        i < a.size() && (k == b.size() || IdOf(from, a[i]) <= IdOf(to, b[k]));
    pair.id = at_a ? IdOf(from, a[i]) : IdOf(to, b[k]);
    if (at_a) pair.from = StateIn(from, a[i++]);
    if (k < b.size() && IdOf(to, b[k]) == pair.id) {
      pair.to = StateIn(to, b[k++]);
    }
  }
  return pairs;
}

// H by the weights of one state and what is assured in another.
class Shares {
 public:
  explicit Shares(const std::vector<Pair>& pairs) {
    std::array<std::array<double, 2>, 2> sums = {};
    for (const Pair& pair : pairs) {
      const double weights[] = {pair.from.weight, pair.to.weight};
      const bool assured[] = {pair.AssuredFrom(), pair.AssuredTo()};
      for (std::size_t w = 0; w < 2; ++w) {
        whole_[w] += weights[w];
        for (std::size_t b = 0; b < 2; ++b) {
          if (assured[b]) sums[w][b] += weights[w];
        }
      }
    }
    for (std::size_t w = 0; w < 2; ++w) {
      for (std::size_t b = 0; b < 2; ++b) of_[w][b] = sums[w][b] / whole_[w];
    }
  }

  // What the change of an item's weight adds, the mean of both orders in which
  // weights and items may have changed. For given assured items b the sums
  //   Σ Δw_i·(b_i − H(w,b))/W'  and  Σ Δw_i·(b_i − H(w',b))/W
  // both are H(w',b) − H(w,b): their mean is the same both ways, and an item
  // whose weight did not change has no part in it.
  double OfWeight(const Pair& pair) const {
    const double change = pair.to.weight - pair.from.weight;
    const bool assured[] = {pair.AssuredFrom(), pair.AssuredTo()};
    double sum = 0;
    for (std::size_t b = 0; b < 2; ++b) {
      const double stands = assured[b] ? 1 : 0;
      sum +=
          (stands - of_[0][b]) / whole_[1] + (stands - of_[1][b]) / whole_[0];
    }
    return change * sum / 4;
  }

  // What the item's coming to be assured adds: its mean share of the weight.
  double OfItem(const Pair& pair) const {
    return (pair.from.weight / whole_[0] + pair.to.weight / whole_[1]) / 2;
  }

 private:
  double whole_[2] = {};
  std::array<std::array<double, 2>, 2> of_ = {};  // by weights, then items
};

class Comparer {
 public:
  Comparer(const Analysis& from, const Analysis& to, const Scope& scope)
      : from_(from),
        to_(to),
        pairs_(PairsOf(from, to, scope)),
        shares_(pairs_),
        from_reader_(from),
        to_reader_(to) {}

  std::vector<CompareRow> Rows() {
    for (const Pair& pair : pairs_) {
      AddWeight(pair);
      AddItem(pair);
    }
    std::sort(rows_.begin(), rows_.end(),
              [](const CompareRow& a, const CompareRow& b) {
                return std::make_tuple(-std::abs(a.change), a.cause,
                                       std::cref(a.item_id)) <
                       std::make_tuple(-std::abs(b.change), b.cause,
                                       std::cref(b.item_id));
              });
    return std::move(rows_);
  }

 private:
  void AddWeight(const Pair& pair) {
    if (pair.from.weight == pair.to.weight) return;
    Cause cause = Cause::kWeight;
    if (!pair.from.in) cause = Cause::kEntered;
    if (!pair.to.in) cause = Cause::kLeft;
    Add(pair, cause, shares_.OfWeight(pair));
  }

  void AddItem(const Pair& pair) {
    if (pair.AssuredFrom() == pair.AssuredTo()) return;
    const double whole = shares_.OfItem(pair);
    if (!pair.from.has_data || !pair.to.has_data) {
      Add(pair, Cause::kResponse, pair.AssuredTo() ? whole : -whole);
      return;
    }
    for (SourceChange& part : ExplainChange(StatesOf(pair))) {
      CompareRow* row = Add(pair, part.cause, whole * part.part);
      if (row == nullptr) continue;
      row->sources = std::move(part.sources);
      row->corrected = std::move(part.corrected);
    }
  }

  ItemStates StatesOf(const Pair& pair) {
    ItemStates states;
    states.from = from_reader_.Read(pair.from.item);
    states.to = to_reader_.Read(pair.to.item);
    states.from_criteria = from_.options.criteria;
    states.to_criteria = to_.options.criteria;
    states.threshold = to_.options.threshold;
    states.from_assured = pair.from.assured;
    states.to_assured = pair.to.assured;
    states.correction =
        from_.world != to_.world && from_.balance[pair.from.item].data_year ==
                                        to_.balance[pair.to.item].data_year;
    return states;
  }

  // nullptr where it adds nothing.
  CompareRow* Add(const Pair& pair, Cause cause, double change) {
    if (change == 0) return nullptr;
    CompareRow& row = rows_.emplace_back();
    row.cause = cause;
    row.item_id = pair.id;
    row.change = change;
    if (pair.from.has_data) {
      row.assured_from = from_.balance[pair.from.item].assured;
    }
    if (pair.to.has_data) row.assured_to = to_.balance[pair.to.item].assured;
    return &row;
  }

  const Analysis& from_;
  const Analysis& to_;
  const std::vector<Pair> pairs_;
  const Shares shares_;
  SourceReader from_reader_, to_reader_;
  std::vector<CompareRow> rows_;
};

std::vector<CauseSum> SumsOf(const std::vector<CompareRow>& rows) {
  std::array<CauseSum, kCauses> sums;
  for (const CompareRow& row : rows) {
    CauseSum& sum = sums[static_cast<std::size_t>(row.cause)];
    sum.cause = row.cause;
    sum.change += row.change;
    ++sum.items;
  }
  std::vector<CauseSum> causes;
  for (const CauseSum& sum : sums) {
    if (sum.items > 0) causes.push_back(sum);
  }
  std::stable_sort(causes.begin(), causes.end(),
                   [](const CauseSum& a, const CauseSum& b) {
                     return std::abs(a.change) > std::abs(b.change);
                   });
  return causes;
}

}  // namespace

Comparison CompareShares(const Analysis& from, const Analysis& to,
                         const Scope& scope) {
  Comparison comparison;
  comparison.share_from = ComputeRow(from, scope).share;
  comparison.share_to = ComputeRow(to, scope).share;
  if (!comparison.share_from || !comparison.share_to) return comparison;
  comparison.rows = Comparer(from, to, scope).Rows();
  comparison.causes = SumsOf(comparison.rows);
  return comparison;
}

}  // namespace qiangji::domain
