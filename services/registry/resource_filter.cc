#include "services/registry/resource_filter.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/nearest.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/text.h"
#include "services/rpc/errors.h"
#include "services/rpc/filter.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::Condition;
using domain::Kind;
using domain::Value;
using rpc::Comparator;
using rpc::FilterNode;

absl::StatusOr<int> FindColumn(const domain::TableSchema& table,
                               absl::string_view field,
                               absl::string_view column) {
  const int found = table.Find(column);
  if (found >= 0) return found;
  std::vector<std::string> known;
  for (const Column& each : table.columns) known.emplace_back(each.name);
  return rpc::InvalidField(
      field, absl::StrCat(domain::Quoted(column), " is no column of ",
                          table.name, DidYouMean(column, known),
                          "; accepted: ", absl::StrJoin(known, ", ")));
}

bool HasOrder(Kind kind) {
  return !domain::IsList(kind) && kind != Kind::kEnum && kind != Kind::kBool;
}

Condition::Test TestOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::kLess:
      return Condition::Test::kLess;
    case Comparator::kLessEqual:
      return Condition::Test::kLessEqual;
    case Comparator::kGreater:
      return Condition::Test::kGreater;
    case Comparator::kGreaterEqual:
      return Condition::Test::kGreaterEqual;
    default:
      return Condition::Test::kEqual;
  }
}

bool IsComparison(Comparator comparator) {
  return comparator != Comparator::kEqual &&
         comparator != Comparator::kNotEqual && comparator != Comparator::kHas;
}

// The typed value of a restriction. Not `column`'s range: what lies beyond it
// can be asked about too.
absl::StatusOr<Value> ParseValue(const Column& column, const FilterNode& node) {
  const auto wrong = [&](absl::string_view what) {
    return rpc::InvalidField("filter",
                             absl::StrCat("at character ", node.position, ": ",
                                          column.name, ": ", what));
  };
  Column any = column;
  if (any.kind == Kind::kNumber || any.kind == Kind::kInteger ||
      any.kind == Kind::kYear) {
    any.min = -std::numeric_limits<double>::infinity();
    any.max = std::numeric_limits<double>::infinity();
  }
  const absl::StatusOr<std::string> text = NormalizeText(node.value);
  if (!text.ok()) return wrong(text.status().message());
  absl::StatusOr<Value> value = domain::ParseCell(any, *text);
  if (!value.ok()) return wrong(value.status().message());
  if (domain::IsList(column.kind) &&
      domain::TextOf(*value).find(';') != std::string::npos) {
    return wrong("states several entries; accepted: one entry a condition");
  }
  return value;
}

// Neither "" nor `*`: a value that the cell is compared with.
absl::StatusOr<Condition> BindValue(const Column& column,
                                    const FilterNode& node, Condition test) {
  QJ_ASSIGN_OR_RETURN(test.value, ParseValue(column, node));
  const bool list = domain::IsList(column.kind);
  if (domain::IsNull(test.value)) {
    if (IsComparison(node.comparator) || node.comparator == Comparator::kHas) {
      return rpc::InvalidField(
          "filter",
          absl::StrCat("at character ", node.position, ": ", column.name,
                       ": compares with nothing; "
                       "accepted: a value, or :*"));
    }
    test.test = Condition::Test::kStated;
    test.negated = node.comparator == Comparator::kEqual;
    return test;
  }
  test.test = TestOf(node.comparator);
  test.negated = node.comparator == Comparator::kNotEqual;
  if (list) {
    test.test = Condition::Test::kHasEntry;
  } else if (node.comparator == Comparator::kHas &&
             column.kind == Kind::kText) {
    test.test = Condition::Test::kContains;
  }
  return test;
}

absl::StatusOr<Condition> BindTest(const domain::TableSchema& table,
                                   const FilterNode& node) {
  Condition test;
  test.kind = Condition::Kind::kTest;
  QJ_ASSIGN_OR_RETURN(test.column, FindColumn(table, "filter", node.column));
  const Column& column = table.columns[static_cast<std::size_t>(test.column)];
  if (IsComparison(node.comparator) && !HasOrder(column.kind)) {
    return rpc::InvalidField(
        "filter", absl::StrCat("at character ", node.position, ": ",
                               column.name, " has no order; accepted: = != :"));
  }
  if (node.comparator == Comparator::kHas && !node.quoted &&
      node.value == "*") {
    test.test = Condition::Test::kStated;
    return test;
  }
  return BindValue(column, node, std::move(test));
}

// Pushes negations down to the tests (De Morgan). As deep as the filter is,
// which ParseFilter limits.
absl::StatusOr<Condition> Bind(const domain::TableSchema& table,
                               const FilterNode& node, bool negated) {
  if (node.kind == FilterNode::Kind::kNot) {
    return Bind(table, node.children[0], !negated);
  }
  if (node.kind == FilterNode::Kind::kTest) {
    QJ_ASSIGN_OR_RETURN(Condition test, BindTest(table, node));
    if (negated) test.negated = !test.negated;
    return test;
  }
  Condition condition;
  const bool all = (node.kind == FilterNode::Kind::kAnd) != negated;
  condition.kind = all ? Condition::Kind::kAll : Condition::Kind::kAny;
  for (const FilterNode& child : node.children) {
    QJ_ASSIGN_OR_RETURN(Condition bound, Bind(table, child, negated));
    condition.children.push_back(std::move(bound));
  }
  return condition;
}

}  // namespace

absl::StatusOr<Condition> ParseCondition(const domain::TableSchema& table,
                                         absl::string_view filter) {
  QJ_ASSIGN_OR_RETURN(const FilterNode node, rpc::ParseFilter(filter));
  return Bind(table, node, /*negated=*/false);
}

absl::StatusOr<std::vector<domain::OrderColumn>> ParseOrder(
    const domain::TableSchema& table, absl::string_view order_by) {
  QJ_ASSIGN_OR_RETURN(const std::vector<rpc::OrderTerm> terms,
                      rpc::ParseOrderBy(order_by));
  std::vector<domain::OrderColumn> order;
  for (const rpc::OrderTerm& term : terms) {
    QJ_ASSIGN_OR_RETURN(const int column,
                        FindColumn(table, "order_by", term.column));
    const auto same = [&](const domain::OrderColumn& other) {
      return other.column == column;
    };
    if (std::any_of(order.begin(), order.end(), same)) {
      return rpc::InvalidField("order_by",
                               absl::StrCat(term.column, " stands twice"));
    }
    if (domain::IsList(table.columns[static_cast<std::size_t>(column)].kind)) {
      return rpc::InvalidField(
          "order_by",
          absl::StrCat(term.column, " is a list; accepted: other columns"));
    }
    order.push_back({column, term.descending});
  }
  return order;
}

}  // namespace qiangji::registry
