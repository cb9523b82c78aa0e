// Domain values as protobuf messages of coverage.v1.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "qiangji/coverage/v1/coverage_row.pb.h"
#include "qiangji/coverage/v1/figure_context.pb.h"
#include "qiangji/coverage/v1/rank_row.pb.h"
#include "qiangji/type/v1/enums.pb.h"
#include "services/coverage/figures.h"
#include "services/domain/analysis.h"
#include "services/domain/coverage.h"
#include "services/domain/disruption.h"
#include "services/domain/rank.h"
#include "services/domain/target.h"

namespace qiangji::coverage {

// The enumerations of the contract are those of the domain, shifted by the
// unspecified zero.
type::v1::Category ToProto(domain::Category category);
type::v1::EvidenceGrade ToProto(domain::Grade grade);
type::v1::Stage ToProto(domain::Stage stage);
type::v1::Qualification ToProto(domain::Qualification qualification);
type::v1::Direction ToProto(domain::Direction direction);
v1::Verdict ToProto(domain::Verdict verdict);
// Of stated values only.
domain::Grade FromProto(type::v1::EvidenceGrade grade);
domain::Category FromProto(type::v1::Category category);

// Calls `set` with the value where there is one.
template <typename Optional, typename Set>
void IfStated(const Optional& value, Set set) {
  if (value.has_value()) set(*value);
}

// What a scenario and an exposure say alike (METHOD 3.4, 3.5).
template <typename SectorRow>
void FillLossMeans(const domain::LossMeans& means, SectorRow* out) {
  IfStated(means.mean_loss, [&](double x) { out->set_mean_loss(x); });
  IfStated(means.mean_loss_pessimistic,
           [&](double x) { out->set_mean_loss_pessimistic(x); });
  IfStated(means.mean_loss_value,
           [&](double x) { out->set_mean_loss_value(x); });
  out->set_stopped_items(means.stopped_items);
  out->set_items_with_value(means.valued_items);
}

// As a finding, or as a warning; beyond the first thousand it is dropped.
void AddFinding(const domain::Finding& finding, v1::FigureContext* context);

void FillCoverageRow(const domain::Analysis& analysis,
                     const domain::CoverageRow& row, v1::CoverageRow* out);
void FillProcesses(const domain::Analysis& analysis,
                   const std::vector<domain::TargetRow>& targets,
                   v1::ProcessStatus* out);
void FillRank(const domain::Analysis& analysis, const domain::RankRow& row,
              v1::RankRow* out);

}  // namespace qiangji::coverage
