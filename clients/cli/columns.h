// Tables of messages: which of FORMATS' columns, in which form.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::cli {

struct ColumnSpec {
  absl::string_view name;
  Format format = Format::kText;
  int dispensable = 0;  // TableColumn
};

// Header of a column in a table, by the glossary. Money states its own unit
// in every cell, so its header has none.
std::string HeaderOf(absl::string_view column, Format format, Lang lang);

TableColumn ColumnOf(const ColumnSpec& spec, Lang lang);
// The same for a column of a registered table: headers as files have them.
TableColumn RegisteredColumnOf(const ColumnSpec& spec, Lang lang);
// Header of the names beside a column of ids: "item id" -> "item name".
std::string NameHeader(absl::string_view id_header, Lang lang);

// One row a message, fields by column name.
template <typename Messages>
Table TableOf(absl::Span<const ColumnSpec> columns, const Messages& messages,
              Lang lang);

// The cells of one message.
std::vector<Cell> RowOf(absl::Span<const ColumnSpec> columns,
                        const google::protobuf::Message& message);

// The name in `lang` of a message with name_zh and name_en (after `prefix`:
// sector_name_zh); the other language where one is missing, "" without any.
std::string NameOf(const google::protobuf::Message& message, Lang lang,
                   absl::string_view prefix = "");

template <typename Messages>
Table TableOf(absl::Span<const ColumnSpec> columns, const Messages& messages,
              Lang lang) {
  Table table;
  for (const ColumnSpec& spec : columns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const auto& message : messages) {
    table.rows.push_back(RowOf(columns, message));
  }
  return table;
}

// Inserts a column with one text a row: before column `at`, or at the end.
void InsertTexts(const ColumnSpec& spec, Lang lang, std::size_t at,
                 const std::vector<std::string>& texts, Table& table);
// The same of the names that belong to a column of ids: "input_item_id" gives
// "input_item_name"; the row's own, "item_id" and "target_id", give "name".
void InsertNames(absl::string_view id_column, Lang lang, std::size_t at,
                 const std::vector<std::string>& names, Table& table);

}  // namespace qiangji::cli
