// What was bought of every item in one year, split as disruption and traces
// need it (METHOD 2.1, 2.2, 3.2, 3.4).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/balance.h"
#include "services/domain/flows.h"
#include "services/domain/options.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// What many splits have in common.
struct SupplyFacet {
  Country origin;
  Country controller;           // resolved (METHOD 2.1)
  Number licences = kNoNumber;  // World::licences
  OriginKind kind = OriginKind::kUnknown;
  std::uint8_t fails = 0;  // CriterionBits; 0 = passes the criteria
  // METHOD 3.2: whom a split that fails is charged to; not stated =
  // `unqualified`.
  Country charge;
};

struct SupplySplit {
  double share = 0;  // of Q_i, above 0
  std::uint32_t facet = 0;
  Number supplier = kNoNumber;  // kNoNumber = not stated
};

// A part of the not-assured share of an item (METHOD 3.2).
struct Charge {
  Country country;  // not stated = `unqualified`
  double share = 0;
};

// Immutable. Splits of the year that the balance used (carry-forward), after
// netting and scaling, the rest of unknown origin included.
struct SupplyLayer {
  std::vector<SupplyFacet> facets;
  // By ItemIndex, size items + 1. Without splits: items without data, or with
  // Q_i = 0. The shares of an item with splits sum to 1 but for rounding.
  std::vector<std::uint32_t> begin;
  std::vector<SupplySplit> splits;

  bool Has(ItemIndex i) const { return !Of(i).empty(); }
  absl::Span<const SupplySplit> Of(ItemIndex i) const;
  const SupplyFacet& FacetOf(const SupplySplit& split) const {
    return facets[split.facet];
  }
  // By country, `unqualified` first; all of ZZZ where there are no splits.
  // The shares sum to 1 − a_i, but for rounding.
  void ChargesOf(ItemIndex i, std::vector<Charge>& charges) const;
};

SupplyLayer ComputeSupplyLayer(const World& world,
                               const AnalysisOptions& options,
                               const Balance& balance);

// METHOD 3.2, from the facet's other fields.
Country ChargeOf(const World& world, const AnalysisOptions& options,
                 const SupplyFacet& facet);

// Computed at first use, shared from then on. Thread-safe.
class LazySupplyLayer {
 public:
  const SupplyLayer& Get(const World& world, const AnalysisOptions& options,
                         const Balance& balance) const;

 private:
  mutable std::once_flag once_;
  mutable std::unique_ptr<const SupplyLayer> layer_;
};

}  // namespace qiangji::domain
