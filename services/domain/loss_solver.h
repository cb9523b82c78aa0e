// Least losses of all items in many lanes, with a proven error.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/domain/loss_lanes.h"
#include "services/domain/loss_policy.h"
#include "services/domain/loss_weights.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

class LossSolver {
 public:
  // `hit_home`: see ComputeLossWeights. `base` outlives the solver. Immutable:
  // one solver may serve many threads, each with lanes of its own.
  LossSolver(const LossBase& base, absl::Span<const double> hit_home,
             double tolerance);

  // Whether lanes of float reach the tolerance. Where they do not, their error
  // may be 1.
  bool FloatsSuffice() const { return floats_; }
  // Whether lanes need LossLanes::rest.
  bool NeedsRest() const { return slow_; }

  // Raises the losses from what they are, at most the least solution, until
  // the equations hold at all places; those at which they may not are dirty.
  // Returns the proven error of every loss. CANCELLED when stopped.
  absl::StatusOr<double> Solve(LossLanes<float>& lanes, const Stop* stop) const;
  absl::StatusOr<double> Solve(LossLanes<double>& lanes,
                               const Stop* stop) const;

 private:
  template <typename T>
  absl::StatusOr<double> SolveLanes(LossLanes<T>& lanes,
                                    const Stop* stop) const;
  double SolveSlow(std::size_t block, LossLanes<double>& lanes) const;
  double RoundingError(double unit) const;

  const LossBase& base_;
  LossWeights weights_;
  double tolerance_;
  double roundings_ = 0;  // an edge, in halves of a unit in the last place
  bool slow_ = false, cyclic_ = false, floats_ = false;
};

}  // namespace qiangji::domain
