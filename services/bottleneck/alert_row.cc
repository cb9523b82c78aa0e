#include "services/bottleneck/alert_row.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/evidence_json.h"
#include "services/bottleneck/row_cells.h"

namespace qiangji::bottleneck {
namespace {

using domain::Row;
using domain::Value;

std::size_t Index(const domain::TableSchema& table, absl::string_view name) {
  return static_cast<std::size_t>(table.Find(name));
}

void WriteState(const domain::AlertState& state, RowWriter& out) {
  out.Text("state", domain::AlertStatusName(state.status));
  out.Text("severity", domain::SeverityName(state.severity));
  out.Time("first_seen", state.first_seen);
  out.Time("opened_time", state.opened_time);
  out.Int("openings", state.openings);
  out.Time("last_seen", state.last_seen);
  out.Time("resolved_time", state.resolved_time);
}

domain::AlertState ReadState(RowReader& in) {
  domain::AlertState state;
  const auto status = domain::ParseAlertStatus(in.Text("state"));
  const auto severity = domain::ParseSeverity(in.Text("severity"));
  if (!status) in.Bad("state");
  if (!severity) in.Bad("severity");
  state.status = status.value_or(domain::AlertStatus::kOpen);
  state.severity = severity.value_or(domain::Severity::kLow);
  state.first_seen = in.Time("first_seen").value_or(absl::InfinitePast());
  state.opened_time = in.Time("opened_time").value_or(absl::InfinitePast());
  state.openings = in.Int("openings");
  state.last_seen = in.Time("last_seen");
  state.resolved_time = in.Time("resolved_time");
  return state;
}

void WriteWork(const StoredAlert& alert, RowWriter& out) {
  out.Text("owner", alert.work.owner);
  out.Time("due", alert.work.due);
  if (alert.work.overdue) out.Int("overdue", 1);
  out.Text("reason", alert.work.reason);
  out.Text("project", alert.work.project);
  out.Text("event", domain::AlertHappeningName(alert.happening));
  out.Text("actor", alert.actor);
  out.Text("comment", alert.comment);
  out.Int("actions", alert.actions);
}

void ReadWork(RowReader& in, StoredAlert& alert) {
  alert.work.owner = in.Text("owner");
  alert.work.due = in.Time("due");
  alert.work.overdue = in.Int("overdue") != 0;
  alert.work.reason = in.Text("reason");
  alert.work.project = in.Text("project");
  const auto happening = domain::ParseAlertHappening(in.Text("event"));
  if (!happening) in.Bad("event");
  alert.happening = happening.value_or(domain::AlertHappening::kNone);
  alert.actor = in.Text("actor");
  alert.comment = in.Text("comment");
  alert.actions = in.Int("actions");
}

void WriteEvidence(const domain::Evidence& evidence, RowWriter& out) {
  out.Year("year", evidence.year);
  out.Year("data_year", evidence.data_year);
  out.Number("shortfall", evidence.shortfall);
  out.Number("not_assured_value_cny", evidence.not_assured_value_cny);
  out.Text("name_zh", evidence.name_zh);
  out.Text("name_en", evidence.name_en);
  out.Text("category", evidence.category);
  out.Text("sectors", absl::StrJoin(evidence.sectors, ";"));
  out.Text("figures", FiguresJson(evidence));
  out.Text("closes", ClosingJson(evidence.closes));
}

domain::Evidence ReadEvidence(RowReader& in) {
  domain::Evidence evidence;
  evidence.year = in.Year("year");
  evidence.data_year = in.Year("data_year");
  evidence.shortfall = in.Number("shortfall");
  evidence.not_assured_value_cny = in.Number("not_assured_value_cny");
  evidence.name_zh = in.Text("name_zh");
  evidence.name_en = in.Text("name_en");
  evidence.category = in.Text("category");
  evidence.sectors = absl::StrSplit(in.Text("sectors"), ';', absl::SkipEmpty());
  if (!ParseFigures(in.Text("figures"), &evidence)) in.Bad("figures");
  if (!ParseClosing(in.Text("closes"), &evidence.closes)) in.Bad("closes");
  return evidence;
}

}  // namespace

const domain::TableSchema& AlertTable() {
  static const auto* const table = domain::FindTable(domain::TableId::kAlerts);
  return *table;
}

const domain::TableSchema& EvaluationTable() {
  static const auto* const table =
      domain::FindTable(domain::TableId::kEvaluations);
  return *table;
}

domain::Key KeyOf(const domain::AlertKey& key) {
  return {key.rule, key.subject};
}

Row ToRow(const StoredAlert& alert) {
  RowWriter out(AlertTable());
  out.Text("rule", alert.key.rule);
  out.Text("subject", alert.key.subject);
  WriteState(alert.state, out);
  WriteWork(alert, out);
  WriteEvidence(alert.evidence, out);
  out.Int("registry_seq", alert.registry_seq);
  return std::move(out).Take();
}

absl::StatusOr<StoredAlert> AlertFromRow(const Row& row) {
  RowReader in(AlertTable(), row);
  StoredAlert alert;
  alert.key = {in.Text("rule"), in.Text("subject")};
  if (alert.key.rule.empty()) in.Bad("rule");
  alert.state = ReadState(in);
  alert.evidence = ReadEvidence(in);
  alert.state.data_year = alert.evidence.data_year;
  alert.state.evidence = domain::Fingerprint(alert.evidence);
  ReadWork(in, alert);
  alert.registry_seq = in.Int("registry_seq");
  QJ_RETURN_IF_ERROR(in.status());
  return alert;
}

Row ToRow(const EvaluationPoint& point) {
  RowWriter out(EvaluationTable());
  out.Int("registry_seq", point.registry_seq);
  out.Time("time", point.registry_time);
  out.Year("year", point.year);
  out.Int("illustrative", point.illustrative ? 1 : 0);
  out.Int("opened", point.opened);
  out.Int("closed", point.closed);
  out.Int("changed", point.changed);
  out.Int("open", point.open);
  return std::move(out).Take();
}

absl::StatusOr<EvaluationPoint> EvaluationFromRow(const Row& row,
                                                  std::int64_t seq) {
  RowReader in(EvaluationTable(), row);
  EvaluationPoint point;
  point.registry_seq = in.Int("registry_seq");
  point.registry_time = in.Time("time").value_or(absl::InfinitePast());
  point.year = in.Year("year");
  point.illustrative = in.Int("illustrative") != 0;
  point.opened = in.Int("opened");
  point.closed = in.Int("closed");
  point.changed = in.Int("changed");
  point.open = in.Int("open");
  point.seq = seq;
  QJ_RETURN_IF_ERROR(in.status());
  return point;
}

const Value& Cell(const Row& row, AlertColumn column) {
  static const auto* const indices = new std::array<std::size_t, 9>{
      Index(AlertTable(), "rule"),
      Index(AlertTable(), "subject"),
      Index(AlertTable(), "state"),
      Index(AlertTable(), "severity"),
      Index(AlertTable(), "owner"),
      Index(AlertTable(), "overdue"),
      Index(AlertTable(), "not_assured_value_cny"),
      Index(AlertTable(), "category"),
      Index(AlertTable(), "sectors")};
  return row[(*indices)[static_cast<std::size_t>(column)]];
}

}  // namespace qiangji::bottleneck
