// The store of one service: current rows, their history, and the chain of
// changes (ARCHITECTURE, "One request" and "Facts have two times").
//
// A database holds a fixed list of tables (domain::TableSchema). Rows are
// validated before they come here; the store guarantees keys, order, history,
// the hash chain and durability, not the meaning of cells.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "db/store/access_scope.h"
#include "services/domain/condition.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::store {

// Recorded time: the change sequence. The first change is 1; 0 is before it.
using Seq = std::int64_t;
constexpr Seq kHead = -1;  // "the newest committed state" in a read

// A row as it was recorded.
struct Stored {
  domain::Row row;
  std::string owner_id;  // organization that wrote it, "" = a steward
  Seq seq_from = 0;      // change that wrote this version; the etag
  Seq seq_to = 0;        // change that closed it; 0 = current
};

// One change: one transaction of the caller.
struct Change {
  Seq seq = 0;
  absl::Time time;         // commit time, strictly increasing over seq
  std::string caller;      // principal
  std::string method;      // full rpc name
  std::string request_id;  // "" = none given
  std::string digest;      // 32 bytes, see digest.h
  std::string previous;    // digest of the change before; 32 zero bytes first
};

// A changed key of one change, with the version it wrote.
struct ChangedRow {
  domain::TableId table;
  domain::Key key;
  std::optional<Stored> row;  // as of that change; nullopt = deleted
};

// Which rows of a change are read.
struct ChangedOptions {
  std::set<domain::TableId> tables;  // empty = all
  std::int64_t skip = 0;             // keys of those tables to pass over
  std::int64_t limit = 0;            // keys to read after them; 0 = all
};

// A number of rows of a table.
struct TableCount {
  domain::TableId table;
  std::int64_t rows = 0;
};

// What a scan returns, in key order: by item id as text where the key starts
// with an item, then by the stored key.
struct ScanOptions {
  // Column index and wanted value, all must hold (equality, null = null).
  std::vector<std::pair<int, domain::Value>> equals;
  // Must hold too.
  domain::Condition where;
  // Before the order by key, which settles ties.
  std::vector<domain::OrderColumn> order;
  // Only rows after this cursor, which an earlier scan with the same order
  // returned. Opaque.
  std::string after;
  std::int64_t limit = 0;  // 0 = all
  Seq at = kHead;
  // Also the newest version of each row that had been deleted at `at`:
  // Stored::seq_to of these is above 0 and not above it.
  bool deleted = false;
};

// Reads of one consistent state. Valid only inside the callback that got it.
class Reader {
 public:
  virtual ~Reader() = default;

  // The newest change that this reader sees; seq 0 for an empty database.
  virtual absl::StatusOr<Change> Head() = 0;
  // NOT_FOUND where there is no such change.
  virtual absl::StatusOr<Change> ChangeAt(Seq seq) = 0;
  // The newest seq whose commit time is not after `time`; 0 if none.
  virtual absl::StatusOr<Seq> SeqAt(absl::Time time) = 0;

  // nullopt: no such row at `at`, or outside the scope.
  virtual absl::StatusOr<std::optional<Stored>> Get(
      const domain::TableSchema& table, const domain::Key& key,
      const AccessScope& scope, Seq at = kHead) = 0;

  // Calls `visit` for each row; a non-OK status stops the scan and is
  // returned. `cursor` is good for ScanOptions::after.
  virtual absl::Status Scan(
      const domain::TableSchema& table, const ScanOptions& options,
      const AccessScope& scope,
      absl::FunctionRef<absl::Status(const Stored&, absl::string_view cursor)>
          visit) = 0;

  // Every version of a row, newest first. A deletion shows as a version with
  // seq_to and no successor.
  virtual absl::StatusOr<std::vector<Stored>> History(
      const domain::TableSchema& table, const domain::Key& key,
      const AccessScope& scope) = 0;

  // Current rows in the scope. Reads them all: not for every request.
  virtual absl::StatusOr<std::int64_t> Count(const domain::TableSchema& table,
                                             const AccessScope& scope) = 0;

  // Rows that change `seq` touched: how many, by table; each, by table and
  // stored key.
  virtual absl::StatusOr<std::vector<TableCount>> ChangedCounts(Seq seq) = 0;
  virtual absl::Status ChangedRows(
      Seq seq, const ChangedOptions& options, const AccessScope& scope,
      absl::FunctionRef<absl::Status(const ChangedRow&)> visit) = 0;
  // What went into the digest of the change that wrote or deleted `row`; 32
  // bytes.
  virtual std::string DigestOf(const ChangedRow& row) = 0;

