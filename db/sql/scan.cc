#include "db/sql/scan.h"

#include <memory>
#include <utility>

#include "db/sql/reader.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

// The rows of one table, with the place of the row at hand in the order.
class RowStream {
 public:
  RowStream(const TableLayout& layout, Query query, Lease statement)
      : layout_(layout),
        query_(std::move(query)),
        statement_(std::move(statement)) {
    query_.BindTo(*statement_);
  }

  absl::Status Next() {
    QJ_ASSIGN_OR_RETURN(has_row_, statement_->Step());
    if (!has_row_) return absl::OkStatus();
    QJ_RETURN_IF_ERROR(
        SqlReader::ReadStored(layout_, *statement_, &cells_, &stored_));
    cursor_.clear();
    absl::string_view item;
    if (layout_.item_ordered()) {
      item = statement_->Text(static_cast<int>(layout_.columns().size()) + 3);
    }
    AppendCursor(layout_, cells_, item, &cursor_);
    return absl::OkStatus();
  }

  bool has_row() const { return has_row_; }
  const store::Stored& stored() const { return stored_; }
  const std::string& cursor() const { return cursor_; }

 private:
  const TableLayout& layout_;
  const Query query_;  // its parameters are bound, not copied
  Lease statement_;
  bool has_row_ = false;
  Cells cells_;
  store::Stored stored_;
  std::string cursor_;
};

// The stream with the next row in order; nullptr at the end. A key is live in
// one of the two at any time, so there are no ties.
RowStream* Earlier(RowStream* a, RowStream* b) {
  if (b == nullptr || !b->has_row()) return a->has_row() ? a : nullptr;
  if (!a->has_row()) return b;
  return a->cursor() < b->cursor() ? a : b;
}

}  // namespace

absl::Status ScanRows(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, store::Seq at,
    absl::FunctionRef<absl::Status(const store::Stored&, absl::string_view)>
        visit) {
  std::unique_ptr<RowStream> streams[2];
  for (const bool history : {false, true}) {
    if (history && at == store::kHead) continue;
    bool impossible = false;
    QJ_ASSIGN_OR_RETURN(Query query, ScanQuery(table, options, scope, history,
                                               at, &impossible));
    if (impossible) return absl::OkStatus();
    QJ_ASSIGN_OR_RETURN(Lease statement, session->Prepare(query.sql));
    streams[history] = std::make_unique<RowStream>(
        table.layout, std::move(query), std::move(statement));
    QJ_RETURN_IF_ERROR(streams[history]->Next());
  }
  std::int64_t given = 0;
  while (RowStream* next = Earlier(streams[0].get(), streams[1].get())) {
    QJ_RETURN_IF_ERROR(visit(next->stored(), next->cursor()));
    if (++given == options.limit) break;
    QJ_RETURN_IF_ERROR(next->Next());
  }
  return absl::OkStatus();
}

}  // namespace qiangji::sql
