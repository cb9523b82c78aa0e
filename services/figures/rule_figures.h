// Coverage's messages as the figures that the rules look at (METHOD 5).
#pragma once

#include <vector>

#include "services/domain/rule_figures.h"

namespace qiangji::coverage::v1 {
class ComputeTargetsResponse;
class ItemMetrics;
class ProjectStatus;
}  // namespace qiangji::coverage::v1

namespace qiangji::figures {

// `metrics` of view FULL.
domain::RuleItem ToRuleItem(const coverage::v1::ItemMetrics& metrics);

domain::ProjectFigures ToProjectFigures(
    const coverage::v1::ProjectStatus& project);

// One scope for each line of targets of metric `share` that has a path in the
// year; the headline's own categories are the same scope as none.
std::vector<domain::ScopeFigures> ToScopes(
    const coverage::v1::ComputeTargetsResponse& targets);

}  // namespace qiangji::figures
