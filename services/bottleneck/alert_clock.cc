#include "services/bottleneck/alert_clock.h"

#include <grpcpp/alarm.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "db/store/store.h"
#include "services/base/mutex.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_row.h"
#include "services/bottleneck/flag_store.h"
#include "services/rpc/log.h"
#include "services/rpc/runtime.h"

namespace qiangji::bottleneck {
namespace {

// After a failure it is tried again, not at once.
constexpr absl::Duration kPause = absl::Seconds(5);

domain::AlertLife LifeOf(const StoredAlert& alert) {
  return {alert.state.status, alert.work};
}

struct Due {
  std::vector<domain::Key> keys;  // alerts to which time has done something
  absl::Time next = absl::InfiniteFuture();
};

absl::StatusOr<Due> FindDue(store::Store& store, absl::Time now) {
  Due due;
  const absl::Status read =
      store.Read([&](store::Reader& reader) -> absl::Status {
        due = {};
        return reader.Scan(AlertTable(), {}, store::AccessScope::All(),
                           [&](const store::Stored& stored,
                               absl::string_view) -> absl::Status {
                             QJ_ASSIGN_OR_RETURN(const StoredAlert alert,
                                                 AlertFromRow(stored.row));
                             const auto at = domain::ElapsesAt(LifeOf(alert));
                             if (!at) return absl::OkStatus();
                             if (*at <= now) {
                               due.keys.push_back(KeyOf(alert.key));
                             } else {
                               due.next = std::min(due.next, *at);
                             }
                             return absl::OkStatus();
                           });
      });
  QJ_RETURN_IF_ERROR(read);
  return due;
}

// Somebody may have moved it since it was found.
absl::Status Elapse(store::Transaction& transaction, const domain::Key& key,
                    absl::Time now) {
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> stored,
      transaction.Get(AlertTable(), key, store::AccessScope::All()));
  if (!stored) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(StoredAlert alert, AlertFromRow(stored->row));
  const domain::Elapsed elapsed = domain::Elapse(LifeOf(alert), now);
  if (elapsed.happening == domain::AlertHappening::kNone) {
    return absl::OkStatus();
  }
  alert.state.status = elapsed.after.status;
  alert.work = elapsed.after.work;
  alert.happening = elapsed.happening;
  alert.actor.clear();
  alert.comment.clear();
  ++alert.actions;
  return transaction.Put(AlertTable(), ToRow(alert), stored->owner_id).status();
}

}  // namespace

absl::StatusOr<absl::Time> ElapseAlerts(store::Store& store, absl::Time now) {
  QJ_ASSIGN_OR_RETURN(const Due due, FindDue(store, now));
  if (due.keys.empty()) return due.next;
  store::WriteOptions options;
  options.caller = "service:bottleneck";
  options.method = "/qiangji.bottleneck.v1.AlertService/Elapse";
  const absl::Status written =
      store
          .ReadWrite(options,
                     [&](store::Transaction& transaction,
                         std::vector<std::string>&) -> absl::Status {
                       for (const domain::Key& key : due.keys) {
                         QJ_RETURN_IF_ERROR(Elapse(transaction, key, now));
                       }
                       return absl::OkStatus();
                     })
          .status();
  QJ_RETURN_IF_ERROR(written);
  // A date that was set meanwhile was told to Expect.
  return due.next;
}

class AlertClock::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(store::Store& store, rpc::Runtime& runtime, absl::Duration interval,
       std::function<void()> flags_elapsed)
      : store_(store),
        runtime_(runtime),
        interval_(interval),
        flags_elapsed_(std::move(flags_elapsed)) {}

  void Tick() {
    bool look = false;
    {
      const MutexLock lock(mutex_);
      if (stopped_) return;
      look = !busy_ && runtime_.clock().Now() >= next_;
      if (look) {
        busy_ = true;
        // What is expected while it looks counts as well.
        next_ = absl::InfiniteFuture();
      }
      alarm_ = std::make_unique<grpc::Alarm>();
      alarm_->Set(absl::ToChronoTime(absl::Now() + interval_),
                  [weak = weak_from_this()](bool fired) {
                    const auto self = weak.lock();
                    if (fired && self != nullptr) self->OnAlarm();
                  });
    }
    if (!look) return;
    runtime_.pool(rpc::PoolKind::kWrite).Resume([self = shared_from_this()] {
      self->Look();
    });
  }

  void Expect(std::optional<absl::Time> due) {
    if (!due) return;
    const MutexLock lock(mutex_);
    next_ = std::min(next_, *due);
  }

  void Stop() {
    std::unique_ptr<grpc::Alarm> alarm;
    {
      const MutexLock lock(mutex_);
      stopped_ = true;
      alarm = std::move(alarm_);
    }
    if (alarm != nullptr) alarm->Cancel();
    MutexLock lock(mutex_);
    while (busy_) idle_.Wait(lock);
  }

 private:
  void OnAlarm() {
    std::unique_ptr<grpc::Alarm> fired;
    {
      const MutexLock lock(mutex_);
      fired = std::move(alarm_);
    }
    Tick();
  }

  void Look() {
    const absl::Time now = runtime_.clock().Now();
    const absl::StatusOr<absl::Time> next = Elapse(now);
    if (!next.ok()) {
      rpc::LogLine(rpc::LogLevel::kWarning, "alert dates")
          .Text("service", runtime_.service())
          .Text("error", next.status().message());
    }
    const MutexLock lock(mutex_);
    next_ = std::min(next_, next.ok() ? *next : now + kPause);
    busy_ = false;
    idle_.NotifyAll();
  }

  // Returns when it does something again.
  absl::StatusOr<absl::Time> Elapse(absl::Time now) {
    QJ_ASSIGN_OR_RETURN(const absl::Time next, ElapseAlerts(store_, now));
    QJ_ASSIGN_OR_RETURN(const ElapsedFlags flags, ElapseFlags(store_, now));
    if (flags.moved) flags_elapsed_();
    return std::min(next, flags.next);
  }

  store::Store& store_;
  rpc::Runtime& runtime_;
  const absl::Duration interval_;
  const std::function<void()> flags_elapsed_;
  Mutex mutex_;
  CondVar idle_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

AlertClock::AlertClock(store::Store& store, rpc::Runtime& runtime,
                       absl::Duration interval,
                       std::function<void()> flags_elapsed)
    : impl_(std::make_shared<Impl>(store, runtime, interval,
                                   std::move(flags_elapsed))) {}

AlertClock::~AlertClock() { Stop(); }

void AlertClock::Start() { impl_->Tick(); }

void AlertClock::Stop() { impl_->Stop(); }

void AlertClock::Expect(std::optional<absl::Time> due) { impl_->Expect(due); }

}  // namespace qiangji::bottleneck
