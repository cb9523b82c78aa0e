// Block after block, inputs first. An acyclic block takes one pass. A cyclic
// one is swept until the bound K·ρ·δ of what is missing is small enough: after
// a pass that changed nothing by more than δ, each row is off by at most ρ·δ,
// and K bounds the row sums of (I − diag(a)·C)^-1. Where the rows of a lane all
// contract, K = 1/(1 − ρ) for the whole graph; else K comes from sweeps of
// w = 1 + diag(a)·C·w, block by block, and errors are passed on from input to
// user. Where K is out of reach the block is eliminated, or else bracketed.
#include "services/domain/lane_solver.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "services/domain/elimination.h"
#include "services/domain/residual_push.h"
#include "services/domain/stop.h"
#include "services/domain/sweep.h"

namespace qiangji::domain {
namespace {

// Where errors of blocks add up, each is to have so much of the tolerance.
constexpr double kOfOneBlock = 0.1;
// Blocks from this size on end by pushing what is left: once this many times
// `least` is left on average, few rows are off by more.
constexpr Place kPushed = 4096;
constexpr double kPushedAverage = 4;
// An edge that is pushed costs about three swept ones.
constexpr double kPushedEdges = 0.25;
// Rounding of this size, once amplified, leaves it to elimination.
constexpr double kAmplifiedRounding = 1e-11;
constexpr int kBoundSweeps = 64;
constexpr int kSweeps = 1000;
constexpr int kBracketSweeps = 200;
// A change of w by at most this much settles its bound within a factor of 4.
constexpr double kBoundChange = 0.75;

template <std::size_t kLanes>
std::size_t At(Place p, std::size_t lane) {
  return p * kLanes + lane;
}

template <std::size_t kLanes>
bool Any(const std::array<bool, kLanes>& lanes) {
  return std::find(lanes.begin(), lanes.end(), true) != lanes.end();
}

Edge LongestRow(const Graph& graph) {
  Edge longest = 0;
  for (Place p = 0; p < graph.size(); ++p) {
    longest = std::max(longest, graph.begin[p + 1] - graph.begin[p]);
  }
  return longest;
}

template <std::size_t kLanes>
class LaneSolver {
 public:
  using Lanes = std::array<double, kLanes>;
  using Flags = std::array<bool, kLanes>;

  LaneSolver(const Graph& graph, const LaneArray& a, const LaneArray& b,
             LaneArray& d, double tolerance, const Stop* stop)
      : graph_(graph),
        tolerance_(tolerance),
        stop_(stop),
        a_(a),
        d_(d),
        factor_(a.size()),
        state_{factor_.data(), b.data(), d.data()},
        row_sum_(LargestRowSum<kLanes>(graph, a.data())),
        rounding_(SweepRounding(LongestRow(graph))) {
    for (std::size_t k = 0; k < a.size(); ++k) {
      factor_[k] = a[k] * graph.row_unit[k / kLanes];
    }
    all_.fill(true);
    for (std::size_t l = 0; l < kLanes; ++l) {
      careful_[l] = row_sum_[l] > kContracts;
    }
    if (!Any<kLanes>(careful_)) return;
    ones_ = LaneArray(a.size());
    std::fill_n(ones_.data(), ones_.size(), 1.0);
    work_ = LaneArray(a.size());
    errors_ = LaneArray(a.size());
  }

  std::array<LaneResult, kLanes> Solve() {
    for (const Block& block : graph_.blocks) {
      if (Stopped(stop_)) break;
      if (block.cyclic) {
        SolveCyclic(block);
      } else {
        Sweep<kLanes>(graph_, block, state_, all_);
        // In units of the rounding of one row.
        if (Any<kLanes>(careful_)) {
          Sweep<kLanes>(graph_, block,
                        {factor_.data(), ones_.data(), errors_.data()},
                        careful_);
        }
      }
    }
    for (std::size_t l = 0; l < kLanes; ++l) {
      results_[l].error +=
          careful_[l] ? LargestError(l) : rounding_ / (1 - row_sum_[l]);
    }
    return results_;
  }

 private:
  void SolveCyclic(const Block& block) {
    Lanes bound = {}, own = {};
    if (Any<kLanes>(careful_)) {
      bound = BoundInverse<kLanes>(graph_, block, factor_.data(), ones_.data(),
                                   work_.data(), careful_);
    }
    Flags slow = {}, active = all_;
    for (std::size_t l = 0; l < kLanes; ++l) {
      if (!careful_[l]) {
        bound[l] = 1 / (1 - row_sum_[l]);
      } else {
        slow[l] = bound[l] == 0 || bound[l] * rounding_ > kAmplifiedRounding;
        active[l] = !slow[l];
      }
    }
    Iterate(block, bound, active, own, slow);
    for (std::size_t l = 0; l < kLanes; ++l) {
      if (slow[l]) own[l] = SolveSlow(block, l);
      if (careful_[l]) {
        PassOn(block, l, own[l] + bound[l] * rounding_);
      } else {
        results_[l].error = std::max(results_[l].error, own[l]);
      }
    }
  }

