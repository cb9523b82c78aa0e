#include "services/domain/loss_sweep.h"

#include <algorithm>
#include <atomic>

namespace qiangji::domain {
namespace {

// Two vectors of half a line. Never passed by value: without AVX that would be
// another calling convention.
template <typename T>
struct Half {
  typedef T V __attribute__((vector_size(32), may_alias));
};
typedef long long Bits __attribute__((vector_size(32), may_alias));

template <typename T>
struct RowSweep {
  using V = typename Half<T>::V;
  static constexpr std::size_t kLanes = LossLanes<T>::kLanes;

  explicit RowSweep(const SweepRules& of, LossLanes<T>& all)
      : rules(of), lanes(all), base(*all.base), graph(*base.graph) {}

  const SweepRules& rules;
  LossLanes<T>& lanes;
  const LossBase& base;
  const Graph& graph;
  T* const loss = lanes.loss.data();
  const std::uint32_t ungrouped =
      base.substitution ? 0 : Graph::kLastOfRequirement;
  const Edge last_edge =
      static_cast<Edge>(std::max<std::size_t>(graph.input.size(), 1) - 1);

  const V* LineOf(Place p) const {
    return reinterpret_cast<const V*>(loss + std::size_t{p} * kLanes);
  }

  // max over requirements of min over members of e·l. Without jumps: which
  // inputs end a requirement is not to be guessed by a processor.
  [[gnu::always_inline]] inline void Requirements(Place p, V& t0, V& t1) const {
    constexpr T kNone = 4;  // above every loss
    constexpr Edge kAhead = 32;
    V g0 = V{} + kNone, g1 = g0;
    t0 = t1 = V{};
    const Edge end = graph.begin[p + 1];
    for (Edge e = graph.begin[p]; e < end; ++e) {
      const Edge ahead = std::min(e + kAhead, last_edge);
      __builtin_prefetch(LineOf(graph.input[ahead] & Graph::kPlaceMask));
      const std::uint32_t input = graph.input[e] | ungrouped;
      const V* line = LineOf(input & Graph::kPlaceMask);
      const T weight =
          static_cast<T>(graph.essentiality[e]) * static_cast<T>(kShareUnit);
      const T last = static_cast<T>(input >> 31);
      const V q0 = line[0] * weight, q1 = line[1] * weight;
      g0 = g0 < q0 ? g0 : q0;
      g1 = g1 < q1 ? g1 : q1;
      const V known0 = g0 * last, known1 = g1 * last,
              reset = V{} + last * kNone;
      t0 = t0 > known0 ? t0 : known0;
      t1 = t1 > known1 ? t1 : known1;
      g0 = g0 > reset ? g0 : reset;
      g1 = g1 > reset ? g1 : reset;
    }
  }

  // Whether a lane rose.
  [[gnu::always_inline]] inline bool Solve(Place p, T freeze) {
    V x0, x1;
    Requirements(p, x0, x1);
    const std::uint32_t row = lanes.row_of[p];
    if (row == LossLanes<T>::kNoRow) {
      const T home = static_cast<T>(base.home[p]);
      x0 = x0 * home;
      x1 = x1 * home;
    } else {
      typedef T U
          __attribute__((vector_size(32), may_alias, aligned(alignof(T))));
      const U* home = reinterpret_cast<const U*>(&lanes.home[row * kLanes]);
      const U* direct = reinterpret_cast<const U*>(&lanes.direct[row * kLanes]);
      x0 = x0 * home[0] + direct[0];
      x1 = x1 * home[1] + direct[1];
      const V one = V{} + T{1};
      x0 = x0 < one ? x0 : one;
      x1 = x1 < one ? x1 : one;
    }
    V* line = reinterpret_cast<V*>(loss + std::size_t{p} * kLanes);
    const auto up0 = x0 > line[0] + freeze, up1 = x1 > line[1] + freeze;
    const Bits any =
        reinterpret_cast<const Bits&>(up0) | reinterpret_cast<const Bits&>(up1);
    if ((any[0] | any[1] | any[2] | any[3]) == 0) return false;
    line[0] = up0 ? x0 : line[0];
    line[1] = up1 ? x1 : line[1];
    return true;
  }

  [[gnu::always_inline]] inline SweepWork Run(const Block& block) {
    SweepWork work;
    std::uint8_t* const dirty = lanes.dirty.data();
    bool again = true;
    while (again) {
      if (work.passes == rules.max_passes) {
        work.settled = false;
        break;
      }
      again = false;
      ++work.passes;
      for (Place p = block.begin; p < block.end; ++p) {
        if (dirty[p] == 0) continue;
        dirty[p] = 0;
        ++work.rows;
        const bool free = block.cyclic && rules.strict[p] == 0;
        if (!Solve(p, free ? static_cast<T>(rules.freeze) : T{0})) continue;
        const Edge first = graph.user_begin[p], last = graph.user_begin[p + 1];
        // Users ascend; one before its input is of the same cycle.
        if (first < last && graph.user[first] < p) again = true;
        for (Edge u = first; u < last; ++u) dirty[graph.user[u]] = 1;
      }
    }
    return work;
  }
};

#if defined(__x86_64__)
template <typename T>
__attribute__((target("avx2"))) SweepWork SweepAvx2(const Block& block,
                                                    const SweepRules& rules,
                                                    LossLanes<T>& lanes) {
  return RowSweep<T>(rules, lanes).Run(block);
}
bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}
#endif

std::atomic<bool> baseline_for_test{false};

}  // namespace

void UseBaselineSweepsForTest(bool baseline) { baseline_for_test = baseline; }

template <typename T>
SweepWork SweepBlock(const Block& block, const SweepRules& rules,
                     LossLanes<T>& lanes) {
#if defined(__x86_64__)
  if (HasAvx2() && !baseline_for_test.load(std::memory_order_relaxed)) {
    return SweepAvx2<T>(block, rules, lanes);
  }
#endif
  return RowSweep<T>(rules, lanes).Run(block);
}

template SweepWork SweepBlock(const Block&, const SweepRules&,
                              LossLanes<float>&);
template SweepWork SweepBlock(const Block&, const SweepRules&,
                              LossLanes<double>&);

}  // namespace qiangji::domain
