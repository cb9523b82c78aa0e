#include "services/domain/plan_content.h"

#include <algorithm>
#include <utility>

#include "services/base/status_macros.h"
#include "services/domain/marginal.h"
#include "services/domain/rank.h"

namespace qiangji::domain {
namespace {

constexpr int kMostRounds = 6;  // of plans by the gradient at the one before
constexpr double kNoRoom = 1e-12;

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

}  // namespace

PlanSubject ContentGoal::SubjectOf(ItemIndex item) const {
  const ItemFigures& f = analysis_.balance[item];
  const double room = 1 - f.assured_of_supply;
  return {.counted = true,
          .data_year = f.has_data() && f.supply > 0 ? f.data_year : 0,
          .by_share = f.by_share,
          .assured = room <= kNoRoom,
          .room = room};
}

double ContentGoal::Worth(ItemIndex item,
                          absl::Span<const Outcome> outcomes) const {
  const ItemFigures& f = analysis_.balance[item];
  return ExpectedUpTo(outcomes, (1 - f.assured_of_supply) * f.supply) /
         f.supply;
}

ContentPlans::ContentPlans(const Analysis& analysis, const PlanItems& items)
    : analysis_(analysis),
      items_(items),
      weights_(ScopeWeights(analysis, Scope())),
      a_(AssuredLower(analysis.balance)),
      from_(Dot(weights_, analysis.lower.share)),
      factors_(GradientAt(a_)) {
  std::vector<double> most = a_;
  for (std::size_t k = 0; k < items_.items.size(); ++k) {
    const PlanItem& item = items_.items[k];
    double rise = items_.slack[k];
    if (!item.bundles.empty()) rise += item.bundles.back().worth;
    double& share = most[static_cast<std::size_t>(item.item)];
    share = std::min(1.0, share + rise);
  }
  highest_ = GradientAt(most);
  everything_ = ContentOf(most) - from_;
}

double ContentPlans::ContentOf(const std::vector<double>& a) const {
  return Dot(weights_, SolveContent(*analysis_.graph, a).share);
}

std::vector<double> ContentPlans::GradientAt(
    const std::vector<double>& a) const {
  const Content content = SolveContent(*analysis_.graph, a);
  const Marginal marginal =
      SolveMarginal(*analysis_.graph, a, content.share, weights_);
  std::vector<double> gradient;
  for (const PlanItem& item : items_.items) {
    gradient.push_back(
        marginal.marginal_gain[static_cast<std::size_t>(item.item)]);
  }
  return gradient;
}

std::vector<double> ContentPlans::SharesOf(const PlanChoice& choice) const {
  std::vector<double> a = a_;
  for (std::size_t k = 0; k < items_.items.size(); ++k) {
    if (choice.bundles[k] < 0) continue;
    const PlanItem& item = items_.items[k];
    double& share = a[static_cast<std::size_t>(item.item)];
    const auto bundle = static_cast<std::size_t>(choice.bundles[k]);
    share = std::min(1.0, share + item.bundles[bundle].worth);
  }
  return a;
}

void ContentPlans::SolveAnew(PlanChoice& choice) const {
  choice.worth = std::max(0.0, ContentOf(SharesOf(choice)) - from_);
}

absl::StatusOr<std::vector<double>> ContentPlans::ContentsOf(
    absl::Span<const std::vector<double>> raised, const Stop* stop) const {
  std::vector<std::vector<double>> shares;
  for (const std::vector<double>& rise : raised) {
    std::vector<double>& a = shares.emplace_back(a_);
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = std::min(1.0, a[i] + rise[i]);
    }
  }
  QJ_ASSIGN_OR_RETURN(const std::vector<Content> contents,
                      SolveContents(*analysis_.graph, shares, stop));
  std::vector<double> sums;
  sums.reserve(contents.size());
  for (const Content& content : contents) {
    sums.push_back(Dot(weights_, content.share));
  }
  return sums;
}

absl::StatusOr<double> ContentPlans::BoundOf(double budget,
                                             const PlanChoice& start,
                                             const SearchLimits& limits,
                                             const Stop* stop) const {
  QJ_ASSIGN_OR_RETURN(
      const PlanChoice over,
      ChooseBundles(items_.items, highest_, budget, start, limits, stop));
  double bound = over.bound;
  for (std::size_t k = 0; k < items_.items.size(); ++k) {
    bound += highest_[k] * items_.slack[k];
  }
  return std::min(bound, everything_);
}

absl::StatusOr<PlanChoice> ContentPlans::Choose(double budget, PlanChoice start,
                                                const SearchLimits& all,
                                                const Stop* stop) const {
  // One search for the bound, one a round.
  const SearchLimits limits = {all.nodes / (kMostRounds + 1),
                               all.seconds / (kMostRounds + 1)};
  QJ_ASSIGN_OR_RETURN(const double bound, BoundOf(budget, start, limits, stop));
  PlanChoice best = start;
  SolveAnew(best);
  std::vector<double> factors = factors_;
  PlanChoice before = std::move(start);
  for (int round = 0; round < kMostRounds; ++round) {
    QJ_ASSIGN_OR_RETURN(
        PlanChoice choice,
        ChooseBundles(items_.items, factors, budget, before, limits, stop));
    SolveAnew(choice);
    const bool again = choice.bundles == before.bundles;
    if (choice.worth > best.worth) best = choice;
    if (again) break;
    before = std::move(choice);
    factors = GradientAt(SharesOf(before));
  }
  best.bound = std::max(bound, best.worth);
  best.proven = best.bound <= best.worth;
  return best;
}

}  // namespace qiangji::domain
