#include "services/bottleneck/alert_view.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/closing_text.h"
#include "services/domain/rules_text.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/names.h"

namespace qiangji::bottleneck {
namespace {

type::v1::Category ToCategory(const std::string& code) {
  type::v1::Category category = type::v1::CATEGORY_UNSPECIFIED;
  type::v1::Category_Parse(
      absl::StrCat("CATEGORY_", absl::AsciiStrToUpper(code)), &category);
  return category;
}

void AddState(const domain::AlertState& state, const EvaluationPoint& point,
              absl::Time now, v1::Alert* out) {
  out->set_state(ToProto(state.status));
  out->set_severity(ToProto(state.severity));
  *out->mutable_first_seen() = ToTimestamp(state.first_seen);
  *out->mutable_last_seen() = ToTimestamp(std::max(
      state.last_seen.value_or(point.registry_time), state.opened_time));
  if (state.resolved_time) {
    *out->mutable_resolved_time() = ToTimestamp(*state.resolved_time);
  }
  const std::int64_t days = (now - state.first_seen) / absl::Hours(24);
  out->set_age_days(
      static_cast<std::int32_t>(std::clamp<std::int64_t>(days, 0, 1 << 20)));
}

void AddWork(const domain::AlertWork& work, v1::Alert* out) {
  out->set_owner(work.owner);
  if (work.due) *out->mutable_due() = ToTimestamp(*work.due);
  out->set_overdue(work.overdue);
  out->set_reason(work.reason);
  out->set_project(work.project);
}

void AddFigures(const domain::Evidence& evidence, v1::Alert* out) {
  double abroad = 0;
  for (const domain::FigureValue& figure : evidence.figures) {
    v1::Figure* entry = out->add_figures();
    entry->set_column(figure.name);
    const auto* number = std::get_if<double>(&figure.value);
    if (number != nullptr) {
      entry->set_value(*number);
    } else {
      entry->set_text(std::get<std::string>(figure.value));
    }
    if (figure.threshold) entry->set_threshold(*figure.threshold);
    if (number == nullptr && figure.name == "top_foreign_origin") {
      out->set_depends_on(entry->text());
    }
    if (number != nullptr && figure.name == "top_foreign_share") {
      out->set_depends_share(*number);
    }
    if (number != nullptr && figure.name == "foreign_share") abroad = *number;
  }
  if (!out->depends_on().empty()) return;
  out->clear_depends_share();
  // From abroad, but no record says from where.
  if (abroad > 0) {
    out->set_depends_on(std::string(kAbroad));
    out->set_depends_share(abroad);
  }
}

void AddMakersAndProjects(const domain::Closing& closes, v1::Closing* out) {
  for (const domain::MakerFigures& maker : closes.makers) {
    v1::ClosingMaker* entry = out->add_makers();
    entry->set_organization_id(maker.organization_id);
    entry->set_name_zh(maker.name_zh);
    entry->set_name_en(maker.name_en);
    entry->set_share(maker.share);
    entry->set_failed_criterion(maker.failed_criterion);
  }
  for (const domain::ClosingProject& project : closes.projects) {
    v1::ClosingProject* entry = out->add_projects();
    entry->set_project_id(project.project_id);
    entry->set_title(project.title);
    entry->set_completion_year(project.completion_year);
    if (project.added) entry->set_added_quantity(*project.added);
    if (project.probability) entry->set_probability(*project.probability);
    entry->set_suffices(project.suffices);
  }
}

void AddClosing(const StoredAlert& alert, v1::Closing* out) {
  const domain::Closing& closes = alert.evidence.closes;
  if (closes.missing) out->set_missing_quantity(*closes.missing);
  out->set_unit(closes.unit);
  AddMakersAndProjects(closes, out);
  out->set_projects_suffice(closes.projects_suffice);
  if (closes.column_target) out->set_column_target(*closes.column_target);
  out->set_column(closes.column);
  if (closes.items_short) out->set_items_short(*closes.items_short);
  for (const std::string& id : closes.item_ids) out->add_items(id);
  out->set_text_zh(ClosingText(alert.key.rule, closes, domain::Language::kZh));
  out->set_text_en(ClosingText(alert.key.rule, closes, domain::Language::kEn));
}

void AddEvidence(const domain::Evidence& evidence, v1::Alert* out) {
  if (evidence.shortfall) out->set_shortfall(*evidence.shortfall);
  if (evidence.not_assured_value_cny) {
    out->set_not_assured_value_cny(*evidence.not_assured_value_cny);
  }
  out->set_subject_name_zh(evidence.name_zh);
  out->set_subject_name_en(evidence.name_en);
  out->set_year(evidence.year.value_or(0));
  for (const std::string& id : evidence.chain) out->add_chain(id);
  for (const std::string& id : evidence.closes.equipment_ids) {
    out->add_equipment_ids(id);
  }
  for (const std::string& id : evidence.closes.reached_equipment_ids) {
    out->add_reached_equipment_ids(id);
  }
  for (const std::string& name : evidence.records) {
    out->add_evidence()->set_name(name);
  }
  out->set_unit(evidence.closes.unit);
  for (const std::string& sector : evidence.sectors) out->add_sectors(sector);
  if (!evidence.category.empty()) {
    out->set_category(ToCategory(evidence.category));
  }
  AddFigures(evidence, out);
}

}  // namespace

v1::AlertState ToProto(domain::AlertStatus status) {
  return static_cast<v1::AlertState>(static_cast<int>(status) +
                                     static_cast<int>(v1::ALERT_STATE_OPEN));
}

v1::Severity ToProto(domain::Severity severity) {
  return static_cast<v1::Severity>(static_cast<int>(severity));
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
      absl::ToUnixNanos(time));
}

