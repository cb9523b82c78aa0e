#include "services/bottleneck/cloud_event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace qiangji::bottleneck {
namespace {

using nlohmann::json;

v1::WatchAlertsResponse Message() {
  v1::WatchAlertsResponse message;
  message.set_seq(41);
  message.set_position(2);
  v1::Alert& alert = *message.mutable_alert();
  alert.set_name("alerts/STALLED~items~a");
  alert.set_rule("STALLED");
  alert.set_subject("items/a");
  alert.set_state(v1::ALERT_STATE_RESOLVED);
  alert.set_severity(v1::SEVERITY_HIGH);
  alert.set_age_days(7);
  alert.add_sectors("rail");
  v1::AlertEvent& event = *message.mutable_event();
  event.set_kind(v1::ALERT_EVENT_KIND_CLOSED);
  event.set_state_before(v1::ALERT_STATE_OPEN);
  event.set_severity_before(v1::SEVERITY_CRITICAL);
  event.mutable_time()->set_seconds(1'700'000'000);
  return message;
}

TEST(CloudEvent, NewsSayWhatTheMessageSays) {
  const domain::AlertNews news = NewsOf(Message());
  EXPECT_EQ(news.event, "closed");
  EXPECT_EQ(news.status, domain::AlertStatus::kResolved);
  EXPECT_EQ(news.status_before, domain::AlertStatus::kOpen);
  EXPECT_EQ(news.severity_before, domain::Severity::kCritical);
  EXPECT_EQ(absl::ToUnixSeconds(news.time), 1'700'000'000);
  v1::WatchAlertsResponse first = Message();
  first.mutable_event()->clear_state_before();
  first.mutable_event()->clear_severity_before();
  EXPECT_FALSE(NewsOf(first).status_before.has_value());
  EXPECT_FALSE(NewsOf(first).severity_before.has_value());
}

TEST(CloudEvent, HasTheAttributesOfTheSpecification) {
  const LogPlace place = {41, 2};
  const std::string id = NoticeId("s", place);
  EXPECT_EQ(id, "s.41-2");
  const json event = json::parse(AlertEventJson(id, place, Message()));
  EXPECT_EQ(event["specversion"], "1.0");
  EXPECT_EQ(event["id"], "s.41-2");
  EXPECT_EQ(event["type"], "qiangji.alert.closed.v1");
  EXPECT_EQ(event["subject"], "alerts/STALLED~items~a");
  EXPECT_EQ(event["time"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(event["sequence"], "00000000000000000041.0000000002");
  EXPECT_EQ(event["data"]["alert"]["severity"], "SEVERITY_HIGH");
}

// A copy must be equal to the first one, whenever it is made.
TEST(CloudEvent, DoesNotDependOnTheTimeOfTheAttempt) {
  v1::WatchAlertsResponse later = Message();
  later.mutable_alert()->set_age_days(8);
  EXPECT_EQ(AlertEventJson("s.41-2", {41, 2}, Message()),
            AlertEventJson("s.41-2", {41, 2}, later));
}

TEST(CloudEvent, SequencesSortAsWhatHappened) {
  const auto sequence = [](const LogPlace& place) {
    return json::parse(AlertEventJson("x", place, Message()))["sequence"]
        .get<std::string>();
  };
  EXPECT_LT(sequence({9, 0}), sequence({10, 0}));
  EXPECT_LT(sequence({41, 2}), sequence({41, 10}));
  EXPECT_LT(sequence({41, 10}), sequence({42, 0}));
}

TEST(CloudEvent, AStormCountsAllAndListsSome) {
  Storm storm;
  for (int i = 0; i < 3; ++i) storm.tally.Add(NewsOf(Message()));
  storm.listed = {NewsOf(Message())};
  storm.registry_seq = 5;
  const json event = json::parse(StormJson("s.42-0.all", {42, 0}, storm));
  EXPECT_EQ(event["type"], "qiangji.alerts.storm.v1");
  EXPECT_EQ(event["subject"], "evaluations/5");
  EXPECT_EQ(event["data"]["count"], 3);
  EXPECT_EQ(event["data"]["listed"], 1);
  EXPECT_EQ(event["data"]["by_event"], (json{{"closed", 3}}));
  EXPECT_EQ(event["data"]["by_severity"], (json{{"high", 3}}));
  EXPECT_EQ(event["data"]["members"][0]["severity_before"], "critical");
}

}  // namespace
}  // namespace qiangji::bottleneck
