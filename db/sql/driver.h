// What the one SQL store asks of a database. Parameters are written $1, $2 ...
// in SQL and bound by that number; a driver maps them to its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/value.h"

namespace qiangji::sql {

// How a column is stored.
enum class CellType { kInt, kReal, kText };

// Keeps the room of a text that is there.
inline void AssignText(absl::string_view text, domain::Value* out) {
  if (auto* old = std::get_if<std::string>(out)) {
    old->assign(text.data(), text.size());
  } else {
    out->emplace<std::string>(text.data(), text.size());
  }
}

// Not thread-safe. Bound texts and blobs are not copied: they live until
// Reset. Columns are valid until the next Step or Reset.
class Statement {
 public:
  virtual ~Statement() = default;
  virtual void BindNull(int n) = 0;
  virtual void BindInt(int n, std::int64_t value) = 0;
  virtual void BindDouble(int n, double value) = 0;
  virtual void BindText(int n, absl::string_view value) = 0;
  virtual void BindBlob(int n, absl::string_view value) = 0;
  void BindValue(int n, const domain::Value& value);

  // True: a row is there to be read.
  virtual absl::StatusOr<bool> Step() = 0;
  virtual void Reset() = 0;  // and forgets what was bound
  // Steps to the end and resets.
  absl::Status Run();

  // Columns count from 0.
  // The cell into `out`, in place where it holds a text already.
  virtual void Cell(int column, CellType type, domain::Value* out) = 0;
  virtual std::int64_t Int(int column) = 0;
  virtual double Double(int column) = 0;
  virtual absl::string_view Text(int column) = 0;
  virtual absl::string_view Blob(int column) = 0;
};

// One connection; used by one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual absl::StatusOr<std::unique_ptr<Statement>> Prepare(
      absl::string_view sql) = 0;
  // Several statements without parameters.
  virtual absl::Status Execute(absl::string_view sql) = 0;

  // A write transaction holds the write lock from the start; a read
  // transaction sees one state from the start.
  virtual absl::Status BeginWrite() = 0;
  virtual absl::Status BeginRead() = 0;
  virtual absl::Status Commit() = 0;
  // Ends whatever transaction is open; none is fine.
  virtual void Rollback() = 0;
  // False after the database itself rolled a failed transaction back.
  virtual bool InTransaction() = 0;

  // Moves what is committed to its final place; `all` waits and truncates
  // the log.
  virtual absl::Status Checkpoint(bool all) = 0;
  // After a commit: whether enough is waiting for a checkpoint to be worth it.
  virtual bool CheckpointDue() = 0;

  // Names of the columns of a table, in order.
  virtual absl::StatusOr<std::vector<std::string>> ColumnNames(
      absl::string_view table) = 0;
};

class Driver {
 public:
  virtual ~Driver() = default;
  virtual absl::StatusOr<std::unique_ptr<Connection>> OpenWriter() = 0;
  virtual absl::StatusOr<std::unique_ptr<Connection>> OpenReader() = 0;
  // Where an import's spill file may lie.
  virtual std::string spill_directory() const = 0;
};

}  // namespace qiangji::sql
