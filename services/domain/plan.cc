#include "services/domain/plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/base/status_macros.h"
#include "services/domain/coverage.h"
#include "services/domain/plan_content.h"
#include "services/domain/plan_items.h"
#include "services/domain/prospects.h"
#include "services/domain/rank.h"

namespace qiangji::domain {
namespace {

// Content is solved anew after each of so many projects, and no more.
constexpr std::size_t kMostFollowed = 64;
constexpr std::size_t kAtOnce = 4;  // contents

double GapOf(const PlanChoice& choice) {
  if (choice.proven || choice.bound <= choice.worth) return 0;
  return (choice.bound - choice.worth) / choice.bound;
}

class Planner {
 public:
  Planner(const Analysis& analysis, const PlanQuery& query,
          const AnalysisOfYear& analysis_of, const Stop* stop)
      : analysis_(analysis),
        query_(query),
        stop_(stop),
        count_(analysis,
               NewestData(analysis, ItemsOf(analysis, Scope()), analysis_of)),
        content_(analysis),
        items_(CollectPlanItems(analysis, query, Goal(),
                                query.budget * *std::rbegin(kFrontier))) {
    if (ByContent()) {
      contents_.emplace(analysis_, items_);
      factors_ = contents_->factors();
    } else {
      factors_.assign(items_.items.size(), 1);
    }
  }

  absl::StatusOr<Plan> Make() {
    Plan plan;
    plan.share_from = count_.share();
    plan.illustrative = count_.illustrative();
    if (ByContent() && plan.share_from) plan.content_from = contents_->from();
    const PlanChoice greedy = Greedy();
    plan.greedy = PointOf(query_.budget, greedy);
    QJ_RETURN_IF_ERROR(AddFrontier(greedy, plan));
    QJ_RETURN_IF_ERROR(AddRows(plan));
    plan.unserved = UnservedItems(analysis_, query_, count_);
    for (const double slack : items_.slack) plan.items_beyond += slack > 0;
    return plan;
  }

 private:
  bool ByContent() const { return query_.objective == PlanObjective::kContent; }
  const PlanGoal& Goal() const {
    if (ByContent()) return content_;
    return count_;
  }
  std::uint32_t MembersOf(std::size_t k, const PlanChoice& choice) const {
    const int bundle = choice.bundles[k];
    if (bundle < 0) return 0;
    return items_.items[k].bundles[static_cast<std::size_t>(bundle)].members;
  }

  // Item after item by potential gain.
  PlanChoice Greedy() const {
    std::vector<std::size_t> place(analysis_.balance.size(),
                                   items_.items.size());
    for (std::size_t k = 0; k < items_.items.size(); ++k) {
      place[static_cast<std::size_t>(items_.items[k].item)] = k;
    }
    std::vector<std::size_t> order;
    for (const RankRow& row : ComputeRank(analysis_, Scope())) {
      const std::size_t k = place[static_cast<std::size_t>(row.item)];
      if (k < items_.items.size()) order.push_back(k);
    }
    PlanChoice choice =
        ChooseInOrder(items_.items, factors_, order, query_.budget);
    if (ByContent()) contents_->SolveAnew(choice);
    return choice;
  }

  // Worth and bound are those of the objective.
  absl::StatusOr<PlanChoice> Choose(double budget, PlanChoice start,
                                    const SearchLimits& limits) const {
    if (ByContent()) {
      return contents_->Choose(budget, std::move(start), limits, stop_);
    }
    QJ_ASSIGN_OR_RETURN(
        PlanChoice choice,
        ChooseBundles(items_.items, factors_, budget, start, limits, stop_));
    double slack = 0;
    for (const double of_item : items_.slack) slack += of_item;
    choice.bound += slack;
    choice.proven = choice.proven && slack == 0;
    return choice;
  }

  // Each budget starts with the best that is known within it.
  absl::Status AddFrontier(const PlanChoice& greedy, Plan& plan) {
    PlanChoice best;
    best.bundles.assign(items_.items.size(), -1);
    for (const double fraction : kFrontier) {
      const double budget = fraction * query_.budget;
      PlanChoice start = ChooseByRatio(items_.items, factors_, budget);
      if (ByContent()) contents_->SolveAnew(start);
      if (best.worth >= start.worth) start = best;
      const bool asked = fraction == 1;
      if (asked && greedy.worth > start.worth) start = greedy;
      QJ_ASSIGN_OR_RETURN(
          best, Choose(budget, std::move(start),
                       asked ? query_.limits : query_.frontier_limits));
      plan.frontier.push_back(PointOf(budget, best));
      if (!asked) continue;
      chosen_ = best;
      plan.reached = plan.frontier.back();
    }
    return absl::OkStatus();
  }

