// One evaluation under way: subjects are visited one after the other, then what
// nothing kept open is closed. Whole evaluations and those of changed subjects
// alone are made of it.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/domain/rules_evaluate.h"

namespace qiangji::domain {

class RulesEvaluation {
 public:
  // `projects` are those of `in.figures`. Both outlive this.
  RulesEvaluation(const EvaluationInput& in, const ProjectIndex& projects);

  // Once a subject. `item` as for EvidenceFor.
  void Visit(const RuleSubject& subject, const RuleItem* item);

  // After all subjects were visited: closes every other alert.
  void ResolveTheRest();
  // After those of this name were visited, or where there is none any more:
  // closes the alerts of the rules on it that nothing kept open.
  void ResolveTheRestOf(const std::string& subject);
  // The same of one alert.
  void ResolveUnlessKept(const AlertKey& key);

  // By rule and subject; once.
  std::vector<Transition> Take() &&;

 private:
  bool Apply(const Rule& rule, const RuleSubject& subject,
             const RuleItem* item);
  void ApplyFlags(const Rule& rule, const RuleSubject& subject);
  void Open(const AlertKey& key, Severity severity, Evidence evidence,
            const AlertState* previous);
  void Update(const AlertKey& key, Severity severity, Evidence evidence,
              const AlertState& previous);
  void Resolve(const AlertKey& key, const AlertState& previous);
  absl::Time TimeOf(const AlertKey& key) const;

  const EvaluationInput& in_;
  const ProjectIndex& projects_;
  absl::flat_hash_map<std::string, std::vector<const Flag*>> flags_;  // open
  // Entries of in_.previous.
  absl::flat_hash_set<const AlertState*> kept_, resolved_;
  std::vector<Transition> transitions_;
};

}  // namespace qiangji::domain
