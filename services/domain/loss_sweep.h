// Sweeps of losses over one block (METHOD 3.4), many lanes at a time.
#pragma once

#include <cstdint>

#include "services/domain/loss_lanes.h"

namespace qiangji::domain {

// How a block is swept. All lanes rise from below to the least solution.
struct SweepRules {
  // A loss that would rise by no more stays as it is, but for `strict` rows:
  // their equations hold to the last bit (see loss_weights.h for what that
  // proves). 0 in acyclic blocks.
  double freeze = 0;
  const std::uint8_t* strict = nullptr;  // by place
  std::uint64_t max_passes = 0;
};

struct SweepWork {
  std::uint64_t passes = 0, rows = 0;
  bool settled = true;  // no row is dirty
};

// Solves the dirty rows of `block` in place order, again and again, and marks
// who uses a row that rose.
template <typename T>
SweepWork SweepBlock(const Block& block, const SweepRules& rules,
                     LossLanes<T>& lanes);

// Tests: the path that every processor has, and back. Both give the same bits.
void UseBaselineSweepsForTest(bool baseline);

extern template SweepWork SweepBlock(const Block&, const SweepRules&,
                                     LossLanes<float>&);
extern template SweepWork SweepBlock(const Block&, const SweepRules&,
                                     LossLanes<double>&);

}  // namespace qiangji::domain
