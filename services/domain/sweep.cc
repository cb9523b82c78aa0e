#include "services/domain/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "services/domain/lanes.h"

namespace qiangji::domain {
namespace {

// Long rows are summed in parts of so many: the rounding of a sum grows with
// its length.
constexpr Edge kPart = 64;

template <std::size_t kLanes>
struct Vector {
  using Type __attribute__((vector_size(kLanes * 8))) = double;
  using Mask __attribute__((vector_size(kLanes * 8))) = std::int64_t;
};

SweepChange<1> SweepOne(const Graph& graph, const Block& block,
                        const double* factor, const double* b, double* d) {
  const std::uint32_t* const input = graph.input.data();
  const std::uint32_t* const cost = graph.cost.data();
  double largest = 0, all = 0;
  for (Place p = block.begin; p < block.end; ++p) {
    double x = b[p];
    // Most rows of an economy that imports much are 0: nothing to gather.
    if (factor[p] != 0) {
      const Edge end = graph.begin[p + 1];
      double sum = 0;
      for (Edge e = graph.begin[p]; e < end;) {
        const Edge part_end = std::min(end, e + kPart);
        double part = 0;
        for (; e < part_end; ++e) {
          part += cost[e] * d[input[e] & Graph::kPlaceMask];
        }
        sum += part;
      }
      x += factor[p] * sum;
    }
    const double change = std::abs(x - d[p]);
    largest = std::max(largest, change);
    all += change;
    d[p] = x;
  }
  return {{largest}, {all}};
}

// Several lanes: the same sums, lane by lane. Inlined into a function for each
// instruction set; vectors are not passed by value, for which there is no one
// convention.
template <std::size_t kLanes>
__attribute__((always_inline)) inline void SweepLanes(
    const Graph& graph, const Block& block, const double* factor,
    const double* b, double* d, const std::int64_t* active,
    SweepChange<kLanes>& change) {
  using V = typename Vector<kLanes>::Type;
  using M = typename Vector<kLanes>::Mask;
  const auto* const vf = reinterpret_cast<const V*>(factor);
  const auto* const vb = reinterpret_cast<const V*>(b);
  auto* const vd = reinterpret_cast<V*>(d);
  const std::uint32_t* const input = graph.input.data();
  const std::uint32_t* const cost = graph.cost.data();
  M mask;
  for (std::size_t lane = 0; lane < kLanes; ++lane) mask[lane] = active[lane];
  V most = {}, all = {};
  for (Place p = block.begin; p < block.end; ++p) {
    const Edge end = graph.begin[p + 1];
    V sum = {};
    for (Edge e = graph.begin[p]; e < end;) {
      const Edge part_end = std::min(end, e + kPart);
      V part = {};
      for (; e < part_end; ++e) {
        part += static_cast<double>(cost[e]) * vd[input[e] & Graph::kPlaceMask];
      }
      sum += part;
    }
    const V old = vd[p];
    V x = vb[p] + vf[p] * sum;
    x = mask ? x : old;
    V moved = x - old;
    moved = moved < 0 ? -moved : moved;
    most = moved > most ? moved : most;
    all += moved;
    vd[p] = x;
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    change.largest[lane] = most[lane];
    change.sum[lane] = all[lane];
  }
}

void SweepTwo(const Graph& graph, const Block& block, const double* factor,
              const double* b, double* d, const std::int64_t* active,
              SweepChange<2>& change) {
  SweepLanes<2>(graph, block, factor, b, d, active, change);
}

void SweepFour(const Graph& graph, const Block& block, const double* factor,
               const double* b, double* d, const std::int64_t* active,
               SweepChange<4>& change) {
  SweepLanes<4>(graph, block, factor, b, d, active, change);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void SweepFourWide(const Graph& graph,
                                                   const Block& block,
                                                   const double* factor,
                                                   const double* b, double* d,
                                                   const std::int64_t* active,
                                                   SweepChange<4>& change) {
  SweepLanes<4>(graph, block, factor, b, d, active, change);
}
#else
constexpr auto SweepFourWide = SweepFour;
#endif

}  // namespace

template <std::size_t kLanes>
SweepChange<kLanes> Sweep(const Graph& graph, const Block& block,
                          const SweepState<kLanes>& state,
                          const std::array<bool, kLanes>& active) {
  SweepChange<kLanes> change;
  if constexpr (kLanes == 1) {
    if (active[0]) {
      change = SweepOne(graph, block, state.factor, state.b, state.d);
    }
    return change;
  } else {
    std::array<std::int64_t, kLanes> mask;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      mask[lane] = active[lane] ? -1 : 0;
    }
    if constexpr (kLanes == 2) {
      SweepTwo(graph, block, state.factor, state.b, state.d, mask.data(),
               change);
    } else {
      const auto sweep = UseWideVectors() ? SweepFourWide : SweepFour;
      sweep(graph, block, state.factor, state.b, state.d, mask.data(), change);
    }
    return change;
  }
}

double SweepRounding(Edge longest_row) {
  // Additions that one product can pass through.
  const Edge additions = std::min(longest_row, kPart) + longest_row / kPart + 2;
  return 0.5 * std::numeric_limits<double>::epsilon() *
         static_cast<double>(additions + 4);
}

template SweepChange<1> Sweep(const Graph&, const Block&, const SweepState<1>&,
                              const std::array<bool, 1>&);
template SweepChange<2> Sweep(const Graph&, const Block&, const SweepState<2>&,
                              const std::array<bool, 2>&);
template SweepChange<4> Sweep(const Graph&, const Block&, const SweepState<4>&,
                              const std::array<bool, 4>&);

}  // namespace qiangji::domain
