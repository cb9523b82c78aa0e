// Which projects to fund within a budget (METHOD 4.5).
//
// By count the plan maximizes Σ w_i π_i of the items that are not assured yet;
// an item that is keeps its place. π_i is that of METHOD 4.4, over the chosen
// projects alone: what nobody funds does not happen. Every bundle of the
// projects of one item is weighed, so that what remains is a 0/1 program.
//
// By content it maximizes Σ w_i d_i of the lower bound (METHOD 3.1), with the
// expected assured share of every item, min(1, a + what succeeds / Q). Σ w_i
// d_i is a power series in the shares whose terms are none below 0: it is
// convex where shares only rise. Its gradient at the start understates what any
// choice gains, its gradient with everything funded overstates it. Plans are
// chosen by gradients at the start and then at each plan before, and solved
// anew; the best stands. The bound is that of the overstated program, so the
// gap is proven, and seldom 0. (Where items with uncertain projects stand in
// one loop, expected shares are not quite the expectation.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/linear_program.h"
#include "services/domain/target.h"

namespace qiangji::domain {

enum class PlanObjective : std::uint8_t { kCount, kContent };

struct PlanQuery {
  double budget = 0;  // CNY
  int by_year = 0;
  bool certain = false;  // every project succeeds
  PlanObjective objective = PlanObjective::kCount;
  SearchLimits limits = {20000, 30};         // of the plan
  SearchLimits frontier_limits = {2000, 5};  // of each other budget
};

// Why a project is part of the plan, or not; the first that holds.
enum class PlanReason : std::uint8_t {
  kChosen,
  kOutsideScope,  // its item is none that the objective counts
  kNotHome,       // the organization is not home-controlled
  kTooLate,       // completed after the year of the plan
  kNoData,        // of the item: what the project adds cannot be measured
  kInData,        // completed in or before the item's data year
  kItemAssured,   // nothing is left to add
  kOtherMeasure,  // states no addition in the measure of the item's records
  kNoCost,        // cannot be chosen
  kAddsNothing,   // even with all others of its item
  kOverBudget,    // costs more than the whole budget
  kNotWeighed,    // beyond the first kMostBundled of its item
  kOthersAddMore,
};

struct PlanRow {
  std::size_t project = 0;  // place in Facts::projects
  PlanReason why = PlanReason::kOthersAddMore;
  bool chosen() const { return why == PlanReason::kChosen; }
  // H, and Σ w_i d_i for a plan by content, after it and those before it.
  std::optional<double> share_after, content_after;
};

// What one budget reaches.
struct PlanPoint {
  double budget = 0, cost = 0;
  int projects = 0;
  std::optional<double> share_to, content_to;
  // (bound − gain) / bound of the objective's gain; 0 = proven optimal.
  double gap = 0;
};

struct Plan {
  // The chosen ones, items by falling gain, then all others as in
  // Facts::projects.
  std::vector<PlanRow> rows;
  // Expected H of the headline scope, and Σ w_i d_i by content; undefined where
  // the scope is empty or never had data.
  std::optional<double> share_from, content_from;
  PlanPoint reached;
  // Item after item by potential gain (METHOD 3.3), each as far as the budget
  // lasts.
  PlanPoint greedy;
  std::vector<PlanPoint> frontier;  // by rising budget; the plan's is among it
  // Items of the scope that are not assured and have no project that the year
  // and its organization let count. Ascending.
  std::vector<ItemIndex> unserved;
  int items_beyond = 0;  // that have projects kNotWeighed: they widen the gap
  bool illustrative = false;  // some data of the scope is
};

// The fractions of the budget at which the frontier stands.
inline constexpr double kFrontier[] = {0.25, 0.5, 0.75, 1, 1.25, 1.5, 2};

// CANCELLED when stopped.
absl::StatusOr<Plan> ComputePlan(const Analysis& analysis,
                                 const PlanQuery& query,
                                 const AnalysisOfYear& analysis_of,
                                 const Stop* stop = nullptr);

}  // namespace qiangji::domain
