#include "db/sqlite/sqlite_driver.h"

#include <sqlite3.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "db/sqlite/sqlite_error.h"
#include "services/base/status_macros.h"

namespace qiangji::sqlite {
namespace {

constexpr int kWriterCacheKib = 64 * 1024;
constexpr int kReaderCacheKib = 8 * 1024;
constexpr int kBusyMillis = 10'000;
// A checkpoint is due at this many pages of log (16 MiB).
constexpr int kCheckpointPages = 4000;

absl::Status LastError(sqlite3* db) {
  return ErrorOf(sqlite3_extended_errcode(db), sqlite3_errmsg(db));
}

class SqliteStatement final : public sql::Statement {
 public:
  SqliteStatement(sqlite3* db, sqlite3_stmt* statement)
      : db_(db), statement_(statement) {
    // SQLite numbers $n by first appearance, so the numbers are looked up.
    const int count = sqlite3_bind_parameter_count(statement_);
    indices_.resize(static_cast<std::size_t>(count) + 1);
    for (int n = 1; n <= count; ++n) {
      indices_[static_cast<std::size_t>(n)] = sqlite3_bind_parameter_index(
          statement_, absl::StrCat("$", n).c_str());
    }
  }
  ~SqliteStatement() override { sqlite3_finalize(statement_); }

