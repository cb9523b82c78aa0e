// Coverage's messages as the rules see them.
#include "services/figures/rule_figures.h"

#include <gmock/gmock.h>

#include "absl/time/time.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"

namespace qiangji::figures {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

coverage::v1::ItemMetrics Bearing() {
  coverage::v1::ItemMetrics metrics;
  metrics.set_item_id("bearing");
  metrics.set_category(type::v1::CATEGORY_MATERIAL);
  metrics.set_leaf(true);
  metrics.set_has_data(true);
  metrics.set_data_year(2024);
  metrics.set_unit("piece");
  metrics.set_assured_share(0.4);
  metrics.set_located_share(0);
  auto& inputs = *metrics.mutable_rule_inputs();
  inputs.set_share_failing_only_qualification(0.2);
  inputs.set_foreign_share(0.6);
  inputs.set_newest_data_year(2024);
  inputs.set_stage(type::v1::STAGE_FIRST_BATCH);
  return metrics;
}

TEST(ToRuleItem, KeepsUndefinedApartFromZero) {
  const domain::RuleItem item = ToRuleItem(Bearing());
  EXPECT_EQ(item.located_share, 0.0);
  EXPECT_EQ(item.assured_share_upper, std::nullopt);
  EXPECT_EQ(item.import_share, 0.6);
  EXPECT_EQ(item.previous_data_year, std::nullopt);
  EXPECT_EQ(item.data_year, 2024);
}

TEST(ToRuleItem, AddsWhatFailsOnQualificationAlone) {
  const domain::RuleItem item = ToRuleItem(Bearing());
  ASSERT_TRUE(item.qualifiable_share.has_value());
  EXPECT_DOUBLE_EQ(*item.qualifiable_share, 0.6);
}

TEST(ToRuleItem, TakesNoShareOfAnItemWithoutData) {
  coverage::v1::ItemMetrics metrics = Bearing();
  metrics.set_has_data(false);
  const domain::RuleItem item = ToRuleItem(metrics);
  EXPECT_EQ(item.assured_share, std::nullopt);
  EXPECT_EQ(item.data_year, std::nullopt);
  EXPECT_EQ(item.newest_data_year, 2024);
  EXPECT_EQ(item.stage, "first_batch");
}

TEST(ToRuleItem, HeadlineScopeIsLeafComponentsAndMaterials) {
  coverage::v1::ItemMetrics metrics = Bearing();
  EXPECT_TRUE(ToRuleItem(metrics).in_scope);
  metrics.set_category(type::v1::CATEGORY_SOFTWARE);
  EXPECT_FALSE(ToRuleItem(metrics).in_scope);
  metrics.set_category(type::v1::CATEGORY_COMPONENT);
  metrics.set_leaf(false);
  EXPECT_FALSE(ToRuleItem(metrics).in_scope);
}

TEST(ToRuleItem, ShareMeasureHasNoUnit) {
  coverage::v1::ItemMetrics metrics = Bearing();
  EXPECT_EQ(ToRuleItem(metrics).unit, "piece");
  metrics.mutable_rule_inputs()->set_share_measure(true);
  EXPECT_EQ(ToRuleItem(metrics).unit, "");
}

TEST(ToRuleItem, DatesAreDaysInShanghai) {
  coverage::v1::ItemMetrics metrics = Bearing();
  // The end of 2022-12-31 in Shanghai, as a bare date is kept.
  metrics.mutable_rule_inputs()->mutable_stage_date()->set_seconds(
      absl::ToUnixSeconds(absl::FromCivil(
          absl::CivilSecond(2022, 12, 31, 15, 59, 59), absl::UTCTimeZone())));
  EXPECT_EQ(ToRuleItem(metrics).stage_since, absl::CivilDay(2022, 12, 31));
  metrics.mutable_rule_inputs()->mutable_stage_date()->set_seconds(
      metrics.rule_inputs().stage_date().seconds() + 1);
  EXPECT_EQ(ToRuleItem(metrics).stage_since, absl::CivilDay(2023, 1, 1));
}

TEST(ToProjectFigures, ReachedFirstBatchFromThatStageOn) {
  coverage::v1::ProjectStatus project;
  EXPECT_FALSE(ToProjectFigures(project).reached_first_batch);
  project.set_stage(type::v1::STAGE_PROTOTYPE);
  EXPECT_FALSE(ToProjectFigures(project).reached_first_batch);
  project.set_stage(type::v1::STAGE_FIRST_BATCH);
  EXPECT_TRUE(ToProjectFigures(project).reached_first_batch);
  project.set_added_share(0.1);
  EXPECT_EQ(ToProjectFigures(project).added, 0.1);
}

coverage::v1::TargetStatus Target(const std::string& metric, double target) {
  coverage::v1::TargetStatus status;
  status.set_metric(metric);
  status.set_target(target);
  status.set_gap(0.1);
  return status;
}

TEST(ToScopes, TakesSharesWithAPathOnly) {
  coverage::v1::ComputeTargetsResponse targets;
  *targets.add_targets() = Target("value_share", 0.7);
  *targets.add_targets() = Target("promoted_processes", 80);
  EXPECT_THAT(ToScopes(targets), IsEmpty());
  targets.add_targets()->set_metric("share");  // before its first year
  EXPECT_THAT(ToScopes(targets), IsEmpty());
  auto superseded = Target("share", 0.7);
  superseded.set_superseded_by("newer");
  *targets.add_targets() = superseded;
  EXPECT_THAT(ToScopes(targets), IsEmpty());
  *targets.add_targets() = Target("share", 0.7);
  ASSERT_EQ(ToScopes(targets).size(), 1u);
  EXPECT_EQ(ToScopes(targets)[0].target, 0.7);
}

TEST(ToScopes, OneScopeOnce) {
  coverage::v1::ComputeTargetsResponse targets;
  *targets.add_targets() = Target("share", 0.7);
  auto headline = Target("share", 0.7);
  headline.add_categories(type::v1::CATEGORY_MATERIAL);
  headline.add_categories(type::v1::CATEGORY_COMPONENT);
  *targets.add_targets() = headline;
  auto rail = Target("share", 0.9);
  rail.add_sectors("rail");
  rail.add_categories(type::v1::CATEGORY_MATERIAL);
  *targets.add_targets() = rail;
  std::vector<std::string> subjects;
  for (const auto& scope : ToScopes(targets)) {
    subjects.push_back(domain::SubjectOfScope(scope));
  }
  EXPECT_THAT(subjects,
              ElementsAre("sectors/-", "sectors/rail/categories/material"));
}

}  // namespace
}  // namespace qiangji::figures
