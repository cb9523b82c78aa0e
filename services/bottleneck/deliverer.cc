#include "services/bottleneck/deliverer.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "db/store/store.h"
#include "services/base/mutex.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/lane.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/log.h"
#include "services/rpc/runtime.h"

namespace qiangji::bottleneck {
namespace {

using Kind = Lane::Next::Kind;

// How late a due time may be noticed. The clock may be another than the one
// that a thread waits by, so it is looked at.
constexpr auto kTick = std::chrono::milliseconds(100);
constexpr auto kNoTimers = std::chrono::seconds(1);
constexpr absl::Duration kHubInterval = absl::Minutes(1);
// After a failure of the store.
constexpr absl::Duration kPause = absl::Seconds(1);

}  // namespace

class Deliverer::Impl {
 public:
  Impl(DeliveryOptions options, store::Store& store, rpc::ChangeHub& hub,
       rpc::Runtime& runtime)
      : options_(std::move(options)),
        store_(store),
        hub_(hub),
        clock_(runtime.clock()),
        service_(runtime.service()),
        log_(store, runtime.clock()),
        shared_{options_, store, log_, runtime.clock(),
                [this] { return stopping_.load(); }} {}

  absl::Status Start(const std::shared_ptr<Impl>& self) {
    QJ_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                        ReadSubscriptionIds(store_));
    for (const std::string& id : ids) Refresh(id);
    handle_ = hub_.Add(kHubInterval, [self] { self->Wake(); });
    for (int i = 0; i < std::max(1, options_.threads); ++i) {
      threads_.emplace_back([this] { Run(); });
    }
    return absl::OkStatus();
  }

  void Stop() {
    if (stopping_.exchange(true)) return;
    if (handle_ != 0) hub_.Remove(handle_);
    {
      const MutexLock lock(mutex_);
      ready_.NotifyAll();
    }
    for (std::thread& thread : threads_) thread.join();
  }

  void Refresh(const std::string& id) {
    const MutexLock lock(mutex_);
    Entry& entry = lanes_[id];
    if (entry.lane == nullptr) {
      entry.lane = std::make_unique<Lane>(shared_, id);
    }
    entry.refresh = true;
    Queue(id, entry);
  }

  const DeliveryOptions& options() const { return options_; }

 private:
  struct Entry {
    std::unique_ptr<Lane> lane;
    bool queued = false;
    bool busy = false;
    bool idle = false;     // waits for the log
    bool again = false;    // something was written while it was busy
    bool refresh = false;  // before its next step
  };

  // Something was committed.
  void Wake() {
    const MutexLock lock(mutex_);
    for (auto& [id, entry] : lanes_) {
      if (entry.busy) {
        entry.again = true;
      } else if (entry.idle) {
        Queue(id, entry);
      }
    }
  }

  void Queue(const std::string& id, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (entry.busy) {
      entry.again = true;
      return;
    }
    entry.idle = false;
    if (std::exchange(entry.queued, true)) return;
    queue_.push_back(id);
    ready_.NotifyOne();
  }

  void QueueDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const absl::Time now = clock_.Now();
    while (!timers_.empty() && timers_.begin()->first <= now) {
      const auto entry = lanes_.find(timers_.begin()->second);
      if (entry != lanes_.end()) Queue(entry->first, entry->second);
      timers_.erase(timers_.begin());
    }
  }

  void Run() {
    MutexLock lock(mutex_);
    while (!stopping_.load()) {
      QueueDue();
      if (queue_.empty()) {
        if (timers_.empty()) {
          ready_.WaitFor(lock, kNoTimers);
        } else {
          ready_.WaitFor(lock, kTick);
        }
        continue;
      }
      const std::string id = queue_.front();
      queue_.pop_front();
      const auto found = lanes_.find(id);
      if (found == lanes_.end()) continue;
      Entry& entry = found->second;  // stays while it is busy
      entry.queued = false;
      entry.busy = true;
      entry.again = false;
      if (std::exchange(entry.refresh, false)) entry.lane->Refresh();
      lock.native().unlock();
      const absl::StatusOr<Lane::Next> next = entry.lane->Step();
      lock.native().lock();
      entry.busy = false;
      Finish(id, entry, next);
    }
  }

  void Finish(const std::string& id, Entry& entry,
              const absl::StatusOr<Lane::Next>& next)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!next.ok()) {
      if (absl::IsCancelled(next.status())) return;
      rpc::LogLine(rpc::LogLevel::kWarning, "notification")
          .Text("service", service_)
          .Text("subscription", id)
          .Text("error", next.status().message());
      entry.refresh = true;
      timers_.emplace(clock_.Now() + kPause, id);
      return;
    }
    if (entry.refresh || next->kind == Kind::kMore) return Queue(id, entry);
    switch (next->kind) {
      case Kind::kMore:
      case Kind::kNever:
        break;
      case Kind::kIdle:
        entry.idle = true;
        if (entry.again) Queue(id, entry);
        break;
      case Kind::kLater:
        timers_.emplace(next->time, id);
        break;
      case Kind::kGone:
        lanes_.erase(id);
        break;
    }
  }

  const DeliveryOptions options_;
  store::Store& store_;
  rpc::ChangeHub& hub_;
  const Clock& clock_;
  const std::string service_;
  NewsLog log_;
  const Lane::Shared shared_;
  std::atomic<bool> stopping_{false};
  std::uint64_t handle_ = 0;
  std::vector<std::thread> threads_;

  Mutex mutex_;
  CondVar ready_;
  std::map<std::string, Entry> lanes_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> queue_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Time, std::string>> timers_ ABSL_GUARDED_BY(mutex_);
};

Deliverer::Deliverer(DeliveryOptions options, store::Store& store,
                     rpc::ChangeHub& hub, rpc::Runtime& runtime)
    : impl_(std::make_shared<Impl>(std::move(options), store, hub, runtime)) {}

Deliverer::~Deliverer() { Stop(); }

absl::Status Deliverer::Start() { return impl_->Start(impl_); }

void Deliverer::Stop() { impl_->Stop(); }

void Deliverer::Refresh(const std::string& subscription_id) {
  impl_->Refresh(subscription_id);
}

const DeliveryOptions& Deliverer::options() const { return impl_->options(); }

}  // namespace qiangji::bottleneck
