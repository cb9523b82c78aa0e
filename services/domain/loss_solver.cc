#include "services/domain/loss_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "services/domain/loss_sweep.h"

namespace qiangji::domain {
namespace {

// Roundings on one edge, in units in the last place: two products, a sum, and
// the shares as they come; in float those are rounded once more.
constexpr double kRoundings = 6;
// Sweeps before an exact solution: good first choices.
constexpr std::uint64_t kFirstPasses = 8;

template <typename T>
constexpr double Unit() {
  return std::numeric_limits<T>::epsilon() / 2;
}

}  // namespace

LossSolver::LossSolver(const LossBase& base, absl::Span<const double> hit_home,
                       double tolerance)
    : base_(base),
      weights_(ComputeLossWeights(base, hit_home)),
      tolerance_(tolerance) {
  const bool slow = std::any_of(weights_.slow.begin(), weights_.slow.end(),
                                [](std::uint8_t s) { return s != 0; });
  floats_ = !slow && RoundingError(Unit<float>()) <= tolerance / 2;
}

double LossSolver::RoundingError(double unit) const {
  return kRoundings * unit * weights_.rounding;
}

absl::StatusOr<double> LossSolver::Solve(LossLanes<float>& lanes,
                                         const Stop* stop) const {
  return SolveLanes(lanes, stop);
}
absl::StatusOr<double> LossSolver::Solve(LossLanes<double>& lanes,
                                         const Stop* stop) const {
  return SolveLanes(lanes, stop);
}

template <typename T>
absl::StatusOr<double> LossSolver::SolveLanes(LossLanes<T>& lanes,
                                              const Stop* stop) const {
  const double rounding = RoundingError(Unit<T>());
  SweepRules rules;
  rules.strict = weights_.strict.data();
  rules.max_passes = 1;
  if (weights_.freeze > 0) {
    // A change below half an ulp of 1 would often not be one.
    rules.freeze =
        std::max((tolerance_ - rounding) / 2 / weights_.freeze, Unit<T>() / 8);
  }
  double error = rounding + rules.freeze * weights_.freeze;
  const std::vector<Block>& blocks = base_.graph->blocks;
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    const bool slow = weights_.slow[k] != 0;
    SweepRules of_block = rules;
    if (slow) of_block.freeze = 0;
    for (std::uint64_t pass = 1;; ++pass) {
      if (Stopped(stop)) return absl::CancelledError("stopped");
      if (SweepBlock(blocks[k], of_block, lanes).settled) break;
      if (slow && pass == kFirstPasses) break;
    }
    if constexpr (std::is_same_v<T, double>) {
      if (slow) error += SolveSlow(k, lanes);
    }
  }
  return std::min(1.0, error);
}

double LossSolver::SolveSlow(std::size_t k, LossLanes<double>& lanes) const {
  constexpr std::size_t kLanes = LossLanes<double>::kLanes;
  const Graph& graph = *base_.graph;
  const Block& block = graph.blocks[k];
  bool any[kLanes] = {};
  for (std::size_t at = block.begin * kLanes; at < block.end * kLanes; ++at) {
    if (lanes.loss.data()[at] > 0) any[at % kLanes] = true;
  }
  std::fill(lanes.dirty.begin() + block.begin, lanes.dirty.begin() + block.end,
            0);
  LossPolicy policy(base_, block, weights_.slow_weight[k]);
  double error = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (any[lane]) error = std::max(error, policy.Solve(lanes, lane));
  }
  if (error == 0) return 0;
  for (Place p = block.begin; p < block.end; ++p) {
    for (Edge u = graph.user_begin[p]; u < graph.user_begin[p + 1]; ++u) {
      if (graph.user[u] >= block.end) lanes.dirty[graph.user[u]] = 1;
    }
  }
  return error;
}

}  // namespace qiangji::domain
