#include "services/bottleneck/webhook_signature.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/rpc/crypto.h"

namespace qiangji::bottleneck {

absl::StatusOr<std::string> ParseWebhookSecret(absl::string_view secret) {
  constexpr std::size_t kLeast = 24;
  constexpr std::size_t kMost = 64;
  std::string key;
  if (!absl::ConsumePrefix(&secret, "whsec_") ||
      !absl::Base64Unescape(secret, &key) || key.size() < kLeast ||
      key.size() > kMost) {
    return absl::InvalidArgumentError(
        "not a key; accepted: whsec_ and 24 to 64 bytes in base64");
  }
  return key;
}

std::string WebhookSignature(absl::string_view key, absl::string_view id,
                             absl::Time time, absl::string_view body) {
  const std::string signed_text =
      absl::StrCat(id, ".", absl::ToUnixSeconds(time), ".", body);
  return absl::StrCat("v1,",
                      absl::Base64Escape(rpc::HmacSha256(key, signed_text)));
}

}  // namespace qiangji::bottleneck
