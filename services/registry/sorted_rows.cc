#include "services/registry/sorted_rows.h"

#include <algorithm>
#include <utility>

#include "services/base/status_macros.h"
#include "services/domain/validate.h"

namespace qiangji::registry {

absl::Status SortedRows::Flush(const Visitor& visit) {
  std::vector<std::pair<std::vector<std::string>, std::size_t>> order;
  for (std::size_t r = 0; r < group_.size(); ++r) {
    std::vector<std::string>& texts = order.emplace_back().first;
    order.back().second = r;
    for (int c : table_.key_columns()) {
      const auto at = static_cast<std::size_t>(c);
      texts.push_back(domain::FormatCell(table_.columns[at], group_[r][at]));
    }
  }
  std::sort(order.begin(), order.end());
  for (const auto& [key, r] : order) QJ_RETURN_IF_ERROR(visit(group_[r]));
  group_.clear();
  return absl::OkStatus();
}

absl::Status SortedRows::ReadSome(store::Reader& reader,
                                  const store::AccessScope& scope,
                                  std::int64_t rows, const Visitor& visit) {
  QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
  const auto first = static_cast<std::size_t>(table_.key_columns()[0]);
  store::ScanOptions scan;
  scan.after = after_;
  scan.limit = rows;
  scan.at = seq_ == head.seq ? store::kHead : seq_;
  std::int64_t read = 0;
  QJ_RETURN_IF_ERROR(reader.Scan(
      table_, scan, scope,
      [&](const store::Stored& stored,
          absl::string_view cursor) -> absl::Status {
        if (!group_.empty() && group_[0][first] != stored.row[first]) {
          if (absl::Status flushed = Flush(visit); !flushed.ok()) {
            return flushed;
          }
        }
        group_.push_back(stored.row);
        after_.assign(cursor.data(), cursor.size());
        ++read;
        return absl::OkStatus();
      }));
  if (read == rows) return absl::OkStatus();
  done_ = true;
  return Flush(visit);
}

}  // namespace qiangji::registry
