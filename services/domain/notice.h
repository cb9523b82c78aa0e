// What subscribers are told (METHOD 5, alerts): which news a subscription
// wants, when many are one, when it is tried again. Pure: no clock, no network.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/rules.h"
#include "services/domain/rules_evaluate.h"

namespace qiangji::domain {

// One thing that happened to an alert.
struct AlertNews {
  std::string alert;    // resource name
  std::string rule;     // "IMPORT_DEPENDENCE"
  std::string subject;  // "items/bearing"
  std::string name_zh;  // of the subject
  std::string name_en;
  std::string event;  // "opened", "severity_changed", … of the API
  std::optional<Severity> severity_before;  // nullopt: there was no alert
  Severity severity = Severity::kLow;
  std::optional<AlertStatus> status_before;
  AlertStatus status = AlertStatus::kOpen;
  bool overdue = false;
  std::vector<std::string> sectors;
  std::string owner;
  absl::Time time;
  std::optional<absl::Time> due;
  std::string summary_zh;  // one sentence
  std::string summary_en;
};

// What a subscription wants; an empty set is no condition, all must hold.
struct NoticeFilter {
  std::set<std::string> rules;
  std::set<std::string> sectors;
  std::set<std::string> items;  // ids
  std::set<std::string> owners;
  std::set<AlertStatus> states;  // after the event
  // Reached before or after the event, so that a fall is told too.
  std::optional<Severity> min_severity;
};
bool Matches(const NoticeFilter& filter, const AlertNews& news);

// Up to here the news of one change of the store are told one by one, above as
// one notice.
constexpr int kMostSingleNews = 10;
// Members that such a notice lists; it counts all.
constexpr int kMostListedNews = 100;

struct NewsTally {
  std::int64_t total = 0;
  std::map<std::string, std::int64_t> by_event;
  std::map<std::string, std::int64_t> by_rule;
  std::map<Severity, std::int64_t> by_severity;  // after the event
  void Add(const AlertNews& news);
};

// Where a mail lists an alert, in this order.
enum class NewsSection : std::uint8_t { kNew, kMoved, kOverdue, kResolved };
constexpr int kNewsSectionCount = 4;

struct Digest {
  struct Section {
    std::int64_t count = 0;
    std::vector<AlertNews> listed;  // hardest first, then by alert
  };
  std::array<Section, kNewsSectionCount> sections;
  std::int64_t count() const;
};

// Folds the news of a time into one entry an alert: from how it was before the
// first to how it is after the last of them.
class DigestBuilder {
 public:
  // In the order in which they happened.
  void Add(const AlertNews& news);
  // Each section lists up to `most`.
  Digest Take(int most) &&;

 private:
  std::map<std::string, AlertNews> alerts_;
};

// How long after the `failed`-th failure in a row (from 1) the next attempt
// comes: doubling from `first` up to `most`, the same every time.
absl::Duration RetryDelay(int failed, absl::Duration first,
                          absl::Duration most);

// The next time that it is `hour` o'clock in Asia/Shanghai, after `after`.
absl::Time NextDailyTime(absl::Time after, int hour);

}  // namespace qiangji::domain