  PlanPoint PointOf(double budget, const PlanChoice& choice) const {
    PlanPoint point;
    point.budget = budget;
    point.cost = choice.cost;
    point.gap = GapOf(choice);
    point.share_to = count_.share();
    for (std::size_t k = 0; k < items_.items.size(); ++k) {
      const std::uint32_t members = MembersOf(k, choice);
      if (members == 0) continue;
      point.projects += __builtin_popcount(members);
      if (point.share_to) *point.share_to += ShareOf(k, members);
    }
    if (ByContent() && point.share_to) {
      point.content_to = contents_->from() + choice.worth;
    }
    return point;
  }

  // What some of an item's projects add to H.
  double ShareOf(std::size_t k, std::uint32_t members) const {
    return count_.Worth(items_.items[k].item,
                        OutcomesOf(items_.items[k], members));
  }

  absl::Status AddRows(Plan& plan) {
    std::vector<PlanReason> why = items_.why;
    std::vector<std::size_t> order;  // items with a bundle, by falling gain
    for (std::size_t k = 0; k < items_.items.size(); ++k) {
      if (chosen_.bundles[k] >= 0) order.push_back(k);
    }
    std::stable_sort(
        order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return GainOf(a) > GainOf(b); });
    std::optional<double> share = plan.share_from;
    for (const std::size_t k : order) AddChosen(k, share, why, plan);
    QJ_RETURN_IF_ERROR(AddContents(plan));
    for (std::size_t p = 0; p < why.size(); ++p) {
      if (why[p] == PlanReason::kChosen) continue;
      PlanRow& row = plan.rows.emplace_back();
      row.project = p;
      row.why = why[p];
    }
    return absl::OkStatus();
  }

  double GainOf(std::size_t k) const {
    const auto bundle = static_cast<std::size_t>(chosen_.bundles[k]);
    return factors_[k] * items_.items[k].bundles[bundle].worth;
  }

  // Project by project, the largest first.
  void AddChosen(std::size_t k, std::optional<double>& share,
                 std::vector<PlanReason>& why, Plan& plan) {
    const PlanItem& item = items_.items[k];
    const std::uint32_t members = MembersOf(k, chosen_);
    std::uint32_t so_far = 0;
    for (std::size_t c = 0; c < item.candidates.size(); ++c) {
      if ((members >> c & 1) == 0) continue;
      const double before = ShareOf(k, so_far);
      so_far |= std::uint32_t{1} << c;
      if (share) *share += ShareOf(k, so_far) - before;
      why[item.candidates[c].project] = PlanReason::kChosen;
      plan.rows.push_back(
          {item.candidates[c].project, PlanReason::kChosen, share, {}});
      followed_.emplace_back(item.item,
                             Goal().Worth(item.item, OutcomesOf(item, so_far)));
    }
  }

  // Σ w_i d_i after each of the first projects.
  absl::Status AddContents(Plan& plan) const {
    if (!ByContent() || !plan.content_from) return absl::OkStatus();
    const std::size_t rows = std::min(plan.rows.size(), kMostFollowed);
    std::vector<double> rise(analysis_.balance.size(), 0);
    for (std::size_t from = 0; from < rows; from += kAtOnce) {
      const std::size_t end = std::min(rows, from + kAtOnce);
      std::vector<std::vector<double>> raised;
      for (std::size_t r = from; r < end; ++r) {
        const auto& [item, worth] = followed_[r];
        rise[static_cast<std::size_t>(item)] = worth;
        raised.push_back(rise);
      }
      QJ_ASSIGN_OR_RETURN(const std::vector<double> contents,
                          contents_->ContentsOf(raised, stop_));
      for (std::size_t r = from; r < end; ++r) {
        plan.rows[r].content_after = contents[r - from];
      }
    }
    return absl::OkStatus();
  }

  const Analysis& analysis_;
  const PlanQuery& query_;
  const Stop* stop_;
  const CountGoal count_;
  const ContentGoal content_;
  const PlanItems items_;
  std::optional<ContentPlans> contents_;
  std::vector<double> factors_;  // of the items' worth in the objective
  PlanChoice chosen_;
  // Of each chosen row: its item, and what that is worth with it.
  std::vector<std::pair<ItemIndex, double>> followed_;
};

}  // namespace

absl::StatusOr<Plan> ComputePlan(const Analysis& analysis,
                                 const PlanQuery& query,
                                 const AnalysisOfYear& analysis_of,
                                 const Stop* stop) {
  return Planner(analysis, query, analysis_of, stop).Make();
}

}  // namespace qiangji::domain
