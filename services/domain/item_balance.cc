#include "services/domain/item_balance.h"

#include <algorithm>
#include <tuple>

namespace qiangji::domain {

BalanceContext::BalanceContext(const World& world, const AnalysisOptions& opts)
    : structure(world.structure()), options(opts) {
  suppliers.reserve(structure.organizations.size());
  for (const Organization& o : structure.organizations) {
    suppliers.push_back({o.controlled_by(), o.controller.stated()});
  }
  for (Number n = 0; n < world.licence_sets(); ++n) {
    const LicenceSet& set = world.licences(n);
    home_licences.push_back(std::all_of(set.begin(), set.end(),
                                        [&](Country c) { return IsHome(c); }));
  }
}

std::uint8_t BalanceContext::Fails(Country origin, const Split& split) const {
  const Criteria& criteria = options.criteria;
  unsigned fails = 0;
  if (!IsHome(origin)) fails |= kFailsOrigin;
  if (criteria.home_controller && !IsHome(split.controller)) {
    fails |= kFailsController;
  }
  if (criteria.home_licences && !home_licences[split.licences]) {
    fails |= kFailsLicences;
  }
  if (split.qualification < criteria.minimum_qualification) {
    fails |= kFailsQualification;
  }
  return static_cast<std::uint8_t>(fails);
}

double DomesticVolume(const ItemFlows& flows) {
  double volume = 0;
  for (const Flow& flow : flows.flows) {
    if (flow.market != Market::kDomestic) break;  // domestic come first
    for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
      volume += flows.splits[s].volume;
    }
  }
  // Shares sum to 1 but for rounding (METHOD 2.3).
  return flows.by_share && volume > 0 ? 1 : volume;
}

DataState StateOf(const ItemFlows& flows, const Demand* demand, double supply) {
  if (flows.error) return DataState::kError;
  if (!flows.domestic) return DataState::kEmpty;
  if (flows.by_share) return DataState::kData;  // D_i = 1
  const bool declared = demand != nullptr && demand->quantity.has_value();
  const bool complete = demand != nullptr && demand->complete;
  if (!(flows.home_stated && flows.abroad_stated) && !declared && !complete) {
    return DataState::kOneSided;
  }
  const double wanted = declared ? *demand->quantity : 0;
  return std::max(supply, wanted) > 0 ? DataState::kData : DataState::kEmpty;
}

void ItemBalancer::AddSplit(const Flow& flow, const Split& split, double& named,
                            ItemFigures& f, Balance& balance) {
  const std::uint8_t fails = context_.Fails(flow.origin, split);
  value_ += split.value;
  for (std::size_t g = 0; g < kGrades; ++g) grades_[g] += split.grades[g];
  if (fails == 0) {
    f.assured_volume += split.volume;
    f.documented_volume += split.documented;
    assured_value_ += split.value;
    for (std::size_t g = 0; g < kGrades; ++g) {
      assured_grades_[g] += split.grades[g];
    }
    if (flow.supplier != kNoNumber) named += split.volume;
  }
  if (context_.IsHome(flow.origin)) {
    if (fails == kFailsQualification) f.unqualified_home_volume += split.volume;
    if (split.volume > 0) {
      balance.makers.push_back({flow.supplier, fails, split.controller,
                                split.qualification, split.volume});
    }
  }
}

void ItemBalancer::AddDomestic(const ItemFlows& flows, ItemFigures& f,
                               Balance& balance) {
  for (std::uint32_t k = 0; k < flows.flows.size(); ++k) {
    const Flow& flow = flows.flows[k];
    if (flow.market != Market::kDomestic) break;
    double volume = 0, named = 0;
    for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
      volume += flows.splits[s].volume;
      AddSplit(flow, flows.splits[s], named, f, balance);
    }
    if (flow.origin == kOriginUnknown) {
      f.unknown_volume += volume;
    } else if (context_.IsHome(flow.origin)) {
      f.home_volume += volume;
    } else {
      f.abroad_volume += volume;
    }
    const bool fresh = balance.origins.size() == f.origins_begin ||
                       balance.origins.back().origin != flow.origin;
    if (fresh) balance.origins.push_back({flow.origin, 0, 0});
    balance.origins.back().volume += volume;
    // Volume without supplier is one supplier of its origin: two flows of
    // ZZZ (stated, and the rest of shares) share their place.
    suppliers_.push_back(
        {flow.supplier,
         flow.supplier == kNoNumber ? 0x10000u + flow.origin.code() : k,
         volume});
    if (named > 0) {
      groups_.push_back(
          {context_.structure.organization(flow.supplier).group, k, named});
    }
  }
}

void ItemBalancer::AddSuppliers(ItemFigures& f) {
  if (f.supply <= 0) return;
  // Equal suppliers side by side, each summed in order of its flows.
  std::sort(suppliers_.begin(), suppliers_.end(),
            [](const Volume& a, const Volume& b) {
              return std::tie(a.number, a.order) < std::tie(b.number, b.order);
            });
  std::size_t out = 0;
  for (std::size_t k = 0; k < suppliers_.size(); ++k) {
    const Volume& v = suppliers_[k];
    const bool same =
        out > 0 && suppliers_[out - 1].number == v.number &&
        (v.number != kNoNumber || suppliers_[out - 1].order == v.order);
    if (same) {
      suppliers_[out - 1].volume += v.volume;
    } else {
      suppliers_[out++] = v;
    }
  }
  suppliers_.resize(out);
  // Numbers depend on the order of arrival; volumes do not.
  std::sort(
      suppliers_.begin(), suppliers_.end(),
      [](const Volume& a, const Volume& b) { return a.volume < b.volume; });
  double squares = 0;
  for (const Volume& v : suppliers_) {
    const double share = v.volume / f.supply;
    squares += share * share * 10000;
  }
  f.hhi_supplier = squares;
}

