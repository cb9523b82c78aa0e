#include "db/sql/table_layout.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "db/sql/key_codec.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

using domain::Kind;
using domain::Storage;
using domain::Value;

CellType TypeOf(const domain::Column& column) {
  if (column.storage != Storage::kPlain) return CellType::kInt;
  switch (column.kind) {
    case Kind::kNumber:
      return CellType::kReal;
    case Kind::kInteger:
    case Kind::kYear:
    case Kind::kBool:
      return CellType::kInt;
    default:
      return CellType::kText;
  }
}

Names NamesOf(Storage storage) {
  switch (storage) {
    case Storage::kItem:
      return Names::kItem;
    case Storage::kOrganization:
      return Names::kOrganization;
    case Storage::kFacet:
      return Names::kFacet;
    case Storage::kPlain:
      break;
  }
  return Names::kNone;
}

bool Empty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return domain::IsNull(value) || (text != nullptr && text->empty());
}

}  // namespace

TableLayout::TableLayout(const domain::TableSchema& schema,
                         Dictionaries* dictionaries)
    : schema_(&schema), dictionaries_(dictionaries) {
  const auto& all = schema.columns;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c].storage == Storage::kFacet) {
      facet_columns_.push_back(static_cast<int>(c));
    } else if (all[c].key) {
      AddColumn(c);
    }
  }
  if (!facet_columns_.empty()) {
    columns_.push_back({"facet", -1, CellType::kInt, Names::kFacet});
  }
  key_count_ = columns_.size();
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (!all[c].key) AddColumn(c);
  }
  scoped_ = schema.Find("visibility") >= 0;
}

void TableLayout::AddColumn(std::size_t schema_column) {
  const domain::Column& column = schema_->columns[schema_column];
  columns_.push_back({std::string(column.name), static_cast<int>(schema_column),
                      TypeOf(column), NamesOf(column.storage)});
}

int TableLayout::Find(int schema_column) const {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].column == schema_column) return static_cast<int>(c);
  }
  return -1;
}

Dictionary* TableLayout::dictionary(Names names) const {
  switch (names) {
    case Names::kItem:
      return &dictionaries_->items;
    case Names::kOrganization:
      return &dictionaries_->organizations;
    case Names::kFacet:
      return dictionaries_->facets.get();
    case Names::kNone:
      break;
  }
  return nullptr;
}

absl::Status TableLayout::EncodeCell(const StoredColumn& column,
                                     const Value& value, bool key,
                                     Value* cell) const {
  if (Empty(value)) {
    if (!key) {
      *cell = std::monostate();
    } else if (column.type == CellType::kInt) {
      *cell = std::int64_t{0};
    } else {
      *cell = std::string();
    }
    return absl::OkStatus();
  }
  const auto* text = std::get_if<std::string>(&value);
  if (column.names != Names::kNone && text != nullptr) {
    *cell = dictionary(column.names)->Intern(*text);
    return absl::OkStatus();
  }
  const bool fits = column.names == Names::kNone &&
                    ((column.type == CellType::kText && text != nullptr) ||
                     (column.type == CellType::kReal &&
                      std::holds_alternative<double>(value)) ||
                     (column.type == CellType::kInt &&
                      std::holds_alternative<std::int64_t>(value)));
  if (!fits) {
    return absl::InvalidArgumentError(
        absl::StrCat(name(), ".", column.name, ": a cell of another type"));
  }
  *cell = value;
  return absl::OkStatus();
}

absl::Status TableLayout::Encode(const domain::Row& row, Cells* cells) const {
  if (row.size() != schema_->columns.size()) {
    return absl::InvalidArgumentError(absl::StrCat(name(), ": a row of ",
                                                   row.size(), " cells, not ",
                                                   schema_->columns.size()));
  }
  cells->resize(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const StoredColumn& column = columns_[c];
    if (column.column >= 0) {
      QJ_RETURN_IF_ERROR(
          EncodeCell(column, row[static_cast<std::size_t>(column.column)],
                     c < key_count_, &(*cells)[c]));
      continue;
    }
    std::string facet;
    for (std::size_t f = 0; f < facet_columns_.size(); ++f) {
      if (f > 0) facet.push_back(Dictionary::kSeparator);
      facet += domain::TextOf(row[static_cast<std::size_t>(facet_columns_[f])]);
    }
    (*cells)[c] = dictionary(Names::kFacet)->Intern(facet);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> TableLayout::EncodeKey(const domain::Key& key,
                                            Cells* cells) const {
  const absl::Span<const int> key_columns = schema_->key_columns();
  if (key.size() != key_columns.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        name(), ": a key of ", key.size(), " cells, not ", key_columns.size()));
  }
  cells->assign(key_count_, Value());
  std::string facet;
  for (std::size_t k = 0; k < key.size(); ++k) {
    const int at = Find(key_columns[k]);
    if (at < 0) {  // a facet column; both lists are in declared order
      if (key_columns[k] != facet_columns_[0]) {
        facet.push_back(Dictionary::kSeparator);
      }
      facet += domain::TextOf(key[k]);
      continue;
    }
    const StoredColumn& column = columns_[static_cast<std::size_t>(at)];
    Value& cell = (*cells)[static_cast<std::size_t>(at)];
    if (column.names == Names::kNone) {
      QJ_RETURN_IF_ERROR(EncodeCell(column, key[k], true, &cell));
      continue;
    }
    const auto id = dictionary(column.names)->Find(domain::TextOf(key[k]));
    if (!id.has_value()) return false;
    cell = *id;
  }
  if (!facet_columns_.empty()) {
    const auto id = dictionary(Names::kFacet)->Find(facet);
    if (!id.has_value()) return false;
    cells->back() = *id;
  }
  return true;
}

