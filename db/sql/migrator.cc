#include "db/sql/migrator.h"

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

absl::Status Apply(Connection& connection, const Migration& step) {
  QJ_RETURN_IF_ERROR(connection.Execute(step.apply));
  QJ_ASSIGN_OR_RETURN(auto verify, connection.Prepare(step.verify));
  QJ_ASSIGN_OR_RETURN(const bool row, verify->Step());
  if (!row || verify->Int(0) != 1) {
    return absl::InternalError(absl::StrCat(
        "migration ", step.name, " was applied, but its verification failed"));
  }
  verify.reset();
  QJ_ASSIGN_OR_RETURN(
      auto record,
      connection.Prepare(
          "INSERT INTO schema_version (version, name) VALUES ($1, $2)"));
  record->BindInt(1, step.version);
  record->BindText(2, step.name);
  return record->Run();
}

}  // namespace

absl::StatusOr<int> SchemaVersion(Connection& connection) {
  QJ_RETURN_IF_ERROR(
      connection.Execute("CREATE TABLE IF NOT EXISTS schema_version ("
                         "version INTEGER PRIMARY KEY, name TEXT NOT NULL)"));
  QJ_ASSIGN_OR_RETURN(
      auto newest, connection.Prepare(
                       "SELECT coalesce(max(version), 0) FROM schema_version"));
  QJ_RETURN_IF_ERROR(newest->Step().status());
  return static_cast<int>(newest->Int(0));
}

absl::Status Migrate(Connection& connection,
                     absl::Span<const Migration> migrations) {
  QJ_ASSIGN_OR_RETURN(int version, SchemaVersion(connection));
  const int known = migrations.empty() ? 0 : migrations.back().version;
  if (version > known) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database has schema version ", version, ", this program knows ",
        known, ": it was written by a newer program"));
  }
  for (const Migration& step : migrations) {
    if (step.version <= version) continue;
    if (step.version != version + 1) {
      return absl::InternalError(
          absl::StrCat("migration ", version + 1, " is missing"));
    }
    QJ_RETURN_IF_ERROR(connection.BeginWrite());
    absl::Status applied = Apply(connection, step);
    if (applied.ok()) applied = connection.Commit();
    if (!applied.ok()) {
      connection.Rollback();
      return applied;
    }
    version = step.version;
  }
  return absl::OkStatus();
}

}  // namespace qiangji::sql