std::string AlertName(const domain::AlertKey& key) {
  std::vector<std::string> cells = {key.rule};
  for (absl::string_view part : absl::StrSplit(key.subject, '/')) {
    cells.emplace_back(part);
  }
  const std::string id = rpc::JoinKey(cells);
  return rpc::MakeName(rpc::pattern::kAlert, {id});
}

absl::StatusOr<domain::AlertKey> ParseAlertName(absl::string_view name) {
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> parsed,
                      rpc::ParseName(rpc::pattern::kAlert, name));
  const auto count = static_cast<std::size_t>(
      1 + std::count(parsed[0].begin(), parsed[0].end(), '~'));
  QJ_ASSIGN_OR_RETURN(std::vector<std::string> cells,
                      rpc::SplitKey(parsed[0], count));
  const std::string rule = cells[0];
  if (cells.size() < 2) return rpc::NotFound(name);
  cells.erase(cells.begin());
  return domain::AlertKey{rule, absl::StrJoin(cells, "/")};
}

v1::Alert ToProto(const AlertVersionOf& version, const EvaluationPoint& point,
                  absl::Time now) {
  const StoredAlert& alert = version.alert;
  v1::Alert out;
  out.set_name(AlertName(alert.key));
  out.set_rule(alert.key.rule);
  out.set_subject(alert.key.subject);
  AddState(alert.state, point, now, &out);
  AddWork(alert.work, &out);
  AddEvidence(alert.evidence, &out);
  AddClosing(alert, out.mutable_closes());
  out.set_summary_zh(domain::Summary(alert.key.rule, alert.evidence.figures,
                                     domain::Language::kZh));
  out.set_summary_en(domain::Summary(alert.key.rule, alert.evidence.figures,
                                     domain::Language::kEn));
  out.set_registry_seq(alert.registry_seq);
  out.set_read_seq(point.registry_seq);
  out.set_etag(rpc::MakeEtag(version.seq));
  out.set_owner_id(version.owner_id);
  out.set_seq(version.seq);
  *out.mutable_update_time() = ToTimestamp(version.recorded);
  return out;
}

v1::Evaluation ToProto(const EvaluationPoint& point, absl::Time recorded,
                       const std::vector<std::string>& rules) {
  v1::Evaluation out;
  out.set_name("evaluations/head");
  out.set_registry_seq(point.registry_seq);
  out.set_year(point.year.value_or(0));
  *out.mutable_time() = ToTimestamp(recorded);
  out.set_opened(static_cast<std::int32_t>(point.opened));
  out.set_closed(static_cast<std::int32_t>(point.closed));
  out.set_changed(static_cast<std::int32_t>(point.changed));
  out.set_open_count(static_cast<std::int32_t>(point.open));
  for (const std::string& rule : rules) out.add_rules(rule);
  out.set_seq(point.seq);
  out.set_contains_illustrative(point.illustrative);
  return out;
}

}  // namespace qiangji::bottleneck
