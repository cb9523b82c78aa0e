// Keys as bytes whose order (memcmp) is the order of the stored key: what runs
// are sorted by, cursors hold and change_row lists.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/domain/value.h"

namespace qiangji::sql {

// Integers take a length byte and as many bytes as they need, texts are
// escaped and end in 00 01. Other kinds of cell are no keys.
void AppendKeyInt(std::int64_t value, std::string* out);
void AppendKeyText(absl::string_view text, std::string* out);
void AppendKeyCell(const domain::Value& cell, std::string* out);

// Takes one cell off the front; false where the bytes are no key. The caller
// knows from its columns whether an integer or a text comes next.
bool TakeKeyInt(absl::string_view* bytes, std::int64_t* value);
bool TakeKeyText(absl::string_view* bytes, std::string* text);

// Up to kBlockKeys ascending keys, each as (bytes shared with the one before,
// own bytes).
class KeyBlock {
 public:
  static constexpr int kBlockKeys = 1024;

  void Add(absl::string_view key);
  bool full() const { return count_ == kBlockKeys; }
  int count() const { return count_; }
  const std::string& bytes() const { return bytes_; }
  void Clear();

  // False where the bytes are no block of `count` keys.
  static bool Decode(absl::string_view bytes, int count,
                     std::vector<std::string>* keys);

 private:
  int count_ = 0;
  std::string last_;
  std::string bytes_;
};

}  // namespace qiangji::sql
