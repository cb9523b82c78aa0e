#include "db/sql/history_walk.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "db/sql/key_codec.h"
#include "db/sql/reader.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

void ReadKey(const TableLayout& layout, Statement& row, Cells* key) {
  key->resize(layout.key_count());
  for (std::size_t c = 0; c < layout.key_count(); ++c) {
    const int at = static_cast<int>(c);
    if (layout.columns()[c].type == CellType::kInt) {
      (*key)[c] = row.Int(at);
    } else {
      (*key)[c] = std::string(row.Text(at));
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<HistoryWalk>> HistoryWalk::Make(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, store::Seq at) {
  auto walk = std::unique_ptr<HistoryWalk>(new HistoryWalk(session, table));
  const TableLayout& layout = table.layout;
  Query& query = walk->row_;
  query.parameters.resize(layout.key_count());
  query.Parameter(at);  // as table.sql.live_at numbers it
  std::vector<std::string> conditions = {
      absl::StrCat("t.seq_from <= ", query.Parameter(at))};
  walk->nothing_ =
      !AddFilters(layout, options, /*joined=*/false, &conditions, &query);
  const std::string visible = ScopeCondition(layout, scope, &query);
  if (!visible.empty()) conditions.push_back(visible);
  query.sql = absl::StrCat("SELECT t.* FROM (", table.sql.live_at, ") t WHERE ",
                           absl::StrJoin(conditions, " AND "));
  QJ_RETURN_IF_ERROR(walk->Start(options));
  return walk;
}

absl::Status HistoryWalk::Start(const store::ScanOptions& options) {
  key_.resize(layout_.key_count());
  for (const auto& [column, value] : options.equals) {
    const StoredColumn& first = layout_.columns()[0];
    if (column != first.column || domain::IsNull(value)) continue;
    pinned_ = 1;
    in_item_ = true;
    key_[0] = value;
    if (first.names == Names::kNone) continue;
    item_ = domain::TextOf(value);
    const auto id = layout_.dictionary(first.names)->Find(item_);
    nothing_ = nothing_ || !id.has_value();
    key_[0] = id.value_or(0);
  }
  if (options.after.empty()) return absl::OkStatus();
  absl::string_view cursor = options.after;
  std::string item;
  const bool by_item = layout_.item_ordered();
  Cells cells;
  if ((by_item && !TakeKeyText(&cursor, &item)) ||
      !layout_.ParseKey(cursor, by_item ? 1 : 0, &cells)) {
    return absl::InvalidArgumentError("the cursor is not one of this scan");
  }
  if (by_item) {
    item_ = item;
    const auto id = layout_.dictionary(Names::kItem)->Find(item);
    if (!id.has_value()) {  // the cursor's item was never committed
      in_item_ = false;
      return absl::OkStatus();
    }
    cells[0] = *id;
  }
  key_ = std::move(cells);
  past_ = true;
  in_item_ = true;
  return absl::OkStatus();
}

absl::Status HistoryWalk::Next() {
  has_row_ = false;
  while (!nothing_) {
    QJ_ASSIGN_OR_RETURN(const bool found, NextKey());
    if (!found) return absl::OkStatus();
    QJ_ASSIGN_OR_RETURN(has_row_, Load());
    if (has_row_) return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> HistoryWalk::NextKey() {
  if (!layout_.item_ordered()) return Seek(pinned_);
  for (;;) {
    if (in_item_) {
      QJ_ASSIGN_OR_RETURN(const bool found, Seek(1));
      if (found) return true;
      if (pinned_ > 0) return false;
    }
    QJ_ASSIGN_OR_RETURN(const bool another, NextItem());
    if (!another) return false;
  }
}

absl::StatusOr<bool> HistoryWalk::NextItem() {
  const std::string& keys = layout_.dictionary(Names::kItem)->table();
  const std::string after = item_;
  QJ_ASSIGN_OR_RETURN(
      Lease find,
      session_->Prepare(absl::StrCat(
          "SELECT k.id, k.name FROM ", keys,
          " k WHERE k.name > $1 AND EXISTS (SELECT 1 FROM ", layout_.name(),
          "_history t WHERE t.", layout_.columns()[0].name,
          " = k.id) ORDER BY k.name LIMIT 1")));
  find->BindText(1, after);
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (!found) return false;
  key_[0] = find->Int(0);
  item_ = std::string(find->Text(1));
  in_item_ = true;
  past_ = false;
  return true;
}

absl::StatusOr<bool> HistoryWalk::Seek(std::size_t fixed) {
  const std::size_t keys = layout_.key_count();
  if (past_ && fixed == keys) return false;  // a key comes once
  std::vector<std::string> columns, order, conditions, parameters;
  for (std::size_t c = 0; c < keys; ++c) {
    columns.push_back(absl::StrCat("t.", layout_.columns()[c].name));
    if (c < fixed) {
      conditions.push_back(absl::StrCat(columns[c], " = $", c + 1));
    } else {
      order.push_back(columns[c]);
      parameters.push_back(absl::StrCat("$", c + 1));
    }
  }
  if (past_) {
    conditions.push_back(absl::StrCat("(", absl::StrJoin(order, ", "), ") > (",
                                      absl::StrJoin(parameters, ", "), ")"));
  }
  QJ_ASSIGN_OR_RETURN(
      Lease find,
      session_->Prepare(absl::StrCat(
          "SELECT ", absl::StrJoin(columns, ", "), " FROM ", layout_.name(),
          "_history t", conditions.empty() ? "" : " WHERE ",
          absl::StrJoin(conditions, " AND "), order.empty() ? "" : " ORDER BY ",
          absl::StrJoin(order, ", "), " LIMIT 1")));
  for (std::size_t c = 0; c < (past_ ? keys : fixed); ++c) {
    find->BindValue(static_cast<int>(c) + 1, key_[c]);
  }
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (!found) return false;
  Cells next;
  ReadKey(layout_, *find, &next);
  find->Reset();  // before the cells that are bound go
  key_ = std::move(next);
  past_ = true;
  return true;
}

absl::StatusOr<bool> HistoryWalk::Load() {
  std::copy(key_.begin(), key_.end(), row_.parameters.begin());
  QJ_ASSIGN_OR_RETURN(Lease find, session_->Prepare(row_.sql));
  row_.BindTo(*find);
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (!found) return false;
  QJ_RETURN_IF_ERROR(SqlReader::ReadStored(layout_, *find, &cells_, &stored_));
  cursor_.clear();
  AppendCursor(layout_, cells_, item_, &cursor_);
  return true;
}

}  // namespace qiangji::sql
