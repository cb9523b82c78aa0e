#include "services/coverage/metrics.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "services/coverage/answering.h"
#include "services/coverage/convert.h"
#include "services/rpc/names.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;
using domain::ItemFigures;
using domain::ItemIndex;

// DECLINING looks back at most so far (METHOD 5).
constexpr int kYearsBack = 3;
constexpr std::size_t kMostMakers = 20;
constexpr std::size_t kMostOrigins = 10;
constexpr int kMostRecords = 20;

void FillBalance(const ItemFigures& f, double threshold, v1::ItemMetrics* out) {
  out->set_located_share(f.located);
  out->set_assured_share(f.assured);
  out->set_documented_share(f.documented);
  out->set_assured(domain::AtLeast(f.assured, threshold));
  IfStated(f.ssr, [&](double x) { out->set_ssr(x); });
  IfStated(f.ssr_upper, [&](double x) { out->set_ssr_upper(x); });
  IfStated(f.idr, [&](double x) { out->set_idr(x); });
  IfStated(f.idr_upper, [&](double x) { out->set_idr_upper(x); });
  IfStated(f.hhi_country, [&](double x) { out->set_hhi_country(x); });
  IfStated(f.hhi_country_low, [&](double x) { out->set_hhi_country_low(x); });
  IfStated(f.hhi_country_high, [&](double x) { out->set_hhi_country_high(x); });
  IfStated(f.hhi_supplier, [&](double x) { out->set_hhi_supplier(x); });
  if (f.supply > 0) {
    out->set_top_foreign_origin(f.top_foreign.ToString());
    out->set_top_foreign_share(f.top_foreign_share);
  }
  out->set_data_year(f.data_year);
  out->set_grade(ToProto(f.grade));
}

// Added volume in the measure of the item's figures, where it states one.
std::optional<double> AddedOf(const domain::Project& project, bool by_share) {
  return by_share ? project.added_share : project.added_quantity;
}

// The furthest stage of an item (of one organization, where given) in or
// before a year, and the first date on which it was reached.
const domain::Milestone* Furthest(const domain::World& world, ItemIndex item,
                                  domain::Number organization, int year) {
  const domain::Milestone* best = nullptr;
  for (const domain::Milestone& m : world.facts().MilestonesOf(item)) {
    if (m.year > year) continue;
    if (organization != domain::kNoNumber && m.organization != organization) {
      continue;
    }
    if (best == nullptr || m.stage > best->stage ||
        (m.stage == best->stage && m.date < best->date)) {
      best = &m;
    }
  }
  return best;
}

}  // namespace

void SetTime(const std::string& rfc3339, google::protobuf::Timestamp* out) {
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, rfc3339, &time, nullptr)) {
    *out = google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
        absl::ToUnixNanos(time));
  }
}

v1::FailedCriterion FirstFailed(std::uint8_t fails) {
  if (fails & domain::kFailsOrigin) return v1::FAILED_CRITERION_ORIGIN;
  if (fails & domain::kFailsController) return v1::FAILED_CRITERION_CONTROLLER;
  if (fails & domain::kFailsLicences) return v1::FAILED_CRITERION_LICENCE;
  if (fails & domain::kFailsQualification) {
    return v1::FAILED_CRITERION_QUALIFICATION;
  }
  if (fails & domain::kFailsTest) return v1::FAILED_CRITERION_TEST;
  return v1::FAILED_CRITERION_UNSPECIFIED;
}

std::string RecordName(const domain::World& world, const domain::Item& item,
                       int year, const domain::SupplyRecord& r) {
  const domain::Structure& structure = world.structure();
  std::vector<std::string> licences;
  if (r.licences != domain::kNoNumber) {
    for (const domain::Country c : world.licences(r.licences)) {
      licences.push_back(c.ToString());
    }
  }
  const bool qualified =
      r.qualification != domain::SupplyRecord::kQualificationNotStated;
  const std::string key = rpc::JoinKey(
      {absl::StrCat(year), std::string(domain::ToText(r.market)),
       r.origin.ToString(), structure.organization(r.supplier).id,
       r.controller.ToString(), absl::StrJoin(licences, ";"),
       qualified ? std::string(domain::ToText(
                       static_cast<domain::Qualification>(r.qualification)))
                 : std::string(),
       structure.organization(r.reporter).id,
       std::string(domain::ToText(r.side))});
  return rpc::MakeName(rpc::pattern::kSupplyRecord, {item.id, key});
}

