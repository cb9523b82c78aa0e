#include "db/sql/import_publish.h"

#include <optional>

#include "db/sql/import_diff.h"
#include "db/sql/payload.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

constexpr std::int64_t kProgressRows = 4096;

class Publisher {
 public:
  Publisher(WriteContext& context, const Table& table,
            const std::string& owner_id, Lease insert, Lease close,
            Lease remove)
      : context_(context),
        layout_(table.layout),
        owner_id_(owner_id),
        seq_(context.recorder->change().seq),
        insert_(std::move(insert)),
        close_(std::move(close)),
        remove_(std::move(remove)) {}

  absl::Status Write(const Record& record) {
    if (!layout_.ParseKey(record.key, 0, &cells_)) {
      return absl::InternalError("a staged key cannot be read");
    }
    const auto action = static_cast<Action>(record.tag);
    if (action != Action::kAdd) QJ_RETURN_IF_ERROR(Close());
    if (action == Action::kClose) {
      QJ_ASSIGN_OR_RETURN(const domain::Key key, layout_.DecodeKey(cells_));
      return context_.recorder->Add(
          layout_.schema().id, record.key,
          context_.recorder->digester().OfDeletion(layout_.schema(), key));
    }
    ParsePayload(layout_, record.payload, &cells_);
    QJ_RETURN_IF_ERROR(
        context_.pending->Write(context_.session, layout_, cells_));
    QJ_RETURN_IF_ERROR(Insert());
    QJ_RETURN_IF_ERROR(layout_.Decode(cells_, &row_));
    return context_.recorder->Add(
        layout_.schema().id, record.key,
        context_.recorder->digester().OfRow(layout_.schema(), row_, owner_id_));
  }

 private:
  int BindKey(Statement& statement) {
    const std::size_t keys = layout_.key_count();
    for (std::size_t c = 0; c < keys; ++c) {
      statement.BindValue(static_cast<int>(c) + 1, cells_[c]);
    }
    return static_cast<int>(keys) + 1;
  }
  absl::Status Close() {
    close_->BindInt(BindKey(*close_), seq_);
    QJ_RETURN_IF_ERROR(close_->Run());
    BindKey(*remove_);
    return remove_->Run();
  }
  absl::Status Insert() {
    int n = 1;
    for (const domain::Value& cell : cells_) insert_->BindValue(n++, cell);
    insert_->BindText(n++, owner_id_);
    insert_->BindInt(n, seq_);
    return insert_->Run();
  }

  WriteContext& context_;
  const TableLayout& layout_;
  const std::string& owner_id_;
  const store::Seq seq_;
  Lease insert_;
  Lease close_;
  Lease remove_;
  Cells cells_;
  domain::Row row_;
};

}  // namespace

absl::Status PublishRun(WriteContext& context, const Table& table,
                        const SpillFile& file, const Run& delta,
                        const std::string& owner_id,
                        const std::function<void(std::int64_t)>& progress) {
  QJ_ASSIGN_OR_RETURN(Lease insert, context.session->Prepare(table.sql.insert));
  QJ_ASSIGN_OR_RETURN(Lease close, context.session->Prepare(table.sql.close));
  QJ_ASSIGN_OR_RETURN(Lease remove, context.session->Prepare(table.sql.remove));
  Publisher publisher(context, table, owner_id, std::move(insert),
                      std::move(close), std::move(remove));
  RunReader records(&file, delta);
  std::int64_t done = 0;
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool more, records.Next());
    if (!more) break;
    QJ_RETURN_IF_ERROR(publisher.Write(records.record()));
    if (++done == kProgressRows) {
      progress(done);
      done = 0;
    }
  }
  if (done > 0) progress(done);
  return absl::OkStatus();
}

}  // namespace qiangji::sql
