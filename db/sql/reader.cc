#include "db/sql/reader.h"

#include <algorithm>

#include "db/sql/digest.h"
#include "db/sql/key_codec.h"
#include "db/sql/scan.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

using store::Seq;
using store::Stored;

constexpr char kChangeColumns[] =
    "SELECT seq, time, caller, method, request_id, digest, previous "
    "FROM change ";

store::Change ReadChange(Statement& row) {
  store::Change change;
  change.seq = row.Int(0);
  change.time = FromMicros(row.Int(1));
  change.caller = std::string(row.Text(2));
  change.method = std::string(row.Text(3));
  change.request_id = std::string(row.Text(4));
  change.digest = std::string(row.Blob(5));
  change.previous = std::string(row.Blob(6));
  return change;
}

}  // namespace

absl::StatusOr<store::Change> SqlReader::Head() {
  QJ_ASSIGN_OR_RETURN(
      Lease find, session_->Prepare(absl::StrCat(kChangeColumns,
                                                 "ORDER BY seq DESC LIMIT 1")));
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (found) return ReadChange(*find);
  store::Change none;
  none.time = absl::UnixEpoch();
  none.digest = ZeroDigest();
  none.previous = ZeroDigest();
  return none;
}

absl::StatusOr<store::Change> SqlReader::ChangeAt(Seq seq) {
  QJ_ASSIGN_OR_RETURN(Lease find, session_->Prepare(absl::StrCat(
                                      kChangeColumns, "WHERE seq = $1")));
  find->BindInt(1, seq);
  QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
  if (found) return ReadChange(*find);
  return absl::NotFoundError(absl::StrCat("there is no change ", seq));
}

