#include "services/rpc/stream_core.h"

#include <google/protobuf/message.h>
#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/time/clock.h"
#include "services/rpc/call.h"
#include "services/rpc/permission.h"
#include "services/rpc/runtime.h"
#include "services/rpc/validate.h"

namespace qiangji::rpc::internal {

StreamCore::StreamCore(const StreamSite& site,
                       grpc::CallbackServerContext* context)
    : site_(site),
      grpc_context_(context),
      context_(ContextOptions(site.runtime, site.service, site.method,
                              site.max_deadline, context)),
      started_(absl::Now()),
      deadline_is_ours_(DeadlineIsOurs(context_, context)) {}

StreamCore::~StreamCore() = default;

absl::Status StreamCore::Enter() {
  absl::Status allowed = CheckPermission(
      FindMethod(site_.service, site_.method), context_.principal());
  if (!allowed.ok()) return allowed;
  if (!site_.runtime->Admit()) return QueueFull("this service");
  admitted_ = true;
  return absl::OkStatus();
}

void StreamCore::StartWriter(StreamTransport* transport,
                             const google::protobuf::Message& request,
                             Slice slice) {
  {
    const MutexLock lock(mutex_);
    transport_ = transport;
    slice_ = std::move(slice);
    wanted_ = true;
  }
  absl::Status entered = Enter();
  if (entered.ok()) entered = ValidateRequest(request);
  Begin(std::move(entered));
}

void StreamCore::StartReader(StreamTransport* transport, Receive receive) {
  {
    const MutexLock lock(mutex_);
    transport_ = transport;
    receive_ = std::move(receive);
    read_wanted_ = true;
  }
  Begin(Enter());
}

void StreamCore::Begin(absl::Status entered) {
  if (entered.ok()) {
    stop_hook_ = site_.runtime->AddStopHook([weak = weak_from_this()] {
      if (const auto core = weak.lock()) core->Stop();
    });
    ArmAlarm();
  } else {
    EndWith(std::move(entered), /*drop_queue=*/true);
  }
  Drive();
}

StreamCore::Action StreamCore::NextAction() {
  Action action;
  if (ended_) return action;
  if (!writing_ && !queue_.empty()) {
    writing_ = true;
    write_began_ = absl::Now();
    action.write = queue_.front().message.get();
  } else if (ending_) {
    if (writing_ || running_) return action;
    ended_ = true;
    action.end = true;
    action.status = status_;
    action.slice = std::move(slice_);
    action.receive = std::move(receive_);
  } else if (read_wanted_) {
    read_wanted_ = false;
    action.read = true;
  } else if (wanted_ && !running_ &&
             (queued_bytes_ < site_.low_water_bytes ||
              (site_.wake_always && woken_))) {
    wanted_ = woken_ = false;
    running_ = true;
    action.run = true;
  }
  return action;
}

// One thread at a time talks to the transport: nothing can come after End.
// Whoever changes the state while another thread is here may leave, that one
// looks again.
void StreamCore::Drive() {
  for (;;) {
    Action action;
    StreamTransport* transport = nullptr;
    bool first = false;
    {
      const MutexLock lock(mutex_);
      if (driving_) return;
      action = NextAction();
      if (action.nothing()) return;
      driving_ = true;
      transport = transport_;
      if (action.run) first = !std::exchange(started_body_, true);
    }
    if (action.write != nullptr) transport->BeginWrite(*action.write);
    if (action.read) transport->BeginRead();
    if (action.run) PostBody(first);
    if (action.end) {
      action.slice = nullptr;
      action.receive = nullptr;
      // Recorded before the caller can see the end.
      RecordEnd(context_, started_, action.status);
      transport->End(action.status);
    }
    const MutexLock lock(mutex_);
    driving_ = false;
  }
}

// The first run is new work and may be refused; later ones were admitted.
void StreamCore::PostBody(bool first) {
  Pool& pool = site_.runtime->pool(site_.pool);
  auto task = [core = shared_from_this()] { core->RunBody(); };
  if (!first) {
    pool.Resume(std::move(task));
  } else if (!pool.TryPost(std::move(task))) {
    const MutexLock lock(mutex_);
    running_ = false;
    EndLocked(QueueFull(pool.name()), /*drop_queue=*/true);
  }
}

void StreamCore::RunBody() {
  Slice slice;
  Receive receive;
  bool ending = false;
  {
    const MutexLock lock(mutex_);
    slice = std::move(slice_);
    receive = std::move(receive_);
    ending = ending_;
  }
  absl::Status status = context_.Check();
  const bool gone = !status.ok();
  if (!ending && !gone) {
    try {
      status = slice != nullptr ? RunSlice(slice) : RunReceive(receive);
    } catch (const std::exception& e) {
      status = FromException(context_, e.what());
    } catch (...) {
      status = FromException(context_, "not a std::exception");
    }
  }
  {
    const MutexLock lock(mutex_);
    slice_ = std::move(slice);
    receive_ = std::move(receive);
    running_ = false;
    if (!status.ok()) EndLocked(std::move(status), /*drop_queue=*/gone);
  }
  Drive();
}

absl::Status StreamCore::RunSlice(Slice& slice) {
  const absl::StatusOr<Next> next = slice(context_);
  if (!next.ok()) return next.status();
  const MutexLock lock(mutex_);
  if (*next == Next::kMore) wanted_ = true;
  if (*next == Next::kEnd) EndLocked(absl::OkStatus(), /*drop_queue=*/false);
  const bool waits = *next == Next::kWait && !wanted_;
  return waits && stopping_ ? ShuttingDown(ResumePoint(/*drop_queue=*/false))
                            : absl::OkStatus();
}

absl::Status StreamCore::RunReceive(Receive& receive) {
  bool end = false;
  {
    const MutexLock lock(mutex_);
    end = half_closed_;
  }
  absl::Status status = receive(context_, end);
  if (!status.ok()) return status;
  const MutexLock lock(mutex_);
  if (end) {
    EndLocked(absl::OkStatus(), /*drop_queue=*/false);
  } else {
    read_wanted_ = true;
  }
  return absl::OkStatus();
}

void StreamCore::EndLocked(absl::Status status, bool drop_queue) {
  if (drop_queue) {
    const std::size_t keep = writing_ ? 1 : 0;
    while (queue_.size() > keep) {
      queued_bytes_ -= queue_.back().message->ByteSizeLong();
      queue_.pop_back();
    }
  }
  if (ending_) return;
  ending_ = true;
  status_ = std::move(status);
}

void StreamCore::EndWith(absl::Status status, bool drop_queue) {
  {
    const MutexLock lock(mutex_);
    EndLocked(std::move(status), drop_queue);
  }
  Drive();
}

ErrorMetadata StreamCore::ResumePoint(bool drop_queue) const {
  const ErrorMetadata* point = &resume_;
  std::size_t sent = drop_queue ? (writing_ ? 1 : 0) : queue_.size();
  for (const Queued& queued : queue_) {
    if (sent-- == 0) break;
    if (queued.resume) point = &*queued.resume;
  }
  return *point;
}

bool StreamCore::Write(std::unique_ptr<google::protobuf::Message> message) {
  bool queued = false;
  {
    const MutexLock lock(mutex_);
    if (ending_) return false;
    const std::size_t bytes = message->ByteSizeLong();
    if (queued_bytes_ + bytes > site_.max_queue_bytes && !queue_.empty()) {
      EndLocked(SlowReader(ResumePoint(/*drop_queue=*/true)),
                /*drop_queue=*/true);
    } else {
      queued_bytes_ += bytes;
      queue_.push_back({std::move(message), std::nullopt});
      queued = true;
    }
  }
  Drive();
  return queued;
}

void StreamCore::Wake() {
  {
    const MutexLock lock(mutex_);
    if (ending_) return;
    wanted_ = woken_ = true;
  }
  Drive();
}

void StreamCore::Finish(absl::Status status) {
  EndWith(std::move(status), /*drop_queue=*/false);
}

void StreamCore::SetResume(ErrorMetadata resume) {
  const MutexLock lock(mutex_);
  if (queue_.empty()) {
    resume_ = std::move(resume);
  } else {
    queue_.back().resume = std::move(resume);
  }
}

bool StreamCore::over() const {
  const MutexLock lock(mutex_);
  return ending_;
}

std::size_t StreamCore::queued_bytes() const {
  const MutexLock lock(mutex_);
  return queued_bytes_;
}

void StreamCore::OnWriteDone(bool ok) {
  std::unique_ptr<google::protobuf::Message> written;
  {
    const MutexLock lock(mutex_);
    writing_ = false;
    written = std::move(queue_.front().message);
    if (ok && queue_.front().resume) {
      resume_ = *std::move(queue_.front().resume);
    }
    queue_.pop_front();
    queued_bytes_ -= written->ByteSizeLong();
    if (!ok) {
      EndLocked(absl::CancelledError("the caller has gone"),
                /*drop_queue=*/true);
    }
  }
  Drive();
}

void StreamCore::OnReadDone(bool ok) {
  {
    const MutexLock lock(mutex_);
    half_closed_ = !ok;
    wanted_ = true;
    // A cancelled call reads like a half-close; that must not end an import.
    if (!ok && grpc_context_->IsCancelled()) {
      EndLocked(absl::CancelledError("the caller has gone"),
                /*drop_queue=*/true);
    }
  }
  Drive();
}

void StreamCore::OnCancel() {
  context_.Cancel();
  absl::Status status = context_.Check();
  EndWith(std::move(status), /*drop_queue=*/true);
}

void StreamCore::OnDone() {
  context_.End();
  if (stop_hook_ != 0) site_.runtime->RemoveStopHook(stop_hook_);
  if (admitted_) site_.runtime->Leave();
  std::unique_ptr<grpc::Alarm> alarm;
  const MutexLock lock(mutex_);
  done_ = true;
  transport_ = nullptr;
  alarm = std::move(alarm_);
}

// The service shuts down: what waits ends, what runs goes on to its end.
void StreamCore::Stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    const bool waits =
        slice_ != nullptr && started_body_ && !running_ && !wanted_ && !ending_;
    if (waits) {
      EndLocked(ShuttingDown(ResumePoint(/*drop_queue=*/false)),
                /*drop_queue=*/false);
    }
  }
  Drive();
}

