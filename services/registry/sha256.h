// SHA-256 over bytes as they come.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::registry {

class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Add(absl::string_view bytes);
  // Of what was added so far; 32 bytes.
  std::string Digest() const;

 private:
  void* context_;  // EVP_MD_CTX
};

}  // namespace qiangji::registry
