#include "db/sql/scan.h"

#include <memory>
#include <utility>
#include <vector>

#include "db/sql/history_walk.h"
#include "db/sql/query_condition.h"
#include "db/sql/reader.h"
#include "db/sql/row_source.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

using Order = absl::Span<const domain::OrderColumn>;

// The rows of one statement. Those newer than `newest` are hidden: of them only
// the cursor is read.
class RowStream final : public RowSource {
 public:
  RowStream(const TableLayout& layout, Query query, Lease statement,
            store::Seq newest)
      : layout_(layout),
        query_(std::move(query)),
        statement_(std::move(statement)),
        newest_(newest) {
    query_.BindTo(*statement_);
  }

  absl::Status Next() override {
    QJ_ASSIGN_OR_RETURN(has_row_, statement_->Step());
    if (!has_row_) return absl::OkStatus();
    const int columns = static_cast<int>(layout_.columns().size());
    cursor_.clear();
    absl::string_view item;
    if (layout_.item_ordered()) item = statement_->Text(columns + 3);
    AppendCursor(layout_, *statement_, item, &cursor_);
    hidden_ = newest_ != store::kHead && statement_->Int(columns + 1) > newest_;
    return hidden_ ? absl::OkStatus()
                   : SqlReader::ReadStored(layout_, *statement_, &stored_);
  }

 private:
  const TableLayout& layout_;
  const Query query_;  // its parameters are bound, not copied
  Lease statement_;
  const store::Seq newest_;
};

// Whether the row of `a` comes before that of `b`. A key has one version in a
// scan, and where a hidden one ties with it either may come first.
bool Before(const RowSource& a, const RowSource& b, Order order) {
  for (const domain::OrderColumn& column : order) {
    const auto at = static_cast<std::size_t>(column.column);
    const int compared =
        domain::CompareCells(a.stored().row[at], b.stored().row[at]);
    if (compared != 0) return (compared < 0) != column.descending;
  }
  return a.cursor() < b.cursor();
}

// The source with the next row in order; nullptr at the end.
RowSource* Earliest(const std::vector<std::unique_ptr<RowSource>>& sources,
                    Order order) {
  RowSource* first = nullptr;
  for (const auto& source : sources) {
    if (!source->has_row()) continue;
    if (first == nullptr || Before(*source, *first, order)) {
      first = source.get();
    }
  }
  return first;
}

// nullptr: nothing can match.
absl::StatusOr<std::unique_ptr<RowSource>> NewStream(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, Side side, store::Seq at,
    store::Seq newest = store::kHead) {
  bool impossible = false;
  QJ_ASSIGN_OR_RETURN(Query query,
                      ScanQuery(table, options, scope, side, at, &impossible));
  if (impossible) return nullptr;
  QJ_ASSIGN_OR_RETURN(Lease statement, session->Prepare(query.sql));
  return std::make_unique<RowStream>(table.layout, std::move(query),
                                     std::move(statement), newest);
}

// A page by key of an old state must cost no more than one of the head
// however often rows were written since: closed rows are sought, and current
// ones that are too new pass by as the page advances, instead of being skipped
// to the end of the table. A whole table is read faster in one go.
absl::StatusOr<std::unique_ptr<RowSource>> NewSource(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, Side side, store::Seq at) {
  const bool page = options.limit > 0 || !options.after.empty();
  if (at == store::kHead || !page || side == Side::kDeleted ||
      !EffectiveOrder(table.layout, options.order).empty()) {
    return NewStream(session, table, options, scope, side, at);
  }
  if (side == Side::kClosed) {
    return HistoryWalk::Make(session, table, options, scope, at);
  }
  store::ScanOptions endless = options;
  endless.limit = 0;
  return NewStream(session, table, endless, scope, side, store::kHead, at);
}

}  // namespace

absl::Status ScanRows(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, store::Seq at,
    absl::FunctionRef<absl::Status(const store::Stored&, absl::string_view)>
        visit) {
  std::vector<Side> sides = {Side::kCurrent};
  if (at != store::kHead) sides.push_back(Side::kClosed);
  if (options.deleted) sides.push_back(Side::kDeleted);
  std::vector<std::unique_ptr<RowSource>> sources;
  for (const Side side : sides) {
    QJ_ASSIGN_OR_RETURN(std::unique_ptr<RowSource> source,
                        NewSource(session, table, options, scope, side, at));
    if (source == nullptr) return absl::OkStatus();
    QJ_RETURN_IF_ERROR(source->Next());
    sources.push_back(std::move(source));
  }
  const Order order = EffectiveOrder(table.layout, options.order);
  std::int64_t given = 0;
  std::string cursor;
  while (RowSource* next = Earliest(sources, order)) {
    if (next->hidden()) {
      QJ_RETURN_IF_ERROR(next->Next());
      continue;
    }
    cursor.clear();
    AppendOrderCells(order, next->stored().row, &cursor);
    cursor += next->cursor();
    QJ_RETURN_IF_ERROR(visit(next->stored(), cursor));
    if (++given == options.limit) break;
    QJ_RETURN_IF_ERROR(next->Next());
  }
  return absl::OkStatus();
}

}  // namespace qiangji::sql