MetricsWriter::MetricsWriter(std::shared_ptr<const Analysis> analysis,
                             std::shared_ptr<const RuleScores> scores,
                             bool eu_original)
    : analysis_(std::move(analysis)),
      scores_(std::move(scores)),
      risks_(*analysis_, eu_original) {
  const domain::World& world = *analysis_->world;
  const domain::AnalysisOptions& options = analysis_->options;
  leaves_ = domain::LeafItems(world, options);
  if (scores_ == nullptr) return;
  domain::AnalysisOptions own = options;
  own.carry_forward = 0;
  for (const int year : world.SupplyYears()) {
    if (year > options.year) break;
    data_years_.emplace_back(year, domain::HasData(world, own, year));
    // Data carried forward may be as old as that, and its forerunner older.
    if (year < options.year &&
        year >= options.year - options.carry_forward - kYearsBack) {
      own.year = year;
      earlier_.push_back({year, domain::ComputeBalance(world, own)});
    }
  }
}

void MetricsWriter::Fill(ItemIndex i, v1::ItemMetrics* out) const {
  const Analysis& a = *analysis_;
  const auto k = static_cast<std::size_t>(i);
  const domain::Item& item = a.world->structure().items[k];
  const ItemFigures& f = a.balance[i];
  out->set_item_id(item.id);
  out->set_category(ToProto(item.category));
  out->set_year(a.options.year);
  out->set_has_data(f.has_data());
  if (f.has_data()) FillBalance(f, a.options.threshold, out);
  IfStated(f.value_cny, [&](double x) { out->set_value_cny(x); });
  IfStated(risks_.Of(i), [&](double x) { out->set_supply_risk(x); });
  out->set_assured_content_lower(a.lower.share[k]);
  out->set_assured_content_upper(a.upper.share[k]);
  out->set_located_content(a.located.share[k]);
  out->set_name_zh(item.name_zh);
  out->set_name_en(item.name_en);
  if (!f.by_share) out->set_unit(item.unit);
  out->set_weight(item.weight);
  for (const domain::SectorIndex s : item.sectors) {
    out->add_sectors(
        a.world->structure().sectors[static_cast<std::size_t>(s)].id);
  }
  std::sort(out->mutable_sectors()->begin(), out->mutable_sectors()->end());
  out->set_leaf(leaves_[k]);
  out->set_cost_incomplete(a.graph->CostIncomplete(i));
  out->set_input_count(static_cast<int>(a.graph->InputCount(i)));
  if (scores_ != nullptr) FillRuleInputs(i, out->mutable_rule_inputs());
}

void MetricsWriter::FillRuleInputs(ItemIndex i, v1::RuleInputs* out) const {
  const Analysis& a = *analysis_;
  const ItemFigures& f = a.balance[i];
  const auto& items = a.world->structure().items;
  if (f.has_data()) {
    if (f.supply > 0) {
      out->set_foreign_share(f.abroad_share);
      out->set_hhi_foreign(f.hhi_abroad);
    }
    out->set_assured_share_upper(f.upper);
    if (f.assured_volume > 0) {
      out->set_named_supplier_assured_share(f.named_coverage);
      out->set_largest_supplier_group_share(f.largest_group_share);
      out->set_largest_supplier_group(
          a.world->structure().organization(f.largest_group).id);
    }
    out->set_share_failing_only_qualification(f.unqualified_home);
    out->set_demand_quantity(f.demand);
    out->set_supplied_quantity(f.supply);
    out->set_assured_quantity(f.assured_volume);
    out->set_shortfall_quantity(f.shortfall);
    out->set_share_measure(f.by_share);
    IfStated(f.value_cny, [&](double x) {
      out->set_not_assured_value_cny((1 - f.assured) * x);
    });
    FillMakers(i, out);
  }
  FillYears(i, out);
  for (const ItemIndex e : scores_->equipment[static_cast<std::size_t>(i)]) {
    out->add_equipment_ids(items[static_cast<std::size_t>(e)].id);
  }
  FillScores(i, out);
  FillRecords(i, out);
  FillStage(i, out);
  FillProjects(i, out);
}

