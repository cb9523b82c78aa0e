// Parts of a report's content that no other rpc answers.
#pragma once

#include <vector>

#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "qiangji/coverage/v1/report.pb.h"
#include "services/coverage/metrics.h"
#include "services/domain/analysis.h"
#include "services/domain/path.h"
#include "services/domain/target.h"

namespace qiangji::coverage {

// Years with a verdict before the analysis's own: at least half of the
// headline's weight has data of the year (METHOD 4.3). Ascending.
std::vector<int> EarlierYears(const domain::Analysis& analysis,
                              const domain::AnalysisOfYear& analysis_of);

// What the rules find with no alert open before: `out->bottlenecks`.
void AddBottlenecks(const MetricsWriter& metrics,
                    const domain::Analysis& analysis,
                    const std::vector<domain::ItemIndex>& items,
                    const v1::ComputeTargetsResponse& targets, v1::Report* out);

// `out->projects` by id.
void AddProjects(const MetricsWriter& metrics, const domain::Analysis& analysis,
                 v1::Report* out);

// `out->conversions` and `out->milestones`; the latter of the years after
// `since` (0 = of the analysis's year).
void AddStages(const domain::Analysis& analysis, int since, v1::Report* out);

// `out->moves` against the analysis of `since`, over the headline.
void AddMoves(const domain::Analysis& analysis, const domain::Analysis& before,
              v1::Report* out);

// `out->changes` of the headline since `before`, by cause and item. They sum to
// the difference of `share`; none where one of the two is undefined.
void AddChanges(const domain::Analysis& analysis,
                const domain::Analysis& before, v1::Report* out);

// `out->indicators`, `out->revisions`.
void AddIndicators(const domain::World& world, v1::Report* out);
void AddRevisions(const domain::World& world, v1::Report* out);

// `out->baselines` of `out->targets`. `first` is the first year with a figure,
// 0 = none.
void AddBaselines(const domain::World& world, int first,
                  const domain::AnalysisOfYear& analysis_of, v1::Report* out);

}  // namespace qiangji::coverage
