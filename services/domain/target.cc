#include "services/domain/target.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "services/domain/coverage_sums.h"
#include "services/domain/path.h"
#include "services/domain/processes.h"

namespace qiangji::domain {
namespace {

// How many of the items nearest to θ are named.
constexpr std::size_t kNearest = 20;
constexpr double kNoLevel = -1;  // without data: behind every level

// What closing the gap of an item adds, in the metric's own weights.
struct Gain {
  ItemIndex item = -1;
  double gain = 0;
  double level = 0;  // of equal gains the one nearest to θ comes first
};

// One metric of one scope, as far as a verdict and its items need it.
struct Standing {
  std::optional<double> actual, upper;  // upper: none = as actual
  bool shown_upper = false;             // upper is a figure of the metric
  bool enough_data = true;
  double whole = 0, reached = 0;  // actual = reached / whole
  std::vector<Gain> gains;        // heaviest first
  std::vector<ItemIndex> nearest, deciding;
};

bool EnoughData(const CoverageRow& row) {
  return row.weight > 0 && AtLeast(row.weight_with_data / row.weight, 0.5);
}

Verdict Judge(const Standing& s, Direction direction, double target) {
  if (!s.actual || !s.enough_data) return Verdict::kNoData;
  const double low = *s.actual, high = s.upper.value_or(*s.actual);
  if (direction == Direction::kAtLeast) {
    if (AtLeast(low, target)) return Verdict::kMet;
    return AtLeast(high, target) ? Verdict::kUndecided : Verdict::kMissed;
  }
  if (!Above(high, target)) return Verdict::kMet;
  return Above(low, target) ? Verdict::kMissed : Verdict::kUndecided;
}

double GapOf(double actual, Direction direction, double target) {
  return direction == Direction::kAtLeast ? target - actual : actual - target;
}

void SortByGain(std::vector<Gain>& gains) {
  std::stable_sort(
      gains.begin(), gains.end(), [](const Gain& a, const Gain& b) {
        return std::tie(a.gain, a.level) > std::tie(b.gain, b.level);
      });
}

// The fewest of the gains that lift reached/whole to the target.
std::vector<ItemIndex> Closing(const Standing& s, double target) {
  std::vector<ItemIndex> closing;
  if (s.whole <= 0) return closing;
  double reached = s.reached;
  for (const Gain& gain : s.gains) {
    if (AtLeast(reached / s.whole, target)) break;
    if (gain.gain <= 0) break;
    closing.push_back(gain.item);
    reached += gain.gain;
  }
  return closing;
}

// Metrics that count items at or above θ: `level` of an item with data, and
// `possible`: it would reach θ if what is not known were known to be good.
template <typename Level, typename Possible>
void AddCounting(const Analysis& analysis, const Scope& scope, Level level,
                 Possible possible, Standing& s) {
  const double theta = analysis.options.threshold;
  std::vector<Gain> near, deciding;
  for (ItemIndex i : ItemsOf(analysis, scope)) {
    const auto k = static_cast<std::size_t>(i);
    const double weight = analysis.world->structure().items[k].weight;
    s.whole += weight;
    const bool data = analysis.balance[i].has_data();
    if (data && AtLeast(level(k), theta)) {
      s.reached += weight;
      continue;
    }
    s.gains.push_back({i, weight, data ? level(k) : kNoLevel});
    if (data) near.push_back({i, level(k)});
    if (possible(k)) deciding.push_back({i, weight});
  }
  SortByGain(s.gains);
  SortByGain(near);
  SortByGain(deciding);
  if (near.size() > kNearest) near.resize(kNearest);
  for (const Gain& item : near) s.nearest.push_back(item.item);
  for (const Gain& item : deciding) s.deciding.push_back(item.item);
}

Standing OfShare(const Analysis& analysis, const Scope& scope) {
  const CoverageRow row = ComputeRow(analysis, scope);
  Standing s;
  s.actual = row.share;
  s.upper = row.share_upper;
  s.shown_upper = true;
  s.enough_data = EnoughData(row);
  const auto figures = [&](std::size_t k) -> const ItemFigures& {
    return analysis.balance[static_cast<ItemIndex>(k)];
  };
  AddCounting(
      analysis, scope, [&](std::size_t k) { return figures(k).assured; },
      [&](std::size_t k) {
        return !figures(k).has_data() ||
               AtLeast(figures(k).upper, analysis.options.threshold);
      },
      s);
  return s;
}

Standing OfPenetrated(const Analysis& analysis, const Scope& scope) {
  const CoverageRow row = ComputeRow(analysis, scope);
  Standing s;
  s.actual = row.penetrated_share;
  s.upper = row.penetrated_upper;
  s.shown_upper = true;
  s.enough_data = EnoughData(row);
  AddCounting(
      analysis, scope, [&](std::size_t k) { return analysis.lower.share[k]; },
      [&](std::size_t k) {
        return AtLeast(analysis.upper.share[k], analysis.options.threshold);
      },
      s);
  return s;
}

Standing OfValue(const Analysis& analysis, const Scope& scope) {
  const CoverageRow row = ComputeRow(analysis, scope);
  Standing s;
  s.actual = row.value_share;
  s.enough_data = EnoughData(row);
  for (ItemIndex i : ItemsOf(analysis, scope)) {
    const ItemFigures& f = analysis.balance[i];
    if (!f.has_data() || !f.value_cny) continue;
    const double assured = *f.value_cny * f.assured_value_part;
    s.whole += *f.value_cny;
    s.reached += assured;
    s.gains.push_back({i, *f.value_cny - assured});
  }
  SortByGain(s.gains);
  return s;
}

Standing OfIndicator(const World& world, const std::string& id, int year) {
  Standing s;
  for (const Indicator& indicator : world.facts().indicators) {
    if (indicator.id == id && indicator.year == year) {
      s.actual = indicator.observed;
    }
  }
  return s;
}

Standing OfProcesses(const Analysis& analysis, const Scope& scope) {
  const World& world = *analysis.world;
  const ProcessCount count =
      CountProcesses(world, analysis.options, scope.sectors);
  Standing s;
  if (count.signature_processes > 0) s.actual = count.promoted;
  std::vector<Gain> near;
  for (const ItemIndex i :
       SignatureProcesses(world, analysis.options, scope.sectors)) {
    const auto stage = StageReached(world.facts(), i, analysis.options.year);
    if (stage == Stage::kPromoted) continue;
    near.push_back({i, stage ? static_cast<double>(*stage) : kNoLevel});
  }
  SortByGain(near);
  if (near.size() > kNearest) near.resize(kNearest);
  for (const Gain& process : near) s.nearest.push_back(process.item);
  return s;
}

bool IsCount(const std::string& metric) {
  return metric == "promoted_processes";
}

Standing StandingOf(const World& world, const TargetPath& path, int year,
                    const AnalysisOfYear& analysis_of) {
  const auto computed = [&] { return analysis_of(year); };
  if (path.metric == "share") return OfShare(*computed(), path.scope);
  if (path.metric == "value_share") return OfValue(*computed(), path.scope);
  if (path.metric == "penetrated_share") {
    return OfPenetrated(*computed(), path.scope);
  }
  if (IsCount(path.metric)) return OfProcesses(*computed(), path.scope);
  return OfIndicator(world, path.metric, year);
}

void AddMissing(const TargetPath& path, const Standing& s, TargetRow& row) {
  if (!row.gap || row.direction != Direction::kAtLeast) return;
  if (IsCount(path.metric)) {
    row.missing_count =
        static_cast<int>(std::ceil(std::max(0.0, *row.gap - kTolerance)));
  } else if (s.whole > 0) {
    row.closing = Closing(s, *row.target);
    row.missing_count = static_cast<int>(row.closing.size());
  }
}

TargetRow RowOf(const World& world, const TargetPath& path,
                const TargetPoint& point, int year,
                const AnalysisOfYear& analysis_of) {
  TargetRow row;
  row.target_id = point.id;
  row.metric = path.metric;
  row.scope = path.scope;
  row.direction = point.direction;
  row.superseded_by = point.superseded_by;
  const bool governs =
      path.Governing(year) == &point && path.ValueIn(year).has_value();
  row.year = governs ? year : point.year;
  row.target = governs ? path.ValueIn(year) : point.value;
  row.expired = governs && path.ExpiredIn(year);
  if (row.year > year) {  // has not come yet
    row.verdict = Verdict::kNoData;
    return row;
  }
  Standing s = StandingOf(world, path, row.year, analysis_of);
  row.actual = s.actual;
  if (s.shown_upper) row.actual_upper = s.upper;
  row.verdict = Judge(s, row.direction, *row.target);
  if (row.actual) row.gap = GapOf(*row.actual, row.direction, *row.target);
  AddMissing(path, s, row);
  row.nearest = std::move(s.nearest);
  if (row.verdict == Verdict::kUndecided) row.deciding = std::move(s.deciding);
  return row;
}

// Indicators that no year sets a number for: the document asks for them in
// words. They are listed, with what was observed, and without verdict.
void AddQualitative(const Facts& facts, std::vector<TargetRow>& rows) {
  std::set<std::string> numbered;
  for (const Indicator& indicator : facts.indicators) {
    if (indicator.target) numbered.insert(indicator.id);
  }
  for (const Indicator& indicator : facts.indicators) {
    if (numbered.contains(indicator.id)) continue;
    TargetRow& row = rows.emplace_back();
    row.target_id = indicator.id;
    row.metric = indicator.id;
    row.year = indicator.year;
    row.direction = indicator.direction;
    row.actual = indicator.observed;
  }
}

}  // namespace

std::vector<TargetRow> ComputeTargets(const World& world, int year,
                                      const AnalysisOfYear& analysis_of,
                                      absl::string_view metric) {
  std::vector<TargetRow> rows;
  for (const TargetPath& path : AllPaths(world.facts())) {
    if (!metric.empty() && path.metric != metric) continue;
    for (const TargetPoint& point : path.points) {
      rows.push_back(RowOf(world, path, point, year, analysis_of));
    }
  }
  if (metric.empty()) AddQualitative(world.facts(), rows);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const TargetRow& a, const TargetRow& b) {
                     return a.metric < b.metric;
                   });
  return rows;
}

void JudgeRow(const Analysis& analysis, CoverageRow& row) {
  const Facts& facts = analysis.world->facts();
  auto point = PathOf(facts, "share", row.scope, row.year);
  const bool national_measure = row.category.empty() ||
                                row.category == "component" ||
                                row.category == "material";
  if (!point && national_measure) {
    point = PathOf(facts, "share", Scope(), row.year);
    row.reference_line = point.has_value();
  }
  if (!point) return;
  row.target = point->value;
  row.target_id = point->target_id;
  row.target_expired = point->expired;
  Standing s;
  s.actual = row.share;
  s.upper = row.share_upper;
  s.enough_data = EnoughData(row);
  if (!row.reference_line) {
    row.verdict = Judge(s, point->direction, point->value);
  }
  if (!row.share) return;
  row.gap = GapOf(*row.share, point->direction, point->value);
  if (point->direction == Direction::kAtLeast) {
    row.items_short = ScopeSums(analysis, row.scope).ItemsShort(point->value);
  }
}

std::vector<ItemIndex> ClosingItems(const Analysis& analysis,
                                    const Scope& scope, double target,
                                    std::size_t most) {
  return ScopeSums(analysis, scope).Closing(target, most);
}

}  // namespace qiangji::domain
