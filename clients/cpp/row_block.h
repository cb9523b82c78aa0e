// A checked view of a RowBlock: rows of one table, column by column.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::type::v1 {
class RowBlock;
class RowColumn;
}  // namespace qiangji::type::v1

namespace qiangji::client {

// One column. Rows count from 0; values of rows that are not `present` mean
// nothing.
class ColumnView {
 public:
  enum class Kind : std::uint8_t { kInts, kDoubles, kTexts };

  const std::string& name() const;
  Kind kind() const { return kind_; }
  bool present(int row) const {
    return presence_ == nullptr || Bit(*presence_, row);
  }
  std::int64_t int_at(int row) const;         // kInts
  double double_at(int row) const;            // kDoubles
  const std::string& text_at(int row) const;  // kTexts

  // kTexts: the different texts of the block, and which one a row has, so that
  // a reader resolves each text once.
  int dictionary_size() const;
  const std::string& dictionary(int index) const;
  int index_at(int row) const;

 private:
  friend class RowBlockView;
  static bool Bit(const std::string& bitmap, int row) {
    const auto i = static_cast<std::size_t>(row);
    return ((static_cast<unsigned char>(bitmap[i / 8]) >> (i % 8)) & 1) != 0;
  }
  Kind kind_ = Kind::kInts;
  const type::v1::RowColumn* column_ = nullptr;
  const std::string* presence_ = nullptr;
};

// The block must outlive the view.
class RowBlockView {
 public:
  // DATA_LOSS where sizes, indices or bitmaps do not fit together.
  static absl::StatusOr<RowBlockView> Make(const type::v1::RowBlock& block);

  const std::string& table() const;
  int rows() const;
  const std::vector<ColumnView>& columns() const { return columns_; }
  // nullptr where no row states it.
  const ColumnView* Find(absl::string_view column) const;

  bool deleted(int row) const;
  std::int64_t seq_from(int row) const;  // 0 where the block has none
  absl::string_view owner(int row) const;

 private:
  explicit RowBlockView(const type::v1::RowBlock& block) : block_(&block) {}
  absl::Status Check();

  const type::v1::RowBlock* block_;
  std::vector<ColumnView> columns_;
};

}  // namespace qiangji::client
