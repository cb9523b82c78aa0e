// Names behind integer surrogates: items, organizations, facets.
//
// A name keeps its surrogate for ever, and a surrogate is never given to
// another name, also not when the transaction that first used it is rolled
// back. So the map is shared by all connections, needs no invalidation, and
// reading it takes no lock. A name is written to the key table by the first
// transaction that uses it and commits.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/sql/driver.h"
#include "services/base/mutex.h"

namespace qiangji::sql {

class Dictionary {
 public:
  // `columns`: one ("name"), or those whose texts are joined by kSeparator.
  Dictionary(std::string table, std::vector<std::string> columns);
  Dictionary(const Dictionary&) = delete;

  static constexpr char kSeparator = '\x1f';

  // Reads the key table. Before any other thread uses this.
  absl::Status Load(Connection& connection);
  // Problems where the key table and this map differ ("" = none).
  absl::StatusOr<std::string> Compare(Connection& connection) const;

  // 0 stands for "not stated", the empty name.
  std::optional<std::int64_t> Find(absl::string_view name) const;
  std::int64_t Intern(absl::string_view name);
  // nullptr for a surrogate that does not exist.
  const std::string* Name(std::int64_t id) const;

  // Whether a committed transaction has written the name.
  bool persisted(std::int64_t id) const;
  void MarkPersisted(std::int64_t id);
  // Writes the name of `id` within the open transaction.
  absl::Status Persist(Statement& insert, std::int64_t id) const;
  const std::string& insert_sql() const { return insert_sql_; }
  const std::string& table() const { return table_; }
  const std::vector<std::string>& columns() const { return columns_; }

 private:
  struct Entry {
    std::string name;
    std::atomic<bool> persisted{false};
  };
  static constexpr std::int64_t kChunk = 4096;
  static constexpr std::int64_t kChunks = 65536;
  using Chunk = std::vector<std::atomic<Entry*>>;

  Entry* At(std::int64_t id) const;
  Entry* Add(std::int64_t id, std::string name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string table_;
  const std::vector<std::string> columns_;
  std::string select_sql_;
  std::string insert_sql_;

  // Chunks are made under the lock, published by release stores and never
  // moved, so Name() reads without it.
  const std::unique_ptr<std::atomic<Chunk*>[]> chunks_;
  mutable Mutex mutex_;
  std::deque<Chunk> owned_chunks_ ABSL_GUARDED_BY(mutex_);
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<absl::string_view, std::int64_t> ids_
      ABSL_GUARDED_BY(mutex_);
  std::int64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
};

// The dictionaries of one database.
struct Dictionaries {
  Dictionary items{"item_key", {"name"}};
  Dictionary organizations{"organization_key", {"name"}};
  // Of the one table that has facet columns; absent without one.
  std::unique_ptr<Dictionary> facets;
};

}  // namespace qiangji::sql
