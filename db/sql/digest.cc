#include "db/sql/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>

namespace qiangji::sql {
namespace {

constexpr char kVersion = 1;
constexpr char kRowMark = 'r';
constexpr char kDeletionMark = 'd';

// Looking the algorithm up costs as much as hashing a row.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

void AppendBigEndian(std::uint64_t value, int bytes, std::string* out) {
  for (int i = bytes - 1; i >= 0; --i) {
    out->push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
}

void AppendText(absl::string_view text, std::string* out) {
  AppendBigEndian(text.size(), 4, out);
  out->append(text.data(), text.size());
}

bool Stated(const domain::Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? !text->empty() : !domain::IsNull(value);
}

void AppendCell(absl::string_view column, const domain::Value& value,
                std::string* out) {
  AppendText(column, out);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out->push_back('i');
    AppendBigEndian(static_cast<std::uint64_t>(*integer), 8, out);
  } else if (const auto* number = std::get_if<double>(&value)) {
    out->push_back('d');
    AppendBigEndian(std::bit_cast<std::uint64_t>(*number), 8, out);
  } else {
    out->push_back('t');
    AppendText(domain::TextOf(value), out);
  }
}

void StartRow(const domain::TableSchema& table, char mark, std::string* out) {
  out->clear();
  out->push_back(static_cast<char>(table.id));
  out->push_back(kVersion);
  out->push_back(mark);
}

}  // namespace

Digester::Digester() : context_(EVP_MD_CTX_new()) {}
Digester::~Digester() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Sha256 Digester::Hash(absl::string_view bytes) {
  Sha256 digest{};
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  EVP_DigestInit_ex(context, Algorithm(), nullptr);
  EVP_DigestUpdate(context, bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context, digest.data(), nullptr);
  return digest;
}

RowDigest Digester::OfRow(const domain::TableSchema& table,
                          const domain::Row& row, absl::string_view owner_id) {
  StartRow(table, kRowMark, &buffer_);
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (Stated(row[c])) AppendCell(table.columns[c].name, row[c], &buffer_);
  }
  if (!owner_id.empty()) {
    AppendText("owner_id", &buffer_);
    buffer_.push_back('t');
    AppendText(owner_id, &buffer_);
  }
  return {table.id, Hash(buffer_)};
}

RowDigest Digester::OfDeletion(const domain::TableSchema& table,
                               const domain::Key& key) {
  StartRow(table, kDeletionMark, &buffer_);
  const absl::Span<const int> columns = table.key_columns();
  for (std::size_t k = 0; k < key.size(); ++k) {
    if (!Stated(key[k])) continue;
    AppendCell(table.columns[static_cast<std::size_t>(columns[k])].name, key[k],
               &buffer_);
  }
  return {table.id, Hash(buffer_)};
}

Sha256 Digester::OfChange(const store::Change& change,
                          std::vector<RowDigest>* rows) {
  std::sort(rows->begin(), rows->end());
  BeginChange(change, static_cast<std::int64_t>(rows->size()));
  for (const RowDigest& row : *rows) AddRow(row);
  return EndChange(change);
}

void Digester::BeginChange(const store::Change& change, std::int64_t count) {
  std::string header;
  header.push_back(kVersion);
  AppendBigEndian(static_cast<std::uint64_t>(change.seq), 8, &header);
  AppendBigEndian(static_cast<std::uint64_t>(ToMicros(change.time)), 8,
                  &header);
  AppendText(change.caller, &header);
  AppendText(change.method, &header);
  AppendText(change.request_id, &header);
  AppendBigEndian(static_cast<std::uint64_t>(count), 8, &header);
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  EVP_DigestInit_ex(context, Algorithm(), nullptr);
  EVP_DigestUpdate(context, header.data(), header.size());
}

void Digester::AddRow(const RowDigest& row) {
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  const auto table = static_cast<std::uint8_t>(row.table);
  EVP_DigestUpdate(context, &table, 1);
  EVP_DigestUpdate(context, row.digest.data(), row.digest.size());
}

Sha256 Digester::EndChange(const store::Change& change) {
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  EVP_DigestUpdate(context, change.previous.data(), change.previous.size());
  Sha256 digest{};
  EVP_DigestFinal_ex(context, digest.data(), nullptr);
  return digest;
}

std::int64_t ToMicros(absl::Time time) { return absl::ToUnixMicros(time); }
absl::Time FromMicros(std::int64_t micros) {
  return absl::FromUnixMicros(micros);
}

std::string ZeroDigest() { return std::string(32, '\0'); }

}  // namespace qiangji::sql
