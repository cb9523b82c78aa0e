#include "services/domain/project_forecast.h"

#include <utility>

#include "services/domain/outcomes.h"

namespace qiangji::domain {

ProjectForecast::ProjectForecast(const Analysis& analysis,
                                 std::vector<ProspectItem> items, int through) {
  const World& world = *analysis.world;
  const Structure& structure = world.structure();
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> place(structure.items.size(), kNone);
  for (std::size_t k = 0; k < items.size(); ++k) {
    place[static_cast<std::size_t>(items[k].item)] = k;
  }
  std::vector<std::vector<Addition>> additions(items.size());
  const std::vector<Project>& projects = world.facts().projects;
  for (std::size_t p = 0; p < projects.size(); ++p) {
    const Project& project = projects[p];
    const std::size_t k = place[static_cast<std::size_t>(project.item)];
    if (k == kNone || items[k].data_year == 0) continue;
    if (project.completion_year <= items[k].data_year ||
        project.completion_year > through ||
        !analysis.options.IsHome(
            structure.organization(project.organization).controlled_by())) {
      continue;
    }
    const std::optional<double>& added =
        items[k].by_share ? project.added_share : project.added_quantity;
    if (!added.has_value()) {
      other_measure_.push_back(p);
      continue;
    }
    ++projects_;
    additions[k].push_back(
        {project.completion_year, *added, project.probability.value_or(1)});
  }
  AddItems(analysis, std::move(items), std::move(additions));
}

void ProjectForecast::AddItems(const Analysis& analysis,
                               std::vector<ProspectItem> items,
                               std::vector<std::vector<Addition>> additions) {
  // x >= t is x >= t − 1e-9 (METHOD, Symbols).
  const double threshold = analysis.options.threshold - kTolerance;
  for (std::size_t k = 0; k < items.size(); ++k) {
    const ProspectItem& item = items[k];
    const double weight = analysis.world->structure()
                              .items[static_cast<std::size_t>(item.item)]
                              .weight;
    whole_ += weight;
    if (item.data_year == 0) continue;
    any_data_ = true;
    const double needed = threshold * item.demand - item.assured_volume;
    if (needed <= 0) {
      assured_ += weight;
    } else if (!additions[k].empty()) {
      prospects_.push_back({weight, needed, std::move(additions[k])});
    }
  }
}

std::optional<std::vector<double>> ProjectForecast::ProbabilitiesIn(
    int year) const {
  if (!any_data_ || whole_ <= 0) return std::nullopt;
  std::vector<double> probabilities;
  for (const Prospect& prospect : prospects_) {
    std::vector<Outcome> outcomes;
    for (const Addition& addition : prospect.additions) {
      if (addition.year > year) continue;
      outcomes.push_back({addition.amount, addition.probability});
    }
    const auto reached = ProbabilityOfReaching(outcomes, prospect.needed);
    if (!reached.has_value()) return std::nullopt;
    probabilities.push_back(*reached);
  }
  return probabilities;
}

std::optional<double> ProjectForecast::ExpectedIn(int year) const {
  const auto probabilities = ProbabilitiesIn(year);
  if (!probabilities.has_value()) return std::nullopt;
  double expected = assured_;
  for (std::size_t k = 0; k < prospects_.size(); ++k) {
    expected += prospects_[k].weight * (*probabilities)[k];
  }
  return expected / whole_;
}

std::optional<double> ProjectForecast::ProbabilityIn(
    int year, double target, Direction direction) const {
  const auto probabilities = ProbabilitiesIn(year);
  if (!probabilities.has_value()) return std::nullopt;
  // A share that may be at most so much: so much must fail.
  const bool at_most = direction == Direction::kAtMost;
  std::vector<Outcome> outcomes;
  double open = 0;
  for (std::size_t k = 0; k < prospects_.size(); ++k) {
    const double p = (*probabilities)[k];
    outcomes.push_back({prospects_[k].weight, at_most ? 1 - p : p});
    open += prospects_[k].weight;
  }
  const double needed = at_most
                            ? assured_ + open - (target + kTolerance) * whole_
                            : (target - kTolerance) * whole_ - assured_;
  return ProbabilityOfReaching(outcomes, needed);
}

}  // namespace qiangji::domain
