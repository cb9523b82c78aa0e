#include "services/coverage/picture.h"

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>

#include <algorithm>
#include <list>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/call.h"
#include "clients/cpp/feed_reader.h"
#include "qiangji/coverage/v1/figure_options.pb.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "services/coverage/head_feed.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"

namespace qiangji::coverage {
namespace {

using registry::v1::ChangeService;
using registry::v1::GetHeadRequest;
using registry::v1::GetHeadResponse;

// A call that waits gives up so much before its deadline: the answer that
// names both sequences must still reach the caller.
constexpr absl::Duration kAnswerTime = absl::Milliseconds(200);

client::FeedReaderOptions FeedOf(std::shared_ptr<grpc::Channel> registry,
                                 client::Executor executor) {
  client::FeedReaderOptions options;
  options.registry = std::move(registry);
  options.executor = std::move(executor);
  return options;
}

}  // namespace

class Pictures::Impl : public std::enable_shared_from_this<Pictures::Impl> {
 public:
  Impl(const std::shared_ptr<grpc::Channel>& registry, rpc::Runtime& runtime)
      : runtime_(runtime),
        stub_(ChangeService::NewStub(registry)),
        feed_([this](std::int64_t seq) { Applied(seq); }),
        past_(std::make_shared<PastPictures>(registry, OnLongPool())),
        reader_(FeedOf(registry, OnLongPool()), &feed_) {}

  void Start() { reader_.Start(); }
  void Stop();
  bool ready() const {
    MutexLock lock(mutex_);
    return applied_ >= 0;
  }
  void Acquire(rpc::RequestContext& call, const v1::FigureOptions& options,
               PictureDone done);

 private:
  // A call that waits for a sequence. Answered by whoever takes it off the
  // list; the alarm and the call's end only look for it there.
  struct Waiter {
    rpc::RequestContext* call = nullptr;
    std::int64_t seq = 0;
    // The picture must be of just this sequence: read_seq.
    bool exactly = false;
    PictureDone done;
    grpc::Alarm alarm;
  };
  using WaiterPtr = std::shared_ptr<Waiter>;

  client::Executor OnLongPool() {
    return [&runtime = runtime_](std::function<void()> task) {
      runtime.pool(rpc::PoolKind::kLong).Resume(std::move(task));
    };
  }
  void AskHead(rpc::RequestContext& call, std::int64_t read_seq,
               PictureDone done);
  void WaitFor(rpc::RequestContext& call, std::int64_t seq, bool exactly,
               PictureDone done);
  void Expire(const std::weak_ptr<Waiter>& weak);
  void Applied(std::int64_t seq);
  void Build();

  rpc::Runtime& runtime_;
  const std::unique_ptr<ChangeService::Stub> stub_;
  HeadFeed feed_;
  const std::shared_ptr<PastPictures> past_;
  mutable Mutex mutex_;
  std::int64_t applied_ ABSL_GUARDED_BY(mutex_) = -1;
  Picture picture_ ABSL_GUARDED_BY(mutex_);
  std::list<WaiterPtr> waiters_ ABSL_GUARDED_BY(mutex_);
  bool building_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  client::FeedReader reader_;
};

void Pictures::Impl::Stop() {
  reader_.Stop();
  std::list<WaiterPtr> waiters;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    waiters.swap(waiters_);
  }
  for (const WaiterPtr& waiter : waiters) {
    waiter->alarm.Cancel();
    waiter->done(absl::UnavailableError("the coverage service is stopping"));
  }
}

void Pictures::Impl::Acquire(rpc::RequestContext& call,
                             const v1::FigureOptions& options,
                             PictureDone done) {
  if (options.has_read_time()) {
    ReadPoint point;
    point.time = absl::FromUnixSeconds(options.read_time().seconds()) +
                 absl::Nanoseconds(options.read_time().nanos());
    return past_->Read(call, point, std::move(done));
  }
  if (options.read_seq() == 0) {
    if (options.allow_stale()) {
      return WaitFor(call, 0, false,
                     [self = shared_from_this(),
                      done = std::move(done)](absl::StatusOr<Picture> picture) {
                       if (picture.ok()) {
                         picture->stale = self->reader_.head() > picture->seq;
                       }
                       done(std::move(picture));
                     });
    }
    return AskHead(call, 0, std::move(done));
  }
  std::int64_t applied = 0;
  {
    MutexLock lock(mutex_);
    applied = applied_;
  }
  if (options.read_seq() > applied) {
    return AskHead(call, options.read_seq(), std::move(done));
  }
  if (options.read_seq() == applied) {
    return WaitFor(call, applied, true, std::move(done));
  }
  past_->Read(call, {.seq = options.read_seq(), .time = std::nullopt},
              std::move(done));
}

