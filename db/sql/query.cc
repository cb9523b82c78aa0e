#include "db/sql/query.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "db/sql/key_codec.h"
#include "db/sql/query_condition.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

using domain::Value;

absl::Status BadCursor() {
  return absl::InvalidArgumentError("the cursor is not one of this scan");
}

// "t.a > $1", or a comparison of several columns as one.
std::string After(const TableLayout& layout, std::size_t first,
                  const Cells& cells, Query* query) {
  std::vector<std::string> columns;
  std::vector<std::string> values;
  for (std::size_t c = first; c < layout.key_count(); ++c) {
    columns.push_back(absl::StrCat("t.", layout.columns()[c].name));
    values.push_back(query->Parameter(cells[c]));
  }
  if (columns.empty()) return "1 = 0";
  if (columns.size() == 1) return absl::StrCat(columns[0], " > ", values[0]);
  return absl::StrCat("(", absl::StrJoin(columns, ", "), ") > (",
                      absl::StrJoin(values, ", "), ")");
}

// After the key of `cursor`. A cheaper condition that follows from it and that
// an index can use goes to `conditions` where the key leads the order.
absl::StatusOr<std::string> AfterKey(const TableLayout& layout,
                                     absl::string_view cursor, bool leads,
                                     std::vector<std::string>* conditions,
                                     Query* query) {
  Cells cells;
  if (!layout.item_ordered()) {
    if (!layout.ParseKey(cursor, 0, &cells)) return BadCursor();
    return After(layout, 0, cells, query);
  }
  std::string item;
  if (!TakeKeyText(&cursor, &item) || !layout.ParseKey(cursor, 1, &cells)) {
    return BadCursor();
  }
  const std::string name = query->Parameter(item);
  if (leads) conditions->push_back(absl::StrCat("k.name >= ", name));
  return absl::StrCat("(k.name > ", name, " OR (k.name = ", name, " AND ",
                      After(layout, 1, cells, query), "))");
}

absl::Status AddCursor(const TableLayout& layout,
                       absl::Span<const domain::OrderColumn> order,
                       absl::string_view cursor,
                       std::vector<std::string>* conditions, Query* query) {
  std::vector<Value> cells;
  if (!TakeOrderCells(order, &cursor, &cells)) return BadCursor();
  QJ_ASSIGN_OR_RETURN(
      const std::string key,
      AfterKey(layout, cursor, order.empty(), conditions, query));
  conditions->push_back(
      order.empty() ? key : AfterSql(layout, order, cells, key, query));
  return absl::OkStatus();
}

// Equality with a filter's value. False: nothing can match.
bool AddEqual(const TableLayout& layout, const StoredColumn& column, bool key,
              const Value& value, bool joined,
              std::vector<std::string>* conditions, Query* query) {
  const std::string name = absl::StrCat("t.", column.name);
  const auto* text = std::get_if<std::string>(&value);
  const bool empty =
      domain::IsNull(value) || (text != nullptr && text->empty());
  if (empty && !key) {
    conditions->push_back(absl::StrCat(name, " IS NULL"));
    return true;
  }
  Value cell = value;
  if (column.names != Names::kNone) {
    const auto id =
        layout.dictionary(column.names)->Find(domain::TextOf(value));
    if (!id.has_value()) return false;
    cell = *id;
  } else if (empty) {
    cell = std::string();
  }
  const std::string parameter = query->Parameter(std::move(cell));
  conditions->push_back(absl::StrCat(name, " = ", parameter));
  if (joined && &column == &layout.columns()[0]) {
    conditions->push_back(absl::StrCat("k.id = ", parameter));
  }
  return true;
}

std::string OrderOf(const TableLayout& layout,
                    absl::Span<const domain::OrderColumn> columns) {
  std::vector<std::string> order = OrderSql(layout, columns);
  if (layout.item_ordered()) order.push_back("k.name");
  for (std::size_t c = layout.item_ordered() ? 1 : 0; c < layout.key_count();
       ++c) {
    order.push_back(absl::StrCat("t.", layout.columns()[c].name));
  }
  return absl::StrJoin(order, ", ");
}

// Which versions one side of a scan at `at` has.
void AddSide(const TableLayout& layout, Side side, store::Seq at,
             std::vector<std::string>* conditions, Query* query) {
  const bool head = at == store::kHead;
  const std::string seq = head ? "" : query->Parameter(at);
  if (!head) conditions->push_back(absl::StrCat("t.seq_from <= ", seq));
  if (side == Side::kCurrent) return;
  if (side == Side::kClosed) {
    conditions->push_back(absl::StrCat("t.seq_to > ", seq));
    return;
  }
  // Deleted: closed by then, and no version after it by then.
  if (!head) conditions->push_back(absl::StrCat("t.seq_to <= ", seq));
  std::vector<std::string> same;
  for (std::size_t c = 0; c < layout.key_count(); ++c) {
    const std::string& name = layout.columns()[c].name;
    same.push_back(absl::StrCat("u.", name, " = t.", name));
  }
  if (!head) same.push_back(absl::StrCat("u.seq_from <= ", seq));
  const std::string key = absl::StrJoin(same, " AND ");
  conditions->push_back(absl::StrCat("NOT EXISTS (SELECT 1 FROM ",
                                     layout.name(), " u WHERE ", key, ")"));
  conditions->push_back(absl::StrCat("NOT EXISTS (SELECT 1 FROM ",
                                     layout.name(), "_history u WHERE ", key,
                                     " AND u.seq_to > t.seq_to)"));
}

}  // namespace

