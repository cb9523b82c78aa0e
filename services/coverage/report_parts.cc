#include "services/coverage/report_parts.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "absl/time/time.h"
#include "services/coverage/answering.h"
#include "services/coverage/convert.h"
#include "services/domain/compare.h"
#include "services/domain/processes.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::ItemIndex;
using domain::Stage;

constexpr double kSecondsAYear = 365.25 * 24 * 60 * 60;

// Codes of sectors, sorted.
template <typename Message>
void AddSectors(const Analysis& analysis, const domain::Item& item,
                Message* out) {
  for (const domain::SectorIndex s : item.sectors) {
    out->add_sectors(
        analysis.world->structure().sectors[static_cast<std::size_t>(s)].id);
  }
  std::sort(out->mutable_sectors()->begin(), out->mutable_sectors()->end());
}

bool IsAssured(const Analysis& analysis, ItemIndex i) {
  const domain::ItemFigures& f = analysis.balance[i];
  return f.has_data() && domain::AtLeast(f.assured, analysis.options.threshold);
}

// The dates of the stages that one maker reached of one item.
struct Reached {
  std::array<const domain::Milestone*, 5> at = {};

  const domain::Milestone* Of(Stage stage) const {
    return at[static_cast<std::size_t>(stage)];
  }
  // `stage`, or one above it.
  bool AtLeast(Stage stage) const {
    return std::any_of(at.begin() + static_cast<std::ptrdiff_t>(stage),
                       at.end(), [](const auto* m) { return m != nullptr; });
  }
};
// By item and maker.
using Stages = std::map<std::pair<ItemIndex, domain::Number>, Reached>;

Stages StagesUpTo(const domain::World& world, int year) {
  Stages stages;
  for (const domain::Milestone& m : world.facts().milestones) {
    if (m.item < 0 || m.year > year) continue;
    stages[{m.item, m.organization}].at[static_cast<std::size_t>(m.stage)] = &m;
  }
  return stages;
}

std::optional<double> YearsBetween(const domain::Milestone* from,
                                   const domain::Milestone* to) {
  absl::Time a, b;
  if (from == nullptr || to == nullptr ||
      !absl::ParseTime(absl::RFC3339_full, from->date, &a, nullptr) ||
      !absl::ParseTime(absl::RFC3339_full, to->date, &b, nullptr) || b < a) {
    return std::nullopt;
  }
  return absl::ToDoubleSeconds(b - a) / kSecondsAYear;
}

// `category` nullopt = all.
void AddConversion(const Analysis& analysis, const Stages& stages,
                   std::optional<domain::Category> category, v1::Report* out) {
  v1::StageConversion conversion;
  double years = 0;
  int dated = 0;
  for (const auto& [key, reached] : stages) {
    if (category && ItemOf(analysis, key.first).category != *category) continue;
    if (!reached.AtLeast(Stage::kFirstBatch)) continue;
    conversion.set_first_batch_count(conversion.first_batch_count() + 1);
    const domain::Milestone* first = reached.Of(Stage::kFirstBatch);
    if (first != nullptr && first->year == analysis.options.year) {
      conversion.set_new_count(conversion.new_count() + 1);
    }
    if (!reached.AtLeast(Stage::kSeries)) continue;
    conversion.set_series_count(conversion.series_count() + 1);
    if (reached.AtLeast(Stage::kPromoted)) {
      conversion.set_promoted_count(conversion.promoted_count() + 1);
    }
    const auto took = YearsBetween(first, reached.Of(Stage::kSeries));
    if (!took) continue;
    years += *took;
    ++dated;
  }
  if (category && conversion.first_batch_count() == 0) return;
  if (category) conversion.set_category(ToProto(*category));
  if (dated > 0) conversion.set_mean_years(years / dated);
  *out->add_conversions() = std::move(conversion);
}

void FillMilestone(const Analysis& analysis, const domain::Milestone& m,
                   v1::ReportMilestone* out) {
  const domain::Item& item = ItemOf(analysis, m.item);
  const auto& maker = analysis.world->structure().organization(m.organization);
  out->set_item_id(item.id);
  out->set_item_name_zh(item.name_zh);
  out->set_item_name_en(item.name_en);
  out->set_category(ToProto(item.category));
  out->set_organization_id(maker.id);
  out->set_organization_name_zh(maker.name_zh);
  out->set_organization_name_en(maker.name_en);
  out->set_stage(ToProto(m.stage));
  SetTime(m.date, out->mutable_date());
  out->set_signature(item.signature);
}

