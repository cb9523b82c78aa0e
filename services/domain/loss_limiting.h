// By which input an item loses, and the way down to what is hit (METHOD 3.4).
#pragma once

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/domain/loss_base.h"

namespace qiangji::domain {

// FORMATS limiting_input_id: the input that sets the minimum of the item at
// `p`, in a group its best member; candidates within the tolerance of the
// worst are equally bad, and the first by id is taken. -1 where no requirement
// loses anything. `loss_of(Place)` as solved.
template <typename LossOf>
ItemIndex LimitingInput(const LossBase& base, Place p, LossOf loss_of) {
  const Graph& graph = *base.graph;
  double worst = 0;
  ItemIndex limiting = -1;
  double best = 2;  // of the requirement at hand
  ItemIndex member = -1;
  for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
    const Place input = graph.input_of(e);
    const ItemIndex j = graph.item[input];
    const double l = graph.essentiality_of(e) * loss_of(input);
    if (l < best - kTolerance || (l <= best + kTolerance && j < member)) {
      member = j;
    }
    best = std::min(best, l);
    if (!base.Ends(e)) continue;
    if (best > kTolerance &&
        (limiting < 0 || best > worst + kTolerance ||
         (best >= worst - kTolerance && member < limiting))) {
      limiting = member;
    }
    worst = std::max(worst, best);
    best = 2;
    member = -1;
  }
  return limiting;
}

// Why `item` loses: from it over limiting inputs down to the item that is hit
// itself (`direct`), at least as much as by its inputs. `item` alone where it
// is that one; empty where it loses nothing. No item twice. All by ItemIndex.
template <typename LossOf, typename DirectOf, typename LimitingOf>
std::vector<ItemIndex> FollowLosses(ItemIndex item, LossOf loss_of,
                                    DirectOf direct, LimitingOf limiting) {
  std::vector<ItemIndex> chain;
  absl::flat_hash_set<ItemIndex> seen;
  while (item >= 0 && loss_of(item) > kTolerance && seen.insert(item).second) {
    chain.push_back(item);
    if (2 * direct(item) >= loss_of(item)) break;
    item = limiting(item);
  }
  return chain;
}

}  // namespace qiangji::domain
