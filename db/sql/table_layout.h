// How a table of FORMATS lies in SQL: surrogates for items and organizations,
// one facet id for supply's code columns, keys never null (ARCHITECTURE,
// "Facts have two times").
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/sql/dictionary.h"
#include "db/sql/driver.h"
#include "services/domain/schema.h"

namespace qiangji::sql {

enum class Names { kNone, kItem, kOrganization, kFacet };

struct StoredColumn {
  std::string name;
  int column;  // of the schema; -1 for the facet
  CellType type;
  Names names = Names::kNone;
};

// Cells in stored order: key columns (the facet last), then the others.
using Cells = std::vector<domain::Value>;

class TableLayout {
 public:
  TableLayout(const domain::TableSchema& schema, Dictionaries* dictionaries);

  const domain::TableSchema& schema() const { return *schema_; }
  std::string name() const { return std::string(schema_->name); }
  const std::vector<StoredColumn>& columns() const { return columns_; }
  std::size_t key_count() const { return key_count_; }
  // Whether rows are listed by the item's id as text.
  bool item_ordered() const { return columns_[0].names == Names::kItem; }
  // Whether rows have a visibility of their own.
  bool scoped() const { return scoped_; }
  // Index in columns(), or -1 (facet columns have none).
  int Find(int schema_column) const;
  const std::vector<int>& facet_columns() const { return facet_columns_; }
  // nullptr for Names::kNone.
  Dictionary* dictionary(Names names) const;

  // Gives new names a surrogate. Empty texts become "not stated".
  // INVALID_ARGUMENT where a cell has another type than its column.
  absl::Status Encode(const domain::Row& row, Cells* cells) const;
  // The key cells alone. False: a name in it was never stored, so there is no
  // such row.
  absl::StatusOr<bool> EncodeKey(const domain::Key& key, Cells* cells) const;
  // DATA_LOSS where a surrogate has no name.
  absl::Status Decode(const Cells& cells, domain::Row* row) const;
  absl::StatusOr<domain::Key> DecodeKey(const Cells& key_cells) const;

  // Reads columns() from a row that selected them first.
  void Read(Statement& row, Cells* cells) const;
  // Their key cells alone.
  void ReadKey(Statement& row, Cells* cells) const;
  // Read and Decode in one: DATA_LOSS where a surrogate has no name.
  absl::Status ReadRow(Statement& row, domain::Row* out) const;

  // key_codec.h over the key cells from `first` on.
  void AppendKey(const Cells& cells, std::size_t first, std::string* out) const;
  // The same of a row that selected columns() first.
  void AppendKey(Statement& row, std::size_t first, std::string* out) const;
  bool ParseKey(absl::string_view bytes, std::size_t first, Cells* cells) const;

 private:
  void AddColumn(std::size_t schema_column);
  absl::Status EncodeCell(const StoredColumn& column,
                          const domain::Value& value, bool key,
                          domain::Value* cell) const;
  absl::Status DecodeCell(const StoredColumn& column, const domain::Value& cell,
                          bool key, domain::Row* row) const;
  absl::Status DecodeName(const StoredColumn& column, std::int64_t id,
                          domain::Row* row) const;

  const domain::TableSchema* schema_;
  Dictionaries* dictionaries_;
  std::vector<StoredColumn> columns_;
  std::vector<int> facet_columns_;  // of the schema, in order
  std::size_t key_count_ = 0;
  bool scoped_ = false;
};

}  // namespace qiangji::sql
