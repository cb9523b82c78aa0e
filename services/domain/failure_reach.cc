#include "services/domain/failure_reach.h"

#include <algorithm>
#include <iterator>

#include "services/domain/disruption.h"
#include "services/domain/loss_limiting.h"

namespace qiangji::domain {
namespace {

// Items that lose so much less than another are not its equals, and do not
// limit it.
constexpr double kApart = 3 * kTolerance;

void NotAsked(Place /*place*/, double /*by*/) {}

}  // namespace

FailureSearch::FailureSearch(const Analysis& analysis)
    : analysis_(analysis),
      base_(MakeLossBase(analysis, /*substitution=*/true)),
      groups_(FindLossGroups(base_)),
      front_(base_, groups_) {}

double FailureSearch::LossOf(ItemIndex i) const {
  return front_.loss_of(base_.graph->PlaceOf(i));
}

// Settles all that loses as much as what is returned, and all that stops.
ItemIndex FailureSearch::Hardest(ItemIndex item,
                                 absl::Span<const ItemIndex> equipment) {
  // Items of equal loss come in any order.
  struct Most {
    ItemIndex item = -1;
    double loss = 0;
    void Look(ItemIndex i, double of) {
      if (of <= kTolerance || of < loss || (of == loss && i > item)) return;
      loss = of;
      item = i;
    }
  };
  Most machine, leaf;
  const Most& asked = equipment.empty() ? leaf : machine;
  front_.Start(base_.graph->PlaceOf(item), NotAsked);
  while (front_.Left()) {
    const double loss = front_.top();
    if (asked.item >= 0 && loss < asked.loss - kApart && !Stops(loss)) break;
    const ItemIndex i = base_.graph->item[front_.next()];
    front_.Settle(NotAsked);
    if (std::binary_search(equipment.begin(), equipment.end(), i)) {
      machine.Look(i, loss);
    }
    if (analysis_.leaf[static_cast<std::size_t>(i)]) leaf.Look(i, loss);
  }
  followed_ += front_.followed();
  return machine.item >= 0 ? machine.item : leaf.item;
}

FailureReach FailureSearch::Find(ItemIndex item,
                                 absl::Span<const ItemIndex> equipment) {
  FailureReach reach;
  const ItemIndex hardest = Hardest(item, equipment);
  std::copy_if(equipment.begin(), equipment.end(),
               std::back_inserter(reach.stopped),
               [this](ItemIndex e) { return Stops(LossOf(e)); });
  if (hardest < 0) return reach;
  reach.chain = FollowLosses(
      hardest, [this](ItemIndex i) { return LossOf(i); },
      [item](ItemIndex i) { return i == item ? 1.0 : 0.0; },
      [this](ItemIndex i) {
        // Around a cycle of equals nothing would lead to the item.
        const Place place = base_.graph->PlaceOf(i);
        return LimitingInput(base_, place, [this, place](Place p) {
          return front_.Before(p, place) ? front_.loss_of(p) : 0.0;
        });
      });
  return reach;
}

}  // namespace qiangji::domain
