// Digests for tokens and request hashes.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::rpc {

// 32 bytes each.
std::string Sha256(absl::string_view data);
std::string HmacSha256(absl::string_view key, absl::string_view data);

// Takes the same time wherever they differ.
bool SameSecret(absl::string_view a, absl::string_view b);

}  // namespace qiangji::rpc
