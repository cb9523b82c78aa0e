// Users before inputs: what has reached an item is complete when its turn
// comes, but for cycles. There each pass hands on what has arrived since the
// last one, which is Gauss–Seidel on the transposed rows and reads the graph in
// its own order. What is still to be handed on (r) bounds the error: K·Σ r,
// K as for content, since the rows of the transposed inverse are the columns.
#include "services/domain/adjoint.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "services/domain/elimination.h"
#include "services/domain/lane_solver.h"
#include "services/domain/loops.h"

namespace qiangji::domain {
namespace {

constexpr double kMissing = 1e-12;  // of weights that sum to 1
constexpr int kSweeps = 1000;
// With a larger K sweeps would be too many: the block is eliminated.
constexpr double kLargestBound = 1000;

}  // namespace

class AdjointSolver::Run {
 public:
  Run(const AdjointSolver& solver, std::vector<double> weights)
      : graph_(solver.graph_),
        a_(solver.a_),
        factor_(solver.factor_),
        row_sum_(solver.row_sum_),
        arrived_(std::move(weights)) {
    out_.lambda.assign(arrived_.size(), 0);
  }

  absl::StatusOr<Solution> Solve(const Stop* stop) {
    for (std::size_t b = graph_.blocks.size(); b-- > 0;) {
      if (Stopped(stop)) return absl::CancelledError("stopped");
      const Block& block = graph_.blocks[b];
      if (!block.cyclic) {
        Pass(block, 0);
      } else if (const double whole = Arrived(block); whole > 0) {
        if (!SolveCyclic(block, stop)) return absl::CancelledError("stopped");
      }
    }
    return std::move(out_);
  }

 private:
  double Arrived(const Block& block) const {
    double sum = 0;
    for (Place p = block.begin; p < block.end; ++p) sum += arrived_[p];
    return sum;
  }

  // Hands on what has arrived, the last place first, where it is above
  // `least`.
  void Pass(const Block& block, double least) {
    const std::uint32_t* const input = graph_.input.data();
    const std::uint32_t* const cost = graph_.cost.data();
    double* const arrived = arrived_.data();
    for (Place p = block.end; p-- > block.begin;) {
      const double now = arrived[p];
      if (now <= least) continue;
      arrived[p] = 0;
      out_.lambda[p] += now;
      const double factor = factor_[p] * now;
      if (factor == 0) continue;
      const Edge end = graph_.begin[p + 1];
      for (Edge e = graph_.begin[p]; e < end; ++e) {
        arrived[input[e] & Graph::kPlaceMask] += factor * cost[e];
      }
    }
  }

  // False when stopped.
  bool SolveCyclic(const Block& block, const Stop* stop) {
    const double bound =
        row_sum_ <= kContracts ? 1 / (1 - row_sum_) : BoundOf(block);
    if (bound > 0 && bound <= kLargestBound) {
      return Iterate(block, bound, kMissing, stop);
    }
    const auto elimination =
        Elimination::Of(MakeBlockSystem(graph_, block, a_.data()));
    if (!elimination) {
      return Iterate(block, bound, kMissing, stop);
    }
    const std::vector<double> lambda =
        elimination->SolveTransposed(std::vector<double>(
            arrived_.begin() + block.begin, arrived_.begin() + block.end));
    // What arrived inside is in λ already: only inputs outside get their part.
    for (Place p = block.begin; p < block.end; ++p) {
      const double now = lambda[p - block.begin];
      out_.lambda[p] = now;
      arrived_[p] = 0;
      const double factor = factor_[p] * now;
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place j = graph_.input_of(e);
        if (j < block.begin) arrived_[j] += factor * graph_.cost[e];
      }
    }
    return true;
  }

  bool Iterate(const Block& block, double bound, double missing,
               const Stop* stop) {
    // Without a bound: as far as it goes, at most what has arrived is missing.
    const double factor = bound > 0 ? bound : 1;
    const auto size = static_cast<double>(block.end - block.begin);
    const double least = 0.25 * missing / (factor * size);
    for (int sweep = 1; sweep <= kSweeps; ++sweep) {
      if (Stopped(stop)) return false;
      Pass(block, least);
      out_.sweeps = std::max(out_.sweeps, sweep);
      if (factor * Arrived(block) <= missing) break;
    }
    const double left = Arrived(block);
    out_.error += bound > 0        ? bound * left
                  : left > missing ? std::numeric_limits<double>::infinity()
                                   : left;
    std::fill(arrived_.begin() + block.begin, arrived_.begin() + block.end, 0);
    return true;
  }

  double BoundOf(const Block& block) {
    if (ones_.size() == 0) {
      ones_ = LaneArray(graph_.size());
      std::fill_n(ones_.data(), ones_.size(), 1.0);
      work_ = LaneArray(graph_.size());
    }
    return BoundInverse<1>(graph_, block, factor_.data(), ones_.data(),
                           work_.data(), {true})[0];
  }

  const Graph& graph_;
  const std::vector<double>&a_, &factor_;
  const double row_sum_;
  std::vector<double> arrived_;  // not yet handed on
  LaneArray ones_, work_;
  Solution out_;
};

AdjointSolver::AdjointSolver(const Graph& graph, absl::Span<const double> a)
    : graph_(graph),
      closed_loops_(FindClosedLoops(graph, a)),
      a_(graph.ByPlace(a)) {
  for (const std::vector<ItemIndex>& loop : closed_loops_) {
    for (ItemIndex i : loop) a_[graph.PlaceOf(i)] = 0;
  }
  factor_.reserve(a_.size());
  for (Place p = 0; p < a_.size(); ++p) {
    factor_.push_back(a_[p] * graph.row_unit[p]);
  }
  row_sum_ = LargestRowSum<1>(graph, a_.data())[0];
}

absl::StatusOr<AdjointSolver::Solution> AdjointSolver::Solve(
    std::vector<double> weights, const Stop* stop) const {
  return Run(*this, std::move(weights)).Solve(stop);
}

}  // namespace qiangji::domain
