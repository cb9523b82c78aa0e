// Items ranked by what more assured supply of them would give (METHOD 3.3).
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/coverage.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

struct RankRow {
  ItemIndex item = -1;
  double marginal_gain = 0, potential_gain = 0;
  // ExactGains; of the first rows that were asked for.
  std::optional<double> exact_gain;
  // max(0, θ·D_i − assured volume), item's unit or share; none without data.
  std::optional<double> shortfall_quantity;
  bool shortfall_is_share = false;
  // Cost of the item's unfinished projects: completion year after the
  // analysis year, or no milestone of item and organization at first_batch or
  // later by then. None where no such project states a cost.
  std::optional<double> project_cost_cny;
};

// By item index: the weights of the leaf items of the scope, summing to 1; all
// 0 where the scope has no weight.
std::vector<double> ScopeWeights(const Analysis& analysis, const Scope& scope);

// By falling potential gain, then id. Weights: the leaf items of the scope.
std::vector<RankRow> ComputeRank(const Analysis& analysis, const Scope& scope);
// The same, with the exact gain of the first `exact_top`. CANCELLED when
// stopped.
absl::StatusOr<std::vector<RankRow>> ComputeRank(const Analysis& analysis,
                                                 const Scope& scope,
                                                 std::size_t exact_top,
                                                 const Stop* stop);

}  // namespace qiangji::domain
