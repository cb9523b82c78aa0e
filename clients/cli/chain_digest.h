// The digests of the chain of changes, from texts.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace qiangji::cli {

// SHA-256; 32 bytes.
std::string Sha256(absl::string_view bytes);
// Over pieces, as they come.
class Sha256Sum {
 public:
  Sha256Sum();
  ~Sha256Sum();
  Sha256Sum(const Sha256Sum&) = delete;
  Sha256Sum& operator=(const Sha256Sum&) = delete;
  void Add(absl::string_view bytes);
  std::string Digest();  // once, at the end

 private:
  void* context_;
};

// The bytes under a row's digest.
class RowBytes {
 public:
  // `mark`: 'r' of a version, 'd' of a deletion.
  RowBytes(int table, char mark);
  // Type as in the log: text, integer, number, boolean. False where the text
  // is none of that type. Empty texts are passed over.
  bool Add(absl::string_view column, absl::string_view type,
           absl::string_view text);
  std::string Digest() const { return Sha256(bytes_); }

 private:
  std::string bytes_;
};

struct ChangeHeader {
  std::int64_t seq = 0;
  std::int64_t micros = 0;
  std::string caller;
  std::string method;
  std::string request_id;
  std::string previous;  // 32 bytes
};
// `rows`: number of the table and digest of every row, in any order.
std::string ChangeDigest(const ChangeHeader& change,
                         std::vector<std::pair<int, std::string>> rows);

}  // namespace qiangji::cli
