// How far losses that were swept from below may be from the least solution.
//
// Let l <= T(l) be what a sweep leaves, T the equations of loss_base.h with
// gains g_ij = p_i·e_ij of at most 1, and suppose that
//   T(l)_i <= l_i + τ   in rows that may freeze, and
//   T(l)_i <= l_i       in strict rows.
// Strict are the rows with a gain of exactly 1 within their cycle. If w >= 0
// satisfies, over every edge ij,
//   w_i >= g_ij·w_j + 1 (rows that may freeze),  w_i >= g_ij·w_j (others),
// then u = l + τ·w satisfies T(u) <= u: a requirement's minimum is at most that
// of the member it had, T is monotone, and each edge raises its row by
// τ·g·w_j. The least solution is below every u with T(u) <= u, so it is within
// τ·w of l. Gains of 1 need no slack, so w is finite though a critical cycle
// made wholly at home may have a gain of 1: every round of any other cycle
// shrinks it. Roundings add up alike: an edge of gain 1 is a copy without
// arithmetic, any other rounds. One w with 1 on every edge that rounds or whose
// row may freeze bounds both.
//
// w is itself the least solution of max-plus equations, swept from below until
// no row would rise by more than δ; divided by 1 − δ it satisfies them.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/loss_base.h"

namespace qiangji::domain {

struct LossWeights {
  std::vector<double> by_place;      // w
  double largest = 1;                // of them
  std::vector<std::uint8_t> strict;  // by place
  // By block: cycles so close to a gain of 1 that sweeps would take too long;
  // their losses are solved for exactly (loss_policy.h).
  std::vector<std::uint8_t> slow;
  // By block: for slow ones, w of the block alone, 1 / (1 − largest gain below
  // 1) (w the same in all rows).
  std::vector<double> slow_weight;
};

// `hit_home`: by place, the largest p_i below 1 of any lane that hits the
// item; matters where nothing lost gives 1.
LossWeights ComputeLossWeights(const LossBase& base,
                               absl::Span<const double> hit_home);

}  // namespace qiangji::domain
