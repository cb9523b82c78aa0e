#include "services/domain/plan_bundles.h"

#include <algorithm>
#include <utility>

namespace qiangji::domain {
namespace {

constexpr double kWorthMore = 1e-13;  // than a cheaper bundle, at least

// Whether costs are within a budget but for the rounding of their sum.
bool Within(double cost, double budget) { return cost <= budget * (1 + 1e-12); }

double CostOf(const PlanItem& item, std::uint32_t members) {
  double cost = 0;
  for (std::size_t k = 0; k < item.candidates.size(); ++k) {
    if ((members >> k & 1) != 0) cost += item.candidates[k].cost;
  }
  return cost;
}

}  // namespace

double ExpectedSize(const PlanCandidate& candidate) {
  return candidate.outcome.size * candidate.outcome.probability;
}

std::vector<Outcome> OutcomesOf(const PlanItem& item, std::uint32_t members) {
  std::vector<Outcome> outcomes;
  for (std::size_t k = 0; k < item.candidates.size(); ++k) {
    if ((members >> k & 1) != 0) outcomes.push_back(item.candidates[k].outcome);
  }
  return outcomes;
}

std::vector<PlanCandidate> MakeBundles(const WorthOfOutcomes& worth,
                                       double most_cost, PlanItem& item) {
  std::sort(item.candidates.begin(), item.candidates.end(),
            [](const PlanCandidate& a, const PlanCandidate& b) {
              const double of_a = ExpectedSize(a), of_b = ExpectedSize(b);
              return of_a != of_b ? of_a > of_b : a.project < b.project;
            });
  std::vector<PlanCandidate> beyond;
  if (item.candidates.size() > kMostBundled) {
    const auto first =
        item.candidates.begin() + static_cast<std::ptrdiff_t>(kMostBundled);
    beyond.assign(first, item.candidates.end());
    item.candidates.erase(first, item.candidates.end());
  }
  std::vector<PlanBundle> all;
  const std::uint32_t end = std::uint32_t{1} << item.candidates.size();
  for (std::uint32_t members = 1; members < end; ++members) {
    const double cost = CostOf(item, members);
    if (Within(cost, most_cost)) {
      all.push_back({members, cost, worth(OutcomesOf(item, members))});
    }
  }
  // Among equals the fewest projects, then the first.
  std::stable_sort(
      all.begin(), all.end(), [](const PlanBundle& a, const PlanBundle& b) {
        if (a.cost != b.cost) return a.cost < b.cost;
        if (a.worth != b.worth) return a.worth > b.worth;
        return __builtin_popcount(a.members) < __builtin_popcount(b.members);
      });
  for (const PlanBundle& bundle : all) {
    const double before = item.bundles.empty() ? 0 : item.bundles.back().worth;
    if (bundle.worth > before + kWorthMore) item.bundles.push_back(bundle);
  }
  return beyond;
}

void AddUp(absl::Span<const PlanItem> items, absl::Span<const double> factors,
           PlanChoice& choice) {
  choice.cost = choice.worth = 0;
  for (std::size_t k = 0; k < items.size(); ++k) {
    if (choice.bundles[k] < 0) continue;
    const PlanBundle& bundle =
        items[k].bundles[static_cast<std::size_t>(choice.bundles[k])];
    choice.cost += bundle.cost;
    choice.worth += factors[k] * bundle.worth;
  }
}

namespace {

// One column a bundle within the budget; the budget is the first row, then a
// row of every item with such a bundle.
class BundleProgram {
 public:
  BundleProgram(absl::Span<const PlanItem> items,
                absl::Span<const double> factors, double budget)
      : items_(items), factors_(factors), budget_(budget) {
    LinearProgram::Row& spent = program_.rows.emplace_back();
    spent.upper = 1;
    for (std::size_t k = 0; k < items.size(); ++k) AddItem(k);
  }

  absl::StatusOr<PlanChoice> Solve(const PlanChoice& start,
                                   const SearchLimits& limits,
                                   const Stop* stop) {
    const std::vector<bool> from = OnesOf(start);
    std::vector<bool> ones;
    // The first search bounds what any choice is worth; those after it search
    // less, as what the solver's tolerance let through is cut off.
    double bound = kUnbounded;
    bool proven = true;
    for (int round = 0; round < kMostRounds; ++round) {
      auto solved = MaximizeBinary(program_, gains_, from, limits, stop);
      if (!solved.ok()) return solved.status();
      bound = std::min(bound, solved->bound);
      proven = proven && solved->proven;
      PlanChoice choice = ChoiceOf(solved->ones);
      choice.proven = proven;
      choice.bound = proven ? choice.worth : std::max(bound, choice.worth);
      if (Within(choice.cost, budget_)) return choice;
      CutOff(solved->ones);
    }
    PlanChoice choice = start;
    AddUp(items_, factors_, choice);
    choice.proven = false;
    choice.bound = std::max(bound, choice.worth);
    return choice;
  }

 private:
  static constexpr int kMostRounds = 32;

  void AddItem(std::size_t k) {
    LinearProgram::Row one;
    one.upper = 1;
    for (std::size_t b = 0; b < items_[k].bundles.size(); ++b) {
      const PlanBundle& bundle = items_[k].bundles[b];
      const double gain = factors_[k] * bundle.worth;
      if (!Within(bundle.cost, budget_) || gain <= 0) continue;
      const int column = static_cast<int>(program_.columns.size());
      program_.columns.push_back({0, 1});
      gains_.push_back(gain);
      which_.emplace_back(k, static_cast<int>(b));
      one.terms.push_back({column, 1});
      if (bundle.cost > 0) {
        program_.rows.front().terms.push_back({column, bundle.cost / budget_});
      }
    }
    if (one.terms.size() > 1) program_.rows.push_back(std::move(one));
  }

