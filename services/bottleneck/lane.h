// One subscription's deliveries, one after the other. Used by one thread at a
// time.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/bottleneck/deliverer.h"
#include "services/bottleneck/delivery_store.h"
#include "services/bottleneck/notice_source.h"

namespace qiangji::bottleneck {

class Lane {
 public:
  // What all lanes share; outlives them.
  struct Shared {
    const DeliveryOptions& options;
    store::Store& store;
    NewsLog& log;
    const Clock& clock;
    std::function<bool()> stop;
  };
  // What is to be done next.
  struct Next {
    enum class Kind {
      kMore,   // call Step again
      kIdle,   // when something is written to the log
      kLater,  // at `time`
      kNever,  // once it is refreshed
      kGone,   // the subscription is deleted
    };
    Kind kind = Kind::kIdle;
    absl::Time time;
  };

  Lane(const Shared& shared, std::string id)
      : shared_(shared), id_(std::move(id)) {}

  // What is recorded is read again before the next step.
  void Refresh() { fresh_ = false; }

  // Sends at most one notice. A failure of the store is an error: try later.
  absl::StatusOr<Next> Step();

 private:
  absl::Status Load();
  absl::StatusOr<Next> SendNext();
  absl::StatusOr<Next> SendLetter();
  // Records that there was nothing to tell for long, or on a day.
  absl::StatusOr<Next> PassOver(const NextNotice& nothing);
  absl::Status Send(const std::string& id, const std::string& content) const;
  absl::Status PostSigned(const std::string& id,
                          const std::string& content) const;
  // Where the subscription stands after the notice was sent, or not.
  StoredDelivery After(const absl::Status& sent, const Notice& notice) const;
  void Take(const StoredDelivery& delivery);
  // Counts a failed attempt, and says when the next is.
  void Fail(const absl::Status& status, int* attempts,
            StoredDelivery* delivery) const;
  absl::Time NextDay() const;

  const Shared& shared_;
  const std::string id_;
  bool fresh_ = false;
  // nullopt: the subscription is gone. What this process delivered counts even
  // where it could not be recorded.
  std::optional<Subscribed> known_;
  LogPlace passed_;              // nothing to tell up to here
  std::int64_t unrecorded_ = 0;  // parts of the log passed over since `told`
};

}  // namespace qiangji::bottleneck
