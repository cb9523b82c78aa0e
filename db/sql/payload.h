// The cells of a row that are not its key, as bytes of an import's run. Equal
// bytes are equal cells. Never stored in a database.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "db/sql/table_layout.h"

namespace qiangji::sql {

void AppendPayload(const TableLayout& layout, const Cells& cells,
                   std::string* out);
// Fills the cells after the key's.
void ParsePayload(const TableLayout& layout, absl::string_view bytes,
                  Cells* cells);

}  // namespace qiangji::sql
