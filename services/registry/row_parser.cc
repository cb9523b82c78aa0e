#include "services/registry/row_parser.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "services/registry/text.h"

namespace qiangji::registry {

domain::Row ParseRow(const domain::TableSchema& table,
                     absl::Span<const std::string> texts,
                     std::vector<domain::Violation>& violations) {
  domain::Row row(table.columns.size());
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (texts[c].empty()) continue;
    const domain::Column& column = table.columns[c];
    const auto reject = [&](const absl::Status& status) {
      violations.push_back(
          {std::string(column.name), std::string(status.message())});
    };
    absl::StatusOr<std::string> text = NormalizeText(texts[c]);
    if (!text.ok()) {
      reject(text.status());
      continue;
    }
    absl::StatusOr<domain::Value> value = domain::ParseCell(column, *text);
    if (value.ok()) {
      row[c] = *std::move(value);
    } else {
      reject(value.status());
    }
  }
  domain::CompleteRow(table, row, violations);
  return row;
}

}  // namespace qiangji::registry