  // Whether a row refers to `id` of `table` through any column that
  // references it: up to `limit` of the referring tables and keys.
  virtual absl::StatusOr<std::vector<std::pair<domain::TableId, domain::Key>>>
  Referrers(const domain::TableSchema& table, absl::string_view id,
            int limit) = 0;
};

// Writes of one change. Reads see the writes made before.
class Transaction : public Reader {
 public:
  // Writes a row ("" = not stated); an equal current row and owner: no version.
  // Returns whether it wrote one.
  virtual absl::StatusOr<bool> Put(const domain::TableSchema& table,
                                   const domain::Row& row,
                                   absl::string_view owner_id) = 0;
  // Closes a row. Returns whether there was one.
  virtual absl::StatusOr<bool> Delete(const domain::TableSchema& table,
                                      const domain::Key& key) = 0;
};

// Who writes, for the change record and for request ids.
struct WriteOptions {
  std::string caller;
  std::string method;
  // With a request id, a repeat of (caller, method, request_id) returns the
  // first commit without running the body; another `request_hash` under the
  // same id is ALREADY_EXISTS.
  std::string request_id;
  std::string request_hash;
};

struct Commit {
  Seq seq = 0;      // of the change; the head where nothing changed
  absl::Time time;  // of that change
  bool changed = false;
  bool replayed = false;  // answered from an earlier equal request
  // Names that the body reported (for replays).
  std::vector<std::string> names;
};

// One verified problem of the chain or of a table.
struct Finding {
  Seq seq = 0;
  std::string where;  // table, key or "chain"
  std::string what;
};
struct Verification {
  Change head;
  std::int64_t changes = 0;
  std::int64_t rows = 0;
  std::vector<Finding> findings;  // empty = all holds
};

class Import;

// Writes a recorded history, change by change, as it was: sequences, times,
// callers and digests are kept.
class Restore {
 public:
  virtual ~Restore() = default;
  // The next change. DATA_LOSS unless it follows the one before in sequence,
  // time and digest.
  virtual absl::Status Begin(const Change& change) = 0;
  virtual absl::Status Put(const domain::TableSchema& table,
                           const domain::Row& row,
                           absl::string_view owner_id) = 0;
  virtual absl::Status Delete(const domain::TableSchema& table,
                              const domain::Key& key) = 0;
  // DATA_LOSS unless the digest is that of the change and its rows.
  virtual absl::Status End() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // A bulk write by `owner_id`; see import.h. The spill file lies beside the
  // database.
  virtual absl::StatusOr<std::unique_ptr<Import>> NewImport(
      std::string owner_id) = 0;

  // Runs `body` on one consistent snapshot. Thread-safe; blocks while all
  // read connections are busy. Call on a `read` pool thread.
  virtual absl::Status Read(absl::FunctionRef<absl::Status(Reader&)> body) = 0;

  // Runs `body` in a transaction and commits. `body` may be run more than
  // once and must not keep state between runs. A non-OK body rolls back and
  // its status is returned. When the commit itself fails the outcome is
  // UNKNOWN: repeating with the same request id settles it. A body that
  // changes nothing makes no change. Thread-safe; waits for the writer thread,
  // which groups the transactions that wait into one COMMIT. Names of the
  // written resources may be added to `names` for replays.
  virtual absl::StatusOr<Commit> ReadWrite(
      const WriteOptions& options,
      absl::FunctionRef<absl::Status(Transaction&,
                                     std::vector<std::string>& names)>
          body) = 0;

  // Replaces what the store holds by the history that `body` writes, in one
  // transaction. FAILED_PRECONDITION where there is more than the first change.
  // A `dry_run` is rolled back. The commit is that of the last change.
  virtual absl::StatusOr<Commit> ReplaceHistory(
      const WriteOptions& options, bool dry_run,
      absl::FunctionRef<absl::Status(Restore&)> body) = 0;

  // Called on the writer thread after each commit with the new head; must not
  // block. One listener; set before the first write.
  virtual void SetCommitListener(
      std::function<void(const Change&)> listener) = 0;

  // Recomputes digests, chain and table invariants up to the head.
  virtual absl::StatusOr<Verification> Verify() = 0;

  // Checkpoints and closes; later calls are FAILED_PRECONDITION.
  virtual absl::Status Close() = 0;
};

}  // namespace qiangji::store