absl::Status TableLayout::DecodeCell(const StoredColumn& column,
                                     const Value& cell, bool key,
                                     domain::Row* row) const {
  if (column.names == Names::kNone) {
    Value& out = (*row)[static_cast<std::size_t>(column.column)];
    if (key && Empty(cell)) {
      out = std::monostate();
    } else {
      out = cell;
    }
    return absl::OkStatus();
  }
  return DecodeName(column, domain::IntOf(cell), row);
}

absl::Status TableLayout::DecodeName(const StoredColumn& column,
                                     std::int64_t id, domain::Row* row) const {
  if (id == 0 && column.column >= 0) {
    (*row)[static_cast<std::size_t>(column.column)] = std::monostate();
    return absl::OkStatus();
  }
  const std::string* text = dictionary(column.names)->Name(id);
  if (text == nullptr) {
    return absl::DataLossError(absl::StrCat(
        name(), ".", column.name, ": surrogate ", id, " has no name"));
  }
  if (column.column >= 0) {
    AssignText(*text, &(*row)[static_cast<std::size_t>(column.column)]);
    return absl::OkStatus();
  }
  absl::string_view rest = *text;
  for (const int facet : facet_columns_) {
    Value& out = (*row)[static_cast<std::size_t>(facet)];
    const absl::string_view part = rest.substr(
        0, std::min(rest.find(Dictionary::kSeparator), rest.size()));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    if (part.empty()) {
      out = std::monostate();
    } else {
      AssignText(part, &out);
    }
  }
  return absl::OkStatus();
}

absl::Status TableLayout::Decode(const Cells& cells, domain::Row* row) const {
  row->resize(schema_->columns.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    QJ_RETURN_IF_ERROR(DecodeCell(columns_[c], cells[c], c < key_count_, row));
  }
  return absl::OkStatus();
}

absl::StatusOr<domain::Key> TableLayout::DecodeKey(
    const Cells& key_cells) const {
  domain::Row row(schema_->columns.size());
  for (std::size_t c = 0; c < key_count_; ++c) {
    QJ_RETURN_IF_ERROR(DecodeCell(columns_[c], key_cells[c], true, &row));
  }
  return domain::KeyOf(*schema_, row);
}

void TableLayout::Read(Statement& row, Cells* cells) const {
  cells->resize(columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    row.Cell(static_cast<int>(c), columns_[c].type, &(*cells)[c]);
  }
}

void TableLayout::ReadKey(Statement& row, Cells* cells) const {
  cells->resize(key_count_);
  for (std::size_t c = 0; c < key_count_; ++c) {
    row.Cell(static_cast<int>(c), columns_[c].type, &(*cells)[c]);
  }
}

absl::Status TableLayout::ReadRow(Statement& row, domain::Row* out) const {
  out->resize(schema_->columns.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const StoredColumn& column = columns_[c];
    const int at = static_cast<int>(c);
    if (column.names != Names::kNone) {
      QJ_RETURN_IF_ERROR(DecodeName(column, row.Int(at), out));
      continue;
    }
    Value& cell = (*out)[static_cast<std::size_t>(column.column)];
    row.Cell(at, column.type, &cell);
    if (c < key_count_ && Empty(cell)) cell = std::monostate();
  }
  return absl::OkStatus();
}

void TableLayout::AppendKey(const Cells& cells, std::size_t first,
                            std::string* out) const {
  for (std::size_t c = first; c < key_count_; ++c) {
    AppendKeyCell(cells[c], out);
  }
}

void TableLayout::AppendKey(Statement& row, std::size_t first,
                            std::string* out) const {
  for (std::size_t c = first; c < key_count_; ++c) {
    const int at = static_cast<int>(c);
    if (columns_[c].type == CellType::kInt) {
      AppendKeyInt(row.Int(at), out);
    } else {
      AppendKeyText(row.Text(at), out);
    }
  }
}

bool TableLayout::ParseKey(absl::string_view bytes, std::size_t first,
                           Cells* cells) const {
  cells->resize(key_count_);
  for (std::size_t c = first; c < key_count_; ++c) {
    if (columns_[c].type == CellType::kInt) {
      std::int64_t value = 0;
      if (!TakeKeyInt(&bytes, &value)) return false;
      (*cells)[c] = value;
    } else {
      std::string text;
      if (!TakeKeyText(&bytes, &text)) return false;
      (*cells)[c] = std::move(text);
    }
  }
  return bytes.empty();
}

}  // namespace qiangji::sql
