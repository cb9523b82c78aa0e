// What raising an item's assured share would give (METHOD 3.3).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/domain/graph.h"

namespace qiangji::domain {

class Stop;

// By item index: the gain of Σ w_i d_i per unit of a_j, and what raising a_j to
// 1 would give at that rate. `weights` >= 0 sum to 1; `content` solves `a`.
struct Marginal {
  std::vector<double> marginal_gain, potential_gain;
};
Marginal SolveMarginal(const Graph& graph, absl::Span<const double> a,
                       absl::Span<const double> content,
                       absl::Span<const double> weights);

// What Σ w_i d_i really gains when a_j alone becomes 1, for each of `items`:
// above the potential gain where what j gives comes back to it. CANCELLED when
// stopped.
absl::StatusOr<std::vector<double>> ExactGains(
    const Graph& graph, absl::Span<const double> a,
    absl::Span<const double> weights, const Marginal& marginal,
    absl::Span<const ItemIndex> items, const Stop* stop = nullptr);

}  // namespace qiangji::domain
