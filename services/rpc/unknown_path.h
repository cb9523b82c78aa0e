// What is said of a field path that leads nowhere.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}

namespace qiangji::rpc {

// INVALID_ARGUMENT of `field`, which holds `path`: `type` (nullptr = nothing
// goes below there) has no field `step`. `accepted` ends the message.
absl::Status UnknownPath(absl::string_view field, absl::string_view path,
                         absl::string_view step,
                         const google::protobuf::Descriptor* type,
                         absl::string_view accepted = "");

}  // namespace qiangji::rpc
