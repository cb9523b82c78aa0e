// What searches for chokepoints share (METHOD 3.6).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/chokepoint.h"
#include "services/domain/loss_base.h"
#include "services/domain/loss_front.h"

namespace qiangji::domain {

struct ChokepointModel {
  ChokepointModel(const Analysis& analysis, const ChokepointOptions& options);

  // No more than `hit` of item `p`'s own loss: b / (1 − a·ρ), ρ the part of
  // its loss that comes back to its own inputs.
  double OwnLoss(Place p, double returned) const;
  // At most what comes back, before any search.
  double ReturnBound(Place p) const;
  // A bound of Σ_i w_i·s_i(p) from those of its users, see chokepoint_model.cc.
  double BoundFromUsers(Place p) const;
  absl::Span<const SectorIndex> SectorsOf(Place p) const {
    return absl::MakeConstSpan(sectors).subspan(
        sector_begin[p], sector_begin[p + 1] - sector_begin[p]);
  }

  const Analysis& analysis;
  LossBase base;
  std::vector<double> lost, kept;  // by place: b, 1 − b of the item when hit
  std::vector<double> weight;      // by place, 0 where not in scope
  double all_weight = 0;
  std::vector<double> sector_weight;  // by SectorIndex
  std::vector<std::uint32_t> sector_begin;
  std::vector<SectorIndex> sectors;  // of leaf items
  // Proven bounds of Σ_i w_i·s_i(p) as if no input replaced another, itself
  // included, by place; searches that reach no group make them smaller.
  std::vector<double> bound;
  LossGroups groups;

 private:
  void AddHits(ChokepointVariant variant);
  void AddScope();
  void AddBounds();
};

}  // namespace qiangji::domain
