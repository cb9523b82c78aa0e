// qiangji coverage trajectory
#include <google/protobuf/message.h>

#include "absl/strings/str_join.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/session.h"
#include "clients/cli/trajectory_chart.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputeTrajectoryRequest;
using coverage::v1::ComputeTrajectoryResponse;

constexpr ColumnSpec kColumns[] = {
    {"year", Format::kYear},
    {"share", Format::kShare},
    {"share_upper", Format::kShare, 1},
    {"target_path", Format::kShare},
    {"gap", Format::kPoints},
    {"forecast", Format::kShare},
    {"forecast_low", Format::kShare, 2},
    {"forecast_high", Format::kShare, 2},
    {"project_forecast", Format::kShare},
    {"target_probability", Format::kShare},
};
constexpr int kUnlimitedColumns = 80;  // of the chart
constexpr Text kTrend = {
    "趋势：匹配样本 $0 项，$1 年（$2）；80% 预测区间",
    "trend: matched panel of $0 items over $1 years ($2); 80 % prediction "
    "interval"};
constexpr Text kNoTrend = {
    "无趋势预测：匹配样本 $0 项，$1 年；至少需 10 项、3 年",
    "no trend: the matched panel has $0 items and $1 years; 10 items and 3 "
    "years are needed"};
constexpr Text kProjects = {
    "项目预测：计入本国控制机构的 $0 个项目；$1",
    "projects: $0 of home-controlled organizations; $1"};
constexpr Text kReference = {
    "目标路径为参照值：文件只对总体提出目标",
    "the target path is a reference line: the document sets it for the total "
    "only"};

absl::Status Fill(const Invocation& invocation,
                  ComputeTrajectoryRequest* request) {
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request->mutable_options()));
  request->set_sector(invocation.Get("--sector").value_or(""));
  int from = 0, through = 0;
  QJ_RETURN_IF_ERROR(FillYear(invocation, "--from", &from));
  QJ_RETURN_IF_ERROR(FillYear(invocation, "--through", &through));
  request->set_from_year(from);
  request->set_through_year(through);
  return absl::OkStatus();
}

void PrintChart(const ComputeTrajectoryResponse& response, Lang lang,
                Console& console) {
  const int columns = console.columns > 0 ? console.columns : kUnlimitedColumns;
  console.out << '\n';
  for (const std::string& line : TrajectoryChart(response, columns, lang)) {
    console.out << line << '\n';
  }
}

// What the forecasts rest on.
void PrintBasis(const ComputeTrajectoryResponse& response, Lang lang,
                std::ostream& err) {
  if (response.has_trend()) {
    err << Say(lang, kTrend, response.panel_items(), response.panel_years(),
               absl::StrJoin(response.trend_years(), ", "));
  } else {
    err << Say(lang, kNoTrend, response.panel_items(), response.panel_years());
  }
  err << '\n';
  const auto& limits =
      lang == Lang::kZh ? response.limits_zh() : response.limits_en();
  err << Say(lang, kProjects, response.project_count(),
             absl::StrJoin(limits, lang == Lang::kZh ? "；" : "; "))
      << '\n';
  if (response.reference_line()) err << kReference.In(lang) << '\n';
}

absl::StatusOr<int> Trajectory(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ComputeTrajectoryRequest request;
  QJ_RETURN_IF_ERROR(Fill(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeTrajectoryResponse response;
  // Every year with data is computed.
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage,
      Session::MethodOf<ComputeTrajectoryRequest>("ComputeTrajectory"), request,
      &response, /*limited=*/false));
  PrintFigures(invocation, response.context(),
               TableOf(kColumns, response.rows(), lang), {&response});
  if (invocation.settings.output == Output::kJson) return kDone;
  if (invocation.settings.output == Output::kTable) {
    PrintChart(response, lang, invocation.console);
  }
  PrintBasis(response, lang, invocation.console.err);
  return kDone;
}

}  // namespace

CommandSpec CoverageTrajectoryCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "trajectory";
  spec.help = say({"历年走势与预测：趋势与登记的项目",
                   "the years, and forecasts by trend and by projects"});
  spec.options = {
      {"--sector", "SECTOR", say({"只看这一领域", "only this sector"})},
      {"--from", "YEAR",
       say({"首年；默认为有数据的第一年",
            "first year; by default the first with data"})},
      {"--through", "YEAR",
       say({"末年；默认为最后的目标年，且至少再看 5 年",
            "last year; by default the last of the targets, and at least 5 "
            "years ahead"})}};
  spec.computes = true;
  spec.run = Trajectory;
  return spec;
}

}  // namespace qiangji::cli
