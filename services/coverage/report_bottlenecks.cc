// The bottleneck list of a report: METHOD 5 on one state, as if no alert had
// been open before.
#include <algorithm>
#include <tuple>

#include "services/coverage/answering.h"
#include "services/coverage/convert.h"
#include "services/coverage/report_parts.h"
#include "services/domain/rules_evaluate.h"
#include "services/domain/rules_text.h"
#include "services/figures/rule_figures.h"

namespace qiangji::coverage {
namespace {

constexpr std::size_t kMostMakers = 5;

domain::RuleFigures FiguresOf(const MetricsWriter& metrics,
                              const domain::Analysis& analysis,
                              const std::vector<domain::ItemIndex>& items,
                              const v1::ComputeTargetsResponse& targets) {
  domain::RuleFigures all;
  all.year = analysis.options.year;
  for (const domain::ItemIndex i : items) {
    v1::ItemMetrics item;
    metrics.Fill(i, &item);
    all.items.push_back(figures::ToRuleItem(item));
  }
  for (const domain::Project& project : analysis.world->facts().projects) {
    if (project.item < 0) continue;
    v1::ProjectStatus status;
    metrics.FillProject(project, &status);
    all.projects.push_back(figures::ToProjectFigures(status));
  }
  all.scopes = figures::ToScopes(targets);
  return all;
}

void FillClosing(const domain::Closing& closes, v1::ReportBottleneck* out) {
  out->set_unit(closes.unit);
  IfStated(closes.missing, [&](double x) { out->set_missing_quantity(x); });
  for (const domain::ClosingProject& project : closes.projects) {
    out->add_project_ids(project.project_id);
  }
  out->set_projects_suffice(closes.projects_suffice);
  for (const domain::MakerFigures& maker : closes.makers) {
    if (out->makers_size() == static_cast<int>(kMostMakers)) break;
    v1::ReportMaker* row = out->add_makers();
    row->set_organization_id(maker.organization_id);
    row->set_name_zh(maker.name_zh);
    row->set_name_en(maker.name_en);
    row->set_share(maker.share);
    row->set_failed_criterion(maker.failed_criterion);
  }
  for (const std::string& id : closes.equipment_ids) {
    out->add_equipment_ids(id);
  }
}

void Fill(const domain::Transition& found, v1::ReportBottleneck* out) {
  const domain::Evidence& evidence = *found.evidence;
  out->set_rule(found.key.rule);
  out->set_subject(found.key.subject);
  out->set_severity(std::string(domain::SeverityName(found.after.severity)));
  out->set_name_zh(evidence.name_zh);
  out->set_name_en(evidence.name_en);
  if (const auto category = domain::CategoryOf(evidence.category)) {
    out->set_category(ToProto(*category));
  }
  for (const std::string& s : evidence.sectors) out->add_sectors(s);
  out->set_summary_zh(
      domain::Summary(found.key.rule, evidence.figures, domain::Language::kZh));
  out->set_summary_en(
      domain::Summary(found.key.rule, evidence.figures, domain::Language::kEn));
  IfStated(evidence.shortfall, [&](double x) { out->set_shortfall(x); });
  IfStated(evidence.not_assured_value_cny,
           [&](double x) { out->set_not_assured_value_cny(x); });
  for (const std::string& id : evidence.chain) out->add_chain(id);
  IfStated(evidence.data_year, [&](int year) { out->set_data_year(year); });
  FillClosing(evidence.closes, out);
}

}  // namespace

void AddBottlenecks(const MetricsWriter& metrics,
                    const domain::Analysis& analysis,
                    const std::vector<domain::ItemIndex>& items,
                    const v1::ComputeTargetsResponse& targets,
                    v1::Report* out) {
  const domain::RuleFigures all = FiguresOf(metrics, analysis, items, targets);
  const domain::AlertStates none;
  // Of a state without alerts no figure depends on the times.
  std::vector<domain::Transition> found =
      domain::Evaluate({.previous = none,
                        .figures = all,
                        .rules = domain::DefaultRules(),
                        .time = absl::UnixEpoch(),
                        .previous_time = absl::UnixEpoch()});
  found.erase(std::remove_if(found.begin(), found.end(),
                             [](const domain::Transition& t) {
                               return !t.after.active() ||
                                      !t.evidence.has_value();
                             }),
              found.end());
  const auto value = [](const domain::Transition& t) {
    return t.evidence->not_assured_value_cny.value_or(0);
  };
  std::stable_sort(
      found.begin(), found.end(),
      [&](const domain::Transition& a, const domain::Transition& b) {
        return std::tuple(b.after.severity, value(b)) <
               std::tuple(a.after.severity, value(a));
      });
  for (const domain::Transition& t : found) Fill(t, out->add_bottlenecks());
}

}  // namespace qiangji::coverage