  // Sweeps each lane until its bound is reached: `own`. Lanes that do not get
  // there become `slow`.
  void Iterate(const Block& block, const Lanes& bound, Flags active, Lanes& own,
               Flags& slow) {
    Lanes sum = {}, last_sum = {};
    for (int sweep = 1; Any<kLanes>(active) && !Stopped(stop_); ++sweep) {
      const Flags ends = NearTheEnd(block, bound, active, sum, last_sum);
      LaneArray before;
      if (Any<kLanes>(ends)) {
        before = LaneArray(At<kLanes>(block.end, 0));
        std::copy_n(d_.data(), before.size(), before.data());
      }
      const auto change = Sweep<kLanes>(graph_, block, state_, active);
      last_sum = std::exchange(sum, change.sum);
      for (std::size_t l = 0; l < kLanes; ++l) {
        if (!active[l]) continue;
        own[l] = bound[l] * std::min(1.0, row_sum_[l]) * change.largest[l];
        results_[l].sweeps = std::max(results_[l].sweeps, sweep);
        active[l] = own[l] > Tolerance(l, bound[l]);
        if (active[l] && ends[l] && Finish(block, l, bound[l], before)) {
          own[l] = Tolerance(l, bound[l]);
          active[l] = false;
        }
        if (!active[l] || sweep < kSweeps) continue;
        active[l] = false;
        slow[l] = true;
      }
    }
  }

  // Lanes in which after one more sweep little is left, if it goes on as
  // between the last two.
  Flags NearTheEnd(const Block& block, const Lanes& bound, const Flags& active,
                   const Lanes& sum, const Lanes& last_sum) const {
    Flags ends = {};
    const Place size = block.end - block.begin;
    if (size < kPushed) return ends;
    for (std::size_t l = 0; l < kLanes; ++l) {
      if (!active[l] || sum[l] >= last_sum[l]) continue;
      const double next = sum[l] * (sum[l] / last_sum[l]);
      ends[l] = next <= kPushedAverage * Least(l, bound[l]) * size;
    }
    return ends;
  }

  // What neither a change that is not passed on nor a residual that is left may
  // exceed: both together are within the tolerance.
  double Least(std::size_t lane, double bound) const {
    return 0.5 * Tolerance(lane, bound) / bound;
  }

  bool Finish(const Block& block, std::size_t lane, double bound,
              const LaneArray& before) {
    const Edge edges = graph_.begin[block.end] - graph_.begin[block.begin];
    return ResidualPush(graph_, block, factor_.data(), d_.data(), kLanes, lane)
        .Run(before.data() + lane, Least(lane, bound),
             static_cast<std::uint64_t>(kPushedEdges * edges));
  }

  double Tolerance(std::size_t lane, double bound) const {
    // Changes by the last bit do not end.
    const double floor = 4 * bound * std::numeric_limits<double>::epsilon();
    return std::max(careful_[lane] ? kOfOneBlock * tolerance_ : tolerance_,
                    floor);
  }

  // Returns the bound of what this block is off by itself.
  double SolveSlow(const Block& block, std::size_t lane) {
    const auto elimination = Elimination::Of(
        MakeBlockSystem(graph_, block, a_.data() + lane, kLanes));
    if (!elimination) return Bracket(block, lane);
    std::vector<double> b;
    b.reserve(block.end - block.begin);
    for (Place p = block.begin; p < block.end; ++p) {
      double outside = 0;
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place j = graph_.input_of(e);
        if (j < block.begin)
          outside += graph_.cost[e] * d_[At<kLanes>(j, lane)];
      }
      const std::size_t at = At<kLanes>(p, lane);
      b.push_back(state_.b[at] + a_[at] * (graph_.row_unit[p] * outside));
    }
    const std::vector<double> x = elimination->Solve(std::move(b));
    for (Place p = block.begin; p < block.end; ++p) {
      d_[At<kLanes>(p, lane)] = x[p - block.begin];
    }
    return elimination->relative_error();
  }

