#include "clients/cli/chain_digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>

#include "absl/strings/numbers.h"

namespace qiangji::cli {
namespace {

constexpr char kVersion = 1;

EVP_MD_CTX* Context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

void AppendBigEndian(std::uint64_t value, int bytes, std::string* out) {
  for (int i = bytes - 1; i >= 0; --i) {
    out->push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
}

void AppendText(absl::string_view text, std::string* out) {
  AppendBigEndian(text.size(), 4, out);
  out->append(text.data(), text.size());
}

}  // namespace

Sha256Sum::Sha256Sum() : context_(EVP_MD_CTX_new()) {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_DigestInit_ex(Context(context_), algorithm, nullptr);
}
Sha256Sum::~Sha256Sum() { EVP_MD_CTX_free(Context(context_)); }

void Sha256Sum::Add(absl::string_view bytes) {
  EVP_DigestUpdate(Context(context_), bytes.data(), bytes.size());
}

std::string Sha256Sum::Digest() {
  std::string digest(32, '\0');
  EVP_DigestFinal_ex(Context(context_),
                     reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

std::string Sha256(absl::string_view bytes) {
  Sha256Sum sum;
  sum.Add(bytes);
  return sum.Digest();
}

RowBytes::RowBytes(int table, char mark) {
  bytes_ = {static_cast<char>(table), kVersion, mark};
}

bool RowBytes::Add(absl::string_view column, absl::string_view type,
                   absl::string_view text) {
  if (text.empty()) return true;
  AppendText(column, &bytes_);
  if (type == "text") {
    bytes_.push_back('t');
    AppendText(text, &bytes_);
    return true;
  }
  if (type == "number") {
    double number = 0;
    if (!absl::SimpleAtod(text, &number)) return false;
    bytes_.push_back('d');
    AppendBigEndian(std::bit_cast<std::uint64_t>(number), 8, &bytes_);
    return true;
  }
  std::int64_t integer = text == "true" ? 1 : 0;
  const bool fits = type == "boolean"
                        ? text == "true" || text == "false"
                        : type == "integer" && absl::SimpleAtoi(text, &integer);
  bytes_.push_back('i');
  AppendBigEndian(static_cast<std::uint64_t>(integer), 8, &bytes_);
  return fits;
}

std::string ChangeDigest(const ChangeHeader& change,
                         std::vector<std::pair<int, std::string>> rows) {
  std::sort(rows.begin(), rows.end());
  std::string header(1, kVersion);
  AppendBigEndian(static_cast<std::uint64_t>(change.seq), 8, &header);
  AppendBigEndian(static_cast<std::uint64_t>(change.micros), 8, &header);
  AppendText(change.caller, &header);
  AppendText(change.method, &header);
  AppendText(change.request_id, &header);
  AppendBigEndian(rows.size(), 8, &header);
  Sha256Sum sum;
  sum.Add(header);
  for (const auto& [table, digest] : rows) {
    const char number = static_cast<char>(table);
    sum.Add({&number, 1});
    sum.Add(digest);
  }
  sum.Add(change.previous);
  return sum.Digest();
}

}  // namespace qiangji::cli
