// Items as their newest data leave them (METHOD 4.4, 4.5).
#pragma once

#include <vector>

#include "services/domain/analysis.h"
#include "services/domain/project_forecast.h"
#include "services/domain/target.h"

namespace qiangji::domain {

// Of each of `items`, the newest data of its own, none carried forward, in or
// before the asked year; data year 0 where it never had any.
std::vector<ProspectItem> NewestData(const Analysis& analysis,
                                     const std::vector<ItemIndex>& items,
                                     const AnalysisOfYear& analysis_of);

}  // namespace qiangji::domain