void AddMove(const Analysis& analysis, const Analysis& before, ItemIndex i,
             bool gained, v1::Report* out) {
  const domain::Item& item = ItemOf(analysis, i);
  v1::ReportMove* move = out->add_moves();
  move->set_item_id(item.id);
  move->set_name_zh(item.name_zh);
  move->set_name_en(item.name_en);
  move->set_category(ToProto(item.category));
  AddSectors(analysis, item, move);
  const auto share = [i](const Analysis& of) -> std::optional<double> {
    if (!of.balance[i].has_data()) return std::nullopt;
    return of.balance[i].assured;
  };
  IfStated(share(before), [&](double x) { move->set_before(x); });
  IfStated(share(analysis), [&](double x) { move->set_after(x); });
  move->set_gained(gained);
}

// What the metric of a path was in a year; for the headline's own shares.
std::optional<double> FigureIn(const domain::World& world,
                               const domain::TargetPath& path, int year,
                               const domain::AnalysisOfYear& analysis_of) {
  if (path.metric == "promoted_processes") {
    const domain::ProcessCount count = domain::CountProcesses(
        world, analysis_of(year)->options, path.scope.sectors);
    if (count.signature_processes == 0) return std::nullopt;
    return count.promoted;
  }
  for (const domain::Indicator& indicator : world.facts().indicators) {
    if (indicator.id == path.metric && indicator.year == year) {
      return indicator.observed;
    }
  }
  const domain::CoverageRow row =
      domain::ComputeRow(*analysis_of(year), path.scope);
  if (path.metric == "share") return row.share;
  if (path.metric == "value_share") return row.value_share;
  if (path.metric == "penetrated_share") return row.penetrated_share;
  return std::nullopt;
}

// The first year in which an indicator was observed; else `first`.
int FirstYearOf(const domain::World& world, const std::string& metric,
                int first) {
  for (const domain::Indicator& indicator : world.facts().indicators) {
    if (indicator.id == metric && indicator.observed) return indicator.year;
  }
  return first;
}

}  // namespace

std::vector<int> EarlierYears(const Analysis& analysis,
                              const domain::AnalysisOfYear& analysis_of) {
  std::vector<int> years;
  for (const int year : analysis.world->SupplyYears()) {
    if (year >= analysis.options.year) break;
    const domain::CoverageRow row = domain::ComputeRow(*analysis_of(year), {});
    if (row.weight > 0 &&
        domain::AtLeast(row.weight_with_data / row.weight, 0.5)) {
      years.push_back(year);
    }
  }
  return years;
}

void AddProjects(const MetricsWriter& metrics, const Analysis& analysis,
                 v1::Report* out) {
  for (const domain::Project& project : analysis.world->facts().projects) {
    // A project of an item that is gone concerns nobody.
    if (project.item < 0) continue;
    v1::ReportProject* row = out->add_projects();
    metrics.FillProject(project, row->mutable_status());
    const domain::Item& item = ItemOf(analysis, project.item);
    row->set_item_name_zh(item.name_zh);
    row->set_item_name_en(item.name_en);
    row->set_due(project.completion_year <= analysis.options.year);
    row->set_finished(row->status().stage() >= type::v1::STAGE_FIRST_BATCH);
  }
}

void AddStages(const Analysis& analysis, int since, v1::Report* out) {
  const Stages stages = StagesUpTo(*analysis.world, analysis.options.year);
  AddConversion(analysis, stages, std::nullopt, out);
  for (int c = 0; c < domain::kCategories; ++c) {
    AddConversion(analysis, stages, static_cast<domain::Category>(c), out);
  }
  const int after = since == 0 ? analysis.options.year - 1 : since;
  std::vector<const domain::Milestone*> newest;
  for (const domain::Milestone& m : analysis.world->facts().milestones) {
    if (m.item >= 0 && m.stage >= Stage::kFirstBatch && m.year > after &&
        m.year <= analysis.options.year) {
      newest.push_back(&m);
    }
  }
  const auto id = [&](const domain::Milestone* m) {
    return analysis.world->structure().organization(m->organization).id;
  };
  std::sort(newest.begin(), newest.end(), [&](const auto* a, const auto* b) {
    if (a->date != b->date) return a->date > b->date;
    return std::tuple(a->item, a->stage, id(a)) <
           std::tuple(b->item, b->stage, id(b));
  });
  for (const domain::Milestone* m : newest) {
    FillMilestone(analysis, *m, out->add_milestones());
  }
}

