// Why an item came to be assured, or ceased to be: what changed in its supply
// and demand between two states (docs/COMPARE.md).
#pragma once

#include <string>
#include <vector>

#include "services/domain/cause.h"
#include "services/domain/sources.h"

namespace qiangji::domain {

struct SourceChange {
  Cause cause = Cause::kVolume;
  double part = 0;  // of the change, which is +1 or −1
  // In which the cause is at work: SourceLinks::SourcesOf.
  std::vector<std::string> sources;
  // Of a correction: the causes that it would be between two years.
  std::vector<Cause> corrected;
};

// One item with data in both states.
struct ItemStates {
  ItemSources from, to;
  Criteria from_criteria, to_criteria;
  double threshold = 0.5;                         // θ
  bool from_assured = false, to_assured = false;  // as the balance says
  bool correction = false;  // both states are of one year of the same item
};

// Shapley values of the causes that are at work, zero ones left out: the mean,
// over every order in which the causes may have come about, of what each adds
// to [a >= θ]. By cause; the parts sum to to_assured − from_assured.
std::vector<SourceChange> ExplainChange(ItemStates states);

}  // namespace qiangji::domain
