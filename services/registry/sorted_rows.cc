#include "services/registry/sorted_rows.h"

#include <algorithm>
#include <utility>

#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/request_fields.h"

namespace qiangji::registry {
namespace {

// Cells whose stored order is that of their texts: years have four digits.
bool OrderedAsText(const domain::Column& column) {
  switch (column.kind) {
    case domain::Kind::kNumber:
    case domain::Kind::kInteger:
    case domain::Kind::kBool:
      return false;
    default:
      return column.storage == domain::Storage::kPlain;
  }
}

// Scans go by the text of an item that leads the key, then by stored cells.
bool StoredInOrder(const domain::TableSchema& table) {
  const absl::Span<const int> keys = table.key_columns();
  for (std::size_t k = 0; k < keys.size(); ++k) {
    const domain::Column& column =
        table.columns[static_cast<std::size_t>(keys[k])];
    const bool leads = k == 0 && column.storage == domain::Storage::kItem;
    if (!leads && !OrderedAsText(column)) return false;
  }
  return true;
}

}  // namespace

SortedRows::SortedRows(const domain::TableSchema& table, store::Seq seq)
    : table_(table), seq_(seq), in_order_(StoredInOrder(table)) {}

// Texts hold no control characters, so the end of a cell comes before any of
// its continuations.
std::string SortedRows::KeyText(const domain::Row& row) const {
  std::string text;
  for (int c : table_.key_columns()) {
    const auto at = static_cast<std::size_t>(c);
    domain::AppendCell(table_.columns[at], row[at], text);
    text.push_back('\0');
  }
  return text;
}

absl::Status SortedRows::Flush(const Visitor& visit) {
  std::vector<std::pair<std::string, std::size_t>> order;
  if (grouped_ > 1) {
    order.reserve(grouped_);
    for (std::size_t r = 0; r < grouped_; ++r) {
      order.emplace_back(KeyText(group_[r]), r);
    }
    std::sort(order.begin(), order.end());
  } else if (grouped_ == 1) {
    order.emplace_back();
  }
  grouped_ = 0;
  for (const auto& [key, r] : order) QJ_RETURN_IF_ERROR(visit(group_[r]));
  return absl::OkStatus();
}

absl::Status SortedRows::AddToGroup(const domain::Row& row,
                                    const Visitor& visit) {
  const auto first = static_cast<std::size_t>(table_.key_columns()[0]);
  if (grouped_ > 0 && group_[0][first] != row[first]) {
    QJ_RETURN_IF_ERROR(Flush(visit));
  }
  if (grouped_ == group_.size()) group_.emplace_back();
  group_[grouped_++] = row;
  return absl::OkStatus();
}

absl::Status SortedRows::ReadSome(store::Reader& reader,
                                  const store::AccessScope& scope,
                                  std::int64_t rows, const Visitor& visit) {
  QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
  store::ScanOptions scan;
  scan.after = after_;
  scan.limit = rows;
  scan.at = At(seq_, head);
  std::int64_t read = 0;
  QJ_RETURN_IF_ERROR(reader.Scan(
      table_, scan, scope,
      [&](const store::Stored& stored,
          absl::string_view cursor) -> absl::Status {
        if (++read == rows) after_.assign(cursor.data(), cursor.size());
        return in_order_ ? visit(stored.row) : AddToGroup(stored.row, visit);
      }));
  if (read == rows) return absl::OkStatus();
  done_ = true;
  return Flush(visit);
}

}  // namespace qiangji::registry
