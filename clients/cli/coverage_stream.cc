#include "clients/cli/coverage_stream.h"

#include <algorithm>

#include "clients/cli/columns.h"
#include "clients/cli/name_book.h"

namespace qiangji::cli {

absl::Status AddItemNames(const Invocation& invocation, Session& session,
                          const ColumnSpec& id_column,
                          const std::vector<std::string>& ids, Table& table) {
  const bool for_people = invocation.settings.output == Output::kTable;
  if (!for_people && !invocation.settings.names) return absl::OkStatus();
  const Lang lang = invocation.lang();
  NameBook book(session, lang);
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      book.Names("item", ids));
  std::size_t at = table.columns.size();
  if (for_people) {
    const auto found = std::find_if(
        table.columns.begin(), table.columns.end(),
        [&](const TableColumn& c) { return c.name == id_column.name; });
    at = static_cast<std::size_t>(found - table.columns.begin()) + 1;
  }
  InsertNames(id_column.name, lang, at, names, table);
  return absl::OkStatus();
}

}  // namespace qiangji::cli
