// What a plan chooses among: of every item at most one bundle of its projects
// (METHOD 4.5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/graph.h"
#include "services/domain/linear_program.h"
#include "services/domain/outcomes.h"

namespace qiangji::domain {

// Every bundle of so many projects of one item is weighed. Of an item with
// more, only those with the greatest expected size are chosen among.
inline constexpr std::size_t kMostBundled = 14;

// A project that may be chosen.
struct PlanCandidate {
  std::size_t project = 0;  // place in Facts::projects
  Outcome outcome;          // in the item's unit, or share of demand
  double cost = 0;
};

struct PlanBundle {
  std::uint32_t members = 0;  // bit k: candidate k
  double cost = 0, worth = 0;
};

// What a set of outcomes is worth, >= 0; more outcomes are worth no less.
using WorthOfOutcomes = std::function<double(absl::Span<const Outcome>)>;

struct PlanItem {
  ItemIndex item = -1;
  // By falling expected size, then place.
  std::vector<PlanCandidate> candidates;
  // By rising cost and worth: none costs as much as another and is worth no
  // more. Without the empty one.
  std::vector<PlanBundle> bundles;
};

// The expected size of a candidate alone.
double ExpectedSize(const PlanCandidate& candidate);

// Orders the candidates, takes those beyond kMostBundled away and returns
// them, and makes the bundles up to `most_cost`.
std::vector<PlanCandidate> MakeBundles(const WorthOfOutcomes& worth,
                                       double most_cost, PlanItem& item);

std::vector<Outcome> OutcomesOf(const PlanItem& item, std::uint32_t members);

// One bundle, or none (-1), of every item.
struct PlanChoice {
  std::vector<int> bundles;
  double cost = 0, worth = 0;
  double bound = 0;  // no choice within the budget is worth more
  bool proven = true;
};

// Adds up cost and worth, item k's by factors[k].
void AddUp(absl::Span<const PlanItem> items, absl::Span<const double> factors,
           PlanChoice& choice);

// The choice within the budget that is worth most; worth no less than `start`,
// which is within it. CANCELLED when stopped.
absl::StatusOr<PlanChoice> ChooseBundles(absl::Span<const PlanItem> items,
                                         absl::Span<const double> factors,
                                         double budget, const PlanChoice& start,
                                         const SearchLimits& limits,
                                         const Stop* stop);

// By falling worth per cost, upgrading items as it pays; what is left goes to
// whatever fits.
PlanChoice ChooseByRatio(absl::Span<const PlanItem> items,
                         absl::Span<const double> factors, double budget);

// Item after item in this order (places in `items`): of each the bundle worth
// most that is still within the budget.
PlanChoice ChooseInOrder(absl::Span<const PlanItem> items,
                         absl::Span<const double> factors,
                         absl::Span<const std::size_t> order, double budget);

}  // namespace qiangji::domain