void MetricsWriter::FillMakers(ItemIndex i, v1::RuleInputs* out) const {
  const Analysis& a = *analysis_;
  const ItemFigures& f = a.balance[i];
  const auto span = a.balance.MakersOf(i);
  std::vector<domain::HomeMaker> makers(span.begin(), span.end());
  std::stable_sort(
      makers.begin(), makers.end(),
      [](const auto& x, const auto& y) { return x.volume > y.volume; });
  if (makers.size() > kMostMakers) makers.resize(kMostMakers);
  for (const domain::HomeMaker& maker : makers) {
    if (maker.volume <= 0) continue;
    auto* m = out->add_home_makers();
    const auto& organization =
        a.world->structure().organization(maker.supplier);
    m->set_organization_id(organization.id);
    m->set_name_zh(organization.name_zh);
    m->set_name_en(organization.name_en);
    m->set_share(f.demand > 0 ? maker.volume / f.demand : 0);
    m->set_failed_criterion(FirstFailed(maker.fails));
    m->set_qualification(ToProto(maker.qualification));
    m->set_controller_country(maker.controller.ToString());
  }
  for (const domain::OriginVolume& origin : a.balance.OriginsOf(i)) {
    if (a.options.IsHome(origin.origin) || origin.volume <= 0) continue;
    if (out->top_origins_size() == kMostOrigins) break;
    auto* o = out->add_top_origins();
    o->set_country(origin.origin.ToString());
    o->set_share(origin.share);
  }
}

const domain::Balance* MetricsWriter::BalanceOf(int year) const {
  for (const Earlier& e : earlier_) {
    if (e.year == year) return &e.balance;
  }
  return nullptr;
}

void MetricsWriter::FillYears(ItemIndex i, v1::RuleInputs* out) const {
  const ItemFigures& f = analysis_->balance[i];
  int previous = 0;
  for (const auto& [year, has_data] : data_years_) {
    if (!has_data[static_cast<std::size_t>(i)]) continue;
    out->add_data_years(year);
    out->set_newest_data_year(year);
    if (f.has_data() && year < f.data_year &&
        year >= f.data_year - kYearsBack) {
      previous = year;
    }
  }
  const domain::Balance* balance = BalanceOf(previous);
  if (balance == nullptr || !(*balance)[i].has_data()) return;
  out->set_previous_year(previous);
  out->set_previous_assured_share((*balance)[i].assured);
}

void MetricsWriter::FillStage(ItemIndex i, v1::RuleInputs* out) const {
  const domain::Milestone* best = Furthest(
      *analysis_->world, i, domain::kNoNumber, analysis_->options.year);
  if (best == nullptr) return;
  out->set_stage(ToProto(best->stage));
  SetTime(best->date, out->mutable_stage_date());
}

void MetricsWriter::FillProjects(ItemIndex i, v1::RuleInputs* out) const {
  const ItemFigures& f = analysis_->balance[i];
  const int data_year = f.has_data() ? f.data_year : analysis_->options.year;
  double added = 0;
  double expected = 0;
  double cost = 0;
  bool any = false;
  bool any_cost = false;
  for (const domain::Project& p : analysis_->world->facts().projects) {
    if (p.item != i || p.completion_year <= data_year) continue;
    out->add_unfinished_project_ids(p.id);
    any = true;
    const double adds = AddedOf(p, f.by_share).value_or(0);
    added += adds;
    expected += adds * p.probability.value_or(1);
    if (p.cost_cny.has_value()) {
      any_cost = true;
      cost += *p.cost_cny;
    }
  }
  if (any) {
    out->set_unfinished_added_quantity(added);
    out->set_unfinished_expected_quantity(expected);
  }
  if (any_cost) out->set_project_cost_cny(cost);
}

