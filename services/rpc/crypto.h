// Digests for tokens, request hashes and files.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::rpc {

// 32 bytes each.
std::string Sha256(absl::string_view data);
// Of bytes as they come.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Add(absl::string_view bytes);
  // Of what was added so far.
  std::string Digest() const;

 private:
  void* context_;  // EVP_MD_CTX
};
std::string HmacSha256(absl::string_view key, absl::string_view data);

// Takes the same time wherever they differ.
bool SameSecret(absl::string_view a, absl::string_view b);

}  // namespace qiangji::rpc
