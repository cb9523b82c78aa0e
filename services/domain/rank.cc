#include "services/domain/rank.h"

#include <algorithm>

#include "services/base/status_macros.h"
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

std::vector<RankRow> RowsOf(const Analysis& analysis,
                            const Marginal& marginal) {
  std::vector<RankRow> rows(analysis.balance.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ItemFigures& f = analysis.balance[static_cast<ItemIndex>(i)];
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

}  // namespace

std::vector<double> ScopeWeights(const Analysis& analysis, const Scope& scope) {
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

absl::StatusOr<std::vector<RankRow>> ComputeRank(const Analysis& analysis,
                                                 const Scope& scope,
                                                 std::size_t exact_top,
                                                 const Stop* stop) {
  const std::vector<double> a = AssuredLower(analysis.balance);
  const std::vector<double> weights = ScopeWeights(analysis, scope);
  const Marginal marginal =
      SolveMarginal(*analysis.graph, a, analysis.lower.share, weights);
  std::vector<RankRow> rows = RowsOf(analysis, marginal);
  std::vector<ItemIndex> top;
  for (const RankRow& row : rows) {
    if (top.size() == exact_top) break;
    top.push_back(row.item);
  }
  if (top.empty()) return rows;
  QJ_ASSIGN_OR_RETURN(
      const std::vector<double> gains,
      ExactGains(*analysis.graph, a, weights, marginal, top, stop));
  for (std::size_t k = 0; k < top.size(); ++k) rows[k].exact_gain = gains[k];
  return rows;
}

std::vector<RankRow> ComputeRank(const Analysis& analysis, const Scope& scope) {
  return *ComputeRank(analysis, scope, 0, nullptr);  // nothing can stop it
}

}  // namespace qiangji::domain
