// The Standard Webhooks scheme: how a receiver knows that a webhook is ours.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace qiangji::bottleneck {

// The bytes of "whsec_…": 24 to 64 in base64. INVALID_ARGUMENT otherwise; the
// message does not repeat it.
absl::StatusOr<std::string> ParseWebhookSecret(absl::string_view secret);

// Header webhook-signature: "v1," and HMAC-SHA256 in base64 over
// "id.seconds.body".
std::string WebhookSignature(absl::string_view key, absl::string_view id,
                             absl::Time time, absl::string_view body);

}  // namespace qiangji::bottleneck