void MetricsWriter::FillScores(ItemIndex i, v1::RuleInputs* out) const {
  const auto id = [this](ItemIndex k) { return ItemOf(*analysis_, k).id; };
  const auto score = scores_->scores.find(i);
  if (score != scores_->scores.end()) {
    out->set_score(score->second.score);
    out->set_third_sector_loss(score->second.third_sector_loss);
    out->set_largest_sector_loss(score->second.largest_sector_loss);
    out->set_sectors_hit(score->second.sectors_hit);
  }
  const auto whole = scores_->whole.find(i);
  if (whole != scores_->whole.end()) out->set_whole_score(whole->second);
  out->set_scores_unknown(!scores_->proven || !scores_->whole_proven);
  const auto reach = scores_->reach.find(i);
  if (reach != scores_->reach.end()) {
    for (const ItemIndex e : reach->second.stopped) {
      out->add_stopped_equipment_ids(id(e));
    }
    for (const ItemIndex k : reach->second.chain) out->add_failure_chain(id(k));
  }
  const auto chain = scores_->content_chains.find(i);
  if (chain == scores_->content_chains.end()) return;
  for (const ItemIndex k : chain->second) out->add_chain(id(k));
}

// The records that the figures rest on, in the order of their keys.
void MetricsWriter::FillRecords(ItemIndex i, v1::RuleInputs* out) const {
  const Analysis& a = *analysis_;
  const domain::World& world = *a.world;
  const ItemFigures& f = a.balance[i];
  const domain::SupplyYear* supply =
      f.has_data() ? world.Supply(f.data_year) : nullptr;
  if (supply == nullptr) return;
  const domain::Item& item = ItemOf(a, i);
  for (const domain::SupplyRecord& r : supply->Of(item.number)) {
    if (r.evidence > a.options.min_evidence) continue;
    if (out->supply_records_size() == kMostRecords) break;
    out->add_supply_records(RecordName(world, item, f.data_year, r));
  }
}

void MetricsWriter::FillProject(const domain::Project& project,
                                v1::ProjectStatus* out) const {
  const domain::World& world = *analysis_->world;
  const domain::Structure& structure = world.structure();
  const auto& organization = structure.organization(project.organization);
  const int year = analysis_->options.year;
  out->set_project_id(project.id);
  out->set_item_id(structure.items[static_cast<std::size_t>(project.item)].id);
  out->set_organization_id(organization.id);
  out->set_title(project.title);
  out->set_organization_name_zh(organization.name_zh);
  out->set_organization_name_en(organization.name_en);
  out->set_completion_year(project.completion_year);
  IfStated(project.added_quantity,
           [&](double x) { out->set_added_quantity(x); });
  IfStated(project.added_share, [&](double x) { out->set_added_share(x); });
  IfStated(project.probability, [&](double x) { out->set_probability(x); });
  IfStated(project.cost_cny, [&](double x) { out->set_cost_cny(x); });
  const domain::Milestone* best =
      Furthest(world, project.item, project.organization, year);
  if (best != nullptr && project.organization != domain::kNoNumber) {
    out->set_stage(ToProto(best->stage));
    SetTime(best->date, out->mutable_stage_date());
  }
  const bool reached =
      best != nullptr && best->stage >= domain::Stage::kFirstBatch;
  out->set_late(project.completion_year < year && !reached);
  const ItemFigures& f = analysis_->balance[project.item];
  const auto added = AddedOf(project, f.by_share);
  out->set_suffices(f.has_data() && added.has_value() &&
                    domain::AtLeast(*added, f.shortfall));
}

}  // namespace qiangji::coverage
