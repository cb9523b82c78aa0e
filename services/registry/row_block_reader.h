// Rows that a caller sends packed in columns, as the texts that CSV would have.
// Blocks come from outside: everything is checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/domain/schema.h"

namespace qiangji::type::v1 {
class RowBlock;
class RowColumn;
}  // namespace qiangji::type::v1

namespace qiangji::registry {

// The block must outlive the reader.
class RowBlockReader {
 public:
  // INVALID_ARGUMENT where the table or a column is unknown or comes twice,
  // sizes, indices or bitmaps do not fit together, or the block says what only
  // the registry does (sequences, owners, deletions).
  static absl::StatusOr<RowBlockReader> Make(const type::v1::RowBlock& block);

  const domain::TableSchema& table() const { return *table_; }
  int rows() const;
  // The texts of row `row`, one a column of the table, for ParseRow. `texts`
  // is reused.
  void Read(int row, std::vector<std::string>& texts) const;

 private:
  explicit RowBlockReader(const type::v1::RowBlock& block) : block_(&block) {}
  absl::Status Check();
  absl::Status CheckColumn(const type::v1::RowColumn& column);

  const type::v1::RowBlock* block_;
  const domain::TableSchema* table_ = nullptr;
  std::vector<int> columns_;  // of the table, by column of the block
};

}  // namespace qiangji::registry
