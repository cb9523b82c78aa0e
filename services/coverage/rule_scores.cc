#include "services/coverage/rule_scores.h"

#include <algorithm>
#include <functional>

#include "services/base/status_macros.h"
#include "services/coverage/answering.h"
#include "services/domain/chokepoint.h"
#include "services/domain/reach.h"
#include "services/domain/rules.h"
#include "services/domain/trace.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::ItemIndex;

// An open alert is kept by figures that fall short of the threshold by less
// than the margin: those are looked for too.
constexpr double kMargin = domain::kShareMargin;
constexpr domain::ChokepointThresholds kNear = {
    .score = 0.05 - kMargin,
    .sector_mean = 0.05 - kMargin,
    .sectors = 3,
    .one_sector = 0.20 - kMargin,
};
// By score alone: no mean of a sector reaches 2.
constexpr domain::ChokepointThresholds kNearScore = {
    .score = 0.05 - kMargin,
    .sector_mean = 2,
    .sectors = 10,
    .one_sector = 2,
};
constexpr double kTheta = 0.5;  // HIDDEN_DEPENDENCE

RuleScore ScoreOf(const Analysis& analysis, const domain::Chokepoint& row) {
  std::vector<double> losses(3, 0);
  const auto& sectors = analysis.world->structure().sectors;
  for (std::size_t s = 0; s < row.sector_means.size(); ++s) {
    if (sectors[s].ten) losses.push_back(row.sector_means[s].value_or(0));
  }
  std::sort(losses.begin(), losses.end(), std::greater<>());
  return {row.score, losses[2], losses[0], row.sectors_hit};
}

class Scoring {
 public:
  Scoring(const Analysis& analysis, const domain::Stop* stop,
          const RuleBudget& budget)
      : analysis_(analysis),
        stop_(stop),
        budget_(budget),
        solves_(static_cast<int>(std::min(
            1e6, budget.solved /
                     (1.0 + static_cast<double>(analysis.graph->input.size() +
                                                analysis.graph->size()))))) {
    out_.equipment = domain::EquipmentReachedByAll(analysis.world->structure(),
                                                   *analysis.graph);
  }

  absl::StatusOr<RuleScores> Compute() && {
    QJ_RETURN_IF_ERROR(Search());
    QJ_RETURN_IF_ERROR(SearchWhole());
    QJ_RETURN_IF_ERROR(Reach());
    Chains();
    return std::move(out_);
  }

 private:
  absl::StatusOr<domain::Chokepoints> Above(
      const domain::ChokepointThresholds& thresholds,
      domain::ChokepointVariant variant) const {
    domain::ChokepointOptions options;
    options.variant = variant;
    options.budget = budget_.searched;
    options.stop = stop_;
    return domain::ChokepointsAbove(analysis_, thresholds, options);
  }

  absl::Status Search() {
    QJ_ASSIGN_OR_RETURN(const domain::Chokepoints found,
                        Above(kNear, domain::ChokepointVariant::kNotAssured));
    for (const domain::Chokepoint& row : found.rows) {
      out_.scores[row.item] = ScoreOf(analysis_, row);
    }
    out_.proven = found.proven;
    return absl::OkStatus();
  }

  // Without carried data an item without data is lost whole in both variants.
  absl::Status SearchWhole() {
    const int year = analysis_.options.year;
    const auto own_data = [&](ItemIndex i) {
      return analysis_.balance[i].has_data() &&
             analysis_.balance[i].data_year == year;
    };
    if (analysis_.options.carry_forward == 0) {
      for (const auto& [item, score] : out_.scores) {
        if (!own_data(item)) out_.whole[item] = score.score;
      }
      out_.whole_proven = out_.proven;
      return absl::OkStatus();
    }
    QJ_ASSIGN_OR_RETURN(const domain::Chokepoints found,
                        Above(kNearScore, domain::ChokepointVariant::kWhole));
    for (const domain::Chokepoint& row : found.rows) {
      if (!own_data(row.item)) out_.whole[row.item] = row.score;
    }
    out_.whole_proven = found.proven;
    return absl::OkStatus();
  }

  // While the budget lasts. Chokepoints first, then other items that go into
  // equipment.
  absl::Status Reach() {
    std::vector<ItemIndex> items;
    for (const auto& [item, score] : out_.scores) items.push_back(item);
    for (std::size_t k = 0; k < out_.equipment.size(); ++k) {
      const auto item = static_cast<ItemIndex>(k);
      if (!out_.equipment[k].empty() && !out_.scores.contains(item)) {
        items.push_back(item);
      }
    }
    domain::FailureSearch search(analysis_);
    for (const ItemIndex item : items) {
      if (search.followed() >= budget_.followed) break;
      if (domain::Stopped(stop_)) return absl::CancelledError("stopped");
      out_.reach[item] =
          search.Find(item, out_.equipment[static_cast<std::size_t>(item)]);
    }
    return absl::OkStatus();
  }

  void Chains() {
    for (std::size_t k = 0; k < analysis_.balance.size(); ++k) {
      const auto item = static_cast<ItemIndex>(k);
      const domain::ItemFigures& f = analysis_.balance[item];
      const bool near = f.has_data() &&
                        domain::AtLeast(f.assured, kTheta - kMargin) &&
                        analysis_.upper.share[k] < kTheta + kMargin;
      if (!near || domain::Stopped(stop_) || solves_-- <= 0) continue;
      out_.content_chains[item] = domain::WorstChain(analysis_, item);
    }
  }

  const Analysis& analysis_;
  const domain::Stop* const stop_;
  const RuleBudget budget_;
  int solves_;  // left
  RuleScores out_;
};

}  // namespace

absl::StatusOr<RuleScores> ComputeRuleScores(const Analysis& analysis,
                                             const domain::Stop* stop,
                                             const RuleBudget& budget) {
  return Scoring(analysis, stop, budget).Compute();
}

}  // namespace qiangji::coverage