std::string TextContains(absl::string_view text, absl::string_view part,
                         Query* query) {
  return absl::StrCat("(replace(", text, ", ",
                      query->Parameter(std::string(part)), ", '') <> ", text,
                      ")");
}

std::string ListContains(absl::string_view column, absl::string_view entry,
                         Query* query) {
  return TextContains(absl::StrCat("(';' || ", column, " || ';')"),
                      absl::StrCat(";", entry, ";"), query);
}

bool AddFilters(const TableLayout& layout, const store::ScanOptions& options,
                bool joined, std::vector<std::string>* conditions,
                Query* query) {
  std::vector<std::string> facet;
  for (const auto& [column, value] : options.equals) {
    const int at = layout.Find(column);
    if (at < 0) {
      facet.push_back(absl::StrCat(
          layout.schema().columns[static_cast<std::size_t>(column)].name, " = ",
          query->Parameter(domain::TextOf(value))));
      continue;
    }
    const auto index = static_cast<std::size_t>(at);
    if (!AddEqual(layout, layout.columns()[index], index < layout.key_count(),
                  value, joined, conditions, query)) {
      return false;
    }
  }
  if (!facet.empty()) {
    conditions->push_back(
        absl::StrCat("t.facet IN (SELECT id FROM ",
                     layout.dictionary(Names::kFacet)->table(), " WHERE ",
                     absl::StrJoin(facet, " AND "), ")"));
  }
  const std::string where = ConditionSql(layout, options.where, query);
  if (!where.empty()) conditions->push_back(where);
  return true;
}

std::string ScopeCondition(const TableLayout& layout,
                           const store::AccessScope& scope, Query* query) {
  if (scope.all() || !layout.scoped()) return "";
  std::vector<std::string> any = {"t.visibility = 'public'"};
  if (!scope.owner_id().empty()) {
    any.push_back(
        absl::StrCat("t.owner_id = ", query->Parameter(scope.owner_id())));
  }
  const int item = layout.schema().Find("item_id");
  if (!scope.sectors().empty() && item >= 0) {
    std::vector<std::string> sectors;
    for (const std::string& sector : scope.sectors()) {
      sectors.push_back(ListContains("i.sectors", sector, query));
    }
    any.push_back(absl::StrCat(
        "(t.visibility = 'sector' AND EXISTS (SELECT 1 FROM items i WHERE "
        "i.item_id = (SELECT name FROM item_key WHERE id = t.item_id) AND (",
        absl::StrJoin(sectors, " OR "), ")))"));
  }
  return absl::StrCat("(", absl::StrJoin(any, " OR "), ")");
}

Query Scoped(const TableLayout& layout, const std::string& base,
             std::vector<Value> parameters, const store::AccessScope& scope) {
  Query query;
  query.parameters = std::move(parameters);
  const std::string condition = ScopeCondition(layout, scope, &query);
  query.sql = condition.empty() ? base
                                : absl::StrCat("SELECT t.* FROM (", base,
                                               ") t WHERE ", condition);
  return query;
}

Query CountQuery(const TableLayout& layout, const store::AccessScope& scope) {
  Query query;
  const std::string condition = ScopeCondition(layout, scope, &query);
  query.sql = absl::StrCat("SELECT count(*) FROM ", layout.name(), " t",
                           condition.empty() ? "" : " WHERE ", condition);
  return query;
}

absl::StatusOr<Query> ScanQuery(const Table& table,
                                const store::ScanOptions& options,
                                const store::AccessScope& scope, Side side,
                                store::Seq at, bool* impossible) {
  const TableLayout& layout = table.layout;
  const absl::Span<const domain::OrderColumn> order =
      EffectiveOrder(layout, options.order);
  const bool history = side != Side::kCurrent;
  Query query;
  std::vector<std::string> conditions;
  if (layout.item_ordered()) conditions.push_back("t.item_id = k.id");
  *impossible =
      !AddFilters(layout, options, layout.item_ordered(), &conditions, &query);
  if (!options.after.empty()) {
    QJ_RETURN_IF_ERROR(
        AddCursor(layout, order, options.after, &conditions, &query));
  }
  AddSide(layout, side, at, &conditions, &query);
  const std::string visible = ScopeCondition(layout, scope, &query);
  if (!visible.empty()) conditions.push_back(visible);

  query.sql = absl::StrCat("SELECT ", table.sql.columns,
                           history ? ", t.seq_to" : ", 0");
  // The item's id leads the order, so its table leads the join: CROSS JOIN
  // keeps SQLite from turning it round and sorting.
  if (layout.item_ordered()) {
    absl::StrAppend(&query.sql, ", k.name FROM item_key k CROSS JOIN ");
  } else {
    absl::StrAppend(&query.sql, " FROM ");
  }
  absl::StrAppend(&query.sql, layout.name(), history ? "_history t" : " t");
  if (!conditions.empty()) {
    absl::StrAppend(&query.sql, " WHERE ", absl::StrJoin(conditions, " AND "));
  }
  absl::StrAppend(&query.sql, " ORDER BY ", OrderOf(layout, order));
  if (options.limit > 0) {
    absl::StrAppend(&query.sql, " LIMIT ", query.Parameter(options.limit));
  }
  return query;
}

void AppendCursor(const TableLayout& layout, Statement& row,
                  absl::string_view item_id, std::string* out) {
  if (layout.item_ordered()) {
    AppendKeyText(item_id, out);
    layout.AppendKey(row, 1, out);
  } else {
    layout.AppendKey(row, 0, out);
  }
}

}  // namespace qiangji::sql
