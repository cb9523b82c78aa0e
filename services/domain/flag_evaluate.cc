#include "services/domain/flag_evaluate.h"

#include <algorithm>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/shanghai.h"

namespace qiangji::domain {
namespace {

Row CellsOf(const std::vector<std::string>& columns,
            const ColumnValues& values) {
  Row row;
  for (const std::string& name : columns) {
    Value& cell = row.emplace_back();
    const auto found = values.find(name);
    if (found == values.end()) continue;
    if (const auto* number = std::get_if<double>(&found->second)) {
      cell = *number;
    } else {
      cell = std::get<std::string>(found->second);
    }
  }
  return row;
}

bool TestHolds(const FlagGoal& goal, const GoalFacts& facts) {
  const Clause clause{Figure::kColumn, goal.comparison, goal.value, 0,
                      goal.property};
  return std::any_of(
      facts.tests.begin(), facts.tests.end(), [&](const GoalFacts::Test& test) {
        return test.property == goal.property && Holds(clause, test.value);
      });
}

Severity Escalated(const Flag& flag) {
  const int step = static_cast<int>(flag.severity) + (flag.overdue ? 1 : 0);
  return static_cast<Severity>(
      std::min(step, static_cast<int>(Severity::kCritical)));
}

std::string DayText(absl::Time time) {
  return absl::FormatCivilTime(ShanghaiDay(time));
}

}  // namespace

std::optional<bool> Tells(const Condition& condition, const Row& row) {
  if (condition.kind == Condition::Kind::kTest) {
    const bool asks_whether_stated = condition.test == Condition::Test::kStated;
    const Value& cell = row[static_cast<std::size_t>(condition.column)];
    if (!asks_whether_stated && IsNull(cell)) return std::nullopt;
    return Holds(condition, row);
  }
  const bool all = condition.kind == Condition::Kind::kAll;
  bool unknown = false;
  for (const Condition& child : condition.children) {
    const std::optional<bool> tells = Tells(child, row);
    if (!tells) {
      unknown = true;
    } else if (*tells != all) {
      return !all;
    }
  }
  if (unknown) return std::nullopt;
  return all;
}

std::optional<bool> GoalHolds(const FlagGoal& goal, const RuleItem& item,
                              const GoalFacts* facts) {
  switch (goal.kind) {
    case FlagGoal::Kind::kCondition:
      return Tells(goal.condition, CellsOf(goal.columns, item.columns));
    case FlagGoal::Kind::kStage:
      if (facts == nullptr) return std::nullopt;
      return facts->stage >= goal.stage;
    case FlagGoal::Kind::kTest:
      if (facts == nullptr) return std::nullopt;
      return TestHolds(goal, *facts);
    case FlagGoal::Kind::kText:
      break;
  }
  return std::nullopt;
}

std::vector<FlagMove> MoveFlags(absl::Span<const Flag> flags,
                                const RuleFigures& figures,
                                const GoalFactsByItem& facts) {
  if (flags.empty()) return {};
  absl::flat_hash_map<std::string, const RuleItem*> items;
  for (const Flag& flag : flags) items[flag.item_id] = nullptr;
  for (const RuleItem& item : figures.items) {
    const auto wanted = items.find(item.item_id);
    if (wanted != items.end()) wanted->second = &item;
  }
  std::vector<FlagMove> moves;
  for (const Flag& flag : flags) {
    const bool reached = flag.status == FlagStatus::kReached;
    if (!reached && flag.status != FlagStatus::kOpen) continue;
    const RuleItem* item = items[flag.item_id];
    if (item == nullptr) continue;
    const auto of_item = facts.find(flag.item_id);
    const std::optional<bool> holds = GoalHolds(
        flag.goal, *item, of_item == facts.end() ? nullptr : &of_item->second);
    if (!holds || *holds == reached) continue;
    moves.push_back(
        {flag.id, *holds ? FlagStatus::kReached : FlagStatus::kOpen});
  }
  std::sort(moves.begin(), moves.end(),
            [](const FlagMove& a, const FlagMove& b) { return a.id < b.id; });
  return moves;
}

std::vector<Flag> Moved(absl::Span<const Flag> flags,
                        absl::Span<const FlagMove> moves) {
  absl::flat_hash_map<std::string, FlagStatus> to;
  for (const FlagMove& move : moves) to[move.id] = move.to;
  std::vector<Flag> moved(flags.begin(), flags.end());
  for (Flag& flag : moved) {
    const auto move = to.find(flag.id);
    if (move == to.end()) continue;
    flag.status = move->second;
    flag.overdue = false;
  }
  return moved;
}

Severity SeverityOf(absl::Span<const Flag* const> flags) {
  Severity hardest = Severity::kLow;
  for (const Flag* flag : flags) hardest = std::max(hardest, Escalated(*flag));
  return hardest;
}

std::string FlagName(const std::string& id) {
  return absl::StrCat("flags/", id);
}

void AddFlags(absl::Span<const Flag* const> flags, Evidence& evidence) {
  std::vector<std::string> names;
  std::set<std::string> alliances;
  std::vector<std::string> goals;
  double endorsements = 0;
  double contests = 0;
  std::optional<absl::Time> due;
  for (const Flag* flag : flags) {
    names.push_back(FlagName(flag->id));
    alliances.insert(flag->alliance_id);
    if (std::find(goals.begin(), goals.end(), flag->goal.text) == goals.end()) {
      goals.push_back(flag->goal.text);
    }
    endorsements += static_cast<double>(flag->endorsements);
    contests += static_cast<double>(flag->contests);
    if (flag->due) due = due ? std::min(*due, *flag->due) : *flag->due;
  }
  std::vector<FigureValue>& figures = evidence.figures;
  figures.push_back({"flags", static_cast<double>(flags.size())});
  figures.push_back({"flagged_by", absl::StrJoin(alliances, ";")});
  if (endorsements > 0) figures.push_back({"endorsements", endorsements});
  if (contests > 0) figures.push_back({"contests", contests});
  figures.push_back({"goal", absl::StrJoin(goals, "; ")});
  if (due) figures.push_back({"flag_due", DayText(*due)});
  evidence.records = std::move(names);
  evidence.data_year.reset();
}

}  // namespace qiangji::domain
