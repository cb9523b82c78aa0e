#include "services/rpc/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

namespace qiangji::rpc {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

const EVP_MD* Algorithm() {
  static const EVP_MD* const sha256 = EVP_sha256();
  return sha256;
}

EVP_MD_CTX* Context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(Context(context_), Algorithm(), nullptr);
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

std::string Sha256(absl::string_view data) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(),
                 reinterpret_cast<unsigned char*>(digest.data()), &size,
                 Algorithm(), nullptr) != 1) {
    std::abort();  // out of memory
  }
  digest.resize(size);
  return digest;
}

std::string HmacSha256(absl::string_view key, absl::string_view data) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  if (HMAC(Algorithm(), key.data(), static_cast<int>(key.size()), Bytes(data),
           data.size(), reinterpret_cast<unsigned char*>(digest.data()),
           &size) == nullptr) {
    std::abort();  // out of memory
  }
  digest.resize(size);
  return digest;
}

bool SameSecret(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace qiangji::rpc
