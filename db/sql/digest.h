// The digests of the chain of changes (ARCHITECTURE, "Facts have two times").
// Part of the format: a later encoding gets another version byte. Surrogates
// never enter a digest, names do, so a copy made by export and import agrees.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "services/domain/schema.h"

namespace qiangji::sql {

using Sha256 = std::array<std::uint8_t, 32>;
inline absl::string_view AsBytes(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// A row's digest with its table, as they are sorted for the change's digest.
struct RowDigest {
  domain::TableId table;
  Sha256 digest;
  friend auto operator<=>(const RowDigest&, const RowDigest&) = default;
};

// Reuses one context; not thread-safe.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(const Digester&) = delete;

  // Of a written row: table, version, and name and value of every stated
  // column in declared order, then of the owner.
  RowDigest OfRow(const domain::TableSchema& table, const domain::Row& row,
                  absl::string_view owner_id);
  // Of a deletion: the key alone, under another mark.
  RowDigest OfDeletion(const domain::TableSchema& table,
                       const domain::Key& key);
  // Header, number of rows, the rows' digests in sorted order, previous
  // digest. Sorts `rows`. change.digest is not read.
  Sha256 OfChange(const store::Change& change, std::vector<RowDigest>* rows);
  // The same of `count` rows that come one by one, already sorted. Nothing
  // else is hashed between begin and end.
  void BeginChange(const store::Change& change, std::int64_t count);
  void AddRow(const RowDigest& row);
  Sha256 EndChange(const store::Change& change);

 private:
  Sha256 Hash(absl::string_view bytes);
  void* context_;  // EVP_MD_CTX
  std::string buffer_;
};

// Commit times are whole microseconds.
std::int64_t ToMicros(absl::Time time);
absl::Time FromMicros(std::int64_t micros);

// The digest before the first change.
std::string ZeroDigest();

}  // namespace qiangji::sql
