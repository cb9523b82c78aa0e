#include "services/bottleneck/alert_store.h"

#include <optional>
#include <utility>

#include "services/base/status_macros.h"

namespace qiangji::bottleneck {
namespace {

// The new version of an alert, with what people wrote on the current one.
absl::StatusOr<domain::Row> NewVersion(store::Transaction& transaction,
                                       const domain::Transition& transition,
                                       std::int64_t registry_seq) {
  StoredAlert alert;
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> current,
                      transaction.Get(AlertTable(), KeyOf(transition.key),
                                      store::AccessScope::All()));
  if (current.has_value()) {
    QJ_ASSIGN_OR_RETURN(alert, AlertFromRow(current->row));
  } else if (!transition.evidence.has_value()) {
    return absl::DataLossError("an alert that closes is not recorded");
  }
  alert.key = transition.key;
  alert.state = transition.after;
  if (transition.evidence.has_value()) alert.evidence = *transition.evidence;
  alert.registry_seq = registry_seq;
  return ToRow(alert);
}

absl::Status ReadAlerts(store::Reader& reader, domain::AlertStates& states) {
  return reader.Scan(
      AlertTable(), {}, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(StoredAlert alert, AlertFromRow(stored.row));
        states.insert_or_assign(std::move(alert.key), std::move(alert.state));
        return absl::OkStatus();
      });
}

absl::Status ReadEvaluations(store::Reader& reader,
                             std::vector<EvaluationPoint>& points) {
  return reader.Scan(
      EvaluationTable(), {}, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(EvaluationPoint point,
                            EvaluationFromRow(stored.row, stored.seq_from));
        points.push_back(point);
        return absl::OkStatus();
      });
}

}  // namespace

absl::StatusOr<Recorded> ReadRecorded(store::Store& store) {
  Recorded recorded;
  const absl::Status read =
      store.Read([&](store::Reader& reader) -> absl::Status {
        recorded = {};
        QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
        recorded.seq = head.seq;
        QJ_RETURN_IF_ERROR(ReadAlerts(reader, recorded.states));
        return ReadEvaluations(reader, recorded.evaluations);
      });
  QJ_RETURN_IF_ERROR(read);
  return recorded;
}

absl::StatusOr<std::int64_t> WriteEvaluation(
    store::Store& store, std::int64_t after,
    absl::Span<const domain::Transition> transitions,
    const EvaluationPoint& point) {
  store::WriteOptions options;
  options.caller = "service:bottleneck";
  options.method = "/qiangji.bottleneck.v1.AlertService/Evaluate";
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      store.ReadWrite(
          options,
          [&](store::Transaction& transaction,
              std::vector<std::string>&) -> absl::Status {
            QJ_ASSIGN_OR_RETURN(const store::Change head, transaction.Head());
            if (head.seq != after) {
              return absl::AbortedError(
                  "alerts were written during the evaluation");
            }
            for (const domain::Transition& transition : transitions) {
              QJ_ASSIGN_OR_RETURN(
                  const domain::Row row,
                  NewVersion(transaction, transition, point.registry_seq));
              QJ_RETURN_IF_ERROR(
                  transaction.Put(AlertTable(), row, "").status());
            }
            return transaction.Put(EvaluationTable(), ToRow(point), "")
                .status();
          }));
  return commit.seq;
}

}  // namespace qiangji::bottleneck
