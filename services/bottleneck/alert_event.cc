#include "services/bottleneck/alert_event.h"

#include <utility>

namespace qiangji::bottleneck {
namespace {

using domain::AlertHappening;

v1::AlertEventKind KindOf(AlertHappening happening) {
  switch (happening) {
    case AlertHappening::kNone:
      break;
    case AlertHappening::kAcknowledged:
      return v1::ALERT_EVENT_KIND_ACKNOWLEDGED;
    case AlertHappening::kAccepted:
      return v1::ALERT_EVENT_KIND_ACCEPTED;
    case AlertHappening::kMitigating:
      return v1::ALERT_EVENT_KIND_MITIGATING;
    case AlertHappening::kResolved:
      return v1::ALERT_EVENT_KIND_RESOLVED;
    case AlertHappening::kCommented:
      return v1::ALERT_EVENT_KIND_COMMENTED;
    case AlertHappening::kResurfaced:
      return v1::ALERT_EVENT_KIND_RESURFACED;
    case AlertHappening::kOverdue:
      return v1::ALERT_EVENT_KIND_OVERDUE;
  }
  return v1::ALERT_EVENT_KIND_UNSPECIFIED;
}

v1::AlertEventKind KindOf(const AlertVersionOf* before,
                          const AlertVersionOf& after) {
  if (before == nullptr) return v1::ALERT_EVENT_KIND_OPENED;
  const v1::AlertEventKind by_people = KindOf(after.alert.happening);
  if (by_people != v1::ALERT_EVENT_KIND_UNSPECIFIED) return by_people;
  const domain::AlertState& now = after.alert.state;
  const domain::AlertState& was = before->alert.state;
  if (was.openings != now.openings) return v1::ALERT_EVENT_KIND_REOPENED;
  if (was.active() && !now.active()) return v1::ALERT_EVENT_KIND_CLOSED;
  if (was.severity != now.severity) {
    return v1::ALERT_EVENT_KIND_SEVERITY_CHANGED;
  }
  return v1::ALERT_EVENT_KIND_REFRESHED;
}

}  // namespace

v1::AlertEvent EventOf(const AlertVersionOf* before,
                       const AlertVersionOf& after) {
  const StoredAlert& alert = after.alert;
  v1::AlertEvent event;
  event.set_kind(KindOf(before, after));
  event.set_state(ToProto(alert.state.status));
  event.set_severity(ToProto(alert.state.severity));
  if (before != nullptr) {
    event.set_state_before(ToProto(before->alert.state.status));
    event.set_severity_before(ToProto(before->alert.state.severity));
  }
  event.set_registry_seq(alert.registry_seq);
  event.set_seq(after.seq);
  event.set_owner(alert.work.owner);
  if (alert.work.due) *event.mutable_due() = ToTimestamp(*alert.work.due);
  event.set_project(alert.work.project);
  if (alert.happening != AlertHappening::kNone) {
    event.set_caller(alert.actor);
    event.set_comment(alert.comment);
    *event.mutable_time() = ToTimestamp(after.recorded);
  } else {
    *event.mutable_time() = ToTimestamp(after.evaluated);
  }
  return event;
}

std::vector<v1::AlertEvent> EventsOf(
    const std::vector<AlertVersionOf>& versions) {
  std::vector<v1::AlertEvent> events;
  const AlertVersionOf* before = nullptr;
  for (const AlertVersionOf& version : versions) {
    v1::AlertEvent event = EventOf(before, version);
    before = &version;
    if (event.kind() == v1::ALERT_EVENT_KIND_REFRESHED) continue;
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace qiangji::bottleneck
