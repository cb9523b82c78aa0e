// CloudEvents 1.0 in structured JSON.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/bottleneck/subscription_row.h"
#include "services/domain/notice.h"

namespace qiangji::bottleneck {

constexpr char kCloudEventType[] =
    "application/cloudevents+json; charset=utf-8";

// What a watcher's message tells.
domain::AlertNews NewsOf(const v1::WatchAlertsResponse& message);

// `place` after the event, as in its resume token. The same every time, so that
// receivers know a copy by its id: "SUBSCRIPTION.SEQ-POSITION".
std::string NoticeId(absl::string_view subscription, const LogPlace& place,
                     absl::string_view suffix = "");

// One event of one alert: data has the API's alert and event.
std::string AlertEventJson(absl::string_view id, const LogPlace& place,
                           const v1::WatchAlertsResponse& message);

// Many events of one change: data counts them by event, rule and severity and
// lists the first of them.
struct Storm {
  domain::NewsTally tally;
  std::vector<domain::AlertNews> listed;
  std::int64_t registry_seq = 0;
  absl::Time time;
};
std::string StormJson(absl::string_view id, const LogPlace& place,
                      const Storm& storm);

}  // namespace qiangji::bottleneck
