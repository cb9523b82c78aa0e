// The inputs of one year as the solvers see them (METHOD 1, 3).
//
// Items are numbered a third time here: a `Place` is where the sweeps visit an
// item. Inputs come before what is made from them; items of one cycle are
// together, raw ones first and the most used first among equals: a sweep that
// reads an input mostly finds it in the cache and already computed. Places
// depend on the inputs alone, ties go by item id: no sum depends on the order
// in which rows arrived.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace qiangji::domain {

struct Structure;

using Place = std::uint32_t;     // into the arrays by place
using Edge = std::uint32_t;      // into the arrays by edge
using ItemIndex = std::int32_t;  // into Structure::items; -1 = none

// Fixed point of cost shares and essentiality: unit 2^-31, 1.0 = 2^31.
inline constexpr double kShareUnit = 1.0 / 2147483648.0;
std::uint32_t ToUnits(double share);

// METHOD 1: essentiality that is not stated.
inline constexpr double kDefaultEssentiality = 0.5;

// Places that are solved together: [begin, end).
struct Block {
  Place begin = 0, end = 0;
  // One strongly connected component of the inputs. Else every input of the
  // block is before its item: one pass solves it.
  bool cyclic = false;
};

struct Graph {
  // In `input`: the last of its requirement (METHOD 3.4). An ungrouped input is
  // a requirement of its own, a substitution group one of several.
  static constexpr std::uint32_t kLastOfRequirement = 0x80000000u;
  static constexpr std::uint32_t kPlaceMask = 0x7fffffffu;

  std::vector<ItemIndex> item;  // by place
  std::vector<Place> place;     // by item index
  std::vector<Block> blocks;  // all places; inputs' blocks before their users'

  // Inputs of a place: [begin[p], begin[p + 1]), requirement after requirement:
  // ungrouped ones by place, then groups by their smallest place.
  std::vector<Edge> begin;                  // size items + 1
  std::vector<std::uint32_t> input;         // place | kLastOfRequirement
  std::vector<std::uint32_t> cost;          // units; not stated = 0
  std::vector<std::uint32_t> essentiality;  // units; not stated = 0.5
  // Who uses a place, ascending.
  std::vector<Edge> user_begin;  // size items + 1
  std::vector<Place> user;
  std::vector<Edge> user_edge;  // its place in `input`, `cost`

  // By place. v of METHOD 3.1 from the shares as stated; 0 within 1e-9 of 0.
  std::vector<double> own_value;
  // Factor of a row's units by which Σ c = 1 − v to the last bit.
  std::vector<double> row_unit;
  std::vector<bool> incomplete;  // an input without cost share
  std::vector<bool> overfull;    // Σ c > 1 + 1e-9: an error

  std::size_t size() const { return item.size(); }
  Place input_of(Edge e) const { return input[e] & kPlaceMask; }
  bool ends_requirement(Edge e) const {
    return (input[e] & kLastOfRequirement) != 0;
  }
  // c_ij of an edge of `p`.
  double cost_of(Place p, Edge e) const { return cost[e] * row_unit[p]; }
  double essentiality_of(Edge e) const { return essentiality[e] * kShareUnit; }

  Place PlaceOf(ItemIndex i) const {
    return place[static_cast<std::size_t>(i)];
  }
  Edge InputCount(ItemIndex i) const {
    const Place p = PlaceOf(i);
    return begin[p + 1] - begin[p];
  }
  bool HasInputs(ItemIndex i) const { return InputCount(i) != 0; }
  bool CostIncomplete(ItemIndex i) const { return incomplete[PlaceOf(i)]; }
  bool Overfull(ItemIndex i) const { return overfull[PlaceOf(i)]; }

  // Values by item index as values by place, and back.
  std::vector<double> ByPlace(absl::Span<const double> by_item) const;
  std::vector<double> ByItem(absl::Span<const double> by_place) const;
};

Graph BuildGraph(const Structure& structure, int year);

}  // namespace qiangji::domain