void ItemBalancer::AddGroups(ItemFigures& f) {
  double named = 0;
  for (const Volume& v : groups_) named += v.volume;
  if (named <= 0) return;
  std::sort(groups_.begin(), groups_.end(),
            [](const Volume& a, const Volume& b) {
              return std::tie(a.number, a.order) < std::tie(b.number, b.order);
            });
  const Structure& structure = context_.structure;
  double largest = 0;
  for (std::size_t k = 0; k < groups_.size();) {
    const Number group = groups_[k].number;
    double volume = 0;
    for (; k < groups_.size() && groups_[k].number == group; ++k) {
      volume += groups_[k].volume;
    }
    const bool smaller_id = structure.organization(group).id <
                            structure.organization(f.largest_group).id;
    if (volume > largest || (volume == largest && smaller_id)) {
      largest = volume;
      f.largest_group = group;
    }
  }
  f.named_coverage = std::min(1.0, named / f.assured_volume);
  f.largest_group_share = std::min(1.0, largest / named);
}

// METHOD 2.9, and b_i of 4.2. Where a demand value is declared, what of it is
// not met is not assured, as with volumes.
void ItemBalancer::AddValue(const ItemFlows& flows, const Demand* demand,
                            ItemFigures& f) {
  if (demand != nullptr && demand->value_cny) {
    f.value_cny = demand->value_cny;
  } else if (flows.values_complete) {
    f.value_cny = value_;
  }
  f.assured_value_part = f.assured;
  // The rest up to shares of 1 is a flow without value.
  if (!flows.values_complete || flows.rest_added || !f.value_cny) return;
  const double whole = std::max(*f.value_cny, value_);
  f.assured_value_part = whole > 0 ? assured_value_ / whole : 0;
}

// METHOD 4.7: the best grade such that the assured volume of that grade or
// better alone reaches θ; else the worst grade of the records.
void ItemBalancer::AddGrades(const ItemFlows& flows, ItemFigures& f) {
  double graded = 0;
  for (double volume : grades_) graded += volume;
  f.grade = flows.worst_grade;
  double reached = 0;
  bool counted = false;
  for (std::size_t g = 0; g < kGrades; ++g) {
    if (graded > 0) {
      f.grade_share[g] = static_cast<float>(grades_[g] / graded);
    }
    reached += assured_grades_[g];
    if (!counted && AtLeast(f.assured, context_.options.threshold) &&
        AtLeast(reached / f.demand, context_.options.threshold)) {
      f.grade = static_cast<Grade>(g);
      counted = true;
    }
  }
}

void ItemBalancer::Compute(const ItemFlows& flows, const Demand* demand,
                           double supply, ItemFigures& f, Balance& balance) {
  suppliers_.clear();
  groups_.clear();
  grades_ = assured_grades_ = {};
  value_ = assured_value_ = 0;
  f.by_share = flows.by_share;
  f.supply = supply;
  f.demand = supply;
  if (!flows.by_share && demand != nullptr && demand->quantity) {
    f.demand = std::max(supply, *demand->quantity);
  }
  f.origins_begin = static_cast<std::uint32_t>(balance.origins.size());
  f.makers_begin = static_cast<std::uint32_t>(balance.makers.size());
  AddDomestic(flows, f, balance);
  f.origins_end = static_cast<std::uint32_t>(balance.origins.size());
  f.makers_end = static_cast<std::uint32_t>(balance.makers.size());

  // Sums of parts may exceed their whole by a rounding error.
  const auto part = [](double volume, double whole) {
    return whole > 0 ? std::min(1.0, volume / whole) : 0;
  };
  const double with_unknown = f.assured_volume + f.unknown_volume;
  f.located = part(f.home_volume, f.demand);
  f.assured = part(f.assured_volume, f.demand);
  f.documented = part(f.documented_volume, f.demand);
  f.upper = part(with_unknown, f.demand);
  f.located_of_supply = part(f.home_volume, f.supply);
  f.assured_of_supply = part(f.assured_volume, f.supply);
  f.upper_of_supply = part(with_unknown, f.supply);
  f.abroad_share = part(f.abroad_volume, f.supply);
  f.unqualified_home = part(f.unqualified_home_volume, f.demand);
  f.shortfall =
      std::max(0.0, context_.options.threshold * f.demand - f.assured_volume);

  const absl::Span<OriginVolume> origins =
      absl::MakeSpan(balance.origins).subspan(f.origins_begin);
  for (OriginVolume& o : origins) o.share = part(o.volume, f.supply);
  ComputeFaoBalance(context_, flows, f);
  ComputeOriginConcentration(context_, origins, f);
  std::sort(origins.begin(), origins.end(),
            [](const OriginVolume& a, const OriginVolume& b) {
              return a.volume != b.volume ? a.volume > b.volume
                                          : a.origin < b.origin;
            });
  AddSuppliers(f);
  AddGroups(f);
  AddValue(flows, demand, f);
  AddGrades(flows, f);
}

}  // namespace qiangji::domain
