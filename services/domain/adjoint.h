// λ = w + Cᵀ·diag(a)·λ: what reaches an item from its users (METHOD 3.2, 3.3).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/domain/graph.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

// One matrix, several right-hand sides one after the other. Closed loops keep
// what enters them: their λ is what enters from outside, and they pass nothing
// on.
class AdjointSolver {
 public:
  // `a` by item index.
  AdjointSolver(const Graph& graph, absl::Span<const double> a);

  struct Solution {
    std::vector<double> lambda;  // by place
    // Proven bound of Σ |λ − solution|, without rounding, for weights that sum
    // to 1.
    double error = 0;
    int sweeps = 0;  // over the component that took most
  };
  // `weights` >= 0 by place, sum to at most 1. CANCELLED when stopped.
  absl::StatusOr<Solution> Solve(std::vector<double> weights,
                                 const Stop* stop = nullptr) const;

  const Graph& graph() const { return graph_; }
  // a by place, 0 in closed loops.
  const std::vector<double>& a() const { return a_; }
  const std::vector<std::vector<ItemIndex>>& closed_loops() const {
    return closed_loops_;
  }

 private:
  class Run;

  const Graph& graph_;
  std::vector<std::vector<ItemIndex>> closed_loops_;
  std::vector<double> a_, factor_;  // factor: a · row_unit
  double row_sum_ = 0;              // the largest
};

}  // namespace qiangji::domain