// One alarm serves the stall check and, where the caller gave no deadline, the
// server's.
void StreamCore::ArmAlarm() {
  absl::Time at = absl::InfiniteFuture();
  if (site_.stall_timeout < absl::InfiniteDuration()) {
    at = absl::Now() + site_.stall_timeout / 2;
  }
  if (deadline_is_ours_) at = std::min(at, context_.deadline());
  if (at == absl::InfiniteFuture()) return;
  auto alarm = std::make_unique<grpc::Alarm>();
  alarm->Set(absl::ToChronoTime(at), [weak = weak_from_this()](bool fired) {
    const auto core = weak.lock();
    if (fired && core != nullptr) core->OnAlarm();
  });
  // The one before has just fired; its state lives until its callback returns.
  const MutexLock lock(mutex_);
  if (!done_) alarm_.swap(alarm);
}

void StreamCore::OnAlarm() {
  const bool late = deadline_is_ours_ && !context_.Check().ok();
  if (late) {
    context_.Cancel();
    EndWith(context_.Check(), /*drop_queue=*/true);
  }
  {
    const MutexLock lock(mutex_);
    if (done_) return;
    // Nothing reaches a reader who takes nothing, not even a status.
    const bool stalled =
        writing_ && absl::Now() - write_began_ >= site_.stall_timeout;
    if (stalled || (late && writing_)) grpc_context_->TryCancel();
    if (late || stalled) return;
  }
  ArmAlarm();
}

}  // namespace qiangji::rpc::internal
