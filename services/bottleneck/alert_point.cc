#include "services/bottleneck/alert_point.h"

#include <algorithm>
#include <vector>

#include "services/base/status_macros.h"
#include "services/bottleneck/evaluation_log.h"

namespace qiangji::bottleneck {
namespace {

// The newest evaluation in the state `at`.
absl::StatusOr<std::optional<EvaluationPoint>> NewestEvaluation(
    store::Reader& reader, store::Seq at) {
  store::ScanOptions options;
  options.at = at;
  options.limit = 1;
  options.order = {
      {.column = EvaluationTable().Find("registry_seq"), .descending = true}};
  std::optional<EvaluationPoint> newest;
  QJ_RETURN_IF_ERROR(reader.Scan(
      EvaluationTable(), options, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(newest,
                            EvaluationFromRow(stored.row, stored.seq_from));
        return absl::OkStatus();
      }));
  return newest;
}

// A sequence is evaluated again when the rules change or a need has waited for
// another day: the evaluation of it that stood at `at`, else its first.
absl::StatusOr<EvaluationPoint> EvaluationAt(store::Reader& reader,
                                             const EvaluationPoint& newest,
                                             store::Seq at) {
  QJ_ASSIGN_OR_RETURN(const std::vector<store::Stored> versions,
                      reader.History(EvaluationTable(), {newest.registry_seq},
                                     store::AccessScope::All()));
  EvaluationPoint found = newest;
  for (const store::Stored& version : versions) {
    const bool older = version.seq_from < found.seq;
    if (found.seq <= at || !older) continue;
    QJ_ASSIGN_OR_RETURN(found,
                        EvaluationFromRow(version.row, version.seq_from));
  }
  return found;
}

}  // namespace

absl::StatusOr<std::optional<AlertPoint>> PointOfChange(store::Reader& reader,
                                                        store::Seq at) {
  AlertPoint point;
  point.at = at;
  QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
  point.head = head.seq;
  QJ_ASSIGN_OR_RETURN(const auto evaluation,
                      NewestEvaluation(reader, point.read_at()));
  if (!evaluation) return std::optional<AlertPoint>();
  point.evaluation = *evaluation;
  return point;
}

absl::StatusOr<std::optional<AlertPoint>> PointOf(store::Reader& reader,
                                                  const EvaluationLog& log,
                                                  const View& view) {
  if (!view.newest && !view.point) return std::optional<AlertPoint>();
  QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
  QJ_ASSIGN_OR_RETURN(std::optional<AlertPoint> newest,
                      PointOfChange(reader, head.seq));
  if (view.newest || !newest) return newest;
  AlertPoint point;
  point.evaluation = *view.point;
  point.head = point.at = head.seq;
  // An evaluation is committed a moment before the log knows it.
  std::optional<EvaluationPoint> next =
      log.After(point.evaluation.registry_seq);
  if (!next &&
      newest->evaluation.registry_seq > point.evaluation.registry_seq) {
    next = newest->evaluation;
  }
  if (next) point.at = next->seq - 1;
  if (view.until) {
    QJ_ASSIGN_OR_RETURN(const store::Seq by_then, reader.SeqAt(*view.until));
    QJ_ASSIGN_OR_RETURN(point.evaluation,
                        EvaluationAt(reader, point.evaluation, by_then));
    point.at = std::clamp(by_then, point.evaluation.seq, point.at);
  }
  return point;
}

}  // namespace qiangji::bottleneck
