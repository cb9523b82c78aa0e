#include "services/coverage/decode.h"

#include <vector>

#include "clients/cpp/row_block.h"
#include "services/base/status_macros.h"

namespace qiangji::coverage {
namespace {

using client::ColumnView;

domain::Value CellOf(const ColumnView* column, int row) {
  if (column == nullptr || !column->present(row)) return {};
  switch (column->kind()) {
    case ColumnView::Kind::kInts:
      return column->int_at(row);
    case ColumnView::Kind::kDoubles:
      return column->double_at(row);
    case ColumnView::Kind::kTexts:
      return column->text_at(row);
  }
  return {};
}

}  // namespace

absl::Status DecodeRows(
    const type::v1::RowBlock& block,
    absl::FunctionRef<absl::Status(const domain::TableSchema&,
                                   const domain::Row&, bool)>
        visit) {
  QJ_ASSIGN_OR_RETURN(const client::RowBlockView view,
                      client::RowBlockView::Make(block));
  const domain::TableSchema* table = domain::FindTable(view.table());
  if (table == nullptr) return absl::OkStatus();
  std::vector<const ColumnView*> columns;
  columns.reserve(table->columns.size());
  for (const domain::Column& column : table->columns) {
    columns.push_back(view.Find(column.name));
  }
  domain::Row row(columns.size());
  for (int r = 0; r < view.rows(); ++r) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      row[c] = CellOf(columns[c], r);
    }
    QJ_RETURN_IF_ERROR(visit(*table, row, view.deleted(r)));
  }
  return absl::OkStatus();
}

}  // namespace qiangji::coverage
