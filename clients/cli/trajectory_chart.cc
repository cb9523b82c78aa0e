#include "clients/cli/trajectory_chart.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "clients/cli/number_format.h"
#include "clients/cli/width.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"

namespace qiangji::cli {
namespace {

using coverage::v1::TrajectoryRow;

constexpr int kYearWidth = 6;    // "2025  "
constexpr int kFigureWidth = 8;  // "  100.0%"
constexpr int kLeastWidth = 20;  // of the bars
constexpr int kMostWidth = 60;

// One column each, in every font that a terminal has.
constexpr char kActual = '#';
constexpr char kInterval = '-';
constexpr char kTrend = 'o';
constexpr char kProjects = '+';
constexpr char kTarget = '|';
constexpr Text kLegend = {
    "# 实际　o 趋势预测　- 80% 区间　+ 项目预测　| 目标路径",
    "# actual  o trend  - 80 % interval  + projects  | target path"};

// The cell of a share on a line of `width` cells.
std::size_t CellOf(double share, std::size_t width) {
  const double cell =
      std::round(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  return std::min(static_cast<std::size_t>(cell), width - 1);
}

std::string BarOf(const TrajectoryRow& row, std::size_t width) {
  std::string bar(width, ' ');
  if (row.has_forecast()) {
    for (std::size_t c = CellOf(row.forecast_low(), width);
         c <= CellOf(row.forecast_high(), width); ++c) {
      bar[c] = kInterval;
    }
    bar[CellOf(row.forecast(), width)] = kTrend;
  }
  if (row.has_share()) {
    const double cells = std::round(std::clamp(row.share(), 0.0, 1.0) *
                                    static_cast<double>(width));
    std::fill_n(bar.begin(), static_cast<std::ptrdiff_t>(cells), kActual);
  }
  if (row.has_project_forecast()) {
    bar[CellOf(row.project_forecast(), width)] = kProjects;
  }
  if (row.has_target_path()) bar[CellOf(row.target_path(), width)] = kTarget;
  return bar;
}

std::string FigureOf(const TrajectoryRow& row) {
  if (row.has_share()) return Percent(row.share());
  if (row.has_forecast()) return Percent(row.forecast());
  if (row.has_project_forecast()) return Percent(row.project_forecast());
  return "";
}

}  // namespace

std::vector<std::string> TrajectoryChart(
    const coverage::v1::ComputeTrajectoryResponse& response, int columns,
    Lang lang) {
  std::vector<std::string> lines;
  const int room = columns - kYearWidth - kFigureWidth;
  if (room < kLeastWidth) return lines;
  const auto width = static_cast<std::size_t>(std::min(room, kMostWidth));
  bool any = false;
  for (const TrajectoryRow& row : response.rows()) {
    const std::string figure = FigureOf(row);
    any |= !figure.empty();
    std::string line = absl::StrCat(row.year(), "  ", BarOf(row, width),
                                    Pad(figure, kFigureWidth, Align::kRight));
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  if (!any) return {};
  for (std::string& line : Wrap(kLegend.In(lang), columns)) {
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace qiangji::cli
