#include "clients/cpp/row_block.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "qiangji/type/v1/row_block.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::client {
namespace {

using type::v1::RowBlock;
using type::v1::RowColumn;

constexpr int kMaxRows = 4096;

absl::Status Broken(const RowBlock& block, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("row block of ", block.table(), ": ", what));
}

bool BitmapFits(const std::string& bitmap, int rows) {
  return bitmap.empty() || bitmap.size() * 8 >= static_cast<std::size_t>(rows);
}

template <typename Indices>
bool IndicesFit(const Indices& indices, int rows, int size) {
  return indices.size() == rows &&
         std::all_of(indices.begin(), indices.end(),
                     [size](int i) { return i >= 0 && i < size; });
}

// Texts of rows that are not stated may point at nothing where the dictionary
// is empty; view code never reads them.
bool TextsFit(const RowColumn& column, int rows) {
  const auto& texts = column.texts();
  if (texts.dictionary_size() > 0) {
    return IndicesFit(texts.index(), rows, texts.dictionary_size());
  }
  const std::string& presence = column.presence();
  const bool none_stated =
      !presence.empty() && std::all_of(presence.begin(), presence.end(),
                                       [](char bits) { return bits == 0; });
  return IndicesFit(texts.index(), rows, 1) && (none_stated || rows == 0);
}

}  // namespace

const std::string& ColumnView::name() const { return column_->name(); }
std::int64_t ColumnView::int_at(int row) const {
  return column_->ints().values(row);
}
double ColumnView::double_at(int row) const {
  return column_->doubles().values(row);
}
const std::string& ColumnView::text_at(int row) const {
  return column_->texts().dictionary(column_->texts().index(row));
}
int ColumnView::dictionary_size() const {
  return column_->texts().dictionary_size();
}
const std::string& ColumnView::dictionary(int index) const {
  return column_->texts().dictionary(index);
}
int ColumnView::index_at(int row) const { return column_->texts().index(row); }

absl::StatusOr<RowBlockView> RowBlockView::Make(const RowBlock& block) {
  RowBlockView view(block);
  QJ_RETURN_IF_ERROR(view.Check());
  return view;
}

absl::Status RowBlockView::Check() {
  const int rows = block_->row_count();
  if (rows < 0 || rows > kMaxRows) return Broken(*block_, "row count");
  if (!BitmapFits(block_->deleted(), rows)) return Broken(*block_, "deleted");
  if (block_->seq_from_size() != 0 && block_->seq_from_size() != rows) {
    return Broken(*block_, "seq_from");
  }
  if (block_->owner_index_size() != 0 &&
      !IndicesFit(block_->owner_index(), rows, block_->owners_size())) {
    return Broken(*block_, "owner_index");
  }
  for (const RowColumn& column : block_->columns()) {
    ColumnView view;
    view.column_ = &column;
    bool fits = BitmapFits(column.presence(), rows);
    if (!column.presence().empty()) view.presence_ = &column.presence();
    switch (column.values_case()) {
      case RowColumn::kInts:
        view.kind_ = ColumnView::Kind::kInts;
        fits = fits && column.ints().values_size() == rows;
        break;
      case RowColumn::kDoubles:
        view.kind_ = ColumnView::Kind::kDoubles;
        fits = fits && column.doubles().values_size() == rows;
        break;
      case RowColumn::kTexts:
        view.kind_ = ColumnView::Kind::kTexts;
        fits = fits && TextsFit(column, rows);
        break;
      case RowColumn::VALUES_NOT_SET:
        fits = false;
        break;
    }
    if (!fits) return Broken(*block_, column.name());
    columns_.push_back(view);
  }
  return absl::OkStatus();
}

const std::string& RowBlockView::table() const { return block_->table(); }
int RowBlockView::rows() const { return block_->row_count(); }

const ColumnView* RowBlockView::Find(absl::string_view column) const {
  for (const ColumnView& view : columns_) {
    if (view.name() == column) return &view;
  }
  return nullptr;
}

bool RowBlockView::deleted(int row) const {
  return !block_->deleted().empty() && ColumnView::Bit(block_->deleted(), row);
}

std::int64_t RowBlockView::seq_from(int row) const {
  return block_->seq_from_size() == 0 ? 0 : block_->seq_from(row);
}

absl::string_view RowBlockView::owner(int row) const {
  if (block_->owners_size() == 0) return "";
  const int index =
      block_->owner_index_size() == 0 ? 0 : block_->owner_index(row);
  return block_->owners(index);
}

}  // namespace qiangji::client
