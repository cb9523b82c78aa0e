// A scope's share over the years, and what it may become (METHOD 4.4).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "services/domain/coverage.h"
#include "services/domain/forecast.h"
#include "services/domain/target.h"

namespace qiangji::domain {

// 0 = by itself: from the first year with data in the scope, through the last
// target year and at least kYearsAhead past the asked one.
struct TrajectoryYears {
  int from = 0, through = 0;
};
inline constexpr int kYearsAhead = 5;
// A smaller panel has no trend.
inline constexpr int kLeastPanelItems = 10;

struct TrajectoryRow {
  int year = 0;
  // H and its upper bound; none after the asked year.
  std::optional<double> share, share_upper;
  // As in a coverage row: of the scope, else the national reference line.
  std::optional<double> target_path, gap;
  // Of years after the newest that the trend uses.
  std::optional<Forecast> trend;
  std::optional<double> project_forecast, target_probability;
};

// The items with data of their own year, none carried forward, in every year
// used. Used are the years up to the asked one in which at least half of the
// scope's weight has such data (others have no verdict either, METHOD 4.3).
struct Panel {
  std::vector<int> years;  // ascending
  int items = 0;
  double weight = 0;  // W
};

struct Trajectory {
  std::vector<TrajectoryRow> rows;  // every year, ascending
  Panel panel;
  bool has_trend = false;  // kLeastPanelItems and Trend::kLeastYears
  bool reference_line = false;
  bool illustrative = false;  // a record of the scope is, in a year read
  int projects = 0;           // that the forecast counts
  // ProjectForecast::other_measure.
  std::vector<std::size_t> other_measure;
};

// `analysis` is of the asked year.
Trajectory ComputeTrajectory(const Analysis& analysis, const Scope& scope,
                             const TrajectoryYears& years,
                             const AnalysisOfYear& analysis_of);

}  // namespace qiangji::domain
