#include "db/sql/transaction.h"

#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

// Binds the key cells to $1 ... and gives the next free parameter.
int BindKey(Statement& statement, const TableLayout& layout,
            const Cells& cells) {
  const std::size_t keys = layout.key_count();
  for (std::size_t c = 0; c < keys; ++c) {
    statement.BindValue(static_cast<int>(c) + 1, cells[c]);
  }
  return static_cast<int>(keys) + 1;
}

}  // namespace

absl::Status PendingNames::Write(Session* session, const TableLayout& layout,
                                 const Cells& cells) {
  for (std::size_t c = 0; c < layout.columns().size(); ++c) {
    Dictionary* names = layout.dictionary(layout.columns()[c].names);
    if (names == nullptr) continue;
    const std::int64_t id = domain::IntOf(cells[c]);
    if (id == 0 || names->persisted(id) || names_.contains({names, id})) {
      continue;
    }
    QJ_ASSIGN_OR_RETURN(Lease insert, session->Prepare(names->insert_sql()));
    QJ_RETURN_IF_ERROR(names->Persist(*insert, id));
    names_.insert({names, id});
  }
  return absl::OkStatus();
}

void PendingNames::MarkPersisted() {
  for (const auto& [names, id] : names_) names->MarkPersisted(id);
  names_.clear();
}

void PendingNames::MoveInto(PendingNames* other) {
  other->names_.insert(names_.begin(), names_.end());
  names_.clear();
}

SqlTransaction::Touched& SqlTransaction::Touch(
    const Table& table, const Cells& key,
    const std::optional<store::Stored>& current) {
  std::string bytes;
  table.layout.AppendKey(key, 0, &bytes);
  const auto [it, first] =
      touched_.try_emplace({table.layout.schema().id, std::move(bytes)});
  if (first) it->second.existed = current.has_value();
  return it->second;
}

absl::Status SqlTransaction::CloseCurrent(const Table& table, const Cells& key,
                                          const store::Stored& current) {
  if (current.seq_from == seq_) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(Lease close, session_->Prepare(table.sql.close));
  close->BindInt(BindKey(*close, table.layout, key), seq_);
  return close->Run();
}

absl::StatusOr<std::optional<store::Stored>> SqlTransaction::Get(
    const domain::TableSchema& schema, const domain::Key& key,
    const store::AccessScope& scope, store::Seq at) {
  QJ_ASSIGN_OR_RETURN(const Table* table, catalog_->Find(schema));
  Cells cells;
  QJ_ASSIGN_OR_RETURN(const bool known, table->layout.EncodeKey(key, &cells));
  if (!known) return std::nullopt;
  QJ_ASSIGN_OR_RETURN(auto found, reader_.Version(*table, cells, scope, at));
  if (found.has_value() && at == store::kHead) {
    last_read_[table] = {std::move(cells), *found};
  }
  return found;
}

absl::StatusOr<std::optional<store::Stored>> SqlTransaction::Current(
    const Table& table, const Cells& key) {
  const auto known = last_read_.find(&table);
  if (known != last_read_.end() && known->second.first == key) {
    return known->second.second;
  }
  return reader_.Version(table, key, store::AccessScope::All(), store::kHead);
}

absl::StatusOr<bool> SqlTransaction::Put(const domain::TableSchema& schema,
                                         const domain::Row& row,
                                         absl::string_view owner_id) {
  if (read_only_) {
    return absl::FailedPreconditionError("this transaction only checks");
  }
  QJ_ASSIGN_OR_RETURN(const Table* table, catalog_->Find(schema));
  const TableLayout& layout = table->layout;
  Cells cells;
  QJ_RETURN_IF_ERROR(layout.Encode(row, &cells));
  domain::Row stored;  // as it will be read: empty texts are not stated
  QJ_RETURN_IF_ERROR(layout.Decode(cells, &stored));
  const Cells key(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(
                                                     layout.key_count()));
  QJ_ASSIGN_OR_RETURN(const auto current, Current(*table, key));
  if (current.has_value()) {
    if (current->row == stored && current->owner_id == owner_id) return false;
  }
  last_read_.erase(table);
  Touched& touched = Touch(*table, key, current);
  if (current.has_value()) {
    QJ_RETURN_IF_ERROR(CloseCurrent(*table, key, *current));
  }
  QJ_RETURN_IF_ERROR(pending_->Write(session_, layout, cells));
  QJ_ASSIGN_OR_RETURN(
      Lease write, session_->Prepare(current.has_value() ? table->sql.update
                                                         : table->sql.insert));
  int n = 1;
  for (const domain::Value& cell : cells) write->BindValue(n++, cell);
  write->BindText(n++, owner_id);
  write->BindInt(n, seq_);
  QJ_RETURN_IF_ERROR(write->Run());
  touched.digest = digester_.OfRow(schema, stored, owner_id);
  return true;
}

absl::StatusOr<bool> SqlTransaction::Delete(const domain::TableSchema& schema,
                                            const domain::Key& key) {
  if (read_only_) {
    return absl::FailedPreconditionError("this transaction only checks");
  }
  QJ_ASSIGN_OR_RETURN(const Table* table, catalog_->Find(schema));
  Cells cells;
  QJ_ASSIGN_OR_RETURN(const bool known, table->layout.EncodeKey(key, &cells));
  if (!known) return false;
  QJ_ASSIGN_OR_RETURN(const auto current, Current(*table, cells));
  if (!current.has_value()) return false;
  last_read_.erase(table);
  Touch(*table, cells, current).digest.reset();
  QJ_RETURN_IF_ERROR(CloseCurrent(*table, cells, *current));
  QJ_ASSIGN_OR_RETURN(Lease remove, session_->Prepare(table->sql.remove));
  BindKey(*remove, table->layout, cells);
  QJ_RETURN_IF_ERROR(remove->Run());
  return true;
}

absl::Status SqlTransaction::Record(ChangeRecorder* recorder) {
  for (const auto& [place, touched] : touched_) {
    const auto& [id, key] = place;
    if (touched.digest.has_value()) {
      QJ_RETURN_IF_ERROR(recorder->Add(id, key, *touched.digest));
      continue;
    }
    if (!touched.existed) continue;  // came and went within the change
    const Table& table = *catalog_->Find(id);
    Cells cells;
    if (!table.layout.ParseKey(key, 0, &cells)) {
      return absl::InternalError("a key that was just made cannot be read");
    }
    QJ_ASSIGN_OR_RETURN(const domain::Key text, table.layout.DecodeKey(cells));
    QJ_RETURN_IF_ERROR(recorder->Add(
        id, key, digester_.OfDeletion(table.layout.schema(), text)));
  }
  return absl::OkStatus();
}

}  // namespace qiangji::sql
