// The outbox of notifications: the log of alerts itself. An alert's version
// says what happened to it and is written in the transaction of the evaluation,
// action or clock that made it happen, so what is in the log is told, and
// nothing else is; a subscription only keeps its place in it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/base/mutex.h"
#include "services/bottleneck/alert_feed.h"
#include "services/bottleneck/subscription_row.h"

namespace qiangji::bottleneck {

// One event of an alert, and the place after it.
struct PlacedNews {
  domain::AlertNews news;
  LogPlace place;
  const v1::WatchAlertsResponse* message;  // of `fed`
};
struct NewsBlock {
  std::vector<PlacedNews> news;
  LogPlace end;
  std::shared_ptr<const FedBlock> fed;
};

// The log as news; versions that only bring other figures are none. Keeps what
// it read last for the other subscriptions. Thread-safe.
class NewsLog {
 public:
  // All outlive it.
  NewsLog(store::Store& store, const Clock& clock) : feed_(store, clock) {}

  // The next part of one change after `place`; nullptr at the head.
  absl::StatusOr<std::shared_ptr<const NewsBlock>> After(const LogPlace& place);

 private:
  static constexpr std::size_t kMostKept = 8 << 20;  // bytes
  static constexpr std::size_t kMostQuiet = 1024;    // ranges
  void NoteQuiet(std::int64_t seq) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  LogPlace PastQuiet(const LogPlace& place)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  AlertFeed feed_;
  Mutex mutex_;
  std::deque<std::pair<LogPlace, std::shared_ptr<const NewsBlock>>> kept_
      ABSL_GUARDED_BY(mutex_);
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Changes without alerts, the deliveries' own: first -> last.
  std::map<std::int64_t, std::int64_t> quiet_ ABSL_GUARDED_BY(mutex_);
};

// One message to one subscriber.
struct Notice {
  std::string id;       // "SUBSCRIPTION.SEQ-POSITION", the same every time
  std::string content;  // CloudEvent in JSON, or a mail
  LogPlace end;         // where the subscription stands once it is told
  std::int64_t event_seq = 0;
  std::int64_t events = 0;
};

// What the subscription is told next.
struct NextNotice {
  std::optional<Notice> notice;  // nullopt: nothing up to `place`
  LogPlace place;
  std::int64_t read = 0;  // parts of the log with alerts that were looked at
};

// The news of one change are one notice each, or all one where they are more
// than kMostSingleNews; those of a mail always one; those of a daily mail are
// those of all changes up to the head. `from`: the sender of mails. CANCELLED
// where `stop` says so.
absl::StatusOr<NextNotice> FindNextNotice(
    NewsLog& log, const StoredSubscription& subscription, const LogPlace& place,
    const std::string& from, const std::function<bool()>& stop);

}  // namespace qiangji::bottleneck
