#include "services/registry/row_block_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "qiangji/type/v1/row_block.pb.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/row_block.h"

namespace qiangji::registry {
namespace {

using type::v1::RowBlock;
using type::v1::RowColumn;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

bool Bit(const std::string& bitmap, int row) {
  const auto r = static_cast<std::size_t>(row);
  return ((static_cast<unsigned char>(bitmap[r / 8]) >> (r % 8)) & 1) != 0;
}

std::string IntText(const domain::Column& column, std::int64_t value) {
  if (column.kind == domain::Kind::kBool && (value == 0 || value == 1)) {
    return value == 1 ? "true" : "false";
  }
  return absl::StrCat(value);
}

}  // namespace

int RowBlockReader::rows() const { return block_->row_count(); }

absl::StatusOr<RowBlockReader> RowBlockReader::Make(const RowBlock& block) {
  RowBlockReader reader(block);
  QJ_RETURN_IF_ERROR(reader.Check());
  return reader;
}

absl::Status RowBlockReader::Check() {
  table_ = domain::FindTable(block_->table());
  const auto tables = domain::RegistryTables();
  if (std::find(tables.begin(), tables.end(), table_) == tables.end()) {
    return Wrong(absl::StrCat(domain::Quoted(block_->table()),
                              " is no table; accepted: a table of FORMATS"));
  }
  if (rows() < 0 || rows() > kMaxBlockRows) {
    return Wrong(absl::StrCat("row_count is ", rows(), "; accepted: 0 to ",
                              kMaxBlockRows));
  }
  if (block_->seq_from_size() > 0 || block_->owners_size() > 0 ||
      block_->owner_index_size() > 0 || !block_->deleted().empty()) {
    return Wrong(
        "sequences, owners and deletions are the registry's to state; "
        "accepted: columns only");
  }
  for (const RowColumn& column : block_->columns()) {
    QJ_RETURN_IF_ERROR(CheckColumn(column));
  }
  return absl::OkStatus();
}

absl::Status RowBlockReader::CheckColumn(const RowColumn& column) {
  const int at = table_->Find(column.name());
  if (at < 0 ||
      std::find(columns_.begin(), columns_.end(), at) != columns_.end()) {
    return Wrong(absl::StrCat(
        domain::Quoted(column.name()), at < 0 ? " is no column of " : " of ",
        table_->name,
        at < 0 ? "; accepted: its columns" : " comes twice; accepted: once"));
  }
  columns_.push_back(at);
  int values = 0;
  bool indices_fit = true;
  switch (column.values_case()) {
    case RowColumn::kInts:
      values = column.ints().values_size();
      break;
    case RowColumn::kDoubles:
      values = column.doubles().values_size();
      break;
    case RowColumn::kTexts: {
      const auto& texts = column.texts();
      values = texts.index_size();
      // Cells that are not stated may point at nothing.
      const int size = std::max(texts.dictionary_size(), 1);
      indices_fit = std::all_of(texts.index().begin(), texts.index().end(),
                                [size](int i) { return i >= 0 && i < size; });
      break;
    }
    case RowColumn::VALUES_NOT_SET:
      break;
  }
  const std::string& presence = column.presence();
  if (values != rows() || !indices_fit ||
      (!presence.empty() &&
       presence.size() * 8 < static_cast<std::size_t>(rows()))) {
    return Wrong(absl::StrCat(
        column.name(),
        ": values, indices or presence do not fit; accepted: one value a row, "
        "indices into the dictionary, one bit of presence a row"));
  }
  return absl::OkStatus();
}

void RowBlockReader::Read(int row, std::vector<std::string>& texts) const {
  texts.resize(table_->columns.size());
  for (std::string& text : texts) text.clear();
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const RowColumn& column = block_->columns(static_cast<int>(c));
    if (!column.presence().empty() && !Bit(column.presence(), row)) continue;
    const auto at = static_cast<std::size_t>(columns_[c]);
    if (column.has_ints()) {
      texts[at] = IntText(table_->columns[at], column.ints().values(row));
    } else if (column.has_doubles()) {
      texts[at] = domain::FormatNumber(column.doubles().values(row));
    } else if (column.texts().dictionary_size() > 0) {
      texts[at] = column.texts().dictionary(column.texts().index(row));
    }
  }
}

}  // namespace qiangji::registry
