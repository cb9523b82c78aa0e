// Targets (METHOD 4.3).
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/domain/coverage.h"

namespace qiangji::domain {

// The path of one metric and scope in one year.
struct PathPoint {
  std::string target_id;  // the first at or after the year, else the last
  Direction direction = Direction::kAtLeast;
  double value = 0;
  bool expired = false;  // after the last target year
};
// nullopt: no target of that metric and scope, or the year is before the
// first and it states no baseline. A superseded target stays a point of the
// path unless its successor is for the same or an earlier year.
std::optional<PathPoint> PathOf(const Facts& facts, absl::string_view metric,
                                const Scope& scope, int year);

struct TargetRow {
  std::string target_id, metric;
  Scope scope;
  int year = 0;  // the year that is judged
  Direction direction = Direction::kAtLeast;
  std::optional<double> target;  // of the path in that year
  std::optional<double> actual, actual_upper;
  std::optional<double> gap;  // positive = behind
  Verdict verdict = Verdict::kNone;
  bool expired = false;
  std::string superseded_by;  // "" = none
  std::optional<int> missing_count;
  // Item indices: the fewest that close the gap, heaviest first, of equal
  // weight those nearest to θ, by id where both are equal; nearest to
  // θ from below, of processes nearest to promotion (at most 20); and, where
  // undecided, those whose data would decide, heaviest first.
  std::vector<ItemIndex> closing, nearest, deciding;
};

// The analysis of a year (the caller may cache them).
using AnalysisOfYear = std::function<std::shared_ptr<const Analysis>(int year)>;

// A row for every registered target and for every indicator year with a
// target, by (metric, scope, year, id). The one that governs `year` is judged
// in `year` against the path; earlier ones in their own year; later ones have
// no actual yet. An indicator without any target, which the document asks for
// in words, has a row for each of its years, without target and verdict.
// `metric`: of this one only; "" = all.
std::vector<TargetRow> ComputeTargets(const World& world, int year,
                                      const AnalysisOfYear& analysis_of,
                                      absl::string_view metric = "");

// Fills in the target columns of a coverage row.
void JudgeRow(const Analysis& analysis, CoverageRow& row);

// The fewest items of the scope, heaviest first, that lift `share` to
// `target`, at most `most` of them; empty when it is reached.
std::vector<ItemIndex> ClosingItems(
    const Analysis& analysis, const Scope& scope, double target,
    std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace qiangji::domain
