#include "db/sql/key_codec.h"

#include <algorithm>

namespace qiangji::sql {
namespace {

// The first byte of an integer: kZero + n before n bytes of a value >= 0,
// kZero - 1 - n before the n complemented bytes of -1 - value.
constexpr int kZero = 0x80;

void AppendLength(std::size_t n, std::string* out) {
  while (n >= 0x80) {
    out->push_back(static_cast<char>(0x80 | (n & 0x7f)));
    n >>= 7;
  }
  out->push_back(static_cast<char>(n));
}

bool TakeLength(absl::string_view* bytes, std::size_t* n) {
  *n = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (bytes->empty()) return false;
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    *n |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace

void AppendKeyInt(std::int64_t value, std::string* out) {
  const bool negative = value < 0;
  const auto magnitude = negative ? ~static_cast<std::uint64_t>(value)
                                  : static_cast<std::uint64_t>(value);
  int n = 0;
  while (n < 8 && (magnitude >> (8 * n)) != 0) ++n;
  out->push_back(static_cast<char>(negative ? kZero - 1 - n : kZero + n));
  for (int i = n - 1; i >= 0; --i) {
    const auto byte = static_cast<unsigned char>(magnitude >> (8 * i));
    out->push_back(static_cast<char>(negative ? ~byte & 0xff : byte));
  }
}

void AppendKeyText(absl::string_view text, std::string* out) {
  for (;;) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    out->append(text.data(), end);
    if (end == text.size()) break;
    out->append("\0\xff", 2);
    text.remove_prefix(end + 1);
  }
  out->append("\0\x01", 2);
}

void AppendKeyCell(const domain::Value& cell, std::string* out) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    AppendKeyInt(*integer, out);
  } else {
    AppendKeyText(domain::TextOf(cell), out);
  }
}

bool TakeKeyInt(absl::string_view* bytes, std::int64_t* value) {
  if (bytes->empty()) return false;
  const int head = static_cast<unsigned char>(bytes->front());
  const bool negative = head < kZero;
  const int n = negative ? kZero - 1 - head : head - kZero;
  if (n < 0 || n > 8 || bytes->size() < static_cast<std::size_t>(n) + 1) {
    return false;
  }
  std::uint64_t magnitude = 0;
  for (int i = 1; i <= n; ++i) {
    const auto byte =
        static_cast<unsigned char>((*bytes)[static_cast<std::size_t>(i)]);
    magnitude = (magnitude << 8) |
                static_cast<std::uint64_t>(negative ? ~byte & 0xff : byte);
  }
  *value = static_cast<std::int64_t>(negative ? ~magnitude : magnitude);
  bytes->remove_prefix(static_cast<std::size_t>(n) + 1);
  return true;
}

bool TakeKeyText(absl::string_view* bytes, std::string* text) {
  text->clear();
  for (std::size_t i = 0; i + 1 < bytes->size(); ++i) {
    const char c = (*bytes)[i];
    if (c != '\0') {
      text->push_back(c);
      continue;
    }
    const char next = (*bytes)[++i];
    if (next == '\x01') {
      bytes->remove_prefix(i + 1);
      return true;
    }
    if (next != '\xff') return false;
    text->push_back('\0');
  }
  return false;
}

void KeyBlock::Add(absl::string_view key) {
  const std::size_t limit = std::min(key.size(), last_.size());
  std::size_t shared = 0;
  while (shared < limit && key[shared] == last_[shared]) ++shared;
  AppendLength(shared, &bytes_);
  AppendLength(key.size() - shared, &bytes_);
  bytes_.append(key.data() + shared, key.size() - shared);
  last_.assign(key.data(), key.size());
  ++count_;
}

void KeyBlock::Clear() {
  count_ = 0;
  last_.clear();
  bytes_.clear();
}

bool KeyBlock::Decode(absl::string_view bytes, int count,
                      std::vector<std::string>* keys) {
  keys->clear();
  std::string key;
  for (int i = 0; i < count; ++i) {
    std::size_t shared = 0;
    std::size_t own = 0;
    if (!TakeLength(&bytes, &shared) || !TakeLength(&bytes, &own) ||
        shared > key.size() || own > bytes.size()) {
      return false;
    }
    key.resize(shared);
    key.append(bytes.data(), own);
    bytes.remove_prefix(own);
    keys->push_back(key);
  }
  return bytes.empty();
}

}  // namespace qiangji::sql
