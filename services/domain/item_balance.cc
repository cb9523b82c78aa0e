#include "services/domain/item_balance.h"

#include <algorithm>

namespace qiangji::domain {

namespace {

// Number of a flow's supplier among all; volume without supplier is one
// supplier of its origin.
std::uint32_t SupplierOf(const Flow& flow) {
  return flow.supplier == kNoNumber ? flow.origin.code()
                                    : kOriginUnknown.code() + flow.supplier;
}

}  // namespace

BalanceContext::BalanceContext(const World& world, const AnalysisOptions& opts)
    : structure(world.structure()), options(opts), home(opts.home) {
  suppliers.reserve(structure.organizations.size());
  for (const Organization& o : structure.organizations) {
    suppliers.push_back({o.group, o.controlled_by(), o.controller.stated()});
  }
  for (Number n = 0; n < world.licence_sets(); ++n) {
    const LicenceSet& set = world.licences(n);
    home_licences.push_back(std::all_of(
        set.begin(), set.end(), [&](Country c) { return home.Has(c); }));
  }
  if (!options.criteria.valid_test) return;
  for (const Test& test : world.facts().tests) {
    const Number item =
        structure.items[static_cast<std::size_t>(test.item)].number;
    const auto [at, added] =
        tested.try_emplace({item, test.organization}, test.year);
    if (!added) at->second = std::min(at->second, test.year);
  }
}

double DomesticVolume(const ItemFlows& flows) {
  double volume = 0;
  for (const Flow& flow : flows.flows) {
    if (flow.market != Market::kDomestic) break;  // domestic come first
    volume += flow.volume;
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

double ItemBalancer::AddSplit(const Flow& flow, const Split& split,
                              std::uint8_t untested, ItemFigures& f,
                              BalancePage& page) {
  const auto fails =
      static_cast<std::uint8_t>(context_.Fails(flow.kind, split) | untested);
  (fails == 0 ? passing_ : failing_).Add(split);
  if (flow.kind == OriginKind::kHome) {
    if (fails == kFailsQualification) f.unqualified_home_volume += split.volume;
    if (split.volume > 0) {
      page.makers.push_back({flow.supplier, split.controller, fails,
                             split.qualification, split.volume});
    }
  }
  return fails == 0 ? split.volume : 0;
}

void ItemBalancer::AddDomestic(const ItemFlows& flows, ItemFigures& f,
                               BalancePage& page) {
  std::array<double, kOriginKinds> from = {};
  for (const Flow& flow : flows.flows) {
    if (flow.market != Market::kDomestic) break;
    double passing = 0;
    const std::uint8_t untested =
        context_.FailsTest(item_, flow.supplier, year_);
    for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
      passing += AddSplit(flow, flows.splits[s], untested, f, page);
    }
    from[static_cast<std::size_t>(flow.kind)] += flow.volume;
    const bool fresh = page.origins.size() == f.origins_begin ||
                       page.origins.back().origin != flow.origin;
    if (fresh) page.origins.push_back({flow.origin, 0, 0});
    page.origins.back().volume += flow.volume;
    suppliers_.Add(SupplierOf(flow), flow.volume);
    if (flow.supplier != kNoNumber && passing > 0) {
      groups_.Add(context_.GroupOf(flow.supplier), passing);
    }
  }
  f.home_volume = from[static_cast<std::size_t>(OriginKind::kHome)];
  f.abroad_volume = from[static_cast<std::size_t>(OriginKind::kAbroad)];
  f.unknown_volume = from[static_cast<std::size_t>(OriginKind::kUnknown)];
  f.assured_volume = passing_.volume;
  f.documented_volume = passing_.documented;
}

void ItemBalancer::AddSuppliers(ItemFigures& f) {
  if (f.supply <= 0) return;
  double squares = 0;
  for (const Tally::Sum& supplier : suppliers_.sums()) {
    const double share = supplier.volume / f.supply;
    squares += share * share * 10000;
  }
  f.hhi_supplier = squares;
}

void ItemBalancer::AddGroups(ItemFigures& f) {
  const Structure& structure = context_.structure;
  double named = 0, largest = 0;
  for (const Tally::Sum& group : groups_.sums()) {
    named += group.volume;
    const bool larger = group.volume > largest ||
                        (group.volume == largest &&
                         structure.organization(group.number).id <
                             structure.organization(f.largest_group).id);
    if (!larger) continue;
    largest = group.volume;
    f.largest_group = group.number;
  }
  if (named <= 0) return;
  f.named_coverage = std::min(1.0, named / f.assured_volume);
  f.largest_group_share = std::min(1.0, largest / named);
}

// METHOD 2.9, and b_i of 4.2. Where a demand value is declared, what of it is
// not met is not assured, as with volumes.
void ItemBalancer::AddValue(const ItemFlows& flows, const Demand* demand,
                            ItemFigures& f) {
  const double value = passing_.value + failing_.value;
  if (demand != nullptr && demand->value_cny) {
    f.value_cny = demand->value_cny;
  } else if (flows.values_complete) {
    f.value_cny = value;
  }
  f.assured_value_part = f.assured;
  // The rest up to shares of 1 is a flow without value.
  if (!flows.values_complete || flows.rest_added || !f.value_cny) return;
  const double whole = std::max(*f.value_cny, value);
  f.assured_value_part = whole > 0 ? passing_.value / whole : 0;
}

// METHOD 4.7: the best grade such that the assured volume of that grade or
// better alone reaches θ; else the worst grade of the records.
void ItemBalancer::AddGrades(const ItemFlows& flows, ItemFigures& f) {
  Amounts all = failing_;
  all.Add(passing_);
  double graded = 0;  // the rest of shares has no grade
  for (double volume : all.grades) graded += volume;
  f.grade = flows.worst_grade;
  double reached = 0;
  bool counted = false;
  for (std::size_t g = 0; g < kGrades; ++g) {
    if (graded > 0) {
      f.grade_share[g] = static_cast<float>(all.grades[g] / graded);
    }
    reached += passing_.grades[g];
    if (!counted && AtLeast(f.assured, context_.options.threshold) &&
        AtLeast(reached / f.demand, context_.options.threshold)) {
      f.grade = static_cast<Grade>(g);
      counted = true;
    }
  }
}

void ItemBalancer::Compute(Number item, int year, const ItemFlows& flows,
                           const Demand* demand, double supply, ItemFigures& f,
                           BalancePage& page) {
  item_ = item;
  year_ = year;
  suppliers_.Clear();
  groups_.Clear();
  passing_ = failing_ = {};
  f.by_share = flows.by_share;
  f.supply = supply;
  f.demand = supply;
  if (!flows.by_share && demand != nullptr && demand->quantity) {
    f.demand = std::max(supply, *demand->quantity);
  }
  f.origins_begin = static_cast<std::uint32_t>(page.origins.size());
  f.makers_begin = static_cast<std::uint32_t>(page.makers.size());
  AddDomestic(flows, f, page);
  f.origins_end = static_cast<std::uint32_t>(page.origins.size());
  f.makers_end = static_cast<std::uint32_t>(page.makers.size());

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
      absl::MakeSpan(page.origins).subspan(f.origins_begin);
  for (OriginVolume& o : origins) o.share = part(o.volume, f.supply);
  ComputeFaoBalance(flows, f);
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
