#include "services/registry/sha256.h"

#include <openssl/evp.h>

namespace qiangji::registry {
namespace {

EVP_MD_CTX* Context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(Context(context_), EVP_sha256(), nullptr);
}
Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(Context(context_)); }

void Sha256Stream::Add(absl::string_view bytes) {
  EVP_DigestUpdate(Context(context_), bytes.data(), bytes.size());
}

std::string Sha256Stream::Digest() const {
  EVP_MD_CTX* copy = EVP_MD_CTX_new();
  EVP_MD_CTX_copy_ex(copy, Context(context_));
  std::string digest(32, '\0');
  EVP_DigestFinal_ex(copy, reinterpret_cast<unsigned char*>(digest.data()),
                     nullptr);
  EVP_MD_CTX_free(copy);
  return digest;
}

}  // namespace qiangji::registry
