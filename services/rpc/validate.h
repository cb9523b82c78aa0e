// What every request must hold, whatever it means (RELIABILITY rows 3, 4, 10
// to 12): checked by the adaptors before a handler runs.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/rpc/errors.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::rpc {

// All violations at once: enum numbers that this build does not know, numbers
// that are not finite, control and bidi-override characters in texts (line
// ends and tabs are allowed), timestamps and durations out of range.
absl::Status ValidateRequest(const google::protobuf::Message& request);

// The same into `violations`, paths beginning with `prefix` ("" or "a.b.").
void ValidateMessage(const google::protobuf::Message& message,
                     absl::string_view prefix, Violations* violations);

}  // namespace qiangji::rpc
