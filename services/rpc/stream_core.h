// The state of one streaming call, without its message types; stream.h puts
// the types on. Service code uses stream.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/base/mutex.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/pools.h"

namespace google::protobuf {
class Message;
}
namespace grpc {
class Alarm;
class CallbackServerContext;
}  // namespace grpc

namespace qiangji::rpc {

// Which streaming rpc a call is, and its limits.
struct StreamSite {
  Runtime* runtime;
  const char* service;
  const char* method;
  PoolKind pool = PoolKind::kRead;
  absl::Duration max_deadline = absl::InfiniteDuration();
  std::size_t max_queue_bytes = kMaxStreamQueueBytes;
  std::size_t low_water_bytes = kStreamLowWaterBytes;
  // Wake runs the slice however much is queued: a reader must keep up with what
  // happens, and is cut off where it does not.
  bool wake_always = false;
  absl::Duration stall_timeout = kStreamStallTimeout;
};

// What a slice says it wants next.
enum class Next : std::uint8_t {
  kMore,  // call again when the queue has drained below the low-water mark
  kWait,  // call again after Wake()
  kEnd,   // done: OK when everything queued has been sent
};

namespace internal {

// The typed reactor, as the core sees it. Every call is made without locks.
class StreamTransport {
 public:
  virtual ~StreamTransport() = default;
  virtual void BeginWrite(const google::protobuf::Message& message) = 0;
  virtual void BeginRead() = 0;
  virtual void End(const absl::Status& status) = 0;
};

// Shared by the reactor, by Writers and by tasks on the pool. Thread-safe.
class StreamCore : public std::enable_shared_from_this<StreamCore> {
 public:
  using Slice = std::function<absl::StatusOr<Next>(RequestContext&)>;
  // For the message that the transport has just read, or at the caller's
  // half-close (`end`), when the status ends the call.
  using Receive = std::function<absl::Status(RequestContext&, bool end)>;

  StreamCore(const StreamSite& site, grpc::CallbackServerContext* context);
  ~StreamCore();

  // Once, one of them. The body is dropped, never run, where the caller may not
  // or the server is full.
  void StartWriter(StreamTransport* transport,
                   const google::protobuf::Message& request, Slice slice);
  void StartReader(StreamTransport* transport, Receive receive);

  RequestContext& context() { return context_; }

  bool Write(std::unique_ptr<google::protobuf::Message> message);
  void Wake();
  void Finish(absl::Status status);
  // Holds once what is queued now has been sent: what a cut-off drops is not
  // skipped by a reader who goes on from there.
  void SetResume(ErrorMetadata resume);
  bool over() const;
  std::size_t queued_bytes() const;

  // From the reactor.
  void OnWriteDone(bool ok);
  void OnReadDone(bool ok);
  void OnCancel();
  void OnDone();

 private:
  // The next thing to do with the transport; done without the lock, by one
  // thread at a time.
  struct Action {
    const google::protobuf::Message* write = nullptr;
    bool read = false;
    bool run = false;
    bool end = false;
    absl::Status status;
    // Destroyed without the lock: destructors may call back.
    Slice slice;
    Receive receive;

    bool nothing() const { return write == nullptr && !read && !run && !end; }
  };
  absl::Status Enter();
  void Begin(absl::Status entered);
  void Drive();
  Action NextAction() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndLocked(absl::Status status, bool drop_queue)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndWith(absl::Status status, bool drop_queue);
  // Where the reader goes on when it has all that will still be sent.
  ErrorMetadata ResumePoint(bool drop_queue) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PostBody(bool first);
  void RunBody();
  absl::Status RunSlice(Slice& slice);
  absl::Status RunReceive(Receive& receive);
  void Stop();
  void ArmAlarm();
  void OnAlarm();

  const StreamSite site_;
  grpc::CallbackServerContext* const grpc_context_;  // until OnDone
  RequestContext context_;
  const absl::Time started_;
  const bool deadline_is_ours_;
  bool admitted_ = false;
  std::uint64_t stop_hook_ = 0;

  mutable Mutex mutex_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  StreamTransport* transport_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Slice slice_ ABSL_GUARDED_BY(mutex_);
  Receive receive_ ABSL_GUARDED_BY(mutex_);
  struct Queued {
    std::unique_ptr<google::protobuf::Message> message;
    std::optional<ErrorMetadata> resume;  // once it has been sent
  };
  // The front is with the transport while `writing_`.
  std::deque<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time write_began_ ABSL_GUARDED_BY(mutex_);
  ErrorMetadata resume_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool driving_ ABSL_GUARDED_BY(mutex_) = false;  // a thread is in Drive
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;  // the body, or queued to
  bool started_body_ ABSL_GUARDED_BY(mutex_) = false;
  bool wanted_ ABSL_GUARDED_BY(mutex_) = false;  // the body shall run
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;   // ... because of Wake
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_wanted_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;  // status_ is settled
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;   // End is or was called
  bool done_ ABSL_GUARDED_BY(mutex_) = false;    // OnDone was called
};

}  // namespace internal
}  // namespace qiangji::rpc
