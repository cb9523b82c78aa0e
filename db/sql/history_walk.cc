#include "db/sql/history_walk.h"

#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "db/sql/key_codec.h"
#include "db/sql/reader.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

constexpr store::Seq kNone = -1;  // before every closing sequence
constexpr store::Seq kEvery = std::numeric_limits<store::Seq>::max();

}  // namespace

absl::StatusOr<std::unique_ptr<HistoryWalk>> HistoryWalk::Make(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, store::Seq at) {
  auto walk = std::unique_ptr<HistoryWalk>(new HistoryWalk(session, table, at));
  walk->find_.parameters.resize(walk->layout_.key_count() + 1);
  QJ_RETURN_IF_ERROR(walk->Start(options));
  QJ_RETURN_IF_ERROR(walk->MakeQueries(table, options, scope));
  return walk;
}

// The place is compared as one with the key and the sequence, but for a first
// cell that is given: the index ends where that does. Filters do not narrow
// what is sought, which would step over the versions of keys that they refuse.
absl::Status HistoryWalk::MakeQueries(const Table& table,
                                      const store::ScanOptions& options,
                                      const store::AccessScope& scope) {
  const std::size_t fixed = pinned_ || layout_.item_ordered() ? 1 : 0;
  std::vector<std::string> order;
  std::vector<std::string> place;
  for (std::size_t c = fixed; c < layout_.key_count(); ++c) {
    order.push_back(absl::StrCat("t.", layout_.columns()[c].name));
    place.push_back(absl::StrCat("$", c + 1));
  }
  order.push_back("t.seq_to");
  place.push_back(absl::StrCat("$", layout_.key_count() + 1));
  std::vector<std::string> wanted;
  nothing_ = nothing_ ||
             !AddFilters(layout_, options, /*joined=*/false, &wanted, &find_);
  const std::string visible = ScopeCondition(layout_, scope, &find_);
  if (!visible.empty()) wanted.push_back(visible);
  const std::string by = absl::StrJoin(order, ", ");
  find_.sql = absl::StrCat(
      "SELECT ", table.sql.columns, ", t.seq_to, ",
      wanted.empty()
          ? "1"
          : absl::StrCat("CASE WHEN ", absl::StrJoin(wanted, " AND "),
                         " THEN 1 ELSE 0 END"),
      " FROM ", layout_.name(), "_history t WHERE ",
      fixed == 0 ? ""
                 : absl::StrCat("t.", layout_.columns()[0].name, " = $1 AND "),
      "(", by, ") > (", absl::StrJoin(place, ", "), ") ORDER BY ", by,
      " LIMIT 1");
  QJ_ASSIGN_OR_RETURN(Lease found, session_->Prepare(find_.sql));
  found_.emplace(std::move(found));
  if (layout_.item_ordered()) {
    next_item_ = absl::StrCat(
        "SELECT k.id, k.name FROM ", layout_.dictionary(Names::kItem)->table(),
        " k WHERE k.name > $1 AND EXISTS (SELECT 1 FROM ", layout_.name(),
        "_history t WHERE t.", layout_.columns()[0].name,
        " = k.id) ORDER BY k.name LIMIT 1");
  }
  return absl::OkStatus();
}

void HistoryWalk::Place(Cells key, store::Seq closed) {
  std::move(key.begin(), key.end(), find_.parameters.begin());
  find_.parameters[layout_.key_count()] = closed;
}

Cells HistoryWalk::FirstKey(domain::Value first) const {
  Cells key(layout_.key_count());
  for (std::size_t c = 0; c < key.size(); ++c) {
    if (layout_.columns()[c].type == CellType::kInt) {
      key[c] = std::numeric_limits<std::int64_t>::min();
    } else {
      key[c] = std::string();
    }
  }
  if (!domain::IsNull(first)) key[0] = std::move(first);
  return key;
}

absl::Status HistoryWalk::Start(const store::ScanOptions& options) {
  const StoredColumn& first = layout_.columns()[0];
  domain::Value pin;
  for (const auto& [column, value] : options.equals) {
    if (column != first.column || domain::IsNull(value)) continue;
    pinned_ = true;
    pin = value;
    if (first.names == Names::kNone) continue;
    item_ = domain::TextOf(value);
    const auto id = layout_.dictionary(first.names)->Find(item_);
    nothing_ = nothing_ || !id.has_value();
    pin = id.value_or(0);
  }
  in_item_ = pinned_ || !layout_.item_ordered();
  Place(FirstKey(std::move(pin)), kNone);
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
    in_item_ = id.has_value();  // the cursor's item was never committed
    cells[0] = id.value_or(0);
  }
  Place(std::move(cells), kEvery);
  return absl::OkStatus();
}

absl::Status HistoryWalk::Next() {
  has_row_ = false;
  while (!nothing_ && !has_row_) {
    if (in_item_) {
      QJ_ASSIGN_OR_RETURN(const bool found, Seek());
      if (found) continue;
      if (pinned_ || !layout_.item_ordered()) return absl::OkStatus();
    }
    QJ_ASSIGN_OR_RETURN(const bool another, NextItem());
    if (!another) return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> HistoryWalk::NextItem() {
  const std::string after = item_;
  QJ_ASSIGN_OR_RETURN(Lease find, session_->Prepare(next_item_));
  find->BindText(1, after);
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (!found) return false;
  Place(FirstKey(find->Int(0)), kNone);
  item_ = std::string(find->Text(1));
  in_item_ = true;
  return true;
}

absl::StatusOr<bool> HistoryWalk::Seek() {
  Statement& found = **found_;
  find_.BindTo(found);
  QJ_ASSIGN_OR_RETURN(const bool any, found.Step());
  if (!any) {
    found.Reset();
    return false;
  }
  const int columns = static_cast<int>(layout_.columns().size());
  const store::Seq from = found.Int(columns + 1);
  const store::Seq to = found.Int(columns + 2);
  has_row_ = from <= at_ && to > at_ && found.Int(columns + 3) != 0;
  if (has_row_) {
    QJ_RETURN_IF_ERROR(SqlReader::ReadStored(layout_, found, &stored_));
    cursor_.clear();
    AppendCursor(layout_, found, item_, &cursor_);
  }
  Cells key;
  layout_.ReadKey(found, &key);
  found.Reset();  // before the cells that are bound change
  // Of a key whose first version at hand was closed too soon, what was live
  // comes after; of another, nothing else can be wanted.
  Place(std::move(key), to > at_ ? kEvery : at_);
  return true;
}

}  // namespace qiangji::sql
