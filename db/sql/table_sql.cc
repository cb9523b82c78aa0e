#include "db/sql/table_sql.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace qiangji::sql {

TableSql::TableSql(const TableLayout& layout) {
  const std::string table = layout.name();
  std::vector<std::string> names;
  std::vector<std::string> prefixed;
  std::vector<std::string> parameters;
  for (const StoredColumn& column : layout.columns()) {
    names.push_back(column.name);
    prefixed.push_back(absl::StrCat("t.", column.name));
  }
  names.insert(names.end(), {"owner_id", "seq_from"});
  prefixed.insert(prefixed.end(), {"t.owner_id", "t.seq_from"});
  for (std::size_t c = 0; c < names.size(); ++c) {
    parameters.push_back(absl::StrCat("$", c + 1));
  }
  const std::size_t keys = layout.key_count();
  std::vector<std::string> conditions;
  std::vector<std::string> order;
  for (std::size_t c = 0; c < keys; ++c) {
    conditions.push_back(absl::StrCat(prefixed[c], " = $", c + 1));
    order.push_back(prefixed[c]);
  }
  const std::string where =
      absl::StrCat(" WHERE ", absl::StrJoin(conditions, " AND "));
  const std::string by_key = absl::StrJoin(order, ", ");
  const std::string seq = absl::StrCat("$", keys + 1);

  columns = absl::StrJoin(prefixed, ", ");
  const std::string from_current =
      absl::StrCat("SELECT ", columns, ", 0 FROM ", table, " t");
  const std::string from_history =
      absl::StrCat("SELECT ", columns, ", t.seq_to FROM ", table, "_history t");
  current = absl::StrCat(from_current, where);
  live_at = absl::StrCat(from_history, where, " AND t.seq_to > ", seq,
                         " ORDER BY ", by_key, ", t.seq_to LIMIT 1");
  history = absl::StrCat(from_history, where, " ORDER BY t.seq_to DESC");
  all_current = absl::StrCat(from_current, " ORDER BY ", by_key);
  all_versions = absl::StrCat(from_history, " ORDER BY ", by_key, ", t.seq_to");
  insert = absl::StrCat("INSERT INTO ", table, " (", absl::StrJoin(names, ", "),
                        ") VALUES (", absl::StrJoin(parameters, ", "), ")");
  std::vector<std::string> cells;
  for (std::size_t c = keys; c < names.size(); ++c) {
    cells.push_back(absl::StrCat(names[c], " = ", parameters[c]));
  }
  update = absl::StrCat("UPDATE ", table, " AS t SET ",
                        absl::StrJoin(cells, ", "), where);
  close = absl::StrCat("INSERT INTO ", table, "_history (",
                       absl::StrJoin(names, ", "), ", seq_to) SELECT ", columns,
                       ", ", seq, " FROM ", table, " t", where);
  remove = absl::StrCat("DELETE FROM ", table, " AS t", where);
}

}  // namespace qiangji::sql
