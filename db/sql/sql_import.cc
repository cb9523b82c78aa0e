#include "db/sql/sql_import.h"

#include <utility>

#include "db/sql/import_diff.h"
#include "db/sql/import_publish.h"
#include "db/sql/payload.h"
#include "db/sql/transaction.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {

absl::StatusOr<std::unique_ptr<store::Import>> SqlImport::Create(
    SqlStore* store, std::string owner_id) {
  QJ_ASSIGN_OR_RETURN(auto file, SpillFile::Create(store->spill_directory()));
  return std::unique_ptr<store::Import>(
      new SqlImport(store, std::move(owner_id), std::move(file)));
}

absl::StatusOr<SqlImport::Staged*> SqlImport::StagedOf(
    const domain::TableSchema& table) {
  std::unique_ptr<Staged>& staged = staged_[table.id];
  if (staged == nullptr) {
    QJ_ASSIGN_OR_RETURN(const Table* found, store_->catalog().Find(table));
    staged = std::make_unique<Staged>(found, file_.get());
  }
  return staged.get();
}

absl::Status SqlImport::Add(const domain::TableSchema& table, domain::Row row,
                            std::int64_t tag) {
  QJ_ASSIGN_OR_RETURN(Staged* const staged, StagedOf(table));
  const TableLayout& layout = staged->table->layout;
  QJ_RETURN_IF_ERROR(layout.Encode(row, &cells_));
  key_.clear();
  payload_.clear();
  layout.AppendKey(cells_, 0, &key_);
  AppendPayload(layout, cells_, &payload_);
  return staged->sorter.Add({key_, payload_, tag});
}

absl::Status SqlImport::FlushAll() {
  for (const auto& [id, staged] : staged_) {
    QJ_RETURN_IF_ERROR(staged->sorter.Flush());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<store::Import::Duplicate>> SqlImport::Duplicates(
    int limit) {
  QJ_RETURN_IF_ERROR(FlushAll());
  std::vector<Duplicate> duplicates;
  for (const auto& [id, staged] : staged_) {
    RunMerger rows(file_.get(), staged->sorter.runs());
    std::string last;
    std::int64_t last_tag = 0;
    bool first = true;
    while (static_cast<int>(duplicates.size()) < limit) {
      QJ_ASSIGN_OR_RETURN(const bool more, rows.Next());
      if (!more) break;
      const Record& record = rows.record();
      if (!first && record.key == last) {
        Cells cells;
        if (!staged->table->layout.ParseKey(record.key, 0, &cells)) {
          return absl::InternalError("a staged key cannot be read");
        }
        QJ_ASSIGN_OR_RETURN(domain::Key key,
                            staged->table->layout.DecodeKey(cells));
        duplicates.push_back({id, std::move(key), last_tag, record.tag});
      }
      first = false;
      last.assign(record.key.data(), record.key.size());
      last_tag = record.tag;
    }
  }
  return duplicates;
}

absl::Status SqlImport::DiffTable(Session* session, Staged* staged) {
  RunWriter out(file_.get());
  QJ_RETURN_IF_ERROR(DiffRuns(session, *staged->table, *file_,
                              staged->sorter.runs(), staged->replace, owner_id_,
                              &out, &staged->counts));
  QJ_ASSIGN_OR_RETURN(staged->delta, out.Finish());
  return absl::OkStatus();
}

absl::StatusOr<std::map<domain::TableId, store::ImportCounts>> SqlImport::Diff(
    const std::set<domain::TableId>& replace) {
  QJ_RETURN_IF_ERROR(FlushAll());
  for (const domain::TableId id : replace) {
    const domain::TableSchema* table = domain::FindTable(id);
    if (table == nullptr) return absl::InvalidArgumentError("no such table");
    QJ_ASSIGN_OR_RETURN(Staged* const staged, StagedOf(*table));
    staged->replace = true;
  }
  const auto compare = [&](Session& session) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change head,
                        SqlReader(&store_->catalog(), &session).Head());
    snapshot_ = head.seq;
    for (const auto& [id, staged] : staged_) {
      QJ_RETURN_IF_ERROR(DiffTable(&session, staged.get()));
    }
    return absl::OkStatus();
  };
  QJ_RETURN_IF_ERROR(store_->ReadSession(compare));
  std::map<domain::TableId, store::ImportCounts> counts;
  for (const auto& [id, staged] : staged_) counts[id] = staged->counts;
  return counts;
}

// Tables that were written to since the snapshot are compared once more, now
// that nobody else writes.
absl::Status SqlImport::DiffAgain(WriteContext& context) {
  QJ_ASSIGN_OR_RETURN(
      Lease touched, context.session->Prepare(
                         "SELECT DISTINCT tbl FROM change_row WHERE seq > $1"));
  touched->BindInt(1, snapshot_);
  std::set<std::int64_t> tables;
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool more, touched->Step());
    if (!more) break;
    tables.insert(touched->Int(0));
  }
  for (const auto& [id, staged] : staged_) {
    if (tables.contains(static_cast<std::int64_t>(id))) {
      QJ_RETURN_IF_ERROR(DiffTable(context.session, staged.get()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<store::Commit> SqlImport::Publish(
    const store::WriteOptions& options, bool dry_run,
    const std::function<absl::Status(store::Transaction&)>& check,
    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  if (snapshot_ < 0) {
    return absl::FailedPreconditionError("Publish comes after Diff");
  }
  return store_->writer().Run(options, true, [&](WriteContext& context) {
    QJ_RETURN_IF_ERROR(DiffAgain(context));
    std::int64_t total = 0;
    std::int64_t done = 0;
    for (const auto& [id, staged] : staged_) total += staged->delta.rows;
    const auto step = [&](std::int64_t rows) {
      done += rows;
      if (progress) progress(done, total);
    };
    for (const auto& [id, staged] : staged_) {
      QJ_RETURN_IF_ERROR(PublishRun(context, *staged->table, *file_,
                                    staged->delta, owner_id_, step));
    }
    context.discard = dry_run;
    if (!check) return absl::OkStatus();
    SqlTransaction state(context.catalog, context.session,
                         context.recorder->change().seq, context.pending,
                         /*read_only=*/true);
    return check(state);
  });
}

}  // namespace qiangji::sql
