#include "services/bottleneck/alert_store.h"

#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/rule_book.h"

namespace qiangji::bottleneck {
namespace {

// The state after a transition, where the alert was not resolved since it was
// computed: the rules do not touch what people set on an open alert.
domain::AlertState Merged(const domain::AlertState& current,
                          const domain::Transition& transition) {
  domain::AlertState after = transition.after;
  if (transition.kind == domain::TransitionKind::kSeverity ||
      transition.kind == domain::TransitionKind::kRefresh) {
    after.status = current.status;
  }
  return after;
}

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
  alert.state =
      current.has_value() ? Merged(alert.state, transition) : transition.after;
  alert.work = domain::AfterTransition(alert.work, transition.kind);
  alert.happening = domain::AlertHappening::kNone;
  alert.actor.clear();
  alert.comment.clear();
  if (transition.evidence.has_value()) alert.evidence = *transition.evidence;
  alert.registry_seq = registry_seq;
  return ToRow(alert);
}

// Calls `visit` for the newest version of every alert that changes after
// `after` wrote.
absl::Status AlertsWrittenAfter(
    store::Reader& reader, std::int64_t after, std::int64_t head,
    absl::FunctionRef<absl::Status(StoredAlert)> visit) {
  store::ChangedOptions options;
  options.tables = {domain::TableId::kAlerts};
  for (std::int64_t seq = after + 1; seq <= head; ++seq) {
    const absl::Status read = reader.ChangedRows(
        seq, options, store::AccessScope::All(),
        [&](const store::ChangedRow& changed) -> absl::Status {
          if (!changed.row) return absl::OkStatus();
          QJ_ASSIGN_OR_RETURN(StoredAlert alert,
                              AlertFromRow(changed.row->row));
          return visit(std::move(alert));
        });
    QJ_RETURN_IF_ERROR(read);
  }
  return absl::OkStatus();
}

absl::Status NobodyResolvedAfter(store::Reader& reader, std::int64_t after) {
  QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
  return AlertsWrittenAfter(
      reader, after, head.seq, [](const StoredAlert& alert) {
        return alert.happening == domain::AlertHappening::kResolved
                   ? absl::AbortedError(
                         "an alert was resolved during the evaluation")
                   : absl::OkStatus();
      });
}

absl::Status ReadAlerts(store::Reader& reader, domain::AlertStates& states) {
  return reader.Scan(
      AlertTable(), {}, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(StoredAlert alert, AlertFromRow(stored.row));
        states.insert_or_assign(std::move(alert.key), alert.state);
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
        QJ_RETURN_IF_ERROR(ReadEvaluations(reader, recorded.evaluations));
        if (recorded.evaluations.empty()) return absl::OkStatus();
        QJ_ASSIGN_OR_RETURN(
            recorded.rules_changed,
            RulesChangedAfter(reader, recorded.evaluations.back().seq));
        return absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(read);
  return recorded;
}

absl::StatusOr<std::vector<domain::AlertKey>> CatchUp(store::Store& store,
                                                      Recorded& recorded) {
  std::int64_t head = recorded.seq;
  std::vector<StoredAlert> written;
  const absl::Status read =
      store.Read([&](store::Reader& reader) -> absl::Status {
        written.clear();
        QJ_ASSIGN_OR_RETURN(const store::Change newest, reader.Head());
        head = newest.seq;
        return AlertsWrittenAfter(reader, recorded.seq, head,
                                  [&](StoredAlert alert) {
                                    written.push_back(std::move(alert));
                                    return absl::OkStatus();
                                  });
      });
  QJ_RETURN_IF_ERROR(read);
  std::vector<domain::AlertKey> keys;
  for (StoredAlert& alert : written) {
    keys.push_back(alert.key);
    recorded.states.insert_or_assign(std::move(alert.key), alert.state);
  }
  recorded.seq = head;
  return keys;
}

absl::StatusOr<std::int64_t> WriteEvaluation(
    store::Store& store, std::int64_t after,
    absl::Span<const domain::Transition> transitions,
    const EvaluatedFlags& flags, absl::Span<const domain::FlagMove> moves,
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
            QJ_RETURN_IF_ERROR(NobodyResolvedAfter(transaction, after));
            for (const domain::Transition& transition : transitions) {
              QJ_ASSIGN_OR_RETURN(
                  const domain::Row row,
                  NewVersion(transaction, transition, point.registry_seq));
              QJ_RETURN_IF_ERROR(
                  transaction.Put(AlertTable(), row, "").status());
            }
            QJ_RETURN_IF_ERROR(WriteMoves(transaction, flags, moves));
            return transaction.Put(EvaluationTable(), ToRow(point), "")
                .status();
          }));
  return commit.seq;
}

}  // namespace qiangji::bottleneck
