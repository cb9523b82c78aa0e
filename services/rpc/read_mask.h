// Partial answers (AIP-157): the system parameter that names the wanted
// fields, in the call's metadata.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::rpc {

// Key of the metadata. Its value: paths of the answer joined by commas, such as
// "items.item_id,items.name_zh,next_page_token".
constexpr char kReadMaskKey[] = "x-goog-fieldmask";

// Clears every field of `message` that `mask` does not name. Paths go through
// repeated messages; "" and "*" keep all. INVALID_ARGUMENT names a path that
// the message has not.
absl::Status ApplyReadMask(absl::string_view mask,
                           google::protobuf::Message* message);

}  // namespace qiangji::rpc
