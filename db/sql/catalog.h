// The tables of one database and the names they share.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "db/sql/dictionary.h"
#include "db/sql/table_sql.h"
#include "services/domain/schema.h"

namespace qiangji::sql {

class Catalog {
 public:
  explicit Catalog(absl::Span<const domain::TableSchema* const> tables);
  Catalog(const Catalog&) = delete;

  // In the order given, which is that of references.
  absl::Span<const std::unique_ptr<Table>> tables() const { return tables_; }
  // INVALID_ARGUMENT for a table of another database.
  absl::StatusOr<const Table*> Find(const domain::TableSchema& table) const;
  const Table* Find(domain::TableId id) const {  // nullptr = none
    return by_id_[static_cast<std::size_t>(id)];
  }
  // Every dictionary there is.
  std::vector<Dictionary*> dictionaries() const;

 private:
  std::unique_ptr<Dictionaries> dictionaries_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::array<const Table*, 256> by_id_{};
};

}  // namespace qiangji::sql
