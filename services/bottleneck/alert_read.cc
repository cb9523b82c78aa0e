#include "services/bottleneck/alert_read.h"

#include <algorithm>
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
  version.evaluated = point.registry_time;
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
    store::Reader& reader, const domain::AlertKey& key, store::Seq seq) {
  QJ_ASSIGN_OR_RETURN(
      const std::vector<store::Stored> stored,
      reader.History(AlertTable(), KeyOf(key), store::AccessScope::All()));
  std::vector<AlertVersionOf> versions;
  for (auto it = stored.rbegin(); it != stored.rend(); ++it) {
    if (it->seq_from > seq) break;
    QJ_ASSIGN_OR_RETURN(versions.emplace_back(), ToVersion(reader, *it));
  }
  return versions;
}

absl::Status ReadAlert(store::Reader& reader, const domain::AlertKey& key,
                       const AlertPoint& point, absl::Time now,
                       v1::Alert* out) {
  QJ_ASSIGN_OR_RETURN(const std::vector<AlertVersionOf> versions,
                      VersionsUpTo(reader, key, point.at));
  if (versions.empty()) return rpc::NotFound(AlertName(key));
  *out = ToProto(versions.back(), point.evaluation, now);
  for (v1::AlertEvent& event : EventsOf(versions)) {
    *out->add_events() = std::move(event);
  }
  return absl::OkStatus();
}

int RankOf(domain::Severity severity, bool overdue) {
  return std::min(static_cast<int>(severity) + (overdue ? 1 : 0),
                  static_cast<int>(domain::Severity::kCritical));
}

}  // namespace qiangji::bottleneck
