#include "services/domain/rule_line.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "services/domain/rules_evaluation.h"

namespace qiangji::domain {

void RuleLine::Reset(RuleFigures figures) {
  figures_ = std::move(figures);
  item_at_.clear();
  project_at_.clear();
  projects_of_.clear();
  for (std::size_t i = 0; i < figures_.items.size(); ++i) {
    item_at_[figures_.items[i].item_id] = i;
  }
  for (std::size_t i = 0; i < figures_.projects.size(); ++i) {
    const ProjectFigures& project = figures_.projects[i];
    project_at_[project.project_id] = i;
    projects_of_[project.item_id].push_back(project.project_id);
  }
  projects_ = IndexProjects(figures_);
  all_ = true;
}

void RuleLine::SetRules(std::vector<Rule> rules) {
  rules_ = std::move(rules);
  all_ = true;
}

void RuleLine::SetFlags(std::vector<Flag> flags) {
  // Those that an item has no more, too.
  for (const Flag& flag : flags_) items_.insert(flag.item_id);
  flags_ = std::move(flags);
  for (const Flag& flag : flags_) items_.insert(flag.item_id);
}

void RuleLine::Change(FigureChanges changes) {
  for (const std::string& id : changes.gone_projects) RemoveProject(id);
  for (const std::string& id : changes.gone_items) RemoveItem(id);
  for (RuleItem& item : changes.items) PutItem(std::move(item));
  for (ProjectFigures& project : changes.projects) {
    PutProject(std::move(project));
  }
  SetDay(changes.day);
  SetScopes(std::move(changes.scopes), std::move(changes.rows));
  // Projects may have moved in memory.
  if (!changes.projects.empty() || !changes.gone_projects.empty()) {
    projects_ = IndexProjects(figures_);
  }
}

void RuleLine::Take(RuleFigures figures) {
  if (figures.year != figures_.year) return Reset(std::move(figures));
  FigureChanges changes;
  absl::flat_hash_set<absl::string_view> items, projects;
  for (RuleItem& item : figures.items) {
    const auto found = item_at_.find(item.item_id);
    if (found == item_at_.end()) {
      changes.items.push_back(std::move(item));
      continue;
    }
    items.insert(found->first);
    if (figures_.items[found->second] != item) {
      changes.items.push_back(std::move(item));
    }
  }
  for (ProjectFigures& project : figures.projects) {
    const auto found = project_at_.find(project.project_id);
    if (found == project_at_.end()) {
      changes.projects.push_back(std::move(project));
      continue;
    }
    projects.insert(found->first);
    if (figures_.projects[found->second] != project) {
      changes.projects.push_back(std::move(project));
    }
  }
  for (const auto& [id, at] : item_at_) {
    if (!items.contains(id)) changes.gone_items.push_back(id);
  }
  for (const auto& [id, at] : project_at_) {
    if (!projects.contains(id)) changes.gone_projects.push_back(id);
  }
  changes.day = figures.day;
  changes.scopes = std::move(figures.scopes);
  changes.rows = std::move(figures.rows);
  Change(std::move(changes));
}

void RuleLine::Touch(const AlertKey& key) {
  touched_.insert(key);
  absl::string_view id = key.subject;
  if (absl::ConsumePrefix(&id, "items/")) {
    items_.insert(std::string(id));
  } else if (absl::ConsumePrefix(&id, "projects/")) {
    projects_dirty_.insert(std::string(id));
  }
}

void RuleLine::MarkItem(const std::string& id) {
  items_.insert(id);
  const auto found = projects_of_.find(id);
  if (found == projects_of_.end()) return;
  projects_dirty_.insert(found->second.begin(), found->second.end());
}

void RuleLine::MarkProject(const std::string& id) {
  projects_dirty_.insert(id);
  const auto found = project_at_.find(id);
  if (found != project_at_.end()) {
    MarkItem(figures_.projects[found->second].item_id);
  }
}

void RuleLine::PutItem(RuleItem item) {
  const auto [place, added] =
      item_at_.try_emplace(item.item_id, figures_.items.size());
  MarkItem(item.item_id);
  if (added) {
    figures_.items.push_back(std::move(item));
  } else {
    figures_.items[place->second] = std::move(item);
  }
}

void RuleLine::RemoveItem(const std::string& id) {
  const auto found = item_at_.find(id);
  if (found == item_at_.end()) return;
  MarkItem(id);
  const std::size_t at = found->second;
  item_at_.erase(found);
  if (at + 1 != figures_.items.size()) {
    figures_.items[at] = std::move(figures_.items.back());
    item_at_[figures_.items[at].item_id] = at;
  }
  figures_.items.pop_back();
}

void RuleLine::PutProject(ProjectFigures project) {
  // It may have been another item's.
  RemoveProject(project.project_id);
  const std::string id = project.project_id;
  project_at_[id] = figures_.projects.size();
  projects_of_[project.item_id].push_back(id);
  figures_.projects.push_back(std::move(project));
  MarkProject(id);
}

void RuleLine::RemoveProject(const std::string& id) {
  const auto found = project_at_.find(id);
  if (found == project_at_.end()) return;
  MarkProject(id);
  const std::size_t at = found->second;
  project_at_.erase(found);
  std::vector<std::string>& siblings =
      projects_of_[figures_.projects[at].item_id];
  siblings.erase(std::find(siblings.begin(), siblings.end(), id));
  if (at + 1 != figures_.projects.size()) {
    figures_.projects[at] = std::move(figures_.projects.back());
    project_at_[figures_.projects[at].project_id] = at;
  }
  figures_.projects.pop_back();
}

// What waits has waited longer.
void RuleLine::SetDay(std::optional<absl::CivilDay> day) {
  if (std::exchange(figures_.day, day) == day) return;
  for (const RuleItem& item : figures_.items) {
    if (!item.unmet_needs.empty()) MarkItem(item.item_id);
  }
}

void RuleLine::SetScopes(std::vector<ScopeFigures> scopes,
                         std::vector<CoverageFigures> rows) {
  for (const ScopeFigures& scope : figures_.scopes) {
    gone_.insert(SubjectOfScope(scope));
  }
  for (const CoverageFigures& row : figures_.rows) {
    gone_.insert(SubjectOfRow(row));
  }
  figures_.scopes = std::move(scopes);
  figures_.rows = std::move(rows);
}

const RuleItem* RuleLine::FindItem(const std::string& id) const {
  const auto found = item_at_.find(id);
  return found == item_at_.end() ? nullptr : &figures_.items[found->second];
}

std::vector<Transition> RuleLine::Evaluate(const AlertStates& previous,
                                           absl::Time time,
                                           absl::Time previous_time) const {
  const EvaluationInput input{previous, figures_,      rules_,
                              time,     previous_time, flags_};
  if (all_) return domain::Evaluate(input);
  RulesEvaluation evaluation(input, projects_);
  for (const std::string& id : items_) {
    const RuleItem* item = FindItem(id);
    if (item != nullptr) evaluation.Visit(SubjectOf(*item, figures_), item);
    evaluation.ResolveTheRestOf(SubjectOfItem(id));
  }
  for (const std::string& id : projects_dirty_) {
    const auto found = project_at_.find(id);
    if (found != project_at_.end()) {
      const ProjectFigures& project = figures_.projects[found->second];
      evaluation.Visit(SubjectOf(project, figures_), FindItem(project.item_id));
    }
    evaluation.ResolveTheRestOf(SubjectOfProject(id));
  }
  // A target and a row of the table may share a subject: it is closed after
  // both.
  absl::flat_hash_set<std::string> subjects = gone_;
  for (const ScopeFigures& scope : figures_.scopes) {
    evaluation.Visit(SubjectOf(scope, figures_), nullptr);
    subjects.insert(SubjectOfScope(scope));
  }
  for (const CoverageFigures& row : figures_.rows) {
    evaluation.Visit(SubjectOf(row, figures_), nullptr);
    subjects.insert(SubjectOfRow(row));
  }
  for (const std::string& subject : subjects) {
    evaluation.ResolveTheRestOf(subject);
  }
  for (const AlertKey& key : touched_) evaluation.ResolveUnlessKept(key);
  return std::move(evaluation).Take();
}

void RuleLine::Applied() {
  all_ = false;
  items_.clear();
  projects_dirty_.clear();
  gone_.clear();
  touched_.clear();
}

std::size_t RuleLine::dirty() const {
  return all_ ? figures_.items.size() + figures_.projects.size()
              : items_.size() + projects_dirty_.size();
}

}  // namespace qiangji::domain
