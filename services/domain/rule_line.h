// Evaluations of one sequence of figures after the other: only subjects whose
// figures changed, and alerts that others wrote, are looked at again; every
// other alert stays as it is (METHOD 5, "Evaluation").
//
// What Evaluate returns is to the bit what a whole evaluation of the same
// figures, rules and earlier alerts returns, provided that the transitions of
// the evaluation before were applied to those alerts, and whatever else was
// written to them was told by Touch.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/civil_time.h"
#include "services/domain/flag_evaluate.h"
#include "services/domain/rules_evaluate.h"

namespace qiangji::domain {

// Against the figures before. Of one id at most one entry.
struct FigureChanges {
  std::optional<absl::CivilDay> day;
  // New or other than before. An item names no other item's projects.
  std::vector<RuleItem> items;
  std::vector<std::string> gone_items;
  std::vector<ProjectFigures> projects;  // new or other than before
  std::vector<std::string> gone_projects;
  // All there are: they are few, and nearly every change moves them.
  std::vector<ScopeFigures> scopes;
  std::vector<CoverageFigures> rows;
};

// Not thread-safe.
class RuleLine {
 public:
  RuleLine() = default;
  RuleLine(const RuleLine&) = delete;
  RuleLine& operator=(const RuleLine&) = delete;

  // The next evaluation looks at everything.
  void Reset(RuleFigures figures);
  void SetRules(std::vector<Rule> rules);

  // The figures of another sequence of the same assessed year.
  void Change(FigureChanges changes);
  // The same from all figures: finds out what changed. Of another assessed year
  // it is Reset.
  void Take(RuleFigures figures);
  // The flags as EvaluationInput has them; they are looked at in every
  // evaluation, for they are few.
  void SetFlags(std::vector<Flag> flags);
  // Somebody wrote the alert since the last evaluation.
  void Touch(const AlertKey& key);
  // Or nobody knows what was written.
  void TouchAll() { all_ = true; }

  // May be called again until Applied, with other alerts that Touch told of.
  std::vector<Transition> Evaluate(const AlertStates& previous, absl::Time time,
                                   absl::Time previous_time) const;
  // The transitions were applied to the alerts.
  void Applied();

  const RuleFigures& figures() const { return figures_; }
  const std::vector<Rule>& rules() const { return rules_; }
  // Subjects that the next evaluation looks at, scopes and rows left out.
  std::size_t dirty() const;

 private:
  using Places = absl::flat_hash_map<std::string, std::size_t>;

  void PutItem(RuleItem item);
  void RemoveItem(const std::string& id);
  void PutProject(ProjectFigures project);
  void RemoveProject(const std::string& id);
  // An item's evidence names its projects, and theirs the item.
  void MarkItem(const std::string& id);
  void MarkProject(const std::string& id);
  const RuleItem* FindItem(const std::string& id) const;
  void SetDay(std::optional<absl::CivilDay> day);
  void SetScopes(std::vector<ScopeFigures> scopes,
                 std::vector<CoverageFigures> rows);

  RuleFigures figures_;  // items and projects in no order
  std::vector<Rule> rules_;
  std::vector<Flag> flags_;
  Places item_at_, project_at_;
  absl::flat_hash_map<std::string, std::vector<std::string>> projects_of_;
  ProjectIndex projects_;  // by id, into figures_

  bool all_ = true;
  absl::flat_hash_set<std::string> items_, projects_dirty_;  // ids
  absl::flat_hash_set<std::string> gone_;  // subjects without figures now
  absl::flat_hash_set<AlertKey> touched_;
};

}  // namespace qiangji::domain
