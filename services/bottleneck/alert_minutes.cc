#include "services/bottleneck/alert_minutes.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_event.h"
#include "services/bottleneck/alert_page.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/alert_read.h"
#include "services/bottleneck/alert_shown.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {
namespace {

using store::Seq;

// An alert that may have its place in the minutes.
struct Candidate {
  AlertVersionOf newest;
  std::vector<v1::AlertEvent> events;  // since then
  v1::MinutesSection section = v1::MINUTES_SECTION_UNSPECIFIED;
  std::string name;

  auto Order() const {
    const StoredAlert& alert = newest.alert;
    return std::tuple(section,
                      -RankOf(alert.state.severity, alert.work.overdue),
                      -alert.evidence.not_assured_value_cny.value_or(0), name);
  }
};

bool Any(const std::vector<v1::AlertEvent>& events,
         std::initializer_list<v1::AlertEventKind> kinds) {
  return std::any_of(
      events.begin(), events.end(), [&](const v1::AlertEvent& event) {
        return std::find(kinds.begin(), kinds.end(), event.kind()) !=
               kinds.end();
      });
}

v1::MinutesSection SectionOf(const Candidate& candidate) {
  const StoredAlert& alert = candidate.newest.alert;
  if (!alert.state.active() &&
      Any(candidate.events,
          {v1::ALERT_EVENT_KIND_CLOSED, v1::ALERT_EVENT_KIND_RESOLVED})) {
    return v1::MINUTES_SECTION_RESOLVED;
  }
  if (alert.work.overdue) return v1::MINUTES_SECTION_OVERDUE;
  if (Any(candidate.events, {v1::ALERT_EVENT_KIND_OPENED})) {
    return v1::MINUTES_SECTION_NEW;
  }
  return candidate.events.empty() ? v1::MINUTES_SECTION_UNSPECIFIED
                                  : v1::MINUTES_SECTION_MOVED;
}

std::set<std::string> WantedSectors(
    const rpc::Principal& principal,
    const v1::ListAlertMinutesRequest& request) {
  if (request.sectors().empty() && principal.Has(rpc::Role::kAlliance) &&
      !principal.sees_all()) {
    return {principal.sectors.begin(), principal.sectors.end()};
  }
  return {request.sectors().begin(), request.sectors().end()};
}

bool InSectors(const StoredAlert& alert, const std::set<std::string>& wanted) {
  const std::vector<std::string>& sectors = alert.evidence.sectors;
  return wanted.empty() ||
         std::any_of(sectors.begin(), sectors.end(),
                     [&](const std::string& s) { return wanted.contains(s); });
}

// Alerts with a version after `from`, and those that are overdue.
absl::StatusOr<std::set<domain::AlertKey>> Touched(store::Reader& reader,
                                                   Seq from,
                                                   const AlertPoint& point) {
  std::set<domain::AlertKey> keys;
  store::ChangedOptions options;
  options.tables = {domain::TableId::kAlerts};
  for (Seq seq = from + 1; seq <= point.at; ++seq) {
    QJ_RETURN_IF_ERROR(
        reader.ChangedRows(seq, options, store::AccessScope::All(),
                           [&](const store::ChangedRow& changed) {
                             keys.insert({domain::TextOf(changed.key[0]),
                                          domain::TextOf(changed.key[1])});
                             return absl::OkStatus();
                           }));
  }
  store::ScanOptions overdue;
  overdue.at = point.read_at();
  overdue.equals = {{AlertTable().Find("overdue"), std::int64_t{1}}};
  QJ_RETURN_IF_ERROR(reader.Scan(
      AlertTable(), overdue, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(StoredAlert alert, AlertFromRow(stored.row));
        keys.insert(std::move(alert.key));
        return absl::OkStatus();
      }));
  return keys;
}

absl::StatusOr<std::vector<Candidate>> Collect(
    store::Reader& reader, const std::set<std::string>& sectors, Seq from,
    const AlertPoint& point) {
  QJ_ASSIGN_OR_RETURN(const std::set<domain::AlertKey> keys,
                      Touched(reader, from, point));
  std::vector<Candidate> candidates;
  for (const domain::AlertKey& key : keys) {
    QJ_ASSIGN_OR_RETURN(std::vector<AlertVersionOf> versions,
                        VersionsUpTo(reader, key, point.at));
    if (versions.empty() || !InSectors(versions.back().alert, sectors)) {
      continue;
    }
    Candidate candidate;
    for (v1::AlertEvent& event : EventsOf(versions)) {
      if (event.seq() > from) candidate.events.push_back(std::move(event));
    }
    candidate.name = AlertName(key);
    candidate.newest = std::move(versions.back());
    candidate.section = SectionOf(candidate);
    if (candidate.section == v1::MINUTES_SECTION_UNSPECIFIED) continue;
    candidates.push_back(std::move(candidate));
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.Order() < b.Order();
            });
  return candidates;
}

}  // namespace

absl::Status ListAlertMinutes(const AlertSources& sources,
                              const rpc::RequestContext& call,
                              const v1::ListAlertMinutesRequest& request,
                              v1::ListAlertMinutesResponse* response) {
  if (!request.has_since()) {
    return rpc::InvalidField("since", "must be stated");
  }
  const absl::Time since = absl::FromUnixSeconds(request.since().seconds()) +
                           absl::Nanoseconds(request.since().nanos());
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor cursor,
                      sources.page_tokens.Open(request, call.principal().id,
                                               request.page_token()));
  QJ_RETURN_IF_ERROR(rpc::PageSize(request.page_size(), 1, 1).status());
  View newest;
  newest.newest = true;
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const auto point,
                        cursor.seq >= 0 ? PointOfChange(reader, cursor.seq)
                                        : PointOf(reader, sources.log, newest));
    if (!point) return absl::OkStatus();
    response->set_read_seq(point->evaluation.registry_seq);
    QJ_ASSIGN_OR_RETURN(const Seq from, reader.SeqAt(since));
    QJ_ASSIGN_OR_RETURN(
        std::vector<Candidate> candidates,
        Collect(reader, WantedSectors(call.principal(), request), from,
                *point));
    response->set_total_count(static_cast<std::int32_t>(candidates.size()));
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources.page_tokens, call, request, cursor,
                               point->at, candidates.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      v1::MinutesEntry* entry = response->add_entries();
      entry->set_section(candidates[i].section);
      *entry->mutable_alert() =
          ToProto(candidates[i].newest, point->evaluation, call.clock().Now());
      for (v1::AlertEvent& event : candidates[i].events) {
        *entry->mutable_alert()->add_events() = std::move(event);
      }
      ShowTo(call.principal(), entry->mutable_alert());
    }
    return absl::OkStatus();
  });
}

}  // namespace qiangji::bottleneck
