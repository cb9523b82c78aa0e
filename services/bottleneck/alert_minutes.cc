#include "services/bottleneck/alert_minutes.h"

#include <algorithm>
#include <optional>
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
#include "services/bottleneck/flag_row.h"
#include "services/bottleneck/flag_view.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {
namespace {

using store::Seq;

// An alert or a flag that may have its place in the minutes.
struct Candidate {
  AlertVersionOf newest;
  std::vector<v1::AlertEvent> events;  // since then
  std::optional<store::Stored> flag;   // instead
  v1::MinutesSection section = v1::MINUTES_SECTION_UNSPECIFIED;
  int rank = 0;
  std::string name;

  auto Order() const {
    return std::tuple(section, flag.has_value(), -rank,
                      -newest.alert.evidence.not_assured_value_cny.value_or(0),
                      name);
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

bool InSectors(const std::vector<std::string>& sectors,
               const std::set<std::string>& wanted) {
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

v1::MinutesSection SectionOf(const domain::Flag& flag, bool touched,
                             bool made) {
  if (touched && (flag.status == domain::FlagStatus::kReached ||
                  flag.status == domain::FlagStatus::kWithdrawn ||
                  flag.status == domain::FlagStatus::kDeclined)) {
    return v1::MINUTES_SECTION_RESOLVED;
  }
  if (flag.overdue && domain::MayBeOverdue(flag.status)) {
    return v1::MINUTES_SECTION_OVERDUE;
  }
  if (!touched) return v1::MINUTES_SECTION_UNSPECIFIED;
  return made ? v1::MINUTES_SECTION_NEW : v1::MINUTES_SECTION_MOVED;
}

// Flags that changes after `from` wrote, and those that are overdue.
absl::Status AddFlags(store::Reader& reader,
                      const std::set<std::string>& sectors, Seq from,
                      const AlertPoint& point,
                      std::vector<Candidate>& candidates) {
  std::vector<store::Stored> rows;
  store::ScanOptions options;
  options.at = point.read_at();
  QJ_RETURN_IF_ERROR(
      reader.Scan(FlagTable(), options, store::AccessScope::All(),
                  [&](const store::Stored& stored, absl::string_view) {
                    rows.push_back(stored);
                    return absl::OkStatus();
                  }));
  store::Change since;
  if (from > 0) {
    QJ_ASSIGN_OR_RETURN(since, reader.ChangeAt(from));
  }
  for (store::Stored& row : rows) {
    QJ_ASSIGN_OR_RETURN(const StoredFlag stored, FlagFromRow(row.row));
    if (!InSectors(stored.sectors, sectors)) continue;
    Candidate candidate;
    candidate.section = SectionOf(
        stored.flag, row.seq_from > from,
        from == 0 || stored.happening == domain::FlagHappening::kCreated ||
            stored.create_time > since.time);
    if (candidate.section == v1::MINUTES_SECTION_UNSPECIFIED) continue;
    candidate.rank = RankOf(stored.flag.severity, stored.flag.overdue);
    candidate.name = domain::FlagName(stored.flag.id);
    candidate.flag = std::move(row);
    candidates.push_back(std::move(candidate));
  }
  return absl::OkStatus();
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
    if (versions.empty() ||
        !InSectors(versions.back().alert.evidence.sectors, sectors)) {
      continue;
    }
    Candidate candidate;
    for (v1::AlertEvent& event : EventsOf(versions)) {
      if (event.seq() > from) candidate.events.push_back(std::move(event));
    }
    candidate.name = AlertName(key);
    candidate.newest = std::move(versions.back());
    const StoredAlert& alert = candidate.newest.alert;
    candidate.rank = RankOf(alert.state.severity, alert.work.overdue);
    candidate.section = SectionOf(candidate);
    if (candidate.section == v1::MINUTES_SECTION_UNSPECIFIED) continue;
    candidates.push_back(std::move(candidate));
  }
  QJ_RETURN_IF_ERROR(AddFlags(reader, sectors, from, point, candidates));
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
      if (candidates[i].flag) {
        QJ_RETURN_IF_ERROR(
            ToProto(reader, *candidates[i].flag, entry->mutable_flag()));
        continue;
      }
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
