// Unary calls with a deadline, repeated while the service is UNAVAILABLE
// (AIP-194), mutations under one request id (AIP-155).
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::client {

struct CallOptions {
  // Of all attempts together.
  absl::Duration timeout = absl::Seconds(30);
  // 1 = no retry.
  int attempts = 4;
};

// Sets `request_id` to a new UUID where the message has such a field and it is
// empty.
void FillRequestId(google::protobuf::Message* request);

namespace internal {
// Runs attempts until one is not UNAVAILABLE, they are used up, or the time is.
absl::Status WithRetry(
    const CallOptions& options,
    const std::function<grpc::Status(grpc::ClientContext*)>& attempt);

// One started asynchronous call; keeps itself alive until it is done.
class AsyncCall : public std::enable_shared_from_this<AsyncCall> {
 public:
  using Attempt = std::function<void(grpc::ClientContext*,
                                     std::function<void(grpc::Status)>)>;
  static std::shared_ptr<AsyncCall> Start(
      const CallOptions& options, Attempt attempt,
      std::function<void(absl::Status)> done);
  // `done` comes with CANCELLED, unless the call has ended just before.
  void Cancel();
  ~AsyncCall();

 private:
  struct State;
  AsyncCall();
  void Try();
  void Ended(const grpc::Status& status);
  void DropAlarm();
  void Complete(absl::Status status);
  std::unique_ptr<State> state_;
};
}  // namespace internal

// Cancels the call; for RequestContext::OnCancel. Safe at any time.
using Canceller = std::function<void()>;

// Blocks. `method` is &Stub::GetItem.
template <typename Stub, typename Request, typename Response>
absl::Status Call(const CallOptions& options, Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*,
                                               const Request&, Response*),
                  const Request& request, Response* response) {
  Request filled = request;
  FillRequestId(&filled);
  return internal::WithRetry(options, [&](grpc::ClientContext* context) {
    response->Clear();
    return (stub.*method)(context, filled, response);
  });
}

// Never blocks. `start` begins one attempt on the callback stub:
//   [stub](grpc::ClientContext* c, const Request* q, Response* a, auto done) {
//     stub->async()->GetItem(c, q, a, std::move(done)); }
// `done` gets the status and the response, once, on a gRPC thread: it must not
// block and hands real work to a pool.
template <typename Request, typename Response, typename StartAttempt,
          typename Done>
Canceller CallAsync(const CallOptions& options, Request request,
                    StartAttempt start, Done done) {
  struct Messages {
    Request request;
    Response response;
  };
  auto messages = std::make_shared<Messages>();
  messages->request = std::move(request);
  FillRequestId(&messages->request);
  const std::weak_ptr<internal::AsyncCall> call = internal::AsyncCall::Start(
      options,
      [messages, start = std::move(start)](
          grpc::ClientContext* context,
          std::function<void(grpc::Status)> ended) {
        messages->response.Clear();
        start(context, &messages->request, &messages->response,
              std::move(ended));
      },
      [messages, done = std::move(done)](absl::Status status) mutable {
        done(std::move(status), std::move(messages->response));
      });
  return [call] {
    if (const auto running = call.lock()) running->Cancel();
  };
}

// Blocks; reads a server stream to its end. `open` starts it:
//   [&](grpc::ClientContext* c) { return stub.Export(c, request); }
// A non-OK status of `visit` ends the call and is returned. No retry.
template <typename Message, typename Open, typename Visit>
absl::Status ReadStream(absl::Duration timeout, Open open, Visit visit) {
  grpc::ClientContext context;
  if (timeout < absl::InfiniteDuration()) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
  auto reader = open(&context);
  Message message;
  while (reader->Read(&message)) {
    absl::Status status = visit(message);
    if (status.ok()) continue;
    context.TryCancel();
    reader->Finish();
    return status;
  }
  return FromGrpcStatus(reader->Finish());
}

}  // namespace qiangji::client
