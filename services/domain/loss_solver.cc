#include "services/domain/loss_solver.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

#include "services/domain/loss_sweep.h"

namespace qiangji::domain {
namespace {

// Roundings on one edge, in halves of a unit in the last place: of p_i, of its
// product, of the sum with b_i; of e_ij and its product unless that is a power
// of two. Half a one more for products of them.
constexpr double kRoundings = 3.5, kEssentialityRoundings = 2;
// Of what the tolerance leaves; less where exact solutions of slow cycles add
// errors of their own.
constexpr double kUsed = 0.95, kUsedBesideSlow = 0.4;
// Sweeps before an exact solution: good first choices.
constexpr std::uint64_t kFirstPasses = 8;
// And where the choices of an exact solution do not settle.
constexpr std::uint64_t kLastPasses = 1000;

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
  slow_ = std::any_of(weights_.slow.begin(), weights_.slow.end(),
                      [](std::uint8_t s) { return s != 0; });
  cyclic_ = std::any_of(base.graph->blocks.begin(), base.graph->blocks.end(),
                        [](const Block& block) { return block.cyclic; });
  const bool powers = std::all_of(
      base.graph->essentiality.begin(), base.graph->essentiality.end(),
      [](std::uint32_t units) { return (units & (units - 1)) == 0; });
  roundings_ = kRoundings + (powers ? 0 : kEssentialityRoundings);
  floats_ = !slow_ && RoundingError(Unit<float>()) <= tolerance / 2;
}

double LossSolver::RoundingError(double unit) const {
  return roundings_ * unit * weights_.largest;
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
  double error = rounding;
  if (cyclic_) {
    // The sum that a change is compared with rounds too, by Unit at most.
    const double wanted = (tolerance_ - rounding) *
                          (slow_ ? kUsedBesideSlow : kUsed) / weights_.largest;
    rules.freeze = std::max(wanted - Unit<T>(), Unit<T>() / 8);
    error += (rules.freeze + Unit<T>()) * weights_.largest;
  }
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
  // Floats do not solve slow cycles: nothing is proven of them.
  return std::is_same_v<T, float> && slow_ ? 1 : std::min(1.0, error);
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
  bool settled = true;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (!any[lane]) continue;
    const std::optional<double> bound = policy.Solve(lanes, lane);
    settled = settled && bound.has_value();
    error = std::max(error, bound.value_or(0));
  }
  if (!settled) {
    SweepRules rules;
    rules.strict = weights_.strict.data();
    rules.max_passes = kLastPasses;
    std::fill(lanes.dirty.begin() + block.begin,
              lanes.dirty.begin() + block.end, 1);
    SweepBlock(block, rules, lanes);
    std::fill(lanes.dirty.begin() + block.begin,
              lanes.dirty.begin() + block.end, 0);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (any[lane]) error = std::max(error, policy.ErrorOf(lanes, lane));
    }
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
