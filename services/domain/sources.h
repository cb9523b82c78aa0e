// What of an item was made at home in one state, and of how much, in terms
// that mean the same in every picture: pictures number organizations and
// licence sets each by themselves.
#pragma once

#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "services/domain/analysis.h"
#include "services/domain/item_balance.h"

namespace qiangji::domain {

// What criteria ask of supply of home origin (METHOD 2.5).
struct SourceTraits {
  bool home_controller = false;
  bool home_licences = false;  // none, or home
  bool tested = false;         // a test of item and maker, in time
  Qualification qualification = Qualification::kNone;
  friend auto operator<=>(const SourceTraits&, const SourceTraits&) = default;
};
// Whether supply of home origin with these traits passes.
bool Passes(const SourceTraits& traits, const Criteria& criteria);

using VolumeOfTraits = std::pair<SourceTraits, double>;

// A flow of home origin on the domestic market, after netting and scaling
// (METHOD 2.1, 2.2).
struct Source {
  Country origin;
  std::string supplier;                // id; "" = not stated
  double volume = 0;                   // above 0
  std::vector<VolumeOfTraits> traits;  // by traits; the volumes sum to `volume`
};

struct ItemSources {
  bool by_share = false;
  std::string unit;
  double demand = 0;            // D_i
  std::vector<Source> sources;  // by origin, supplier

  // As shares of D_i, so that states of different measures compare.
  void MakeShares();
};

// Reads the sources of one item after another. Not thread-safe; the analysis
// outlives it.
class SourceReader {
 public:
  explicit SourceReader(const Analysis& analysis);

  // Of the year that the balance used; `item` has data.
  ItemSources Read(ItemIndex item);

 private:
  Source SourceOf(const Flow& flow, const Item& item, int year) const;
  bool Tested(ItemIndex item, Number maker, int year) const;

  const Analysis& analysis_;
  const BalanceContext context_;
  FlowReader reader_;
  ItemFlows flows_;
  std::vector<Finding> findings_;  // the balance has told them
  std::vector<Number> finding_suppliers_;
};

}  // namespace qiangji::domain
