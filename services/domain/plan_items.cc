#include "services/domain/plan_items.h"

#include <algorithm>
#include <map>
#include <utility>

namespace qiangji::domain {
namespace {

bool AtHome(const Analysis& analysis, const Project& project) {
  return analysis.options.IsHome(analysis.world->structure()
                                     .organization(project.organization)
                                     .controlled_by());
}

// Whether the project can be chosen, but for what it adds.
PlanReason ReasonOf(const Analysis& analysis, const PlanQuery& query,
                    const PlanSubject& subject, const Project& project) {
  if (!subject.counted) return PlanReason::kOutsideScope;
  if (!AtHome(analysis, project)) return PlanReason::kNotHome;
  if (project.completion_year > query.by_year) return PlanReason::kTooLate;
  if (subject.data_year == 0) return PlanReason::kNoData;
  if (project.completion_year <= subject.data_year) return PlanReason::kInData;
  if (subject.assured) return PlanReason::kItemAssured;
  const std::optional<double>& added =
      subject.by_share ? project.added_share : project.added_quantity;
  if (!added.has_value()) return PlanReason::kOtherMeasure;
  return project.cost_cny.has_value() ? PlanReason::kOthersAddMore
                                      : PlanReason::kNoCost;
}

PlanCandidate CandidateOf(const Project& project, std::size_t place,
                          bool by_share, bool certain) {
  const double size =
      *(by_share ? project.added_share : project.added_quantity);
  return {place,
          {size, certain ? 1 : project.probability.value_or(1)},
          *project.cost_cny};
}

// Its bundles, what it may have beyond them, and why candidates are none.
void AddItem(const PlanGoal& goal, double budget, double most_cost,
             PlanItem item, PlanItems& out) {
  const ItemIndex index = item.item;
  const auto worth = [&](absl::Span<const Outcome> outcomes) {
    return goal.Worth(index, outcomes);
  };
  double slack = 0;
  for (const PlanCandidate& beyond : MakeBundles(worth, most_cost, item)) {
    out.why[beyond.project] = PlanReason::kNotWeighed;
    slack = goal.SubjectOf(index).room;
  }
  const auto all = static_cast<std::uint32_t>(
      (std::uint64_t{1} << item.candidates.size()) - 1);
  const bool adds = worth(OutcomesOf(item, all)) > 0;
  for (const PlanCandidate& candidate : item.candidates) {
    if (!adds || ExpectedSize(candidate) <= 0) {
      out.why[candidate.project] = PlanReason::kAddsNothing;
    } else if (candidate.cost > budget) {
      out.why[candidate.project] = PlanReason::kOverBudget;
    }
  }
  out.items.push_back(std::move(item));
  out.slack.push_back(slack);
}

}  // namespace

CountGoal::CountGoal(const Analysis& analysis,
                     const std::vector<ProspectItem>& newest) {
  const std::vector<domain::Item>& items = analysis.world->structure().items;
  items_.resize(items.size());
  double whole = 0, assured = 0;
  bool any_data = false;
  for (const ProspectItem& prospect : newest) {
    const auto place = static_cast<std::size_t>(prospect.item);
    whole += items[place].weight;
    any_data |= prospect.data_year != 0;
    illustrative_ |= prospect.illustrative;
  }
  // x >= t is x >= t − 1e-9 (METHOD, Symbols).
  const double threshold = analysis.options.threshold - kTolerance;
  for (const ProspectItem& prospect : newest) {
    const auto place = static_cast<std::size_t>(prospect.item);
    Item& item = items_[place];
    item.in_scope = true;
    item.by_share = prospect.by_share;
    item.data_year = prospect.data_year;
    item.weight = whole > 0 ? items[place].weight / whole : 0;
    item.needed = prospect.data_year == 0
                      ? kUnbounded
                      : threshold * prospect.demand - prospect.assured_volume;
    if (item.needed <= 0) assured += items[place].weight;
  }
  if (any_data && whole > 0) share_ = assured / whole;
}

PlanSubject CountGoal::SubjectOf(ItemIndex item) const {
  const Item& i = items_[static_cast<std::size_t>(item)];
  return {i.in_scope, i.data_year, i.by_share, i.needed <= 0, i.weight};
}

double CountGoal::Worth(ItemIndex item,
                        absl::Span<const Outcome> outcomes) const {
  const Item& i = items_[static_cast<std::size_t>(item)];
  if (!i.in_scope || i.data_year == 0 || i.needed <= 0) return 0;
  // Few outcomes always have few sums.
  return i.weight * ProbabilityOfReaching(outcomes, i.needed).value_or(0);
}

std::vector<ItemIndex> CountGoal::Missing() const {
  std::vector<ItemIndex> missing;
  for (std::size_t k = 0; k < items_.size(); ++k) {
    if (items_[k].in_scope && items_[k].needed > 0) {
      missing.push_back(static_cast<ItemIndex>(k));
    }
  }
  return missing;
}

PlanItems CollectPlanItems(const Analysis& analysis, const PlanQuery& query,
                           const PlanGoal& goal, double most_cost) {
  const std::vector<Project>& projects = analysis.world->facts().projects;
  PlanItems out;
  std::map<ItemIndex, PlanItem> items;
  for (std::size_t p = 0; p < projects.size(); ++p) {
    const Project& project = projects[p];
    const PlanSubject subject = goal.SubjectOf(project.item);
    out.why.push_back(ReasonOf(analysis, query, subject, project));
    if (out.why.back() != PlanReason::kOthersAddMore) continue;
    PlanItem& item = items[project.item];
    item.item = project.item;
    item.candidates.push_back(
        CandidateOf(project, p, subject.by_share, query.certain));
  }
  for (auto& [index, item] : items) {
    AddItem(goal, query.budget, most_cost, std::move(item), out);
  }
  return out;
}

std::vector<ItemIndex> UnservedItems(const Analysis& analysis,
                                     const PlanQuery& query,
                                     const CountGoal& goal) {
  std::vector<bool> served(analysis.balance.size(), false);
  for (const Project& project : analysis.world->facts().projects) {
    if (project.completion_year <= query.by_year &&
        project.completion_year > goal.SubjectOf(project.item).data_year &&
        AtHome(analysis, project)) {
      served[static_cast<std::size_t>(project.item)] = true;
    }
  }
  std::vector<ItemIndex> unserved;
  for (const ItemIndex item : goal.Missing()) {
    if (!served[static_cast<std::size_t>(item)]) unserved.push_back(item);
  }
  return unserved;
}

}  // namespace qiangji::domain
