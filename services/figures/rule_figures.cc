#include "services/figures/rule_figures.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/shanghai.h"

namespace qiangji::figures {
namespace {

using coverage::v1::ItemMetrics;
using coverage::v1::RuleInputs;
using coverage::v1::TargetStatus;

// "first_batch" of STAGE_FIRST_BATCH; "" of an unspecified or unknown value.
std::string Code(absl::string_view name, absl::string_view prefix) {
  if (!absl::ConsumePrefix(&name, prefix) || name == "UNSPECIFIED") return "";
  return absl::AsciiStrToLower(name);
}

std::string CategoryCode(type::v1::Category category) {
  return Code(type::v1::Category_Name(category), "CATEGORY_");
}

std::optional<int> IfYear(int year) {
  return year == 0 ? std::nullopt : std::optional<int>(year);
}

#define QJ_OPTIONAL(message, field) \
  ((message).has_##field() ? std::optional((message).field()) : std::nullopt)

void SetShares(const ItemMetrics& metrics, domain::RuleItem& item) {
  const RuleInputs& inputs = metrics.rule_inputs();
  item.market_volume = QJ_OPTIONAL(inputs, supplied_quantity);
  item.demand = QJ_OPTIONAL(inputs, demand_quantity);
  item.located_share = QJ_OPTIONAL(metrics, located_share);
  item.assured_share = QJ_OPTIONAL(metrics, assured_share);
  item.assured_share_upper = QJ_OPTIONAL(inputs, assured_share_upper);
  if (metrics.has_assured_share() &&
      inputs.has_share_failing_only_qualification()) {
    item.qualifiable_share =
        metrics.assured_share() + inputs.share_failing_only_qualification();
  }
  item.import_share = QJ_OPTIONAL(inputs, foreign_share);
  item.top_foreign_origin = metrics.top_foreign_origin();
  item.top_foreign_share = QJ_OPTIONAL(metrics, top_foreign_share);
  item.import_hhi = QJ_OPTIONAL(inputs, hhi_foreign);
  item.named_share = QJ_OPTIONAL(inputs, named_supplier_assured_share);
  item.top_supplier_group = inputs.largest_supplier_group();
  item.top_supplier_share = QJ_OPTIONAL(inputs, largest_supplier_group_share);
  item.assured_content_lower = QJ_OPTIONAL(metrics, assured_content_lower);
  item.assured_content_upper = QJ_OPTIONAL(metrics, assured_content_upper);
  item.previous_data_year = IfYear(inputs.previous_year());
  item.previous_assured_share = QJ_OPTIONAL(inputs, previous_assured_share);
  item.shortfall = QJ_OPTIONAL(inputs, shortfall_quantity);
  item.not_assured_value_cny = QJ_OPTIONAL(inputs, not_assured_value_cny);
}

void SetScores(const RuleInputs& inputs, domain::RuleItem& item) {
  item.scores_known = !inputs.scores_unknown();
  item.score = QJ_OPTIONAL(inputs, score);
  item.third_sector_loss = QJ_OPTIONAL(inputs, third_sector_loss);
  item.largest_sector_loss = QJ_OPTIONAL(inputs, largest_sector_loss);
  item.whole_score = QJ_OPTIONAL(inputs, whole_score);
  item.sectors_hit = inputs.sectors_hit();
  item.failure_chain.assign(inputs.failure_chain().begin(),
                            inputs.failure_chain().end());
  item.records.assign(inputs.supply_records().begin(),
                      inputs.supply_records().end());
}

void SetClosing(const RuleInputs& inputs, domain::RuleItem& item) {
  for (const auto& maker : inputs.home_makers()) {
    item.makers.push_back(
        {maker.organization_id(), maker.name_zh(), maker.name_en(),
         maker.share(),
         Code(coverage::v1::FailedCriterion_Name(maker.failed_criterion()),
              "FAILED_CRITERION_")});
  }
  item.equipment_ids.assign(inputs.stopped_equipment_ids().begin(),
                            inputs.stopped_equipment_ids().end());
  item.reached_equipment_ids.assign(inputs.equipment_ids().begin(),
                                    inputs.equipment_ids().end());
  item.unfinished_project_ids.assign(inputs.unfinished_project_ids().begin(),
                                     inputs.unfinished_project_ids().end());
  item.unfinished_added = QJ_OPTIONAL(inputs, unfinished_added_quantity);
  item.chain.assign(inputs.chain().begin(), inputs.chain().end());
}

// The categories of METHOD 4.1's headline, written out, are no other scope.
std::vector<std::string> ScopeCategories(const TargetStatus& target) {
  std::set<std::string> categories;
  for (const int category : target.categories()) {
    categories.insert(CategoryCode(static_cast<type::v1::Category>(category)));
  }
  if (categories == std::set<std::string>{"component", "material"}) return {};
  return {categories.begin(), categories.end()};
}

domain::ScopeFigures ToScope(const TargetStatus& target) {
  domain::ScopeFigures scope;
  scope.sectors.assign(target.sectors().begin(), target.sectors().end());
  std::sort(scope.sectors.begin(), scope.sectors.end());
  scope.categories = ScopeCategories(target);
  scope.name_zh = target.name_zh();
  scope.name_en = target.name_en();
  scope.share = QJ_OPTIONAL(target, actual);
  scope.share_upper = QJ_OPTIONAL(target, actual_upper);
  scope.target = target.target();
  scope.gap = QJ_OPTIONAL(target, gap);
  scope.items_short = QJ_OPTIONAL(target, missing_count);
  for (const auto& item : target.closing()) {
    scope.closing_item_ids.push_back(item.item_id());
  }
  return scope;
}

#undef QJ_OPTIONAL

}  // namespace

domain::RuleItem ToRuleItem(const ItemMetrics& metrics) {
  const RuleInputs& inputs = metrics.rule_inputs();
  domain::RuleItem item;
  item.item_id = metrics.item_id();
  item.name_zh = metrics.name_zh();
  item.name_en = metrics.name_en();
  item.category = CategoryCode(metrics.category());
  item.sectors.assign(metrics.sectors().begin(), metrics.sectors().end());
  if (!inputs.share_measure()) item.unit = metrics.unit();
  item.in_scope = metrics.leaf() &&
                  (item.category == "component" || item.category == "material");
  item.has_data = metrics.has_data();
  item.newest_data_year = IfYear(inputs.newest_data_year());
  if (item.has_data) {
    item.data_year = IfYear(metrics.data_year());
    SetShares(metrics, item);
  }
  item.stage = Code(type::v1::Stage_Name(inputs.stage()), "STAGE_");
  if (inputs.has_stage_date()) {
    // A date is the end of its day there (FORMATS).
    item.stage_since =
        ShanghaiDay(absl::FromUnixSeconds(inputs.stage_date().seconds()));
  }
  SetScores(inputs, item);
  SetClosing(inputs, item);
  return item;
}

domain::ProjectFigures ToProjectFigures(
    const coverage::v1::ProjectStatus& project) {
  domain::ProjectFigures figures;
  figures.project_id = project.project_id();
  figures.item_id = project.item_id();
  figures.organization_id = project.organization_id();
  figures.title = project.title();
  figures.completion_year = project.completion_year();
  if (project.has_added_quantity()) {
    figures.added = project.added_quantity();
  } else if (project.has_added_share()) {
    figures.added = project.added_share();
  }
  if (project.has_probability()) figures.probability = project.probability();
  figures.reached_first_batch = project.stage() >= type::v1::STAGE_FIRST_BATCH;
  return figures;
}

std::vector<domain::ScopeFigures> ToScopes(
    const coverage::v1::ComputeTargetsResponse& targets) {
  std::vector<domain::ScopeFigures> scopes;
  std::set<std::string> subjects;
  for (const TargetStatus& target : targets.targets()) {
    const bool applies = target.metric() == "share" && target.has_target() &&
                         target.superseded_by().empty() &&
                         !target.reference_line();
    if (!applies) continue;
    domain::ScopeFigures scope = ToScope(target);
    // Targets of one line are points of one path.
    if (subjects.insert(domain::SubjectOfScope(scope)).second) {
      scopes.push_back(std::move(scope));
    }
  }
  return scopes;
}

}  // namespace qiangji::figures
