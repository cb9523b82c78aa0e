// Means and counts of losses over leaf items of every category (METHOD 3.5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/domain/disruption.h"
#include "services/domain/loss_lanes.h"

namespace qiangji::domain {

// Of one lane. The pessimistic fields stay empty.
struct LaneMeans {
  LossMeans total;
  std::vector<LossMeans> sectors;  // by SectorIndex
};

class LossScope {
 public:
  // Keeps a reference to `analysis`.
  LossScope(const Analysis& analysis, bool by_sector);

  // By lane.
  template <typename T>
  std::vector<LaneMeans> Means(const LossLanes<T>& lanes) const;

 private:
  struct Sums {
    double weight = 0, value = 0;
    int items = 0, valued = 0;
  };
  LossMeans MeansOf(const Sums& whole, double loss, double value,
                    double stopped) const;

  const Analysis& analysis_;
  const bool by_sector_;
  // Items of one list of sectors are summed together.
  std::vector<std::vector<SectorIndex>> lists_;
  std::vector<Sums> of_list_;
  // By place; kNone = not in scope.
  static constexpr std::uint32_t kNone = 0xffffffffu;
  std::vector<std::uint32_t> list_;
  std::vector<double> weight_, value_;
};

extern template std::vector<LaneMeans> LossScope::Means(
    const LossLanes<float>&) const;
extern template std::vector<LaneMeans> LossScope::Means(
    const LossLanes<double>&) const;

}  // namespace qiangji::domain
