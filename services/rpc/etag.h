// Etags (AIP-154): the change that wrote the version, quoted.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace qiangji::rpc {

// "\"42\"", quotes included.
std::string MakeEtag(std::int64_t seq_from);

// OK where `etag` is "" or that of `seq_from`; else ABORTED.
absl::Status CheckEtag(absl::string_view name, absl::string_view etag,
                       std::int64_t seq_from);

}  // namespace qiangji::rpc
