#include "clients/cpp/feed_reader.h"

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "services/base/mutex.h"

namespace qiangji::client {

struct FeedReader::State {
  State(FeedReaderOptions o, FeedHandler* h)
      : options(std::move(o)),
        handler(h),
        backoff(options.first_backoff, options.most_backoff),
        seq(options.resume_after),
        snapshot_needed(options.resume_after < 0) {}

  const FeedReaderOptions options;
  FeedHandler* const handler;
  std::unique_ptr<Tap> tap;

  mutable Mutex mutex;
  CondVar idle;
  Backoff backoff ABSL_GUARDED_BY(mutex);
  std::int64_t seq ABSL_GUARDED_BY(mutex);
  std::int64_t head ABSL_GUARDED_BY(mutex) = -1;
  bool snapshot_needed ABSL_GUARDED_BY(mutex);
  bool connected ABSL_GUARDED_BY(mutex) = false;
  absl::Status last_error ABSL_GUARDED_BY(mutex);
  // A stream or the wait before the next one is under way.
  bool busy ABSL_GUARDED_BY(mutex) = false;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::int64_t opened ABSL_GUARDED_BY(mutex) = 0;  // streams so far
  FeedCanceller cancel ABSL_GUARDED_BY(mutex);
  std::unique_ptr<grpc::Alarm> alarm ABSL_GUARDED_BY(mutex);
};

// Notes what passes by.
class FeedReader::Tap final : public FeedHandler {
 public:
  explicit Tap(State* state) : state_(state) {}

  absl::Status Begin(const FeedUnit& unit) override {
    Seen(unit.seq);
    return state_->handler->Begin(unit);
  }
  absl::Status Rows(const type::v1::RowBlock& block) override {
    return state_->handler->Rows(block);
  }
  absl::Status End(std::int64_t seq, const std::string& digest) override {
    absl::Status applied = state_->handler->End(seq, digest);
    if (applied.ok()) {
      const MutexLock lock(state_->mutex);
      state_->seq = seq;
      state_->snapshot_needed = false;
    }
    return applied;
  }
  void Abort() override { state_->handler->Abort(); }
  void Heartbeat(std::int64_t head_seq) override {
    Seen(head_seq);
    state_->handler->Heartbeat(head_seq);
  }

 private:
  void Seen(std::int64_t head) {
    const MutexLock lock(state_->mutex);
    state_->connected = true;
    state_->head = std::max(state_->head, head);
    state_->backoff.Reset();
  }

  State* const state_;
};

FeedReader::FeedReader(FeedReaderOptions options, FeedHandler* handler)
    : state_(std::make_unique<State>(std::move(options), handler)) {
  state_->tap = std::make_unique<Tap>(state_.get());
}

FeedReader::~FeedReader() { Stop(); }

void FeedReader::Start() {
  {
    const MutexLock lock(state_->mutex);
    if (state_->busy || state_->stopping) return;
    state_->busy = true;
  }
  Open();
}

void FeedReader::Open() {
  FeedRequest request;
  request.tables = state_->options.tables;
  request.heartbeat = state_->options.heartbeat;
  std::int64_t opened = 0;
  {
    const MutexLock lock(state_->mutex);
    if (state_->stopping) {
      state_->busy = false;
      state_->idle.NotifyAll();
      return;
    }
    request.watch = !state_->snapshot_needed;
    request.seq = request.watch ? state_->seq : 0;
    opened = ++state_->opened;
  }
  FeedCanceller cancel = StartFeed(
      state_->options.registry, request, state_->options.executor,
      state_->tap.get(), [this](const FeedResult& result) { Ended(result); });
  const MutexLock lock(state_->mutex);
  if (state_->stopping) cancel();
  // A short stream may have ended, and the next one begun, before this line.
  if (state_->opened == opened) state_->cancel = std::move(cancel);
}

void FeedReader::Ended(const FeedResult& result) {
  absl::Duration wait = absl::ZeroDuration();
  {
    const MutexLock lock(state_->mutex);
    if (state_->stopping) {
      state_->busy = false;
      state_->idle.NotifyAll();
      return;
    }
    if (!result.status.ok()) {
      state_->last_error = result.status;
      // What cannot be continued, or came out wrong, starts from a snapshot.
      const absl::StatusCode code = result.status.code();
      const bool broken = code == absl::StatusCode::kDataLoss ||
                          code == absl::StatusCode::kOutOfRange ||
                          code == absl::StatusCode::kInvalidArgument ||
                          code == absl::StatusCode::kInternal;
      if (result.resnapshot || broken) state_->snapshot_needed = true;
      if (!result.resnapshot) {
        state_->connected = false;
        wait = state_->backoff.Next();
      }
    }
  }
  if (wait > absl::ZeroDuration()) {
    Retry(wait);
  } else {
    Open();
  }
}

void FeedReader::Retry(absl::Duration wait) {
  auto alarm = std::make_unique<grpc::Alarm>();
  const MutexLock lock(state_->mutex);
  alarm->Set(absl::ToChronoTime(absl::Now() + wait), [this](bool) { Open(); });
  if (state_->stopping) alarm->Cancel();
  state_->alarm = std::move(alarm);
}

void FeedReader::Stop() {
  std::unique_ptr<grpc::Alarm> alarm;
  MutexLock lock(state_->mutex);
  state_->stopping = true;
  if (state_->cancel != nullptr) state_->cancel();
  if (state_->alarm != nullptr) state_->alarm->Cancel();
  while (state_->busy) state_->idle.Wait(lock);
  alarm = std::move(state_->alarm);
}

bool FeedReader::connected() const {
  const MutexLock lock(state_->mutex);
  return state_->connected;
}

std::int64_t FeedReader::seq() const {
  const MutexLock lock(state_->mutex);
  return state_->seq;
}

std::int64_t FeedReader::head() const {
  const MutexLock lock(state_->mutex);
  return state_->head;
}

absl::Status FeedReader::last_error() const {
  const MutexLock lock(state_->mutex);
  return state_->last_error;
}

}  // namespace qiangji::client
