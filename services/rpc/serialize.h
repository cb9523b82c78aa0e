// Bytes of a message that are the same for equal messages.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::rpc {

// The message's type and content without the top-level fields `except` and
// without unknown fields; map entries in order.
std::string StableBytes(const google::protobuf::Message& message,
                        absl::Span<const absl::string_view> except);

}  // namespace qiangji::rpc
