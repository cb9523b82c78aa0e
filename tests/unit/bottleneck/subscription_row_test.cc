#include "services/bottleneck/subscription_row.h"

#include <gtest/gtest.h>

namespace qiangji::bottleneck {
namespace {

TEST(SubscriptionRow, ReadsBackWhatItWrote) {
  StoredSubscription all;
  all.id = "s";
  all.channel = NoticeChannel::kEmail;
  all.address = "a@example.com";
  all.filter.rules = {"NO_DATA", "STALLED"};
  all.filter.sectors = {"nev", "rail"};
  all.filter.items = {"a"};
  all.filter.owners = {"zhang san"};
  all.filter.states = {domain::AlertStatus::kOpen,
                       domain::AlertStatus::kResolved};
  all.filter.min_severity = domain::Severity::kHigh;
  all.language = domain::Language::kEn;
  all.daily = true;
  all.paused = true;
  all.secret = "whsec_x";
  const auto read = SubscriptionFromRow(ToRow(all));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->channel, all.channel);
  EXPECT_EQ(read->filter.rules, all.filter.rules);
  EXPECT_EQ(read->filter.states, all.filter.states);
  EXPECT_EQ(read->filter.min_severity, all.filter.min_severity);
  EXPECT_EQ(read->language, all.language);
  EXPECT_TRUE(read->daily);
  EXPECT_EQ(ToRow(*read), ToRow(all));

  StoredSubscription none;
  none.id = "n";
  none.address = "https://example.com/";
  EXPECT_EQ(ToRow(*SubscriptionFromRow(ToRow(none))), ToRow(none));
}

TEST(SubscriptionRow, ReadsDeliveriesAndDeadLettersBack) {
  StoredDelivery delivery;
  delivery.id = "s";
  delivery.told = {41, 2};
  delivery.attempts = 3;
  delivery.next = absl::FromUnixMicros(1'700'000'000'123'456);
  delivery.last_error = "HTTP status 500";
  delivery.delivered = 9;
  EXPECT_EQ(ToRow(*DeliveryFromRow(ToRow(delivery))), ToRow(delivery));
  StoredDeadLetter letter;
  letter.subscription = "s";
  letter.id = "41-2";
  letter.event_seq = 42;
  letter.events = 1;
  letter.dead_time = absl::FromUnixSeconds(1'700'000'000);
  letter.retrying = true;
  letter.content = "{}";
  EXPECT_EQ(ToRow(*DeadLetterFromRow(ToRow(letter))), ToRow(letter));
}

TEST(SubscriptionRow, NamesWhatCannotBeRead) {
  domain::Row row = ToRow(StoredSubscription());
  row[static_cast<std::size_t>(SubscriptionTable().Find("channel"))] =
      std::string("pigeon");
  const absl::Status status = SubscriptionFromRow(row).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(std::string(status.message()).find("channel"), std::string::npos);
}

}  // namespace
}  // namespace qiangji::bottleneck
