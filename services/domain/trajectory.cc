#include "services/domain/trajectory.h"

#include <algorithm>
#include <map>
#include <utility>

#include "services/base/years.h"
#include "services/domain/path.h"
#include "services/domain/project_forecast.h"

namespace qiangji::domain {
namespace {

constexpr auto kIllustrative = static_cast<std::size_t>(Grade::kIllustrative);

// The scope in one year, by place in the scope.
struct YearOfScope {
  std::vector<bool> own;  // data of the year itself
  std::vector<bool> assured;
  double weight = 0;  // of the items with it
};

class Builder {
 public:
  Builder(const Analysis& analysis, const Scope& scope)
      : analysis_(analysis), scope_(scope), items_(ItemsOf(analysis, scope)) {
    for (const ItemIndex i : items_) {
      newest_.push_back({.item = i});
      whole_ += WeightOf(i);
    }
  }

  Trajectory Build(const TrajectoryYears& asked,
                   const AnalysisOfYear& analysis_of) {
    ReadYears(analysis_of);
    const int from = asked.from != 0 ? asked.from : FirstYear();
    const int through = asked.through != 0 ? asked.through : LastYear();
    Trajectory out;
    for (int year = from; year <= through; ++year) {
      out.rows.push_back(year <= analysis_.options.year
                             ? PastRow(*analysis_of(year), out)
                             : ComingRow(year, out));
    }
    out.panel = PanelFrom(asked.from);
    out.illustrative = illustrative_;
    AddTrend(out);
    AddProjects(through, out);
    return out;
  }

 private:
  double WeightOf(ItemIndex i) const {
    return analysis_.world->structure()
        .items[static_cast<std::size_t>(i)]
        .weight;
  }

  void ReadYears(const AnalysisOfYear& analysis_of) {
    for (const int year : analysis_.world->SupplyYears()) {
      if (year > analysis_.options.year) break;
      ReadYear(*analysis_of(year), year);
    }
  }

  void ReadYear(const Analysis& of_year, int year) {
    YearOfScope read;
    bool any = false;
    for (std::size_t k = 0; k < items_.size(); ++k) {
      const ItemFigures& f = of_year.balance[items_[k]];
      const bool own = f.has_data() && f.data_year == year;
      read.own.push_back(own);
      read.assured.push_back(own &&
                             AtLeast(f.assured, of_year.options.threshold));
      if (!own) continue;
      any = true;
      illustrative_ |= f.grade_share[kIllustrative] > 0;
      read.weight += WeightOf(items_[k]);
      newest_[k] = {items_[k], year, f.by_share, f.assured_volume, f.demand};
    }
    if (any) years_.emplace(year, std::move(read));
  }

  int FirstYear() const {
    return years_.empty() ? analysis_.options.year : years_.begin()->first;
  }

  // Of the path that the rows show.
  int LastYear() const {
    int last = analysis_.options.year + kYearsAhead;
    const Scope own = NormalScope(scope_);
    std::optional<int> national;
    bool found = false;
    for (const TargetPath& path : AllPaths(analysis_.world->facts())) {
      if (path.metric != "share" || path.points.empty()) continue;
      const int end = path.points.back().year;
      if (path.scope.sectors == own.sectors &&
          path.scope.categories == own.categories) {
        found = true;
        last = std::max(last, end);
      } else if (path.scope.sectors.empty() && path.scope.categories.empty()) {
        national = end;
      }
    }
    if (!found && national) last = std::max(last, *national);
    return std::min(last, kLastYear);
  }

  TrajectoryRow PastRow(const Analysis& of_year, Trajectory& out) const {
    CoverageRow row = ComputeRow(of_year, scope_);
    JudgeRow(of_year, row);
    out.reference_line |= row.reference_line;
    TrajectoryRow shown;
    shown.year = of_year.options.year;
    shown.share = row.share;
    shown.share_upper = row.share_upper;
    shown.target_path = row.target;
    shown.gap = row.gap;
    return shown;
  }

  TrajectoryRow ComingRow(int year, Trajectory& out) const {
    TrajectoryRow shown;
    shown.year = year;
    CoverageRow row;
    row.scope = scope_;
    row.year = year;
    JudgeRow(analysis_, row);
    out.reference_line |= row.reference_line;
    shown.target_path = row.target;
    return shown;
  }

  bool Used(const YearOfScope& year) const {
    return whole_ > 0 && AtLeast(year.weight / whole_, 0.5);
  }

  Panel PanelFrom(int first) {
    Panel panel;
    in_panel_.assign(items_.size(), true);
    for (const auto& [year, read] : years_) {
      if (year < first || !Used(read)) continue;
      panel.years.push_back(year);
      for (std::size_t k = 0; k < items_.size(); ++k) {
        in_panel_[k] = in_panel_[k] && read.own[k];
      }
    }
    if (panel.years.empty()) return panel;
    for (std::size_t k = 0; k < items_.size(); ++k) {
      if (!in_panel_[k]) continue;
      ++panel.items;
      panel.weight += WeightOf(items_[k]);
    }
    return panel;
  }

  // Forecasts stand in the years after it.
  int Newest(const Panel& panel) const {
    if (!panel.years.empty()) return panel.years.back();
    return years_.empty() ? analysis_.options.year : years_.rbegin()->first;
  }

  void AddTrend(Trajectory& out) const {
    if (out.panel.items < kLeastPanelItems) return;
    std::vector<TrendPoint> points;
    for (const int year : out.panel.years) {
      const YearOfScope& read = years_.at(year);
      TrendPoint& point = points.emplace_back();
      point.year = year;
      for (std::size_t k = 0; k < items_.size(); ++k) {
        if (in_panel_[k] && read.assured[k]) {
          point.assured += WeightOf(items_[k]);
        }
      }
    }
    const auto trend = Trend::Fit(points, out.panel.weight);
    if (!trend.has_value()) return;
    out.has_trend = true;
    for (TrajectoryRow& row : out.rows) {
      if (row.year > Newest(out.panel)) row.trend = trend->At(row.year);
    }
  }

  void AddProjects(int through, Trajectory& out) const {
    const ProjectForecast forecast(analysis_, newest_, through);
    out.projects = forecast.projects();
    out.other_measure = forecast.other_measure();
    for (TrajectoryRow& row : out.rows) {
      if (row.year <= Newest(out.panel)) continue;
      row.project_forecast = forecast.ExpectedIn(row.year);
      if (!row.target_path) continue;
      row.target_probability = forecast.ProbabilityIn(
          row.year, *row.target_path, DirectionIn(row.year));
    }
  }

  Direction DirectionIn(int year) const {
    const Facts& facts = analysis_.world->facts();
    auto point = PathOf(facts, "share", scope_, year);
    if (!point) point = PathOf(facts, "share", Scope(), year);
    return point ? point->direction : Direction::kAtLeast;
  }

  const Analysis& analysis_;
  const Scope& scope_;
  const std::vector<ItemIndex> items_;
  double whole_ = 0;
  bool illustrative_ = false;
  std::vector<ProspectItem> newest_;  // by place in the scope
  std::map<int, YearOfScope> years_;  // with data in the scope
  std::vector<bool> in_panel_;        // by place in the scope
};

}  // namespace

Trajectory ComputeTrajectory(const Analysis& analysis, const Scope& scope,
                             const TrajectoryYears& years,
                             const AnalysisOfYear& analysis_of) {
  return Builder(analysis, scope).Build(years, analysis_of);
}

}  // namespace qiangji::domain
