#include "services/rpc/call.h"

#include <grpcpp/server_context.h>

#include <algorithm>

#include "absl/time/clock.h"
#include "services/rpc/errors.h"
#include "services/rpc/interceptors.h"
#include "services/rpc/log.h"
#include "services/rpc/permission.h"
#include "services/rpc/read_mask.h"
#include "services/rpc/runtime.h"

namespace qiangji::rpc::internal {
namespace {

absl::Time CallerDeadline(grpc::CallbackServerContext* context) {
  const auto deadline = context->deadline();
  return deadline == std::chrono::system_clock::time_point::max()
             ? absl::InfiniteFuture()
             : absl::FromChrono(deadline);
}

// Whose fault it is decides how loud the line is.
LogLevel LevelOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return LogLevel::kError;
    case absl::StatusCode::kResourceExhausted:
      return LogLevel::kWarning;
    default:
      return LogLevel::kInfo;
  }
}

}  // namespace

RequestContext::Options ContextOptions(Runtime* runtime, const char* service,
                                       const char* method,
                                       absl::Duration max_deadline,
                                       grpc::CallbackServerContext* context) {
  RequestContext::Options options;
  options.runtime = runtime;
  options.peer = IsInProcess(*context) ? kInProcessPeer : context->peer();
  options.principal = runtime->Authenticate(options.peer);
  options.method = FindMethod(service, method).path;
  options.deadline =
      std::min(CallerDeadline(context), absl::Now() + max_deadline);
  const auto mask = context->client_metadata().find(kReadMaskKey);
  if (mask != context->client_metadata().end()) {
    options.read_mask = std::string(mask->second.data(), mask->second.size());
  }
  return options;
}

bool DeadlineIsOurs(const RequestContext& call,
                    grpc::CallbackServerContext* context) {
  return call.deadline() < CallerDeadline(context);
}

void RecordEnd(const RequestContext& call, absl::Time started,
               const absl::Status& status) {
  const absl::Duration latency = absl::Now() - started;
  call.runtime().metrics().Record(call.method(), status.code(), latency);
  LogLine line(LevelOf(status.code()), "call");
  line.Text("service", call.runtime().service())
      .Text("method", call.method())
      .Text("caller", call.principal().id)
      .Text("peer", call.peer())
      .Text("code", absl::StatusCodeToString(status.code()))
      .Millis("ms", latency);
  if (!status.ok()) line.Text("reason", ReasonOf(status));
}

absl::Status FromException(const RequestContext& call, const char* what) {
  LogLine(LogLevel::kError, "exception")
      .Text("service", call.runtime().service())
      .Text("method", call.method())
      .Text("what", what);
  return WithReason(absl::InternalError("internal error; the log says more"),
                    "INTERNAL");
}

}  // namespace qiangji::rpc::internal
