#include "services/domain/rules_evaluate.h"

#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "services/domain/rules_evaluation.h"

namespace qiangji::domain {
namespace {

constexpr absl::string_view kStatusNames[] = {
    "open", "acknowledged", "accepted", "mitigating", "resolved"};

}  // namespace

absl::string_view AlertStatusName(AlertStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<AlertStatus> ParseAlertStatus(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kStatusNames); ++i) {
    if (kStatusNames[i] == name) return static_cast<AlertStatus>(i);
  }
  return std::nullopt;
}

std::vector<Transition> Evaluate(const EvaluationInput& input) {
  const ProjectIndex projects = IndexProjects(input.figures);
  RulesEvaluation evaluation(input, projects);
  absl::flat_hash_map<std::string, const RuleItem*> items;
  for (const RuleItem& item : input.figures.items) {
    items[item.item_id] = &item;
    evaluation.Visit(SubjectOf(item, input.figures), &item);
  }
  for (const ProjectFigures& project : input.figures.projects) {
    const auto item = items.find(project.item_id);
    evaluation.Visit(SubjectOf(project, input.figures),
                     item == items.end() ? nullptr : item->second);
  }
  for (const ScopeFigures& scope : input.figures.scopes) {
    evaluation.Visit(SubjectOf(scope, input.figures), nullptr);
  }
  for (const CoverageFigures& row : input.figures.rows) {
    evaluation.Visit(SubjectOf(row, input.figures), nullptr);
  }
  evaluation.ResolveTheRest();
  return std::move(evaluation).Take();
}

}  // namespace qiangji::domain