absl::StatusOr<Seq> SqlReader::SeqAt(absl::Time time) {
  // Commit times rise with seq and there are no gaps, so no index is needed.
  QJ_ASSIGN_OR_RETURN(const store::Change head, Head());
  Seq low = 0;
  Seq high = head.seq;
  while (low < high) {
    const Seq middle = low + (high - low + 1) / 2;
    QJ_ASSIGN_OR_RETURN(const store::Change change, ChangeAt(middle));
    if (change.time <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

absl::Status SqlReader::ReadStored(const TableLayout& layout, Statement& row,
                                   Stored* stored) {
  QJ_RETURN_IF_ERROR(layout.ReadRow(row, &stored->row));
  const int next = static_cast<int>(layout.columns().size());
  const absl::string_view owner = row.Text(next);
  stored->owner_id.assign(owner.data(), owner.size());
  stored->seq_from = row.Int(next + 1);
  stored->seq_to = row.Int(next + 2);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Stored>> SqlReader::Rows(const TableLayout& layout,
                                                    const Query& query) {
  QJ_ASSIGN_OR_RETURN(Lease find, session_->Prepare(query.sql));
  query.BindTo(*find);
  std::vector<Stored> rows;
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool more, find->Step());
    if (!more) return rows;
    QJ_RETURN_IF_ERROR(ReadStored(layout, *find, &rows.emplace_back()));
  }
}

absl::StatusOr<std::optional<Stored>> SqlReader::Version(
    const Table& table, const Cells& key, const store::AccessScope& scope,
    Seq at) {
  QJ_ASSIGN_OR_RETURN(
      std::vector<Stored> rows,
      Rows(table.layout, Scoped(table.layout, table.sql.current, key, scope)));
  if (at == store::kHead || (!rows.empty() && rows[0].seq_from <= at)) {
    if (rows.empty()) return std::nullopt;
    return std::move(rows[0]);
  }
  Cells parameters = key;
  parameters.emplace_back(at);
  QJ_ASSIGN_OR_RETURN(rows,
                      Rows(table.layout, Scoped(table.layout, table.sql.live_at,
                                                std::move(parameters), scope)));
  if (rows.empty() || rows[0].seq_from > at) return std::nullopt;
  return std::move(rows[0]);
}

absl::StatusOr<std::optional<Stored>> SqlReader::Get(
    const domain::TableSchema& table, const domain::Key& key,
    const store::AccessScope& scope, Seq at) {
  QJ_ASSIGN_OR_RETURN(const Table* found, catalog_->Find(table));
  Cells cells;
  QJ_ASSIGN_OR_RETURN(const bool known, found->layout.EncodeKey(key, &cells));
  if (!known) return std::nullopt;
  return Version(*found, cells, scope, at);
}

absl::Status SqlReader::Scan(
    const domain::TableSchema& table, const store::ScanOptions& options,
    const store::AccessScope& scope,
    absl::FunctionRef<absl::Status(const Stored&, absl::string_view)> visit) {
  QJ_ASSIGN_OR_RETURN(const Table* found, catalog_->Find(table));
  Seq at = options.at;
  if (at != store::kHead) {
    QJ_ASSIGN_OR_RETURN(const store::Change head, Head());
    if (at >= head.seq) at = store::kHead;  // history need not be read
  }
  return ScanRows(session_, *found, options, scope, at, visit);
}

absl::StatusOr<std::vector<Stored>> SqlReader::History(
    const domain::TableSchema& table, const domain::Key& key,
    const store::AccessScope& scope) {
  QJ_ASSIGN_OR_RETURN(const Table* found, catalog_->Find(table));
  Cells cells;
  QJ_ASSIGN_OR_RETURN(const bool known, found->layout.EncodeKey(key, &cells));
  std::vector<Stored> versions;
  if (!known) return versions;
  for (const std::string* base : {&found->sql.current, &found->sql.history}) {
    QJ_ASSIGN_OR_RETURN(
        std::vector<Stored> rows,
        Rows(found->layout, Scoped(found->layout, *base, cells, scope)));
    std::move(rows.begin(), rows.end(), std::back_inserter(versions));
  }
  std::stable_sort(
      versions.begin(), versions.end(),
      [](const Stored& a, const Stored& b) { return a.seq_from > b.seq_from; });
  return versions;
}

absl::StatusOr<std::int64_t> SqlReader::Count(const domain::TableSchema& table,
                                              const store::AccessScope& scope) {
  QJ_ASSIGN_OR_RETURN(const Table* found, catalog_->Find(table));
  const Query query = CountQuery(found->layout, scope);
  QJ_ASSIGN_OR_RETURN(Lease count, session_->Prepare(query.sql));
  query.BindTo(*count);
  QJ_RETURN_IF_ERROR(count->Step().status());
  return count->Int(0);
}

absl::StatusOr<std::vector<store::TableCount>> SqlReader::ChangedCounts(
    Seq seq) {
  QJ_ASSIGN_OR_RETURN(
      Lease count,
      session_->Prepare("SELECT tbl, sum(n) FROM change_row WHERE seq = $1 "
                        "GROUP BY tbl ORDER BY tbl"));
  count->BindInt(1, seq);
  std::vector<store::TableCount> counts;
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool more, count->Step());
    if (!more) return counts;
    counts.push_back(
        {static_cast<domain::TableId>(count->Int(0)), count->Int(1)});
  }
}

absl::Status SqlReader::ChangedKeys(
    Seq seq,
    absl::FunctionRef<absl::Status(const Table&, const std::string&)> visit) {
  QJ_ASSIGN_OR_RETURN(
      Lease blocks,
      session_->Prepare("SELECT tbl, n, keys FROM change_row WHERE seq = $1 "
                        "ORDER BY tbl, block"));
  blocks->BindInt(1, seq);
  std::vector<std::string> keys;
  for (;;) {
    QJ_ASSIGN_OR_RETURN(const bool more, blocks->Step());
    if (!more) return absl::OkStatus();
    const std::int64_t id = blocks->Int(0);
    const Table* table = id < 0 || id > 255
                             ? nullptr
                             : catalog_->Find(static_cast<domain::TableId>(id));
    if (table == nullptr ||
        !KeyBlock::Decode(blocks->Blob(2), static_cast<int>(blocks->Int(1)),
                          &keys)) {
      return absl::DataLossError(absl::StrCat("change ", seq,
                                              ": a block of keys of table ", id,
                                              " cannot be read"));
    }
    for (const std::string& key : keys) QJ_RETURN_IF_ERROR(visit(*table, key));
  }
}

