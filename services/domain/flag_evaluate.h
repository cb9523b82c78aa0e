// What an evaluation says of flags (METHOD 5, ALLIANCE_FLAG): which goals are
// reached, and the alert that the open flags of an item make together. Pure:
// figures, facts and flags of one moment in, moves and an alert's content out.
//
// Decisions on what METHOD leaves open:
// - What is not known is not reached: a condition over a column without a value
//   has three truth values, and only "true" reaches a goal. A goal that was
//   reached and becomes unknown stays reached; one that fails opens again.
// - Milestones and test results count whatever their year: unlike shares they
//   are there when they are registered. A milestone to come does not.
// - An overdue flag is one severity harder, critical at most.
// - The alert rests on flags, not on data: it stays without data of the item,
//   and closes when its item is gone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/domain/condition.h"
#include "services/domain/flag.h"
#include "services/domain/rule_figures.h"
#include "services/domain/rules.h"
#include "services/domain/rules_evidence.h"

namespace qiangji::domain {

struct FlagGoal {
  enum class Kind : std::uint8_t { kCondition, kStage, kTest, kText };
  Kind kind = Kind::kText;
  std::string text;  // in one line, as people read it
  // Of kCondition: over these columns, in order.
  std::vector<std::string> columns;
  Condition condition;
  int stage = 0;  // of kStage: 1 research … 5 promoted
  // Of kTest.
  std::string property;
  Comparison comparison = Comparison::kAtLeast;
  double value = 0;
};

// Facts beside the figures that goals look at, of one item.
struct GoalFacts {
  int stage = 0;  // the furthest that was reached; 0 = none
  struct Test {
    std::string property;
    double value = 0;
  };
  std::vector<Test> tests;
};
using GoalFactsByItem = std::map<std::string, GoalFacts>;

struct Flag {
  std::string id;
  std::string item_id;  // "" = proposed
  std::string alliance_id;
  Severity severity = Severity::kMedium;
  FlagStatus status = FlagStatus::kOpen;
  bool overdue = false;
  std::optional<absl::Time> due;
  FlagGoal goal;
  std::int64_t endorsements = 0;
  std::int64_t contests = 0;
};

// nullopt: not known. `facts`: nullptr where none were read.
std::optional<bool> GoalHolds(const FlagGoal& goal, const RuleItem& item,
                              const GoalFacts* facts);

// With three truth values: a test of a cell that is not stated is unknown.
std::optional<bool> Tells(const Condition& condition, const Row& row);

struct FlagMove {
  std::string id;
  FlagStatus to = FlagStatus::kReached;
};
// Measured goals that are reached now, and those that fail again; by id.
std::vector<FlagMove> MoveFlags(absl::Span<const Flag> flags,
                                const RuleFigures& figures,
                                const GoalFactsByItem& facts);

// The flags after these moves: one that moves is not overdue.
std::vector<Flag> Moved(absl::Span<const Flag> flags,
                        absl::Span<const FlagMove> moves);

// The severity of the alert of these open flags; at least one.
Severity SeverityOf(absl::Span<const Flag* const> flags);
// Makes the evidence of an alert that of these open flags.
void AddFlags(absl::Span<const Flag* const> flags, Evidence& evidence);

// "flags/f1" of "f1".
std::string FlagName(const std::string& id);

}  // namespace qiangji::domain
