#include "services/bottleneck/alert_read.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/base/status_macros.h"
#include "services/bottleneck/alert_event.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

absl::StatusOr<AlertVersionOf> ToVersion(store::Reader& reader,
                                         const store::Stored& stored) {
  AlertVersionOf version;
  QJ_ASSIGN_OR_RETURN(version.alert, AlertFromRow(stored.row));
  QJ_ASSIGN_OR_RETURN(const store::Change change,
                      reader.ChangeAt(stored.seq_from));
  version.seq = stored.seq_from;
  version.recorded = change.time;
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> evaluation,
      reader.Get(EvaluationTable(), {version.alert.registry_seq},
                 store::AccessScope::All()));
  if (!evaluation) {
    return absl::DataLossError("the evaluation of an alert is not recorded");
  }
  QJ_ASSIGN_OR_RETURN(const EvaluationPoint point,
                      EvaluationFromRow(evaluation->row, evaluation->seq_from));
  // What a day brought is later than the facts.
  version.evaluated = std::max(
      {point.registry_time, version.alert.state.opened_time,
       version.alert.state.resolved_time.value_or(absl::InfinitePast())});
  version.owner_id = stored.owner_id;
  return version;
}

absl::StatusOr<std::optional<AlertVersionOf>> ReadVersion(
    store::Reader& reader, const domain::Key& key, store::Seq at) {
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> stored,
      reader.Get(AlertTable(), key, store::AccessScope::All(), at));
  if (!stored) return std::optional<AlertVersionOf>();
  QJ_ASSIGN_OR_RETURN(AlertVersionOf version, ToVersion(reader, *stored));
  return version;
}

absl::StatusOr<std::vector<AlertVersionOf>> VersionsUpTo(
    store::Reader& reader, const domain::AlertKey& key, store::Seq seq,
    std::size_t most) {
  QJ_ASSIGN_OR_RETURN(
      const std::vector<store::Stored> stored,
      reader.History(AlertTable(), KeyOf(key), store::AccessScope::All()));
  std::vector<AlertVersionOf> versions;
  for (const store::Stored& version : stored) {  // newest first
    if (version.seq_from > seq) continue;
    if (most > 0 && versions.size() == most) break;
    QJ_ASSIGN_OR_RETURN(versions.emplace_back(), ToVersion(reader, version));
  }
  std::reverse(versions.begin(), versions.end());
  return versions;
}

absl::Status ReadAlert(store::Reader& reader, const domain::AlertKey& key,
                       const AlertPoint& point, absl::Time now,
                       v1::Alert* out) {
  QJ_ASSIGN_OR_RETURN(const std::vector<AlertVersionOf> versions,
                      VersionsUpTo(reader, key, point.at, kMostVersionsTold));
  if (versions.empty()) return rpc::NotFound(AlertName(key));
  *out = ToProto(versions.back(), point.evaluation, now);
  std::vector<v1::AlertEvent> events = EventsOf(versions);
  // What was before the first of many versions is not known.
  if (versions.size() == kMostVersionsTold) events.erase(events.begin());
  std::size_t bytes = 0;
  auto first = events.end();
  while (first != events.begin()) {
    bytes += std::prev(first)->ByteSizeLong();
    if (bytes > kMostEventBytes) break;
    --first;
  }
  for (; first != events.end(); ++first) {
    *out->add_events() = std::move(*first);
  }
  return absl::OkStatus();
}

int RankOf(domain::Severity severity, bool overdue) {
  return std::min(static_cast<int>(severity) + (overdue ? 1 : 0),
                  static_cast<int>(domain::Severity::kCritical));
}

}  // namespace qiangji::bottleneck
