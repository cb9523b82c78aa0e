// What the loss of one whole item stops, and why (METHOD 3.4): of every item
// that may raise an alert, so only as far as it is asked for.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/analysis.h"
#include "services/domain/loss_front.h"

namespace qiangji::domain {

struct FailureReach {
  std::vector<ItemIndex> stopped;  // equipment, ascending
  // From the equipment item that loses most, else the leaf item, down to the
  // item lost; the first by id among equals. Empty where none loses anything.
  std::vector<ItemIndex> chain;
};

// The figures are those of ComputeDisruption with the item lost and nothing
// else: losses are looked at from the largest down, no further than needed.
class FailureSearch {
 public:
  // Keeps references to `analysis`.
  explicit FailureSearch(const Analysis& analysis);
  FailureSearch(const FailureSearch&) = delete;
  FailureSearch& operator=(const FailureSearch&) = delete;

  // `equipment`: whose bill of materials reaches the item, ascending.
  FailureReach Find(ItemIndex item, absl::Span<const ItemIndex> equipment);

  // Inputs followed by all searches so far.
  std::uint64_t followed() const { return followed_; }

 private:
  ItemIndex Hardest(ItemIndex item, absl::Span<const ItemIndex> equipment);
  double LossOf(ItemIndex i) const;

  const Analysis& analysis_;
  const LossBase base_;
  const LossGroups groups_;
  LossFront front_;
  std::uint64_t followed_ = 0;
};

}  // namespace qiangji::domain
