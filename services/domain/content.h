// Content through the tiers (METHOD 3.1) and marginal values (METHOD 3.3).
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "services/domain/balance.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// The least non-negative solution of d = diag(a)·(v + C·d), by item index,
// within `error` of it (1e-9 at most, see content.cc).
struct Content {
  std::vector<double> share;
  double error = 0;  // proven bound of |share − solution|
};
Content SolveContent(const Graph& graph, absl::Span<const double> a);

// a of METHOD 3.1: over Q_i. Items without data: 0, in the upper bound 1.
std::vector<double> AssuredLower(const Balance& balance);
std::vector<double> AssuredUpper(const Balance& balance);
std::vector<double> LocatedLower(const Balance& balance);

// METHOD 3.3, by item index: the gain of Σ w_i d_i per unit of a_j, and what
// raising a_j to 1 would give. `weights` sum to 1.
struct Marginal {
  std::vector<double> marginal_gain, potential_gain;
};
Marginal SolveMarginal(const Graph& graph, absl::Span<const double> a,
                       absl::Span<const double> content,
                       absl::Span<const double> weights);

}  // namespace qiangji::domain
