// Supply risk of items (METHOD 2.8; the EU's method for critical raw materials,
// 2017).
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "services/domain/analysis.h"
#include "services/domain/maybe.h"

namespace qiangji::domain {

// What a territory has of a supply, and what it weighs.
struct WeightedShare {
  double share = 0;  // 0..1
  Maybe weight;      // risk · trade factor, >= 0; undefined = not registered
};

// HHI_w = Σ share²·weight. Undefined without a share above 0, and where one of
// them has no weight: what is not known is no risk of 0.
Maybe WeightedHhi(absl::Span<const WeightedShare> shares);

struct SupplyRiskInputs {
  Maybe global_hhi = {}, sourcing_hhi = {};  // HHI_w(GS), HHI_w(sourcing)
  Maybe import_reliance = {};                // IR; clamped to [0,1] here
  double eol_rir = 0;                        // end-of-life recycling input rate
  double si_sr = 1;                          // substitution index
};

// SR, >= 0. Undefined without either HHI; one alone needs no IR, both do.
Maybe SupplyRisk(const SupplyRiskInputs& inputs);

// The supply risk of one item after another. World production and risks are
// those of the asked year: only supply is carried forward (METHOD 2.4).
class SupplyRisks {
 public:
  // With `eu_original` home counts in its own sourcing with its own risk; else
  // with 0. `analysis` outlives this.
  explicit SupplyRisks(const Analysis& analysis, bool eu_original = false);

  SupplyRiskInputs InputsOf(ItemIndex item) const;
  Maybe Of(ItemIndex item) const { return SupplyRisk(InputsOf(item)); }

 private:
  Maybe WeightOf(Country country) const;
  Maybe GlobalHhi(ItemIndex item) const;
  Maybe SourcingHhi(ItemIndex item) const;

  const Analysis& analysis_;
  const bool eu_original_;
  absl::Span<const CountryRisk> risks_;  // of the year, by country
};

}  // namespace qiangji::domain