void AddMoves(const Analysis& analysis, const Analysis& before,
              v1::Report* out) {
  for (const bool gained : {true, false}) {
    for (const ItemIndex i : domain::ItemsOf(analysis, {})) {
      const bool is = IsAssured(analysis, i), was = IsAssured(before, i);
      if (is != was && is == gained) AddMove(analysis, before, i, gained, out);
    }
  }
}

void AddChanges(const Analysis& analysis, const Analysis& before,
                v1::Report* out) {
  for (const domain::CompareRow& row :
       domain::CompareShares(before, analysis, {}).rows) {
    v1::CompareRow* to = out->add_changes();
    to->set_cause(std::string(domain::ToText(row.cause)));
    to->set_item_id(row.item_id);
    to->set_change(row.change);
    IfStated(row.assured_from,
             [&](double x) { to->set_assured_share_from(x); });
    IfStated(row.assured_to, [&](double x) { to->set_assured_share_to(x); });
  }
}

void AddIndicators(const domain::World& world, v1::Report* out) {
  for (const domain::Indicator& indicator : world.facts().indicators) {
    v1::ReportIndicator* row = out->add_indicators();
    row->set_indicator_id(indicator.id);
    row->set_name_zh(indicator.name_zh);
    row->set_name_en(indicator.name_en);
    row->set_unit(indicator.unit);
    row->set_year(indicator.year);
    IfStated(indicator.target, [&](double x) { row->set_target(x); });
    IfStated(indicator.observed, [&](double x) { row->set_observed(x); });
    row->set_source(indicator.source);
  }
}

void AddRevisions(const domain::World& world, v1::Report* out) {
  std::map<std::string, const domain::Target*> targets;
  for (const domain::Target& target : world.facts().targets) {
    targets[target.id] = &target;
  }
  for (const auto& [id, target] : targets) {
    const auto replaced = targets.find(target->supersedes);
    if (target->supersedes.empty() || replaced == targets.end()) continue;
    v1::TargetRevision* row = out->add_revisions();
    row->set_target_id(replaced->first);
    row->set_successor_id(id);
    row->set_metric(target->metric);
    row->set_year(replaced->second->year);
    row->set_value(replaced->second->value);
    row->set_successor_year(target->year);
    row->set_successor_value(target->value);
  }
  std::sort(out->mutable_revisions()->begin(), out->mutable_revisions()->end(),
            [](const auto& a, const auto& b) {
              return std::pair(a.target_id(), a.successor_id()) <
                     std::pair(b.target_id(), b.successor_id());
            });
}

void AddBaselines(const domain::World& world, int first,
                  const domain::AnalysisOfYear& analysis_of, v1::Report* out) {
  const std::vector<domain::TargetPath> paths = domain::AllPaths(world.facts());
  std::map<std::string, const domain::TargetPath*> path_of;
  for (const domain::TargetPath& path : paths) {
    for (const domain::TargetPoint& point : path.points) {
      path_of[point.id] = &path;
    }
  }
  for (const v1::TargetStatus& target : out->targets()) {
    v1::TargetBaseline* row = out->add_baselines();
    row->set_target_id(target.target_id());
    const auto found = path_of.find(target.target_id());
    if (found == path_of.end()) continue;  // asked for in words: no figure
    const domain::TargetPath& path = *found->second;
    if (path.baseline_year) {
      row->set_year(*path.baseline_year);
      row->set_value(path.baseline_value);
      row->set_stated(true);
      continue;
    }
    const int year = FirstYearOf(world, path.metric, first);
    if (year == 0 || year >= target.due_year()) continue;
    row->set_year(year);
    IfStated(FigureIn(world, path, year, analysis_of),
             [&](double x) { row->set_value(x); });
  }
}

}  // namespace qiangji::coverage
