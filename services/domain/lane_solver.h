// d = b + diag(a)·C·d for several right-hand sides at once (METHOD 3.1).
#pragma once

#include <array>
#include <cstddef>

#include "services/domain/graph.h"
#include "services/domain/lanes.h"

namespace qiangji::domain {

class Stop;

// Where iteration ends unless told otherwise; rounding comes to it.
inline constexpr double kSolvedTo = 9e-13;

struct LaneResult {
  // Proven bound of |d − solution|, of rounding too, for solutions up to 1.
  double error = 0;
  // Where there is a component of which d is a lower bound alone, and d + error
  // an upper one if the solution is at most 1: its first place; else kSettled.
  static constexpr Place kSettled = ~Place{0};
  Place unsettled = kSettled;
  int sweeps = 0;  // over the component that took most
};

// Arrays by place, kLanes values each: a and b >= 0; rows of a·C sum to at most
// 1, and no closed loop has b above 0 or all of its a 1 (ZeroWithoutSource,
// FindClosedLoops). `d` holds where to start and becomes the solution. A lane
// takes no notice of the others. Iteration ends at `tolerance`. Once stopped it
// ends where it is: who stops looks for that.
template <std::size_t kLanes>
std::array<LaneResult, kLanes> SolveLanes(const Graph& graph,
                                          const LaneArray& a,
                                          const LaneArray& b, LaneArray& d,
                                          double tolerance = kSolvedTo,
                                          const Stop* stop = nullptr);

// A bound of the row sums of (I − diag(a)·C)^-1 within one block, by lane: how
// much of an error in each row adds up. 0 = none was found in a few sweeps, or
// the lane was not asked for. `factor` = a · Graph::row_unit; `work` is 0
// everywhere, and again afterwards.
template <std::size_t kLanes>
std::array<double, kLanes> BoundInverse(const Graph& graph, const Block& block,
                                        const double* factor,
                                        const double* ones, double* work,
                                        std::array<bool, kLanes> asked);

// The largest row sum of diag(a)·C of each lane; 1 / (1 − it) bounds the row
// sums of the inverse. Up to kContracts the bound is used as it is.
template <std::size_t kLanes>
std::array<double, kLanes> LargestRowSum(const Graph& graph, const double* a);
inline constexpr double kContracts = 0.99;

}  // namespace qiangji::domain
