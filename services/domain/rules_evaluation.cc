#include "services/domain/rules_evaluation.h"

#include <algorithm>
#include <bitset>

#include "services/base/shanghai.h"
#include "services/domain/flag_evaluate.h"

namespace qiangji::domain {
namespace {

// What one rule says of one subject.
enum class Verdict {
  kHolds,    // open it, with fresh evidence
  kStays,    // keep it open with fresh evidence, but do not open it
  kUnknown,  // keep it open as it is
  kFails,
};

Verdict Judge(const Clause& clause, const RuleSubject& subject) {
  const std::optional<double> x = subject.Get(clause);
  if (!x) {
    return subject.Unknown(clause) ? Verdict::kUnknown : Verdict::kFails;
  }
  if (Holds(clause, *x)) return Verdict::kHolds;
  return Stands(clause, *x) ? Verdict::kStays : Verdict::kFails;
}

// A column that is undefined because the subject has no data leaves it open.
Verdict JudgeFilter(const Rule& rule, const RuleSubject& subject) {
  const ColumnValues* columns = subject.columns();
  if (columns == nullptr) return Verdict::kFails;
  Row row;
  bool complete = true;
  for (const std::string& name : rule.filter_columns) {
    const auto found = columns->find(name);
    Value& cell = row.emplace_back();
    if (found == columns->end()) {
      complete = false;
    } else if (const auto* number = std::get_if<double>(&found->second)) {
      cell = *number;
    } else {
      cell = std::get<std::string>(found->second);
    }
  }
  if (Holds(*rule.filter, row)) return Verdict::kHolds;
  return complete || subject.has_data ? Verdict::kFails : Verdict::kUnknown;
}

// Verdicts are in order: of clauses that must all hold the last counts, of
// alternatives the first.
Verdict Judge(const Rule& rule, const RuleSubject& subject) {
  Verdict verdict = rule.any ? Verdict::kFails : Verdict::kHolds;
  for (const Clause& clause : rule.clauses) {
    const Verdict one = Judge(clause, subject);
    verdict = rule.any ? std::min(verdict, one) : std::max(verdict, one);
  }
  if (rule.filter) verdict = std::max(verdict, JudgeFilter(rule, subject));
  return verdict;
}

// Each level has a hysteresis of its own, so the severity does not depend on
// how many levels one step passed.
Severity SeverityOf(const Rule& rule, const RuleSubject& subject,
                    std::optional<Severity> previous) {
  for (const SeverityLevel& level : rule.levels) {
    const std::optional<double> x = subject.Get(level.clause);
    const bool had = previous && *previous >= level.severity;
    if (!x) {
      if (had && subject.Unknown(level.clause)) return level.severity;
      continue;
    }
    if (Holds(level.clause, *x) || (had && Stands(level.clause, *x))) {
      return level.severity;
    }
  }
  return rule.severity;
}

bool Has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

// The rule as it is for the subject; nullptr where it says nothing of it.
const Rule* RuleFor(const Rule& rule, const RuleSubject& subject) {
  if (!subject.IsIn(rule.sectors, rule.categories)) return nullptr;
  if (subject.row != nullptr) {
    const bool sector = !subject.row->sector.empty();
    const bool category = !subject.row->category.empty();
    const RowScope scope = sector && category ? RowScope::kBoth
                           : sector           ? RowScope::kSector
                           : category         ? RowScope::kCategory
                                              : RowScope::kTotal;
    if (scope != rule.scope) return nullptr;
  }
  const RuleVariant* chosen = nullptr;
  for (const RuleVariant& variant : rule.variants) {
    const bool named =
        subject.item != nullptr && Has(variant.item_ids, subject.item->item_id);
    if ((!variant.item_ids.empty() && !named) ||
        !subject.IsIn(variant.sectors, variant.categories)) {
      continue;
    }
    if (named) return variant.rule.get();
    if (chosen == nullptr) chosen = &variant;
  }
  return chosen == nullptr ? &rule : chosen->rule.get();
}

}  // namespace

RulesEvaluation::RulesEvaluation(const EvaluationInput& in,
                                 const ProjectIndex& projects)
    : in_(in), projects_(projects) {
  for (const Flag& flag : in_.flags) {
    if (flag.status == FlagStatus::kOpen) flags_[flag.item_id].push_back(&flag);
  }
}

void RulesEvaluation::Visit(const RuleSubject& subject, const RuleItem* item) {
  std::bitset<32> open;  // rules whose alert of this subject is open now
  for (const Rule& rule : in_.rules) {
    if (!rule.enabled || rule.subject != subject.kind) continue;
    if (rule.unless && open[static_cast<std::size_t>(*rule.unless)]) continue;
    const Rule* own = RuleFor(rule, subject);
    if (rule.id == RuleId::kAllianceFlag) {
      if (own != nullptr) ApplyFlags(*own, subject);
    } else if (own != nullptr && Apply(*own, subject, item)) {
      open.set(static_cast<std::size_t>(rule.id));
    }
  }
}

// Whether the alert is open after this evaluation.
bool RulesEvaluation::Apply(const Rule& rule, const RuleSubject& subject,
                            const RuleItem* item) {
  const Verdict verdict = Judge(rule, subject);
  if (verdict == Verdict::kFails) return false;
  const AlertKey key(rule.name(), subject.name);
  const auto found = in_.previous.find(key);
  const bool known = found != in_.previous.end();
  if (!known || !found->second.active()) {
    if (verdict != Verdict::kHolds) return false;
    Open(key, SeverityOf(rule, subject, std::nullopt),
         EvidenceFor(rule, subject, item, projects_, in_.figures),
         known ? &found->second : nullptr);
    return true;
  }
  const AlertState& previous = found->second;
  if (verdict == Verdict::kUnknown) {
    // Evidence without a year of data rests on none.
    const bool still_has_data =
        !previous.data_year ||
        (subject.newest_data_year &&
         *subject.newest_data_year >= *previous.data_year);
    if (!still_has_data) return false;
  } else {
    Update(key, SeverityOf(rule, subject, previous.severity),
           EvidenceFor(rule, subject, item, projects_, in_.figures), previous);
  }
  kept_.insert(&previous);
  return true;
}

// The alert that the item's open flags make together.
void RulesEvaluation::ApplyFlags(const Rule& rule, const RuleSubject& subject) {
  const auto flags = flags_.find(subject.item->item_id);
  if (flags == flags_.end()) return;
  Evidence evidence =
      EvidenceFor(rule, subject, subject.item, projects_, in_.figures);
  AddFlags(flags->second, evidence);
  const Severity severity = SeverityOf(flags->second);
  const AlertKey key(rule.name(), subject.name);
  const auto found = in_.previous.find(key);
  const bool known = found != in_.previous.end();
  if (known && found->second.active()) {
    kept_.insert(&found->second);
    Update(key, severity, std::move(evidence), found->second);
  } else {
    Open(key, severity, std::move(evidence), known ? &found->second : nullptr);
  }
}

void RulesEvaluation::Open(const AlertKey& key, Severity severity,
                           Evidence evidence, const AlertState* previous) {
  AlertState after;
  after.opened_time = TimeOf(key);
  after.first_seen = previous ? previous->first_seen : after.opened_time;
  after.openings = previous ? previous->openings + 1 : 1;
  after.severity = severity;
  after.data_year = evidence.data_year;
  after.evidence = Fingerprint(evidence);
  transitions_.push_back(
      {previous ? TransitionKind::kReopen : TransitionKind::kOpen, key, after,
       std::move(evidence)});
}

void RulesEvaluation::Update(const AlertKey& key, Severity severity,
                             Evidence evidence, const AlertState& previous) {
  AlertState after = previous;
  after.severity = severity;
  after.data_year = evidence.data_year;
  after.evidence = Fingerprint(evidence);
  if (after == previous) return;
  transitions_.push_back({after.severity == previous.severity
                              ? TransitionKind::kRefresh
                              : TransitionKind::kSeverity,
                          key, after, std::move(evidence)});
}

void RulesEvaluation::Resolve(const AlertKey& key, const AlertState& previous) {
  AlertState after = previous;
  after.status = AlertStatus::kResolved;
  after.resolved_time = TimeOf(key);
  after.last_seen = std::max(in_.previous_time, previous.opened_time);
  transitions_.push_back({TransitionKind::kResolve, key, after, std::nullopt});
}

// What a day brings to needs is news of that day, however old the facts are.
absl::Time RulesEvaluation::TimeOf(const AlertKey& key) const {
  if (!in_.figures.day || key.rule != RuleName(RuleId::kUnmetNeed)) {
    return in_.time;
  }
  return std::max(in_.time, ShanghaiTime(*in_.figures.day));
}

void RulesEvaluation::ResolveTheRest() {
  for (const auto& [key, previous] : in_.previous) {
    if (previous.active() && !kept_.contains(&previous)) Resolve(key, previous);
  }
}

void RulesEvaluation::ResolveUnlessKept(const AlertKey& key) {
  const auto found = in_.previous.find(key);
  if (found == in_.previous.end() || !found->second.active() ||
      kept_.contains(&found->second) ||
      !resolved_.insert(&found->second).second) {
    return;
  }
  Resolve(key, found->second);
}

void RulesEvaluation::ResolveTheRestOf(const std::string& subject) {
  for (const Rule& rule : in_.rules) {
    ResolveUnlessKept(AlertKey(rule.name(), subject));
  }
}

std::vector<Transition> RulesEvaluation::Take() && {
  std::sort(
      transitions_.begin(), transitions_.end(),
      [](const Transition& a, const Transition& b) { return a.key < b.key; });
  return std::move(transitions_);
}

}  // namespace qiangji::domain