  // Iterates from below and from above: both maps are monotone, and 1
  // everywhere is never below its own image.
  double Bracket(const Block& block, std::size_t lane) {
    LaneArray above(d_.size());
    std::copy_n(d_.data(), At<kLanes>(block.end, 0), above.data());
    for (Place p = block.begin; p < block.end; ++p) {
      d_[At<kLanes>(p, lane)] = 0;
      above[At<kLanes>(p, lane)] = 1;
    }
    Flags only = {};
    only[lane] = true;
    for (int sweep = 0; sweep < kBracketSweeps && !Stopped(stop_); ++sweep) {
      Sweep<kLanes>(graph_, block, state_, only);
      Sweep<kLanes>(graph_, block, {state_.factor, state_.b, above.data()},
                    only);
    }
    double widest = 0;
    for (Place p = block.begin; p < block.end; ++p) {
      const std::size_t at = At<kLanes>(p, lane);
      widest = std::max(widest, above[at] - d_[at]);
    }
    results_[lane].sweeps = std::max(results_[lane].sweeps, kBracketSweeps);
    if (widest > tolerance_) results_[lane].unsettled = block.begin;
    return widest;
  }

  // Errors of a block: what its inputs bring in, which row sums up to 1 do not
  // make larger, and its own.
  void PassOn(const Block& block, std::size_t lane, double own) {
    double inputs = 0;
    for (Place p = block.begin; p < block.end; ++p) {
      if (a_[At<kLanes>(p, lane)] <= 0) continue;
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place j = graph_.input_of(e);
        if (j < block.begin && graph_.cost[e] > 0) {
          inputs = std::max(inputs, errors_[At<kLanes>(j, lane)]);
        }
      }
    }
    for (Place p = block.begin; p < block.end; ++p) {
      errors_[At<kLanes>(p, lane)] = inputs + own / rounding_;
    }
  }

  double LargestError(std::size_t lane) const {
    double largest = 0;
    for (Place p = 0; p < graph_.size(); ++p) {
      largest = std::max(largest, errors_[At<kLanes>(p, lane)]);
    }
    return largest * rounding_;
  }

  const Graph& graph_;
  const double tolerance_;
  const Stop* const stop_;
  const LaneArray& a_;
  LaneArray& d_;
  LaneArray factor_;  // a · row_unit
  const SweepState<kLanes> state_;
  const Lanes row_sum_;
  const double rounding_;  // of one row
  Flags all_, careful_ = {};
  LaneArray ones_, work_, errors_;  // where a lane is careful
  std::array<LaneResult, kLanes> results_;
};

}  // namespace

template <std::size_t kLanes>
std::array<double, kLanes> LargestRowSum(const Graph& graph, const double* a) {
  std::array<double, kLanes> largest = {};
  for (Place p = 0; p < graph.size(); ++p) {
    if (graph.begin[p] == graph.begin[p + 1]) continue;
    for (std::size_t l = 0; l < kLanes; ++l) {
      largest[l] =
          std::max(largest[l], a[At<kLanes>(p, l)] * (1 - graph.own_value[p]));
    }
  }
  return largest;
}

template <std::size_t kLanes>
std::array<double, kLanes> BoundInverse(const Graph& graph, const Block& block,
                                        const double* factor,
                                        const double* ones, double* work,
                                        std::array<bool, kLanes> asked) {
  double* const first = work + At<kLanes>(block.begin, 0);
  const std::size_t size = kLanes * (block.end - block.begin);
  std::fill_n(first, size, 1.0);
  std::array<double, kLanes> bound = {};
  for (int sweep = 0; sweep < kBoundSweeps && Any<kLanes>(asked); ++sweep) {
    const auto change =
        Sweep<kLanes>(graph, block, {factor, ones, work}, asked);
    for (std::size_t l = 0; l < kLanes; ++l) {
      const double largest = change.largest[l];
      if (!asked[l] || largest > kBoundChange) continue;
      asked[l] = false;
      // w − diag(a)·C·w is at least 1 − δ, since rows sum to at most 1.
      for (std::size_t k = l; k < size; k += kLanes) {
        bound[l] = std::max(bound[l], first[k]);
      }
      bound[l] /= 1 - largest;
    }
  }
  std::fill_n(first, size, 0.0);
  return bound;
}

template <std::size_t kLanes>
std::array<LaneResult, kLanes> SolveLanes(const Graph& graph,
                                          const LaneArray& a,
                                          const LaneArray& b, LaneArray& d,
                                          double tolerance, const Stop* stop) {
  return LaneSolver<kLanes>(graph, a, b, d, tolerance, stop).Solve();
}

template std::array<LaneResult, 1> SolveLanes(const Graph&, const LaneArray&,
                                              const LaneArray&, LaneArray&,
                                              double, const Stop*);
template std::array<LaneResult, 2> SolveLanes(const Graph&, const LaneArray&,
                                              const LaneArray&, LaneArray&,
                                              double, const Stop*);
template std::array<LaneResult, 4> SolveLanes(const Graph&, const LaneArray&,
                                              const LaneArray&, LaneArray&,
                                              double, const Stop*);
template std::array<double, 1> LargestRowSum(const Graph&, const double*);
template std::array<double, 1> BoundInverse(const Graph&, const Block&,
                                            const double*, const double*,
                                            double*, std::array<bool, 1>);

}  // namespace qiangji::domain
