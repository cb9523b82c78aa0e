// Request ids (AIP-155): a mutation repeated under the same id is done once.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::rpc {

// OK for "" (none) and for 1 to 128 printable ASCII characters.
absl::Status CheckRequestId(absl::string_view request_id);

// SHA-256 (32 bytes) of the request without its request_id: the same for
// every equal request, in this and later processes.
std::string RequestHash(const google::protobuf::Message& request);

}  // namespace qiangji::rpc
