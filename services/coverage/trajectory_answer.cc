#include "services/coverage/trajectory_answer.h"

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"
#include "services/coverage/convert.h"
#include "services/domain/trajectory.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

absl::Status CheckYears(const v1::ComputeTrajectoryRequest& request) {
  rpc::Violations wrong;
  const auto known = [](int year) { return year == 0 || IsYear(year); };
  if (!known(request.from_year())) {
    wrong.Add("from_year", "must be 1949..2100, or 0 for the first with data");
  }
  if (!known(request.through_year())) {
    wrong.Add("through_year",
              "must be 1949..2100, or 0 for the last of the targets");
  }
  if (request.through_year() != 0 &&
      request.from_year() > request.through_year()) {
    wrong.Add("through_year", "must not be before from_year");
  }
  return wrong.ToStatus();
}

void FillRow(const domain::TrajectoryRow& row, v1::TrajectoryRow* out) {
  out->set_year(row.year);
  IfStated(row.share, [&](double x) { out->set_share(x); });
  IfStated(row.share_upper, [&](double x) { out->set_share_upper(x); });
  IfStated(row.target_path, [&](double x) { out->set_target_path(x); });
  IfStated(row.gap, [&](double x) { out->set_gap(x); });
  if (row.trend.has_value()) {
    out->set_forecast(row.trend->expected);
    out->set_forecast_low(row.trend->low);
    out->set_forecast_high(row.trend->high);
  }
  IfStated(row.project_forecast,
           [&](double x) { out->set_project_forecast(x); });
  IfStated(row.target_probability,
           [&](double x) { out->set_target_probability(x); });
}

void AddTrajectoryLimits(v1::ComputeTrajectoryResponse* out) {
  out->add_limits_zh("各项目视为相互独立，预测的离散程度因此偏小");
  out->add_limits_en(
      "projects are taken as independent, which understates the spread");
}

}  // namespace

absl::Status AnswerTrajectory(const Answering& in,
                              const v1::ComputeTrajectoryRequest& request,
                              v1::ComputeTrajectoryResponse* response) {
  const domain::Analysis& analysis = *in.analysis;
  QJ_RETURN_IF_ERROR(CheckYears(request));
  QJ_RETURN_IF_ERROR(
      CheckSector(analysis.world->structure(), request.sector()));
  domain::Scope scope;
  if (!request.sector().empty()) scope.sectors = {request.sector()};
  const domain::Trajectory trajectory = domain::ComputeTrajectory(
      analysis, scope, {request.from_year(), request.through_year()},
      in.analysis_of);
  v1::FigureContext* context = response->mutable_context();
  FillContext(in.picture, analysis, context);
  if (trajectory.illustrative) context->set_contains_illustrative(true);
  for (const std::size_t place : trajectory.other_measure) {
    AddOtherMeasure(analysis.world->facts().projects[place], context);
  }
  for (const domain::TrajectoryRow& row : trajectory.rows) {
    FillRow(row, response->add_rows());
  }
  response->set_panel_items(trajectory.panel.items);
  response->set_panel_years(static_cast<int>(trajectory.panel.years.size()));
  for (const int year : trajectory.panel.years) {
    response->add_trend_years(year);
  }
  response->set_has_trend(trajectory.has_trend);
  response->set_project_count(trajectory.projects);
  response->set_reference_line(trajectory.reference_line);
  AddTrajectoryLimits(response);
  return absl::OkStatus();
}

}  // namespace qiangji::coverage
