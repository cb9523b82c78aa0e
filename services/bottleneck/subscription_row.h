// Subscriptions, what they have been told and what could not be delivered, as
// rows of the tables `subscriptions`, `deliveries` and `dead_letters`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/language.h"
#include "services/domain/notice.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::bottleneck {

enum class NoticeChannel : std::uint8_t { kWebhook, kEmail, kFile };

struct StoredSubscription {
  std::string id;
  NoticeChannel channel = NoticeChannel::kWebhook;
  std::string address;
  domain::NoticeFilter filter;
  std::optional<domain::Language> language;  // nullopt = both
  bool daily = false;
  bool paused = false;
  std::string secret;  // "whsec_…" of a webhook
  // Of a steward. Others are told what METHOD 4.6 lets them see; no column:
  // whose a subscription is decides.
  bool sees_all = true;
};

// A place in the log of alerts: everything up to change `seq`, and `position`
// alerts of the one after it (WatchAlerts' resume token).
struct LogPlace {
  std::int64_t seq = 0;
  std::int64_t position = 0;
  auto operator<=>(const LogPlace&) const = default;
};

struct StoredDelivery {
  std::string id;  // of the subscription
  LogPlace told;
  int attempts = 0;  // that the notification under way has failed
  // Of the next attempt or daily mail; nullopt = at once.
  std::optional<absl::Time> next;
  std::string last_error;
  std::optional<absl::Time> delivered_time;
  std::int64_t delivered = 0;
};

struct StoredDeadLetter {
  std::string subscription;
  std::string id;
  std::int64_t event_seq = 0;
  std::int64_t events = 0;
  int attempts = 0;
  std::string last_error;
  absl::Time dead_time;
  bool retrying = false;
  std::string content;
};

const domain::TableSchema& SubscriptionTable();
const domain::TableSchema& DeliveryTable();
const domain::TableSchema& DeadLetterTable();

domain::Row ToRow(const StoredSubscription& subscription);
domain::Row ToRow(const StoredDelivery& delivery);
domain::Row ToRow(const StoredDeadLetter& letter);
// DATA_LOSS where a cell cannot be read.
absl::StatusOr<StoredSubscription> SubscriptionFromRow(const domain::Row& row);
absl::StatusOr<StoredDelivery> DeliveryFromRow(const domain::Row& row);
absl::StatusOr<StoredDeadLetter> DeadLetterFromRow(const domain::Row& row);

}  // namespace qiangji::bottleneck
