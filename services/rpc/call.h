// What unary and streaming calls have in common: who, until when, counting.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/rpc/context.h"

namespace grpc {
class CallbackServerContext;
}

namespace qiangji::rpc::internal {

// The context of a call that has just come in.
RequestContext::Options ContextOptions(Runtime* runtime, const char* service,
                                       const char* method,
                                       absl::Duration max_deadline,
                                       grpc::CallbackServerContext* context);

// Whether the server's limit, not the caller's deadline, ends the call, so
// that the server has to watch the clock itself.
bool DeadlineIsOurs(const RequestContext& call,
                    grpc::CallbackServerContext* context);

// Counts and logs the end of a call.
void RecordEnd(const RequestContext& call, absl::Time started,
               const absl::Status& status);

// What callers see of an exception that left a handler; logs its text.
absl::Status FromException(const RequestContext& call, const char* what);

}  // namespace qiangji::rpc::internal
