#include "services/domain/rank.h"

#include <algorithm>

#include "services/domain/marginal.h"

namespace qiangji::domain {
namespace {

// Whether the organization has a milestone at first_batch or later of the
// project's item by the end of `year`.
bool Delivered(const World& world, const Project& project, int year) {
  const absl::Span<const Milestone> milestones =
      world.facts().MilestonesOf(project.item);
  return std::any_of(milestones.begin(), milestones.end(),
                     [&](const Milestone& m) {
                       return m.organization == project.organization &&
                              m.stage >= Stage::kFirstBatch && m.year <= year;
                     });
}

std::vector<double> WeightsOf(const Analysis& analysis, const Scope& scope) {
  const std::vector<Item>& items = analysis.world->structure().items;
  std::vector<double> weights(items.size(), 0);
  double whole = 0;
  const std::vector<ItemIndex> members = ItemsOf(analysis, scope);
  for (ItemIndex i : members) {
    whole += items[static_cast<std::size_t>(i)].weight;
  }
  if (whole <= 0) return weights;
  for (ItemIndex i : members) {
    const auto k = static_cast<std::size_t>(i);
    weights[k] = items[k].weight / whole;
  }
  return weights;
}

}  // namespace

std::vector<RankRow> ComputeRank(const Analysis& analysis, const Scope& scope) {
  const Marginal marginal =
      SolveMarginal(*analysis.graph, AssuredLower(analysis.balance),
                    analysis.lower.share, WeightsOf(analysis, scope));
  std::vector<RankRow> rows(analysis.balance.items.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ItemFigures& f = analysis.balance.items[i];
    rows[i].item = static_cast<ItemIndex>(i);
    rows[i].marginal_gain = marginal.marginal_gain[i];
    rows[i].potential_gain = marginal.potential_gain[i];
    rows[i].shortfall_is_share = f.by_share;
    if (f.has_data()) rows[i].shortfall_quantity = f.shortfall;
  }
  const int year = analysis.options.year;
  for (const Project& project : analysis.world->facts().projects) {
    const bool unfinished = project.completion_year > year ||
                            !Delivered(*analysis.world, project, year);
    if (!unfinished || !project.cost_cny) continue;
    std::optional<double>& cost =
        rows[static_cast<std::size_t>(project.item)].project_cost_cny;
    cost = cost.value_or(0) + *project.cost_cny;
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const RankRow& a, const RankRow& b) {
                     return a.potential_gain > b.potential_gain;
                   });
  return rows;
}

}  // namespace qiangji::domain
