// One pass over the rows of d = b + diag(a)·C·d.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "services/domain/graph.h"

namespace qiangji::domain {

// Of arrays by place, kLanes values a place.
template <std::size_t kLanes>
struct SweepState {
  const double* factor;  // a · Graph::row_unit
  const double* b;
  double* d;
};

// By how much values changed in one pass, by lane: at most, and all together.
template <std::size_t kLanes>
struct SweepChange {
  std::array<double, kLanes> largest = {}, sum = {};
};

// Sets d of the places of a block to b + factor·Σ units·d, one after the other,
// in the lanes that are `active`; the others keep their bits. Returns by how
// much a value changed at most, by lane. The sum of a row has one order
// whatever the number of lanes and the machine.
template <std::size_t kLanes>
SweepChange<kLanes> Sweep(const Graph& graph, const Block& block,
                          const SweepState<kLanes>& state,
                          const std::array<bool, kLanes>& active);

// Bound of the rounding of one sum, for values up to 1: of the longest row.
double SweepRounding(Edge longest_row);

extern template SweepChange<1> Sweep(const Graph&, const Block&,
                                     const SweepState<1>&,
                                     const std::array<bool, 1>&);
extern template SweepChange<2> Sweep(const Graph&, const Block&,
                                     const SweepState<2>&,
                                     const std::array<bool, 2>&);
extern template SweepChange<4> Sweep(const Graph&, const Block&,
                                     const SweepState<4>&,
                                     const std::array<bool, 4>&);

}  // namespace qiangji::domain