// The head, or `read_seq` once the registry has said that it is recorded.
void Pictures::Impl::AskHead(rpc::RequestContext& call, std::int64_t read_seq,
                             PictureDone done) {
  client::CallOptions options;
  // Deadlines are in the system's time, whatever the service's clock says.
  options.timeout = call.deadline() - absl::Now() - kAnswerTime;
  const client::Canceller cancel =
      client::CallAsync<GetHeadRequest, GetHeadResponse>(
          options, GetHeadRequest(),
          [this](grpc::ClientContext* context, const GetHeadRequest* request,
                 GetHeadResponse* response, auto ended) {
            stub_->async()->GetHead(context, request, response,
                                    std::move(ended));
          },
          [self = shared_from_this(), &call, read_seq, done = std::move(done)](
              const absl::Status& status, const GetHeadResponse& head) {
            if (!status.ok()) return done(OfRegistry(status));
            if (read_seq > head.seq()) {
              return done(rpc::OutOfRange(
                  "options.read_seq",
                  absl::StrCat("the newest sequence is ", head.seq())));
            }
            self->WaitFor(call, read_seq > 0 ? read_seq : head.seq(),
                          read_seq > 0, done);
          });
  call.OnCancel(cancel);
}

void Pictures::Impl::WaitFor(rpc::RequestContext& call, std::int64_t seq,
                             bool exactly, PictureDone done) {
  const auto waiter = std::make_shared<Waiter>();
  waiter->call = &call;
  waiter->seq = seq;
  waiter->exactly = exactly;
  waiter->done = std::move(done);
  bool build = false;
  {
    MutexLock lock(mutex_);
    if (stopped_) {
      waiter->seq = -1;
    } else if (picture_.world != nullptr && picture_.seq >= seq &&
               (!exactly || picture_.seq == seq)) {
      waiter->seq = -2;
    } else {
      waiters_.push_back(waiter);
      build = applied_ >= seq && !std::exchange(building_, true);
    }
  }
  if (waiter->seq == -1) {
    return waiter->done(
        absl::UnavailableError("the coverage service is stopping"));
  }
  if (waiter->seq == -2) {
    Picture picture;
    {
      MutexLock lock(mutex_);
      picture = picture_;
    }
    return waiter->done(std::move(picture));
  }
  const std::weak_ptr<Waiter> weak = waiter;
  waiter->alarm.Set(
      absl::ToChronoTime(call.deadline() - kAnswerTime),
      [self = shared_from_this(), weak](bool) { self->Expire(weak); });
  call.OnCancel([self = shared_from_this(), weak] { self->Expire(weak); });
  if (build) {
    OnLongPool()([self = shared_from_this()] { self->Build(); });
  }
}

void Pictures::Impl::Expire(const std::weak_ptr<Waiter>& weak) {
  const WaiterPtr waiter = weak.lock();
  if (waiter == nullptr) return;
  std::int64_t have = 0;
  {
    MutexLock lock(mutex_);
    const auto it = std::find(waiters_.begin(), waiters_.end(), waiter);
    if (it == waiters_.end()) return;  // answered
    waiters_.erase(it);
    have = applied_;
  }
  // -1 = no picture yet.
  waiter->done(rpc::Behind("the picture of the registry", waiter->seq,
                           std::max<std::int64_t>(have, 0)));
}

// On the feed's strand, after a change has been applied.
void Pictures::Impl::Applied(std::int64_t seq) {
  {
    MutexLock lock(mutex_);
    applied_ = seq;
    const bool wanted = std::any_of(
        waiters_.begin(), waiters_.end(),
        [seq](const WaiterPtr& waiter) { return waiter->seq <= seq; });
    if (!wanted) return;
  }
  Build();
}

void Pictures::Impl::Build() {
  const Picture picture = feed_.Build();
  std::vector<WaiterPtr> served;
  {
    MutexLock lock(mutex_);
    building_ = false;
    if (picture.world == nullptr) return;
    if (picture.seq >= picture_.seq) picture_ = picture;
    for (auto it = waiters_.begin(); it != waiters_.end();) {
      if ((*it)->seq > picture.seq) {
        ++it;
        continue;
      }
      served.push_back(*it);
      it = waiters_.erase(it);
    }
  }
  for (const WaiterPtr& waiter : served) {
    waiter->alarm.Cancel();
    if (waiter->exactly && waiter->seq != picture.seq) {
      // The head moved on before the picture was made.
      past_->Read(*waiter->call, {.seq = waiter->seq, .time = std::nullopt},
                  waiter->done);
      continue;
    }
    waiter->done(picture);
  }
}

Pictures::Pictures(const std::shared_ptr<grpc::Channel>& registry,
                   rpc::Runtime& runtime)
    : impl_(std::make_shared<Impl>(registry, runtime)) {}
Pictures::~Pictures() { Stop(); }
void Pictures::Start() { impl_->Start(); }
void Pictures::Stop() { impl_->Stop(); }
bool Pictures::ready() const { return impl_->ready(); }
void Pictures::Acquire(rpc::RequestContext& call,
                       const v1::FigureOptions& options, PictureDone done) {
  impl_->Acquire(call, options, std::move(done));
}

}  // namespace qiangji::coverage
