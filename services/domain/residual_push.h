// The end of an iteration in which only few values still change (METHOD 3.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/domain/graph.h"
#include "services/domain/lanes.h"

namespace qiangji::domain {

// One lane of d = b + diag(a)·C·d in one block, after a sweep of it. What the
// sweep left over (only of inputs that come after their users, whose last
// change was not seen yet) is pushed from user to user, in rounds by place,
// until no row is off by more than twice `least`.
class ResidualPush {
 public:
  // Arrays by place, lanes side by side.
  ResidualPush(const Graph& graph, const Block& block, const double* factor,
               double* d, std::size_t lanes, std::size_t lane)
      : graph_(graph),
        block_(block),
        factor_(factor + lane),
        d_(d + lane),
        stride_(lanes) {}

  // `before`: d before that sweep. False where it takes more than `most_edges`:
  // d is then as good a start for further sweeps as before.
  bool Run(const double* before, double least, std::uint64_t most_edges);

 private:
  void Collect(const double* before, double least);
  void Push(Place p, double change, double least);

  const Graph& graph_;
  const Block block_;
  const double* const factor_;
  double* const d_;
  const std::size_t stride_;
  LaneArray residual_;             // by place from block_.begin
  std::vector<bool> queued_;       // likewise
  std::vector<Place> now_, next_;  // heaps
  std::uint64_t edges_ = 0;
};

}  // namespace qiangji::domain
