#include "services/registry/row_block.h"

#include <algorithm>

#include "qiangji/type/v1/row_block.pb.h"

namespace qiangji::registry {
namespace {

using type::v1::RowBlock;
using type::v1::RowColumn;

std::size_t EstimatedBytes(const domain::Row& row) {
  std::size_t bytes = 16;
  for (const domain::Value& cell : row) {
    // A text counts in full: it may be the only one of its kind.
    bytes += domain::IsNull(cell) ? 1 : 9 + domain::TextOf(cell).size();
  }
  return bytes;
}

bool IsInteger(domain::Kind kind) {
  return kind == domain::Kind::kInteger || kind == domain::Kind::kYear ||
         kind == domain::Kind::kBool;
}

// Sets bit `r` of a bitmap of `rows` bits.
void SetBit(std::string& bitmap, std::size_t r, std::size_t rows) {
  bitmap.resize((rows + 7) / 8, '\0');
  bitmap[r / 8] = static_cast<char>(static_cast<unsigned char>(bitmap[r / 8]) |
                                    (1U << (r % 8)));
}

}  // namespace

void RowBlockEncoder::Add(const domain::TableSchema& table,
                          const store::Stored& stored) {
  Push(table, {stored.row, stored.owner_id, stored.seq_from, false});
}

void RowBlockEncoder::AddDeleted(const domain::TableSchema& table,
                                 const domain::Key& key, store::Seq seq) {
  domain::Row row(table.columns.size());
  const absl::Span<const int> columns = table.key_columns();
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const auto* text = std::get_if<std::string>(&key[k]);
    if (text != nullptr && text->empty()) continue;  // not stated
    row[static_cast<std::size_t>(columns[k])] = key[k];
  }
  Push(table, {std::move(row), "", seq, true});
}

void RowBlockEncoder::Push(const domain::TableSchema& table, Pending pending) {
  const std::size_t bytes = EstimatedBytes(pending.row) + pending.owner.size();
  if (table_ != &table || pending_.size() == kMaxBlockRows ||
      bytes_ + bytes > kMaxBlockBytes) {
    Flush();
    table_ = &table;
  }
  bytes_ += bytes;
  ++total_;
  pending_.push_back(std::move(pending));
}

void RowBlockEncoder::Flush() {
  if (pending_.empty()) return;
  const std::size_t rows = pending_.size();
  RowBlock block;
  block.set_table(std::string(table_->name));
  block.set_row_count(static_cast<std::int32_t>(rows));
  for (std::size_t c = 0; c < table_->columns.size(); ++c) {
    const domain::Column& column = table_->columns[c];
    const auto stated = static_cast<std::size_t>(std::count_if(
        pending_.begin(), pending_.end(),
        [&](const Pending& p) { return !domain::IsNull(p.row[c]); }));
    if (stated == 0) continue;
    RowColumn& out = *block.add_columns();
    out.set_name(std::string(column.name));
    absl::flat_hash_map<std::string, std::int32_t> dictionary;
    for (std::size_t r = 0; r < rows; ++r) {
      const domain::Value& cell = pending_[r].row[c];
      if (stated < rows && !domain::IsNull(cell)) {
        SetBit(*out.mutable_presence(), r, rows);
      }
      if (column.kind == domain::Kind::kNumber) {
        out.mutable_doubles()->add_values(domain::NumberOf(cell));
      } else if (IsInteger(column.kind)) {
        out.mutable_ints()->add_values(domain::IntOf(cell));
      } else {
        auto* texts = out.mutable_texts();
        const auto [at, added] = dictionary.try_emplace(
            domain::TextOf(cell), static_cast<std::int32_t>(dictionary.size()));
        if (added) texts->add_dictionary(domain::TextOf(cell));
        texts->add_index(at->second);
      }
    }
  }
  absl::flat_hash_map<std::string, std::int32_t> owners;
  for (std::size_t r = 0; r < rows; ++r) {
    block.add_seq_from(pending_[r].seq);
    const auto [at, added] = owners.try_emplace(
        pending_[r].owner, static_cast<std::int32_t>(owners.size()));
    if (added) block.add_owners(pending_[r].owner);
    block.add_owner_index(at->second);
    if (pending_[r].deleted) SetBit(*block.mutable_deleted(), r, rows);
  }
  if (owners.size() == 1) block.clear_owner_index();
  pending_.clear();
  bytes_ = 0;
  sink_(std::move(block));
}

}  // namespace qiangji::registry
