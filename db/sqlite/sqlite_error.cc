#include "db/sqlite/sqlite_error.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"

namespace qiangji::sqlite {
namespace {

absl::StatusCode CodeOf(int extended) {
  if (extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
      extended == SQLITE_CONSTRAINT_UNIQUE) {
    return absl::StatusCode::kAlreadyExists;
  }
  switch (extended & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::StatusCode::kFailedPrecondition;
    case SQLITE_TOOBIG:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kInternal;
  }
}

}  // namespace

absl::Status ErrorOf(int extended_code, absl::string_view message) {
  return absl::Status(CodeOf(extended_code),
                      absl::StrCat("SQLite ", extended_code, ": ", message));
}

}  // namespace qiangji::sqlite
