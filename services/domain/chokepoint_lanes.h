// Bounds of many searches at once (METHOD 3.6): where most items hang on one
// another a search has to settle them nearly all before it proves anything.
// Sweeps of sixteen hits side by side read the inputs once for all of them and
// leave small changes alone; what that may miss is proven (loss_weights.h).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/chokepoint_model.h"
#include "services/domain/chokepoint_search.h"
#include "services/domain/loss_lanes.h"
#include "services/domain/loss_weights.h"

namespace qiangji::domain {

class ChokepointLanes {
 public:
  static constexpr std::size_t kLanes = LossLanes<float>::kLanes;
  explicit ChokepointLanes(const ChokepointModel& model);

  // False: cycles too slow for sweeps.
  bool usable() const { return usable_; }
  // Upper bounds of what each of at most kLanes items does, as of a search
  // that is not complete. `settled` of the first counts the rows swept.
  std::vector<SearchResult> Run(absl::Span<const Place> hits);

 private:
  std::uint64_t Sweep(absl::Span<const Place> hits);
  void AddSums(absl::Span<const Place> hits,
               std::vector<SearchResult>& results) const;
  double Returned(Place hit, std::size_t lane) const;

  const ChokepointModel& model_;
  const LossWeights weights_;
  bool usable_ = false;
  double freeze_ = 0;
  double error_ = 0;  // of an item, per unit of its w
  LossLanes<float> lanes_;
};

}  // namespace qiangji::domain
