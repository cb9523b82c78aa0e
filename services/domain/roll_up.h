// The roll-up test through the tiers (METHOD 3.7, after the rules of origin of
// USMCA).
#pragma once

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/graph.h"

namespace qiangji::domain {

// Of one item, where they are asked for.
struct RollUpTerms {
  double home = 0;   // h: which part of it is made at home
  double ratio = 0;  // an input counts where its r reaches this
};

// r_i = 1 − Σ_j c_ij·(1 − h_j·[r_j >= ratio_j]), the least solution, of every
// item that `roots` reach through their inputs, the roots included; 0 for the
// others. `terms` by item index, read for the items reached. With
// `unstated_abroad` the rest of an item's value is abroad where an input states
// no cost share, else it is the item's own.
//
// r hangs on which inputs count, nothing else: each can only begin to count, so
// the solution is exact after at most one step an item, and no step is lost
// where a loop approaches its ratio without end.
std::vector<double> SolveRollUp(const Graph& graph,
                                absl::Span<const ItemIndex> roots,
                                absl::Span<const RollUpTerms> terms,
                                bool unstated_abroad);

}  // namespace qiangji::domain
