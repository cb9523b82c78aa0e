#include "services/bottleneck/evaluation_log.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <utility>

#include "services/rpc/errors.h"

namespace qiangji::bottleneck {
namespace {

struct Waiter {
  std::uint64_t id = 0;  // an alarm may fire when its waiter is gone
  std::function<void(absl::Status)> done;
  std::unique_ptr<grpc::Alarm> alarm;
};
using Waiters = std::vector<std::unique_ptr<Waiter>>;

// The last of the points for which `after` is false; points are in order.
template <typename After>
std::optional<EvaluationPoint> LastBefore(
    const std::vector<EvaluationPoint>& points, After after) {
  const auto end = std::partition_point(
      points.begin(), points.end(),
      [&](const EvaluationPoint& point) { return !after(point); });
  if (end == points.begin()) return std::nullopt;
  return *std::prev(end);
}

}  // namespace

struct EvaluationLog::Shared : std::enable_shared_from_this<Shared> {
  mutable Mutex mutex;
  std::vector<EvaluationPoint> points ABSL_GUARDED_BY(mutex);
  // By wanted sequence.
  std::multimap<std::int64_t, std::unique_ptr<Waiter>> waiters
      ABSL_GUARDED_BY(mutex);
  std::int64_t head ABSL_GUARDED_BY(mutex) = 0;
  std::uint64_t next_id ABSL_GUARDED_BY(mutex) = 1;
  bool stopped ABSL_GUARDED_BY(mutex) = false;

  std::uint64_t rules ABSL_GUARDED_BY(mutex) = 0;
  std::uint64_t evaluated_rules ABSL_GUARDED_BY(mutex) = 0;

  std::int64_t Evaluated() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (points.empty()) return 0;
    return points.back().registry_seq - (rules == evaluated_rules ? 0 : 1);
  }

  Waiters TakeServed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    Waiters served;
    const auto end = waiters.upper_bound(Evaluated());
    for (auto it = waiters.begin(); it != end; ++it) {
      served.push_back(std::move(it->second));
    }
    waiters.erase(waiters.begin(), end);
    return served;
  }

  // At the deadline of the waiter, unless it has been served.
  void Expire(std::int64_t wanted, std::uint64_t id) {
    std::unique_ptr<Waiter> waiter;
    std::int64_t have = 0;
    {
      const MutexLock lock(mutex);
      have = Evaluated();
      const auto [begin, end] = waiters.equal_range(wanted);
      for (auto it = begin; it != end; ++it) {
        if (it->second->id != id) continue;
        waiter = std::move(it->second);
        waiters.erase(it);
        break;
      }
    }
    if (waiter != nullptr) {
      waiter->done(rpc::Behind("the evaluation of alerts", wanted, have));
    }
  }
};

namespace {
// Outside the lock: alarms and callbacks may call back.
void Serve(const Waiters& served, const absl::Status& status) {
  for (const auto& waiter : served) {
    waiter->alarm->Cancel();
    waiter->done(status);
  }
}
}  // namespace

EvaluationLog::EvaluationLog() : shared_(std::make_shared<Shared>()) {}
EvaluationLog::~EvaluationLog() { Stop(); }

void EvaluationLog::Reset(std::vector<EvaluationPoint> points) {
  Waiters served;
  {
    const MutexLock lock(shared_->mutex);
    shared_->points = std::move(points);
    served = shared_->TakeServed();
  }
  Serve(served, absl::OkStatus());
}

void EvaluationLog::RequireAgain() {
  const MutexLock lock(shared_->mutex);
  ++shared_->rules;
}

std::uint64_t EvaluationLog::generation() const {
  const MutexLock lock(shared_->mutex);
  return shared_->rules;
}

void EvaluationLog::Add(const EvaluationPoint& point, std::uint64_t rules) {
  Waiters served;
  {
    const MutexLock lock(shared_->mutex);
    shared_->points.push_back(point);
    shared_->evaluated_rules = std::max(shared_->evaluated_rules, rules);
    served = shared_->TakeServed();
  }
  Serve(served, absl::OkStatus());
}

void EvaluationLog::SetHead(std::int64_t registry_seq) {
  const MutexLock lock(shared_->mutex);
  shared_->head = std::max(shared_->head, registry_seq);
}

std::int64_t EvaluationLog::head() const {
  const MutexLock lock(shared_->mutex);
  return shared_->head;
}

std::int64_t EvaluationLog::evaluated() const {
  const MutexLock lock(shared_->mutex);
  return shared_->Evaluated();
}

std::optional<EvaluationPoint> EvaluationLog::Newest() const {
  const MutexLock lock(shared_->mutex);
  if (shared_->points.empty()) return std::nullopt;
  return shared_->points.back();
}

std::optional<EvaluationPoint> EvaluationLog::NewestAt(
    std::int64_t registry_seq) const {
  const MutexLock lock(shared_->mutex);
  return LastBefore(shared_->points, [&](const EvaluationPoint& point) {
    return point.registry_seq > registry_seq;
  });
}

std::optional<EvaluationPoint> EvaluationLog::NewestAtTime(
    absl::Time time) const {
  const MutexLock lock(shared_->mutex);
  return LastBefore(shared_->points, [&](const EvaluationPoint& point) {
    return point.registry_time > time;
  });
}

std::optional<EvaluationPoint> EvaluationLog::After(
    std::int64_t registry_seq) const {
  const MutexLock lock(shared_->mutex);
  const auto next =
      std::partition_point(shared_->points.begin(), shared_->points.end(),
                           [&](const EvaluationPoint& point) {
                             return point.registry_seq <= registry_seq;
                           });
  if (next == shared_->points.end()) return std::nullopt;
  return *next;
}

std::optional<EvaluationPoint> EvaluationLog::OfChange(std::int64_t seq) const {
  const MutexLock lock(shared_->mutex);
  return LastBefore(shared_->points, [&](const EvaluationPoint& point) {
    return point.seq > seq;
  });
}

void EvaluationLog::Await(std::int64_t registry_seq, absl::Time deadline,
                          std::function<void(absl::Status)> done) {
  absl::Status now = absl::OkStatus();
  {
    const MutexLock lock(shared_->mutex);
    if (shared_->Evaluated() < registry_seq) {
      if (!shared_->stopped) {
        auto waiter = std::make_unique<Waiter>();
        waiter->id = shared_->next_id++;
        waiter->done = std::move(done);
        waiter->alarm = std::make_unique<grpc::Alarm>();
        waiter->alarm->Set(absl::ToChronoTime(deadline),
                           [weak = shared_->weak_from_this(), registry_seq,
                            id = waiter->id](bool fired) {
                             const auto shared = weak.lock();
                             if (fired && shared != nullptr) {
                               shared->Expire(registry_seq, id);
                             }
                           });
        shared_->waiters.emplace(registry_seq, std::move(waiter));
        return;
      }
      now = absl::UnavailableError("the service shuts down");
    }
  }
  done(now);
}

void EvaluationLog::Stop() {
  Waiters ended;
  {
    const MutexLock lock(shared_->mutex);
    shared_->stopped = true;
    for (auto& [wanted, waiter] : shared_->waiters) {
      ended.push_back(std::move(waiter));
    }
    shared_->waiters.clear();
  }
  Serve(ended, absl::UnavailableError("the service shuts down"));
}

}  // namespace qiangji::bottleneck