  void BindNull(int n) override { sqlite3_bind_null(statement_, At(n)); }
  void BindInt(int n, std::int64_t value) override {
    sqlite3_bind_int64(statement_, At(n), value);
  }
  void BindDouble(int n, double value) override {
    sqlite3_bind_double(statement_, At(n), value);
  }
  void BindText(int n, absl::string_view value) override {
    // An empty view may have no address, which would bind NULL.
    sqlite3_bind_text64(statement_, At(n), value.empty() ? "" : value.data(),
                        value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void BindBlob(int n, absl::string_view value) override {
    sqlite3_bind_blob64(statement_, At(n), value.empty() ? "" : value.data(),
                        value.size(), SQLITE_STATIC);
  }

  absl::StatusOr<bool> Step() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return LastError(db_);
  }
  void Reset() override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  // One call a cell instead of three: the value may be read like a protected
  // one, since the connection has no mutex (SQLITE_OPEN_NOMUTEX).
  void Cell(int column, sql::CellType type, domain::Value* out) override {
    sqlite3_value* value = sqlite3_column_value(statement_, column);
    if (sqlite3_value_type(value) == SQLITE_NULL) {
      *out = std::monostate();
    } else if (type == sql::CellType::kInt) {
      *out = static_cast<std::int64_t>(sqlite3_value_int64(value));
    } else if (type == sql::CellType::kReal) {
      *out = sqlite3_value_double(value);
    } else {
      const auto* text =
          reinterpret_cast<const char*>(sqlite3_value_text(value));
      sql::AssignText({text == nullptr ? "" : text,
                       static_cast<std::size_t>(sqlite3_value_bytes(value))},
                      out);
    }
  }
  std::int64_t Int(int column) override {
    return sqlite3_column_int64(statement_, column);
  }
  double Double(int column) override {
    return sqlite3_column_double(statement_, column);
  }
  absl::string_view Text(int column) override {
    const auto* text = sqlite3_column_text(statement_, column);
    return {text == nullptr ? "" : reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  absl::string_view Blob(int column) override {
    const void* blob = sqlite3_column_blob(statement_, column);
    return {blob == nullptr ? "" : static_cast<const char*>(blob),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  int At(int n) const { return indices_[static_cast<std::size_t>(n)]; }
  sqlite3* db_;
  sqlite3_stmt* statement_;
  std::vector<int> indices_;
};

class SqliteConnection final : public sql::Connection {
 public:
  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  ~SqliteConnection() override {
    for (sqlite3_stmt* statement : {begin_, snapshot_, rollback_}) {
      sqlite3_finalize(statement);
    }
    sqlite3_close_v2(db_);
  }

  // Counts the pages of the log for CheckpointDue.
  void WatchLog() { sqlite3_wal_hook(db_, &SqliteConnection::OnWal, this); }

  absl::StatusOr<std::unique_ptr<sql::Statement>> Prepare(
      absl::string_view sql) override {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK) {
      return LastError(db_);
    }
    return std::make_unique<SqliteStatement>(db_, statement);
  }
  absl::Status Execute(absl::string_view sql) override {
    const std::string text(sql);
    return sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr) ==
                   SQLITE_OK
               ? absl::OkStatus()
               : LastError(db_);
  }

  absl::Status BeginWrite() override { return Execute("BEGIN IMMEDIATE"); }
  absl::Status BeginRead() override {
    QJ_RETURN_IF_ERROR(RunKept("BEGIN", &begin_));
    // The snapshot is taken by the first read.
    return RunKept("SELECT 1 FROM schema_version LIMIT 1", &snapshot_);
  }
  absl::Status Commit() override { return Execute("COMMIT"); }
  void Rollback() override {
    if (InTransaction()) RunKept("ROLLBACK", &rollback_).IgnoreError();
  }
  bool InTransaction() override { return sqlite3_get_autocommit(db_) == 0; }

  absl::Status Checkpoint(bool all) override {
    int log = 0;
    int done = 0;
    const int mode =
        all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    // Readers of an old state hold a truncating one up for at most the busy
    // time; the log is then merely longer.
    const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, mode, &log, &done);
    if (code != SQLITE_OK && code != SQLITE_BUSY) return LastError(db_);
    if (code == SQLITE_OK) wal_pages_ = all ? 0 : log - done;
    return absl::OkStatus();
  }
  bool CheckpointDue() override { return wal_pages_ >= kCheckpointPages; }

  absl::StatusOr<std::vector<std::string>> ColumnNames(
      absl::string_view table) override {
    QJ_ASSIGN_OR_RETURN(auto columns,
                        Prepare("SELECT name FROM pragma_table_info($1)"));
    columns->BindText(1, table);
    std::vector<std::string> names;
    for (;;) {
      QJ_ASSIGN_OR_RETURN(const bool more, columns->Step());
      if (!more) return names;
      names.emplace_back(columns->Text(0));
    }
  }

 private:
  // Every read runs these: prepared once, they cost a tenth.
  absl::Status RunKept(const char* sql, sqlite3_stmt** kept) {
    if (*kept == nullptr &&
        sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, kept,
                           nullptr) != SQLITE_OK) {
      return LastError(db_);
    }
    const int code = sqlite3_step(*kept);
    absl::Status status = code == SQLITE_ROW || code == SQLITE_DONE
                              ? absl::OkStatus()
                              : LastError(db_);
    sqlite3_reset(*kept);
    return status;
  }
  static int OnWal(void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteConnection*>(self)->wal_pages_ = pages;
    return SQLITE_OK;
  }
  sqlite3* db_;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* snapshot_ = nullptr;
  sqlite3_stmt* rollback_ = nullptr;
  int wal_pages_ = 0;
};

// Sets a pragma and reads it back: a setting that durability rests on is
// asserted, not hoped for.
absl::Status SetAndAssert(sql::Connection& connection, absl::string_view name,
                          absl::string_view value, absl::string_view expected) {
  QJ_RETURN_IF_ERROR(
      connection.Execute(absl::StrCat("PRAGMA ", name, " = ", value)));
  QJ_ASSIGN_OR_RETURN(auto read,
                      connection.Prepare(absl::StrCat("PRAGMA ", name)));
  QJ_RETURN_IF_ERROR(read->Step().status());
  if (read->Text(0) == expected) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("SQLite's ", name, " is ", read->Text(0), " and not ",
                   expected, "; the file system may not support it"));
}

}  // namespace

SqliteDriver::~SqliteDriver() {
  if (options_.owned_directory.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(options_.owned_directory, ignored);
}

std::string SqliteDriver::spill_directory() const {
  const std::string directory =
      std::filesystem::path(options_.path).parent_path().string();
  return directory.empty() ? "." : directory;
}

absl::StatusOr<std::unique_ptr<sql::Connection>> SqliteDriver::Open(
    int cache_kib) {
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(options_.path.c_str(), &db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                          SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      options_.vfs.empty() ? nullptr : options_.vfs.c_str());
  if (code != SQLITE_OK) {
    const absl::Status error = ErrorOf(
        code, absl::StrCat(options_.path, ": ",
                           db == nullptr ? "no memory" : sqlite3_errmsg(db)));
    sqlite3_close_v2(db);
    return error;
  }
  auto connection = std::make_unique<SqliteConnection>(db);
  sqlite3_busy_timeout(db, kBusyMillis);
  const bool off = options_.unsafe_synchronous_off;
  QJ_RETURN_IF_ERROR(SetAndAssert(*connection, "journal_mode", "WAL", "wal"));
  QJ_RETURN_IF_ERROR(SetAndAssert(*connection, "synchronous",
                                  off ? "OFF" : "FULL", off ? "0" : "2"));
  QJ_RETURN_IF_ERROR(SetAndAssert(*connection, "secure_delete", "OFF", "0"));
  QJ_RETURN_IF_ERROR(SetAndAssert(*connection, "wal_autocheckpoint", "0", "0"));
  QJ_RETURN_IF_ERROR(connection->Execute(
      absl::StrCat("PRAGMA cache_size = -", cache_kib,
                   "; PRAGMA temp_store = MEMORY; "
                   "PRAGMA journal_size_limit = 67108864")));
  // After the pragma above, which would remove it.
  connection->WatchLog();
  return connection;
}

absl::StatusOr<std::unique_ptr<sql::Connection>> SqliteDriver::OpenWriter() {
  return Open(kWriterCacheKib);
}

absl::StatusOr<std::unique_ptr<sql::Connection>> SqliteDriver::OpenReader() {
  QJ_ASSIGN_OR_RETURN(auto connection, Open(kReaderCacheKib));
  QJ_RETURN_IF_ERROR(SetAndAssert(*connection, "query_only", "ON", "1"));
  return connection;
}

}  // namespace qiangji::sqlite
