// Figures of one item from its flows (METHOD 2.3–2.7, 2.9).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/domain/balance.h"
#include "services/domain/country_set.h"
#include "services/domain/flows.h"
#include "services/domain/tally.h"

namespace qiangji::domain {

// What of the options and the structure every item needs, in dense form.
struct BalanceContext {
  BalanceContext(const World& world, const AnalysisOptions& options);

  const Structure& structure;
  const AnalysisOptions& options;
  std::vector<SupplierFacts> suppliers;     // by organization number
  std::vector<std::uint8_t> home_licences;  // by licence set: none or home
  CountrySet home;
  // Year of the first test by item and maker; empty unless the criteria ask.
  absl::flat_hash_map<std::pair<Number, Number>, int> tested;

  // CriterionBits that a split of a flow of this kind fails. Without jumps:
  // which do is not to be guessed by a processor.
  std::uint8_t Fails(OriginKind kind, const Split& split) const {
    const Criteria& criteria = options.criteria;
    const bool controller =
        criteria.home_controller & !home.Has(split.controller);
    const bool licences =
        criteria.home_licences & !home_licences[split.licences];
    const bool qualification =
        split.qualification < criteria.minimum_qualification;
    return static_cast<std::uint8_t>(
        (kind != OriginKind::kHome) * kFailsOrigin +
        controller * kFailsController + licences * kFailsLicences +
        qualification * kFailsQualification);
  }
  // kFailsTest where the criteria ask for a valid test and the supplier has
  // none of the item dated in or before the year; else 0. Volume without a
  // supplier has none.
  std::uint8_t FailsTest(Number item, Number supplier, int year) const {
    if (!options.criteria.valid_test) return 0;
    const auto at = tested.find({item, supplier});
    return at == tested.end() || at->second > year ? kFailsTest : 0;
  }
  // Topmost parent; kNoNumber for an unknown organization.
  Number GroupOf(Number organization) const {
    return organization < suppliers.size() ? suppliers[organization].group
                                           : kNoNumber;
  }
};

// METHOD 2.3, 2.4 for flows without error. `demand` may be nullptr.
DataState StateOf(const ItemFlows& flows, const Demand* demand, double supply);
// Total domestic-market volume.
double DomesticVolume(const ItemFlows& flows);

// Turns flows into figures. Scratch is reused; not thread-safe.
class ItemBalancer {
 public:
  explicit ItemBalancer(const BalanceContext& context) : context_(context) {}

  // `figures` of an item with data; its origins and makers are appended to
  // `page`. The flows are those of `item` in `year`.
  void Compute(Number item, int year, const ItemFlows& flows,
               const Demand* demand, double supply, ItemFigures& figures,
               BalancePage& page);

 private:
  void AddDomestic(const ItemFlows& flows, ItemFigures& f, BalancePage& page);
  // The volume of it that passes the criteria.
  double AddSplit(const Flow& flow, const Split& split, std::uint8_t untested,
                  ItemFigures& f, BalancePage& page);
  void AddSuppliers(ItemFigures& f);
  void AddGroups(ItemFigures& f);
  void AddValue(const ItemFlows& flows, const Demand* demand, ItemFigures& f);
  void AddGrades(const ItemFlows& flows, ItemFigures& f);

  const BalanceContext& context_;
  Number item_ = 0;
  int year_ = 0;
  Tally suppliers_, groups_;
  Amounts failing_, passing_;  // the criteria
};

// METHOD 2.6. Volumes of both markets.
void ComputeFaoBalance(const ItemFlows& flows, ItemFigures& f);

// METHOD 2.7 from an item's origins (any order, shares of Q_i filled in).
void ComputeOriginConcentration(const BalanceContext& context,
                                absl::Span<const OriginVolume> origins,
                                ItemFigures& f);

}  // namespace qiangji::domain
