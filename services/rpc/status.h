// The one crossing from absl::Status to grpc::Status (ARCHITECTURE, "One
// request", 6). The way back is clients/cpp/status.h.
#pragma once

#include "absl/status/status.h"

namespace grpc {
class Status;
}

namespace qiangji::rpc {

// Payloads become google.rpc.Status details; exactly one ErrorInfo is there
// (the code's name is the reason where the status has none). Long messages are
// cut on a character boundary; details that do not fit are dropped, the
// ErrorInfo last.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace qiangji::rpc
