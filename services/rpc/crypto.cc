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

}  // namespace

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
