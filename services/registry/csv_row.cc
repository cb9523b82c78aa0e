#include "services/registry/csv_row.h"

#include "services/domain/validate.h"
#include "services/registry/csv_reader.h"

namespace qiangji::registry {

void AppendCsvValue(const domain::Column& column, const domain::Value& value,
                    std::string& out) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    AppendCsvCell(*text, out);
  } else {
    domain::AppendCell(column, value, out);  // numbers and words: no quotes
  }
}

void AppendCsvRow(const domain::TableSchema& table, const domain::Row& row,
                  std::string& out) {
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (c > 0) out.push_back(',');
    AppendCsvValue(table.columns[c], row[c], out);
  }
  out.push_back('\n');
}

void AppendCsvHeader(const domain::TableSchema& table, std::string& out) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c > 0) out.push_back(',');
    AppendCsvCell(table.columns[c].name, out);
  }
  out.push_back('\n');
}

}  // namespace qiangji::registry
