#include "services/domain/condition.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace qiangji::domain {
namespace {

bool HasEntry(const std::string& list, const std::string& entry) {
  for (absl::string_view have : absl::StrSplit(list, ';')) {
    if (have == entry) return true;
  }
  return false;
}

bool IsStated(const Value& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return !IsNull(cell) && (text == nullptr || !text->empty());
}

bool TestHolds(const Condition& condition, const Value& cell) {
  using Test = Condition::Test;
  if (!IsStated(cell)) return false;
  const int order = CompareCells(cell, condition.value);
  switch (condition.test) {
    case Test::kStated:
      return true;
    case Test::kEqual:
      return order == 0;
    case Test::kLess:
      return order < 0;
    case Test::kLessEqual:
      return order <= 0;
    case Test::kGreater:
      return order > 0;
    case Test::kGreaterEqual:
      return order >= 0;
    case Test::kContains:
      return absl::StrContains(TextOf(cell), TextOf(condition.value));
    case Test::kHasEntry:
      return HasEntry(TextOf(cell), TextOf(condition.value));
  }
  return false;
}

}  // namespace

bool Holds(const Condition& condition, const Row& row) {
  const auto holds = [&](const Condition& child) { return Holds(child, row); };
  switch (condition.kind) {
    case Condition::Kind::kAll:
      return std::all_of(condition.children.begin(), condition.children.end(),
                         holds);
    case Condition::Kind::kAny:
      return std::any_of(condition.children.begin(), condition.children.end(),
                         holds);
    case Condition::Kind::kTest:
      break;
  }
  const Value& cell = row[static_cast<std::size_t>(condition.column)];
  return TestHolds(condition, cell) != condition.negated;
}

bool IsList(Kind kind) {
  return kind == Kind::kTexts || kind == Kind::kIds ||
         kind == Kind::kCountries || kind == Kind::kHsCodes;
}

int CompareCells(const Value& a, const Value& b) {
  const bool stated[] = {IsStated(a), IsStated(b)};
  if (!stated[0] || !stated[1]) {
    return static_cast<int>(stated[0]) - static_cast<int>(stated[1]);
  }
  if (a.index() != b.index()) return a.index() < b.index() ? -1 : 1;
  return a < b ? -1 : (b < a ? 1 : 0);
}

}  // namespace qiangji::domain
