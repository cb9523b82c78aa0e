#include "services/bottleneck/subscription_view.h"

#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/mail_message.h"
#include "services/bottleneck/notice_file.h"
#include "services/bottleneck/transfer.h"
#include "services/bottleneck/webhook_signature.h"
#include "services/domain/validate.h"
#include "services/rpc/names.h"

namespace qiangji::bottleneck {
namespace {

constexpr int kMostEntries = 1000;
constexpr std::size_t kMostEntryBytes = 128;

std::optional<std::string> BadEntry(const std::string& entry, bool id) {
  if (id && !domain::IsId(entry)) return domain::Quoted(entry) + " is no id";
  if (entry.empty() || entry.size() > kMostEntryBytes ||
      entry.find(';') != std::string::npos) {
    return domain::Quoted(entry) +
           " is empty, longer than 128 bytes or has a ';'";
  }
  return std::nullopt;
}

template <typename List>
std::set<std::string> ReadList(const List& list, const char* field, bool id,
                               rpc::Violations* violations) {
  std::set<std::string> out;
  const std::string path = absl::StrCat("subscription.", field);
  if (list.size() > kMostEntries) {
    violations->Add(path, "has more entries than 1000");
    return out;
  }
  for (const std::string& entry : list) {
    const auto bad = BadEntry(entry, id);
    if (bad) violations->Add(path, *bad);
    out.insert(entry);
  }
  return out;
}

std::string Code(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return absl::AsciiStrToLower(name);
}

void ReadFilter(const v1::Subscription& message, domain::NoticeFilter* filter,
                rpc::Violations* violations) {
  filter->rules = ReadList(message.rules(), "rules", false, violations);
  filter->sectors = ReadList(message.sectors(), "sectors", true, violations);
  filter->items = ReadList(message.item_ids(), "item_ids", true, violations);
  filter->owners = ReadList(message.owners(), "owners", false, violations);
  filter->min_severity = domain::ParseSeverity(
      Code(v1::Severity_Name(message.min_severity()), "SEVERITY_"));
  for (const int state : message.states()) {
    const auto status = domain::ParseAlertStatus(
        Code(v1::AlertState_Name(static_cast<v1::AlertState>(state)),
             "ALERT_STATE_"));
    if (status) {
      filter->states.insert(*status);
    } else {
      violations->Add("subscription.states", "has one that is not stated");
    }
  }
}

void CheckChannel(const v1::Subscription& message, const AddressFilter& filter,
                  rpc::Violations* violations) {
  absl::Status address;
  switch (message.channel()) {
    case v1::SUBSCRIPTION_CHANNEL_WEBHOOK:
      address = CheckWebhookUrl(message.address(), filter);
      break;
    case v1::SUBSCRIPTION_CHANNEL_EMAIL:
      address = CheckMailAddress(message.address());
      break;
    case v1::SUBSCRIPTION_CHANNEL_FILE:
      address = CheckFileName(message.address());
      break;
    default:
      violations->Add("subscription.channel", "is needed");
      return;
  }
  if (!address.ok()) {
    violations->Add("subscription.address", address.message());
  }
  const bool webhook = message.channel() == v1::SUBSCRIPTION_CHANNEL_WEBHOOK;
  if (webhook) {
    const auto key = ParseWebhookSecret(message.secret());
    if (!key.ok()) {
      violations->Add("subscription.secret", key.status().message());
    }
  } else if (!message.secret().empty()) {
    violations->Add("subscription.secret", "is for webhooks only");
  }
  if (message.channel() != v1::SUBSCRIPTION_CHANNEL_EMAIL &&
      message.schedule() == v1::SUBSCRIPTION_SCHEDULE_DAILY) {
    violations->Add("subscription.schedule", "DAILY is for mails only");
  }
}

}  // namespace

std::string SubscriptionName(const std::string& id) {
  return rpc::MakeName(rpc::pattern::kSubscription, {id});
}

void ToProto(const StoredSubscription& subscription, v1::Subscription* out) {
  out->set_name(SubscriptionName(subscription.id));
  out->set_subscription_id(subscription.id);
  out->set_channel(static_cast<v1::SubscriptionChannel>(
      static_cast<int>(subscription.channel) + 1));
  out->set_address(subscription.address);
  const domain::NoticeFilter& filter = subscription.filter;
  for (const auto& rule : filter.rules) out->add_rules(rule);
  if (filter.min_severity) out->set_min_severity(ToProto(*filter.min_severity));
  for (const auto& sector : filter.sectors) out->add_sectors(sector);
  for (const auto& item : filter.items) out->add_item_ids(item);
  for (const auto& owner : filter.owners) out->add_owners(owner);
  for (const auto state : filter.states) out->add_states(ToProto(state));
  if (subscription.language) {
    out->set_language(*subscription.language == domain::Language::kZh
                          ? type::v1::LANGUAGE_ZH
                          : type::v1::LANGUAGE_EN);
  }
  out->set_schedule(subscription.daily ? v1::SUBSCRIPTION_SCHEDULE_DAILY
                                       : v1::SUBSCRIPTION_SCHEDULE_IMMEDIATE);
  out->set_paused(subscription.paused);
}

void AddDelivery(const StoredDelivery& delivery, std::int64_t dead,
                 v1::Subscription* out) {
  out->set_delivered_seq(delivery.told.seq);
  out->set_last_error(delivery.last_error);
  out->set_failed_attempts(delivery.attempts);
  if (delivery.next) {
    *out->mutable_next_attempt_time() = ToTimestamp(*delivery.next);
  }
  if (delivery.delivered_time) {
    *out->mutable_delivered_time() = ToTimestamp(*delivery.delivered_time);
  }
  out->set_delivered_count(delivery.delivered);
  out->set_dead_count(dead);
}

v1::DeadLetter ToProto(const StoredDeadLetter& letter) {
  v1::DeadLetter out;
  out.set_name(rpc::MakeName(rpc::pattern::kDeadLetter,
                             {letter.subscription, letter.id}));
  out.set_subscription_id(letter.subscription);
  out.set_dead_letter_id(letter.id);
  out.set_event_seq(letter.event_seq);
  out.set_event_count(static_cast<std::int32_t>(letter.events));
  out.set_failed_attempts(letter.attempts);
  out.set_last_error(letter.last_error);
  *out.mutable_dead_time() = ToTimestamp(letter.dead_time);
  out.set_retrying(letter.retrying);
  out.set_content(letter.content);
  return out;
}

StoredSubscription SubscriptionFromProto(const v1::Subscription& message,
                                         const AddressFilter& filter,
                                         rpc::Violations* violations) {
  StoredSubscription out;
  out.id = message.subscription_id();
  CheckChannel(message, filter, violations);
  if (message.channel() != v1::SUBSCRIPTION_CHANNEL_UNSPECIFIED) {
    out.channel =
        static_cast<NoticeChannel>(static_cast<int>(message.channel()) - 1);
  }
  out.address = message.address();
  ReadFilter(message, &out.filter, violations);
  if (message.language() == type::v1::LANGUAGE_ZH) {
    out.language = domain::Language::kZh;
  } else if (message.language() == type::v1::LANGUAGE_EN) {
    out.language = domain::Language::kEn;
  }
  out.daily = message.schedule() == v1::SUBSCRIPTION_SCHEDULE_DAILY;
  out.paused = message.paused();
  out.secret = message.secret();
  return out;
}

}  // namespace qiangji::bottleneck