absl::Status SqlReader::VisitChanged(
    const Table& table, const std::string& key_bytes, Seq seq,
    const store::AccessScope& scope,
    absl::FunctionRef<absl::Status(const store::ChangedRow&)> visit) {
  Cells cells;
  if (!table.layout.ParseKey(key_bytes, 0, &cells)) {
    return absl::DataLossError(absl::StrCat(
        "change ", seq, ": a key of ", table.layout.name(), " cannot be read"));
  }
  store::ChangedRow changed;
  changed.table = table.layout.schema().id;
  QJ_ASSIGN_OR_RETURN(changed.key, table.layout.DecodeKey(cells));
  QJ_ASSIGN_OR_RETURN(changed.row, Version(table, cells, scope, seq));
  if (changed.row.has_value()) return visit(changed);
  if (!scope.all()) {
    // What the caller could not see before is no news; what left the scope
    // is gone for it.
    QJ_ASSIGN_OR_RETURN(const std::optional<Stored> before,
                        Version(table, cells, scope, seq - 1));
    if (!before.has_value()) return absl::OkStatus();
  }
  return visit(changed);
}

absl::Status SqlReader::ChangedRows(
    Seq seq, const store::ChangedOptions& options,
    const store::AccessScope& scope,
    absl::FunctionRef<absl::Status(const store::ChangedRow&)> visit) {
  std::int64_t at = 0;
  return ChangedKeys(
      seq, [&](const Table& table, const std::string& key) -> absl::Status {
        const std::set<domain::TableId>& wanted = options.tables;
        if (!wanted.empty() && !wanted.contains(table.layout.schema().id)) {
          return absl::OkStatus();
        }
        const std::int64_t number = at++ - options.skip;
        if (number < 0 || (options.limit > 0 && number >= options.limit)) {
          return absl::OkStatus();
        }
        return VisitChanged(table, key, seq, scope, visit);
      });
}

std::string SqlReader::DigestOf(const store::ChangedRow& row) {
  const domain::TableSchema& table = *domain::FindTable(row.table);
  Digester digester;
  const RowDigest digest =
      row.row.has_value()
          ? digester.OfRow(table, row.row->row, row.row->owner_id)
          : digester.OfDeletion(table, row.key);
  return std::string(AsBytes(digest.digest));
}

absl::StatusOr<std::vector<std::pair<domain::TableId, domain::Key>>>
SqlReader::Referrers(const domain::TableSchema& table, absl::string_view id,
                     int limit) {
  std::vector<std::pair<domain::TableId, domain::Key>> referrers;
  for (const auto& from : catalog_->tables()) {
    for (const StoredColumn& column : from->layout.columns()) {
      if (column.column < 0) continue;
      const domain::Column& described =
          from->layout.schema()
              .columns[static_cast<std::size_t>(column.column)];
      const int left = limit - static_cast<int>(referrers.size());
      if (described.references != table.name || left <= 0) continue;
      Query query;
      std::string condition;
      if (column.names != Names::kNone) {
        const auto surrogate = from->layout.dictionary(column.names)->Find(id);
        if (!surrogate.has_value()) continue;
        condition =
            absl::StrCat("t.", column.name, " = ", query.Parameter(*surrogate));
      } else if (described.kind == domain::Kind::kIds) {
        condition = ListContains(absl::StrCat("t.", column.name), id, &query);
      } else {
        condition = absl::StrCat("t.", column.name, " = ",
                                 query.Parameter(std::string(id)));
      }
      query.sql = absl::StrCat("SELECT ", from->sql.columns, ", 0 FROM ",
                               from->layout.name(), " t WHERE ", condition,
                               " LIMIT ", query.Parameter(std::int64_t{left}));
      QJ_ASSIGN_OR_RETURN(const std::vector<Stored> rows,
                          Rows(from->layout, query));
      for (const Stored& row : rows) {
        referrers.emplace_back(from->layout.schema().id,
                               domain::KeyOf(from->layout.schema(), row.row));
      }
    }
  }
  return referrers;
}

}  // namespace qiangji::sql
