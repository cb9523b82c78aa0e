#include "db/sql/query_condition.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "db/sql/key_codec.h"

namespace qiangji::sql {
namespace {

using domain::Condition;
using domain::OrderColumn;
using domain::Value;
using Test = Condition::Test;

absl::string_view Operator(Test test, bool negated) {
  switch (test) {
    case Test::kLess:
      return negated ? " >= " : " < ";
    case Test::kLessEqual:
      return negated ? " > " : " <= ";
    case Test::kGreater:
      return negated ? " <= " : " > ";
    case Test::kGreaterEqual:
      return negated ? " < " : " >= ";
    default:
      return negated ? " <> " : " = ";
  }
}

// A test of surrogates needs no names: equality of the numbers.
std::string SurrogateEqual(const TableLayout& layout,
                           const StoredColumn& column, const Condition& test,
                           Query* query) {
  const auto id =
      layout.dictionary(column.names)->Find(domain::TextOf(test.value));
  const std::string name = absl::StrCat("t.", column.name);
  if (!id.has_value()) return test.negated ? "1 = 1" : "1 = 0";
  const std::string parameter = query->Parameter(*id);
  return test.negated ? absl::StrCat("(", name, " IS NULL OR ", name, " <> ",
                                     parameter, ")")
                      : absl::StrCat(name, " = ", parameter);
}

std::string TestSql(const TableLayout& layout, const Condition& test,
                    Query* query) {
  const int at = layout.Find(test.column);
  if (at >= 0 && test.test == Test::kEqual) {
    const StoredColumn& column = layout.columns()[static_cast<std::size_t>(at)];
    if (column.names != Names::kNone) {
      return SurrogateEqual(layout, column, test, query);
    }
  }
  const std::string cell = ColumnExpression(layout, test.column);
  if (test.test == Test::kStated) {
    return absl::StrCat(cell, test.negated ? " IS NULL" : " IS NOT NULL");
  }
  std::string holds;
  if (test.test == Test::kContains) {
    holds = TextContains(cell, domain::TextOf(test.value), query);
  } else if (test.test == Test::kHasEntry) {
    holds = ListContains(cell, domain::TextOf(test.value), query);
  } else {
    holds = absl::StrCat(cell, Operator(test.test, test.negated),
                         query->Parameter(test.value));
    if (!test.negated) return holds;
    return absl::StrCat("(", cell, " IS NULL OR ", holds, ")");
  }
  if (!test.negated) return holds;
  return absl::StrCat("(", cell, " IS NULL OR NOT ", holds, ")");
}

// Equal to `value`, what is not stated being equal to itself.
std::string Same(const std::string& cell, const Value& value, Query* query) {
  return domain::IsNull(value)
             ? absl::StrCat(cell, " IS NULL")
             : absl::StrCat(cell, " = ", query->Parameter(value));
}

// After `value` in the order; what is not stated is the least.
std::string Later(const std::string& cell, const Value& value, bool descending,
                  Query* query) {
  if (domain::IsNull(value)) {
    return descending ? "1 = 0" : absl::StrCat(cell, " IS NOT NULL");
  }
  if (!descending) return absl::StrCat(cell, " > ", query->Parameter(value));
  return absl::StrCat("(", cell, " < ", query->Parameter(value), " OR ", cell,
                      " IS NULL)");
}

enum CellTag : char { kNull = 'n', kInt = 'i', kReal = 'r', kText = 't' };

bool TakeCell(absl::string_view* bytes, Value* cell) {
  if (bytes->empty()) return false;
  const char tag = bytes->front();
  bytes->remove_prefix(1);
  if (tag == kNull) {
    *cell = std::monostate();
    return true;
  }
  if (tag == kInt) {
    std::int64_t integer = 0;
    if (!TakeKeyInt(bytes, &integer)) return false;
    *cell = integer;
    return true;
  }
  if (tag == kReal) {
    double number = 0;
    if (bytes->size() < sizeof(number)) return false;
    std::memcpy(&number, bytes->data(), sizeof(number));
    bytes->remove_prefix(sizeof(number));
    *cell = number;
    return true;
  }
  std::string text;
  if (tag != kText || !TakeKeyText(bytes, &text)) return false;
  *cell = std::move(text);
  return true;
}

}  // namespace

std::string ColumnExpression(const TableLayout& layout, int schema_column) {
  const domain::Column& described =
      layout.schema().columns[static_cast<std::size_t>(schema_column)];
  const int at = layout.Find(schema_column);
  if (at < 0) {
    return absl::StrCat("(SELECT NULLIF(f.", described.name, ", '') FROM ",
                        layout.dictionary(Names::kFacet)->table(),
                        " f WHERE f.id = t.facet)");
  }
  const auto index = static_cast<std::size_t>(at);
  const StoredColumn& column = layout.columns()[index];
  if (column.names != Names::kNone) {
    return absl::StrCat("(SELECT n.name FROM ",
                        layout.dictionary(column.names)->table(),
                        " n WHERE n.id = t.", column.name, ")");
  }
  // Cells of keys are never NULL.
  if (index < layout.key_count() && !described.required) {
    return column.type == CellType::kText
               ? absl::StrCat("NULLIF(t.", column.name, ", '')")
               : absl::StrCat("NULLIF(t.", column.name, ", 0)");
  }
  return absl::StrCat("t.", column.name);
}

std::string ConditionSql(const TableLayout& layout, const Condition& condition,
                         Query* query) {
  if (condition.kind == Condition::Kind::kTest) {
    return TestSql(layout, condition, query);
  }
  const bool all = condition.kind == Condition::Kind::kAll;
  std::vector<std::string> parts;
  for (const Condition& child : condition.children) {
    const std::string part = ConditionSql(layout, child, query);
    if (!part.empty()) {
      parts.push_back(part);
    } else if (!all) {  // beside others, whose parameters are bound already
      parts.emplace_back("1 = 1");
    }
  }
  if (parts.empty()) return all ? "" : "1 = 0";
  return absl::StrCat("(", absl::StrJoin(parts, all ? " AND " : " OR "), ")");
}

absl::Span<const OrderColumn> EffectiveOrder(
    const TableLayout& layout, absl::Span<const OrderColumn> order) {
  for (std::size_t i = 0; i < order.size() && i < layout.key_count(); ++i) {
    const StoredColumn& key = layout.columns()[i];
    const bool by_text =
        key.names == Names::kNone || (i == 0 && layout.item_ordered());
    if (order[i].descending || order[i].column != key.column || !by_text) {
      return order;
    }
  }
  return {};
}

std::vector<std::string> OrderSql(const TableLayout& layout,
                                  absl::Span<const OrderColumn> order) {
  std::vector<std::string> columns;
  for (const OrderColumn& column : order) {
    columns.push_back(absl::StrCat(
        ColumnExpression(layout, column.column),
        column.descending ? " DESC NULLS LAST" : " ASC NULLS FIRST"));
  }
  return columns;
}

std::string AfterSql(const TableLayout& layout,
                     absl::Span<const OrderColumn> order,
                     const std::vector<Value>& cells, const std::string& tie,
                     Query* query) {
  std::vector<std::string> any;
  std::string before;  // the columns so far are equal
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::string cell = ColumnExpression(layout, order[i].column);
    any.push_back(absl::StrCat(
        "(", before, Later(cell, cells[i], order[i].descending, query), ")"));
    absl::StrAppend(&before, Same(cell, cells[i], query), " AND ");
  }
  any.push_back(absl::StrCat("(", before, tie, ")"));
  return absl::StrCat("(", absl::StrJoin(any, " OR "), ")");
}

void AppendOrderCells(absl::Span<const OrderColumn> order,
                      const domain::Row& row, std::string* out) {
  for (const OrderColumn& column : order) {
    const Value& cell = row[static_cast<std::size_t>(column.column)];
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
      out->push_back(kInt);
      AppendKeyInt(*integer, out);
    } else if (const auto* number = std::get_if<double>(&cell)) {
      out->push_back(kReal);
      out->append(reinterpret_cast<const char*>(number), sizeof(*number));
    } else if (domain::TextOf(cell).empty()) {
      out->push_back(kNull);
    } else {
      out->push_back(kText);
      AppendKeyText(domain::TextOf(cell), out);
    }
  }
}

bool TakeOrderCells(absl::Span<const OrderColumn> order,
                    absl::string_view* bytes, std::vector<Value>* cells) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!TakeCell(bytes, &cells->emplace_back())) return false;
  }
  return true;
}

}  // namespace qiangji::sql
