#include "services/domain/path.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace qiangji::domain {
namespace {

using PathKey =
    std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>;

void AddTarget(const Facts& facts, const Target& target, TargetPath& path) {
  TargetPoint point{target.year,      target.value, target.id,
                    target.direction, "",           false};
  for (const Target& other : facts.targets) {
    if (other.supersedes != target.id || other.id == target.id) continue;
    point.superseded_by = other.id;
    point.revised |= other.year <= target.year;
  }
  path.points.push_back(std::move(point));
  const bool earlier = !path.baseline_year || !target.baseline_year ||
                       *target.baseline_year < *path.baseline_year;
  if (target.baseline_year && target.baseline_value && earlier) {
    path.baseline_year = target.baseline_year;
    path.baseline_value = *target.baseline_value;
  }
}

double Between(int year, int from, double from_value, int to, double to_value) {
  return from_value + (to_value - from_value) *
                          static_cast<double>(year - from) /
                          static_cast<double>(to - from);
}

}  // namespace

Scope NormalScope(Scope scope) {
  std::sort(scope.sectors.begin(), scope.sectors.end());
  std::sort(scope.categories.begin(), scope.categories.end());
  if (scope.categories == std::vector<std::string>{"component", "material"}) {
    scope.categories.clear();
  }
  return scope;
}

const TargetPoint* TargetPath::Governing(int year) const {
  const TargetPoint* last = nullptr;
  for (const TargetPoint& point : points) {
    if (point.revised) continue;
    // Of two targets for one year the first by id counts.
    if (last != nullptr && last->year == point.year) continue;
    last = &point;
    if (point.year >= year) break;
  }
  return last;
}

std::optional<double> TargetPath::ValueIn(int year) const {
  const TargetPoint* at = Governing(year);
  if (at == nullptr) return std::nullopt;
  if (year >= at->year) return at->value;
  const TargetPoint* before = nullptr;
  for (const TargetPoint& point : points) {
    if (point.revised || point.year >= year) continue;
    if (before == nullptr || point.year > before->year) before = &point;
  }
  if (before != nullptr) {
    return Between(year, before->year, before->value, at->year, at->value);
  }
  if (!baseline_year || *baseline_year > year) return std::nullopt;
  return Between(year, *baseline_year, baseline_value, at->year, at->value);
}

bool TargetPath::ExpiredIn(int year) const {
  const TargetPoint* at = Governing(year);
  return at != nullptr && year > at->year;
}

std::vector<TargetPath> AllPaths(const Facts& facts) {
  std::map<PathKey, TargetPath> paths;
  for (const Target& target : facts.targets) {
    const Scope scope = NormalScope({target.sectors, target.categories});
    TargetPath& path = paths[{target.metric, scope.sectors, scope.categories}];
    path.metric = target.metric;
    path.scope = scope;
    AddTarget(facts, target, path);
  }
  for (const Indicator& indicator : facts.indicators) {
    if (!indicator.target) continue;
    TargetPath& path = paths[{indicator.id, {}, {}}];
    path.metric = indicator.id;
    path.points.push_back({indicator.year, *indicator.target, indicator.id,
                           indicator.direction, "", false});
  }
  std::vector<TargetPath> all;
  for (auto& [key, path] : paths) {
    std::sort(path.points.begin(), path.points.end(),
              [](const TargetPoint& a, const TargetPoint& b) {
                return std::tie(a.year, a.id) < std::tie(b.year, b.id);
              });
    all.push_back(std::move(path));
  }
  return all;
}

std::optional<PathPoint> PathOf(const Facts& facts, absl::string_view metric,
                                const Scope& scope, int year) {
  const Scope normal = NormalScope(scope);
  for (const TargetPath& path : AllPaths(facts)) {
    if (path.metric != metric || path.scope.sectors != normal.sectors ||
        path.scope.categories != normal.categories) {
      continue;
    }
    const auto value = path.ValueIn(year);
    if (!value) return std::nullopt;
    const TargetPoint* at = path.Governing(year);
    return PathPoint{at->id, at->direction, *value, path.ExpiredIn(year)};
  }
  return std::nullopt;
}

}  // namespace qiangji::domain
