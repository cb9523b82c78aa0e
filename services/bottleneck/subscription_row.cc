#include "services/bottleneck/subscription_row.h"

#include <iterator>
#include <vector>

#include "services/base/status_macros.h"
#include "services/bottleneck/row_cells.h"

namespace qiangji::bottleneck {
namespace {

constexpr absl::string_view kChannels[] = {"webhook", "email", "file"};

std::vector<std::string> ListOf(const std::set<std::string>& set) {
  return {set.begin(), set.end()};
}

std::set<std::string> SetOf(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

const domain::TableSchema& Table(domain::TableId id) {
  return *domain::FindTable(id);
}

void WriteFilter(const domain::NoticeFilter& filter, RowWriter& out) {
  out.List("rules", ListOf(filter.rules));
  if (filter.min_severity) {
    out.Text("min_severity", domain::SeverityName(*filter.min_severity));
  }
  out.List("sectors", ListOf(filter.sectors));
  out.List("item_ids", ListOf(filter.items));
  std::vector<std::string> states;
  for (const domain::AlertStatus state : filter.states) {
    states.emplace_back(domain::AlertStatusName(state));
  }
  out.List("states", states);
  out.List("owners", ListOf(filter.owners));
}

domain::NoticeFilter ReadFilter(RowReader& in) {
  domain::NoticeFilter filter;
  filter.rules = SetOf(in.List("rules"));
  filter.sectors = SetOf(in.List("sectors"));
  filter.items = SetOf(in.List("item_ids"));
  filter.owners = SetOf(in.List("owners"));
  for (const std::string& state : in.List("states")) {
    const auto status = domain::ParseAlertStatus(state);
    if (status) {
      filter.states.insert(*status);
    } else {
      in.Bad("states");
    }
  }
  const std::string& severity = in.Text("min_severity");
  filter.min_severity = domain::ParseSeverity(severity);
  if (!severity.empty() && !filter.min_severity) in.Bad("min_severity");
  return filter;
}

}  // namespace

const domain::TableSchema& SubscriptionTable() {
  return Table(domain::TableId::kSubscriptions);
}

const domain::TableSchema& DeliveryTable() {
  return Table(domain::TableId::kDeliveries);
}

const domain::TableSchema& DeadLetterTable() {
  return Table(domain::TableId::kDeadLetters);
}

domain::Row ToRow(const StoredSubscription& subscription) {
  RowWriter out(SubscriptionTable());
  out.Text("subscription_id", subscription.id);
  out.Text("channel",
           kChannels[static_cast<std::size_t>(subscription.channel)]);
  out.Text("address", subscription.address);
  WriteFilter(subscription.filter, out);
  if (subscription.language) {
    out.Text("language",
             *subscription.language == domain::Language::kZh ? "zh" : "en");
  }
  if (subscription.daily) out.Text("schedule", "daily");
  if (subscription.paused) out.Int("paused", 1);
  out.Text("secret", subscription.secret);
  return std::move(out).Take();
}

absl::StatusOr<StoredSubscription> SubscriptionFromRow(const domain::Row& row) {
  RowReader in(SubscriptionTable(), row);
  StoredSubscription out;
  out.id = in.Text("subscription_id");
  bool known = false;
  for (std::size_t c = 0; c < std::size(kChannels); ++c) {
    if (in.Text("channel") != kChannels[c]) continue;
    out.channel = static_cast<NoticeChannel>(c);
    known = true;
  }
  if (!known) in.Bad("channel");
  out.address = in.Text("address");
  out.filter = ReadFilter(in);
  const std::string& language = in.Text("language");
  if (language == "zh") out.language = domain::Language::kZh;
  if (language == "en") out.language = domain::Language::kEn;
  out.daily = in.Text("schedule") == "daily";
  out.paused = in.Int("paused") != 0;
  out.secret = in.Text("secret");
  QJ_RETURN_IF_ERROR(in.status());
  return out;
}

domain::Row ToRow(const StoredDelivery& delivery) {
  RowWriter out(DeliveryTable());
  out.Text("subscription_id", delivery.id);
  out.Int("seq", delivery.told.seq);
  out.Int("position", delivery.told.position);
  out.Int("attempts", delivery.attempts);
  out.Time("next_time", delivery.next);
  out.Text("last_error", delivery.last_error);
  out.Time("delivered_time", delivery.delivered_time);
  out.Int("delivered", delivery.delivered);
  return std::move(out).Take();
}

absl::StatusOr<StoredDelivery> DeliveryFromRow(const domain::Row& row) {
  RowReader in(DeliveryTable(), row);
  StoredDelivery out;
  out.id = in.Text("subscription_id");
  out.told = {in.Int("seq"), in.Int("position")};
  out.attempts = static_cast<int>(in.Int("attempts"));
  out.next = in.Time("next_time");
  out.last_error = in.Text("last_error");
  out.delivered_time = in.Time("delivered_time");
  out.delivered = in.Int("delivered");
  QJ_RETURN_IF_ERROR(in.status());
  return out;
}

domain::Row ToRow(const StoredDeadLetter& letter) {
  RowWriter out(DeadLetterTable());
  out.Text("subscription_id", letter.subscription);
  out.Text("dead_letter_id", letter.id);
  out.Int("event_seq", letter.event_seq);
  out.Int("event_count", letter.events);
  out.Int("attempts", letter.attempts);
  out.Text("last_error", letter.last_error);
  out.Time("dead_time", letter.dead_time);
  out.Int("retrying", letter.retrying ? 1 : 0);
  out.Text("content", letter.content);
  return std::move(out).Take();
}

absl::StatusOr<StoredDeadLetter> DeadLetterFromRow(const domain::Row& row) {
  RowReader in(DeadLetterTable(), row);
  StoredDeadLetter out;
  out.subscription = in.Text("subscription_id");
  out.id = in.Text("dead_letter_id");
  out.event_seq = in.Int("event_seq");
  out.events = in.Int("event_count");
  out.attempts = static_cast<int>(in.Int("attempts"));
  out.last_error = in.Text("last_error");
  out.dead_time = in.Time("dead_time").value_or(absl::InfinitePast());
  out.retrying = in.Int("retrying") != 0;
  out.content = in.Text("content");
  QJ_RETURN_IF_ERROR(in.status());
  return out;
}

}  // namespace qiangji::bottleneck
