#include "services/bottleneck/cloud_event.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "services/bottleneck/alert_view.h"
#include "services/rpc/text.h"

namespace qiangji::bottleneck {
namespace {

using Json = nlohmann::ordered_json;

std::string Lower(absl::string_view name, absl::string_view prefix) {
  absl::ConsumePrefix(&name, prefix);
  return absl::AsciiStrToLower(name);
}

std::string EventName(const v1::AlertEvent& event) {
  return Lower(v1::AlertEventKind_Name(event.kind()), "ALERT_EVENT_KIND_");
}

std::optional<domain::AlertStatus> StatusOf(v1::AlertState state) {
  return domain::ParseAlertStatus(
      Lower(v1::AlertState_Name(state), "ALERT_STATE_"));
}

std::optional<domain::Severity> SeverityOf(v1::Severity severity) {
  return domain::ParseSeverity(Lower(v1::Severity_Name(severity), "SEVERITY_"));
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

Json JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options)
           .ok()) {
    return Json::object();
  }
  return Json::parse(text);
}

Json Envelope(absl::string_view id, const LogPlace& place,
              const std::string& type, const std::string& subject,
              absl::Time time) {
  Json event;
  event["specversion"] = "1.0";
  event["id"] = std::string(id);
  event["source"] = "/qiangji/bottleneck";
  event["type"] = type;
  event["subject"] = subject;
  event["time"] = TimeText(time);
  event["datacontenttype"] = "application/json";
  // Texts in the order of what happened (CloudEvents' extension `sequence`).
  event["sequence"] = absl::StrFormat("%020d.%010d", place.seq, place.position);
  return event;
}

// Texts were valid when they came in; a copy that is cut must not end here.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Member(const domain::AlertNews& news) {
  Json member;
  member["alert"] = news.alert;
  member["subject_name_zh"] = news.name_zh;
  member["subject_name_en"] = news.name_en;
  member["event"] = news.event;
  if (news.severity_before) {
    member["severity_before"] =
        std::string(domain::SeverityName(*news.severity_before));
  }
  member["severity"] = std::string(domain::SeverityName(news.severity));
  member["state"] = std::string(domain::AlertStatusName(news.status));
  member["summary_zh"] = news.summary_zh;
  member["summary_en"] = news.summary_en;
  return member;
}

}  // namespace

domain::AlertNews NewsOf(const v1::WatchAlertsResponse& message) {
  const v1::Alert& alert = message.alert();
  const v1::AlertEvent& event = message.event();
  domain::AlertNews news;
  news.alert = alert.name();
  news.rule = alert.rule();
  news.subject = alert.subject();
  news.name_zh = alert.subject_name_zh();
  news.name_en = alert.subject_name_en();
  news.event = EventName(event);
  news.severity_before = SeverityOf(event.severity_before());
  news.severity = SeverityOf(alert.severity()).value_or(domain::Severity::kLow);
  news.status_before = StatusOf(event.state_before());
  news.status = StatusOf(alert.state()).value_or(domain::AlertStatus::kOpen);
  news.overdue = alert.overdue();
  news.sectors = {alert.sectors().begin(), alert.sectors().end()};
  news.owner = alert.owner();
  news.time = TimeOf(event.time());
  if (alert.has_due()) news.due = TimeOf(alert.due());
  news.summary_zh = alert.summary_zh();
  news.summary_en = alert.summary_en();
  return news;
}

std::string NoticeId(absl::string_view subscription, const LogPlace& place,
                     absl::string_view suffix) {
  return absl::StrCat(subscription, ".", place.seq, "-", place.position,
                      suffix);
}

std::string AlertEventJson(absl::string_view id, const LogPlace& place,
                           const v1::WatchAlertsResponse& message) {
  v1::Alert alert = message.alert();
  alert.clear_age_days();  // differs from one attempt to the next
  Json event = Envelope(
      id, place,
      absl::StrCat("qiangji.alert.", EventName(message.event()), ".v1"),
      alert.name(), TimeOf(message.event().time()));
  event["data"]["event"] = JsonOf(message.event());
  event["data"]["alert"] = JsonOf(alert);
  return Dump(event);
}

std::string StormJson(absl::string_view id, const LogPlace& place,
                      const Storm& storm) {
  Json event =
      Envelope(id, place, "qiangji.alerts.storm.v1",
               absl::StrCat("evaluations/", storm.registry_seq), storm.time);
  Json& data = event["data"];
  data["count"] = storm.tally.total;
  data["by_event"] = storm.tally.by_event;
  data["by_rule"] = storm.tally.by_rule;
  Json& severities = data["by_severity"] = Json::object();
  for (const auto& [severity, n] : storm.tally.by_severity) {
    severities[std::string(domain::SeverityName(severity))] = n;
  }
  data["registry_seq"] = storm.registry_seq;
  data["listed"] = storm.listed.size();
  Json& members = data["members"] = Json::array();
  for (const domain::AlertNews& news : storm.listed) {
    members.push_back(Member(news));
  }
  return Dump(event);
}

}  // namespace qiangji::bottleneck