  std::vector<bool> OnesOf(const PlanChoice& choice) const {
    std::vector<bool> ones;
    for (const auto& [item, bundle] : which_) {
      ones.push_back(choice.bundles[item] == bundle);
    }
    return ones;
  }

  PlanChoice ChoiceOf(const std::vector<bool>& ones) const {
    PlanChoice choice;
    choice.bundles.assign(items_.size(), -1);
    for (std::size_t k = 0; k < ones.size(); ++k) {
      if (ones[k]) choice.bundles[which_[k].first] = which_[k].second;
    }
    AddUp(items_, factors_, choice);
    return choice;
  }

  // Not all of these together.
  void CutOff(const std::vector<bool>& ones) {
    LinearProgram::Row row;
    for (std::size_t k = 0; k < ones.size(); ++k) {
      if (ones[k]) row.terms.push_back({static_cast<int>(k), 1});
    }
    row.upper = static_cast<double>(row.terms.size()) - 1;
    program_.rows.push_back(std::move(row));
  }

  absl::Span<const PlanItem> items_;
  absl::Span<const double> factors_;
  double budget_;
  LinearProgram program_;
  std::vector<double> gains_;
  std::vector<std::pair<std::size_t, int>> which_;  // item, bundle
};

// The best bundle of every item, whatever it costs.
PlanChoice Everything(absl::Span<const PlanItem> items,
                      absl::Span<const double> factors) {
  PlanChoice choice;
  for (std::size_t k = 0; k < items.size(); ++k) {
    choice.bundles.push_back(
        factors[k] > 0 ? static_cast<int>(items[k].bundles.size()) - 1 : -1);
  }
  AddUp(items, factors, choice);
  choice.bound = choice.worth;
  return choice;
}

}  // namespace

absl::StatusOr<PlanChoice> ChooseBundles(absl::Span<const PlanItem> items,
                                         absl::Span<const double> factors,
                                         double budget, const PlanChoice& start,
                                         const SearchLimits& limits,
                                         const Stop* stop) {
  PlanChoice all = Everything(items, factors);
  if (Within(all.cost, budget)) return all;
  return BundleProgram(items, factors, budget).Solve(start, limits, stop);
}

PlanChoice ChooseInOrder(absl::Span<const PlanItem> items,
                         absl::Span<const double> factors,
                         absl::Span<const std::size_t> order, double budget) {
  PlanChoice choice;
  choice.bundles.assign(items.size(), -1);
  double spent = 0;
  for (const std::size_t k : order) {
    if (factors[k] <= 0) continue;
    const std::vector<PlanBundle>& bundles = items[k].bundles;
    for (std::size_t b = bundles.size(); b-- > 0;) {
      if (!Within(spent + bundles[b].cost, budget)) continue;
      choice.bundles[k] = static_cast<int>(b);
      spent += bundles[b].cost;
      break;
    }
  }
  AddUp(items, factors, choice);
  return choice;
}

namespace {

// From one bundle of an item to a dearer one.
struct Upgrade {
  std::size_t item = 0;
  int to = -1;
  double ratio = 0;  // of what it adds to what it costs more
};

// The upper hull of the item's bundles: each step pays less than that before.
void AddUpgrades(const PlanItem& item, double factor, std::size_t place,
                 std::vector<Upgrade>& upgrades) {
  if (factor <= 0) return;
  double cost = 0, worth = 0;
  for (std::size_t from = 0; from < item.bundles.size();) {
    std::size_t best = from;
    for (std::size_t b = from + 1; b < item.bundles.size(); ++b) {
      const PlanBundle& one = item.bundles[b];
      const PlanBundle& other = item.bundles[best];
      if ((one.worth - worth) * (other.cost - cost) >
          (other.worth - worth) * (one.cost - cost)) {
        best = b;
      }
    }
    const PlanBundle& bundle = item.bundles[best];
    // Of what costs nothing it is infinite.
    upgrades.push_back(
        {place, static_cast<int>(best),
         factor * (bundle.worth - worth) / (bundle.cost - cost)});
    cost = bundle.cost;
    worth = bundle.worth;
    from = best + 1;
  }
}

}  // namespace

PlanChoice ChooseByRatio(absl::Span<const PlanItem> items,
                         absl::Span<const double> factors, double budget) {
  std::vector<Upgrade> upgrades;
  for (std::size_t k = 0; k < items.size(); ++k) {
    AddUpgrades(items[k], factors[k], k, upgrades);
  }
  std::stable_sort(
      upgrades.begin(), upgrades.end(),
      [](const Upgrade& a, const Upgrade& b) { return a.ratio > b.ratio; });
  PlanChoice choice;
  choice.bundles.assign(items.size(), -1);
  double spent = 0;
  for (const Upgrade& upgrade : upgrades) {
    int& chosen = choice.bundles[upgrade.item];
    const std::vector<PlanBundle>& bundles = items[upgrade.item].bundles;
    const double had =
        chosen < 0 ? 0 : bundles[static_cast<std::size_t>(chosen)].cost;
    const double cost = bundles[static_cast<std::size_t>(upgrade.to)].cost;
    if (!Within(spent + cost - had, budget)) continue;
    chosen = upgrade.to;
    spent += cost - had;
  }
  AddUp(items, factors, choice);
  return choice;
}

}  // namespace qiangji::domain
