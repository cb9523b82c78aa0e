#include "clients/cpp/call.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/alarm.h>

#include <algorithm>
#include <string>
#include <thread>

#include "clients/cpp/backoff.h"
#include "services/base/ids.h"
#include "services/base/mutex.h"

namespace qiangji::client {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(50);
constexpr absl::Duration kMostBackoff = absl::Seconds(1);

void SetDeadline(grpc::ClientContext& context, absl::Time deadline) {
  if (deadline < absl::InfiniteFuture()) {
    context.set_deadline(absl::ToChronoTime(deadline));
  }
}

}  // namespace

void FillRequestId(google::protobuf::Message* request) {
  const auto* field = request->GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    return;
  }
  const auto* reflection = request->GetReflection();
  if (reflection->GetString(*request, field).empty()) {
    reflection->SetString(request, field, NewUuid());
  }
}

namespace internal {

absl::Status WithRetry(
    const CallOptions& options,
    const std::function<grpc::Status(grpc::ClientContext*)>& attempt) {
  const absl::Time deadline = absl::Now() + options.timeout;
  Backoff backoff(kFirstBackoff, kMostBackoff);
  for (int i = 1;; ++i) {
    grpc::ClientContext context;
    SetDeadline(context, deadline);
    const grpc::Status status = attempt(&context);
    const absl::Duration wait = backoff.Next();
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE ||
        i >= options.attempts || absl::Now() + wait >= deadline) {
      return FromGrpcStatus(status);
    }
    std::this_thread::sleep_for(absl::ToChronoNanoseconds(wait));
  }
}

struct AsyncCall::State {
  State() : backoff(kFirstBackoff, kMostBackoff) {}

  CallOptions options;
  absl::Time deadline;
  Attempt attempt;
  std::function<void(absl::Status)> done;

  Mutex mutex;
  Backoff backoff ABSL_GUARDED_BY(mutex);
  int tried ABSL_GUARDED_BY(mutex) = 0;
  bool cancelled ABSL_GUARDED_BY(mutex) = false;
  std::shared_ptr<grpc::ClientContext> context ABSL_GUARDED_BY(mutex);
  std::unique_ptr<grpc::Alarm> alarm ABSL_GUARDED_BY(mutex);
};

AsyncCall::AsyncCall() : state_(std::make_unique<State>()) {}
AsyncCall::~AsyncCall() = default;

std::shared_ptr<AsyncCall> AsyncCall::Start(
    const CallOptions& options, Attempt attempt,
    std::function<void(absl::Status)> done) {
  std::shared_ptr<AsyncCall> call(new AsyncCall);
  call->state_->options = options;
  call->state_->deadline = absl::Now() + options.timeout;
  call->state_->attempt = std::move(attempt);
  call->state_->done = std::move(done);
  call->Try();
  return call;
}

void AsyncCall::Try() {
  auto context = std::make_shared<grpc::ClientContext>();
  SetDeadline(*context, state_->deadline);
  bool cancelled = false;
  {
    const MutexLock lock(state_->mutex);
    cancelled = state_->cancelled;
    ++state_->tried;
    state_->context = context;
  }
  if (cancelled) {
    Complete(absl::CancelledError("the call was cancelled"));
    return;
  }
  // The context has to outlive the attempt: the callback holds it.
  state_->attempt(context.get(),
                  [self = shared_from_this(), context](
                      const grpc::Status& status) { self->Ended(status); });
}

void AsyncCall::Ended(const grpc::Status& status) {
  bool again = false;
  {
    const MutexLock lock(state_->mutex);
    const absl::Duration wait = state_->backoff.Next();
    again = status.error_code() == grpc::StatusCode::UNAVAILABLE &&
            !state_->cancelled && state_->tried < state_->options.attempts &&
            absl::Now() + wait < state_->deadline;
    if (again) {
      state_->alarm = std::make_unique<grpc::Alarm>();
      state_->alarm->Set(absl::ToChronoTime(absl::Now() + wait),
                         [self = shared_from_this()](bool) {
                           self->DropAlarm();
                           self->Try();
                         });
    }
  }
  if (!again) Complete(FromGrpcStatus(status));
}

// The alarm holds its callback, which holds this: it must go once it fired.
void AsyncCall::DropAlarm() {
  std::unique_ptr<grpc::Alarm> fired;  // destroyed after the lock is released
  const MutexLock lock(state_->mutex);
  fired.swap(state_->alarm);
}

void AsyncCall::Complete(absl::Status status) {
  const auto done = std::move(state_->done);
  state_->attempt = nullptr;
  if (done != nullptr) done(std::move(status));
}

void AsyncCall::Cancel() {
  const MutexLock lock(state_->mutex);
  state_->cancelled = true;
  if (state_->context != nullptr) state_->context->TryCancel();
  if (state_->alarm != nullptr) state_->alarm->Cancel();
}

}  // namespace internal
}  // namespace qiangji::client
