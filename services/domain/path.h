// The points of one target path (METHOD 4.3).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/domain/target.h"

namespace qiangji::domain {

struct TargetPoint {
  int year = 0;
  double value = 0;
  std::string id;
  Direction direction = Direction::kAtLeast;
  std::string superseded_by;
  bool revised = false;  // its successor is for the same or an earlier year
};

struct TargetPath {
  std::string metric;
  Scope scope;                      // normal form
  std::vector<TargetPoint> points;  // by year, id; revised ones too
  std::optional<int> baseline_year;
  double baseline_value = 0;

  // The point that governs a year: the first at or after it, else the last;
  // nullptr without points that stand.
  const TargetPoint* Governing(int year) const;
  std::optional<double> ValueIn(int year) const;
  bool ExpiredIn(int year) const;
};

// Component and material together are written as no category at all.
Scope NormalScope(Scope scope);
// Every path by (metric, scope); an indicator's own targets are a path too.
std::vector<TargetPath> AllPaths(const Facts& facts);

}  // namespace qiangji::domain
