#include "services/domain/sources.h"

#include <algorithm>
#include <tuple>

namespace qiangji::domain {
namespace {

void AddTraits(const SourceTraits& traits, double volume, Source& source) {
  source.volume += volume;
  const auto at =
      std::lower_bound(source.traits.begin(), source.traits.end(), traits,
                       [](const VolumeOfTraits& a, const SourceTraits& b) {
                         return a.first < b;
                       });
  if (at != source.traits.end() && at->first == traits) {
    at->second += volume;
  } else {
    source.traits.insert(at, {traits, volume});
  }
}

bool SameSource(const Source& a, const Source& b) {
  return a.origin == b.origin && a.supplier == b.supplier;
}

// Organizations that are no longer registered have no id: their flows are of
// one supplier that is not stated.
void SortAndMerge(std::vector<Source>& sources) {
  std::stable_sort(
      sources.begin(), sources.end(), [](const Source& a, const Source& b) {
        return std::tie(a.origin, a.supplier) < std::tie(b.origin, b.supplier);
      });
  std::vector<Source> merged;
  for (Source& source : sources) {
    if (merged.empty() || !SameSource(merged.back(), source)) {
      merged.push_back(std::move(source));
      continue;
    }
    for (const auto& [traits, volume] : source.traits) {
      AddTraits(traits, volume, merged.back());
    }
  }
  sources = std::move(merged);
}

}  // namespace

bool Passes(const SourceTraits& traits, const Criteria& criteria) {
  return (traits.home_controller || !criteria.home_controller) &&
         (traits.home_licences || !criteria.home_licences) &&
         (traits.tested || !criteria.valid_test) &&
         traits.qualification >= criteria.minimum_qualification;
}

void ItemSources::MakeShares() {
  if (demand <= 0) return;
  for (Source& source : sources) {
    source.volume /= demand;
    for (VolumeOfTraits& part : source.traits) part.second /= demand;
  }
  demand = 1;
}

SourceReader::SourceReader(const Analysis& analysis)
    : analysis_(analysis),
      context_(*analysis.world, analysis.options),
      reader_(context_.suppliers, context_.home,
              analysis.options.min_evidence) {}

ItemSources SourceReader::Read(ItemIndex item) {
  const World& world = *analysis_.world;
  const Item& of = world.structure().items[static_cast<std::size_t>(item)];
  const ItemFigures& figures = analysis_.balance[item];
  ItemSources out;
  out.by_share = figures.by_share;
  out.unit = of.unit;
  out.demand = figures.demand;
  const SupplyYear* year = world.Supply(figures.data_year);
  if (year == nullptr) return out;
  findings_.clear();
  finding_suppliers_.clear();
  reader_.Read(year->Of(of.number), flows_, findings_, finding_suppliers_);
  for (const Flow& flow : flows_.flows) {
    if (flow.market != Market::kDomestic) break;  // domestic come first
    if (flow.kind != OriginKind::kHome) continue;
    Source source = SourceOf(flow, of, year->year);
    if (source.volume > 0) out.sources.push_back(std::move(source));
  }
  SortAndMerge(out.sources);
  return out;
}

Source SourceReader::SourceOf(const Flow& flow, const Item& item,
                              int year) const {
  Source source;
  source.origin = flow.origin;
  source.supplier = context_.structure.organization(flow.supplier).id;
  const ItemIndex index =
      context_.structure.item_of_number[static_cast<std::size_t>(item.number)];
  const bool tested = Tested(index, flow.supplier, year);
  for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
    const Split& split = flows_.splits[s];
    if (split.volume <= 0) continue;
    SourceTraits traits;
    traits.home_controller = context_.home.Has(split.controller);
    traits.home_licences = context_.home_licences[split.licences] != 0;
    traits.tested = tested;
    traits.qualification = split.qualification;
    AddTraits(traits, split.volume, source);
  }
  return source;
}

bool SourceReader::Tested(ItemIndex item, Number maker, int year) const {
  if (maker == kNoNumber) return false;
  const std::vector<Test>& tests = analysis_.world->facts().tests;
  const auto first = std::lower_bound(
      tests.begin(), tests.end(), item,
      [](const Test& test, ItemIndex i) { return test.item < i; });
  return std::any_of(
      first,
      std::find_if(first, tests.end(),
                   [item](const Test& test) { return test.item != item; }),
      [&](const Test& test) {
        return test.organization == maker && test.year <= year;
      });
}

}  // namespace qiangji::domain
