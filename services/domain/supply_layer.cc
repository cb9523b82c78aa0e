#include "services/domain/supply_layer.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/domain/item_balance.h"

namespace qiangji::domain {
namespace {

using FacetKey = std::pair<std::uint64_t, std::uint32_t>;

FacetKey KeyOf(const SupplyFacet& facet) {
  return {std::uint64_t{facet.origin.code()} << 32 |
              std::uint64_t{facet.controller.code()} << 16 |
              std::uint64_t{facet.fails},
          facet.licences};
}

class LayerBuilder {
 public:
  LayerBuilder(const World& world, const AnalysisOptions& options,
               SupplyLayer& layer)
      : world_(world),
        options_(options),
        context_(world, options),
        reader_(context_.suppliers, context_.home, options.min_evidence),
        layer_(layer) {}

  void Add(const Item& item, const ItemFigures& figures) {
    layer_.begin.push_back(static_cast<std::uint32_t>(layer_.splits.size()));
    if (!figures.has_data() || figures.supply <= 0) return;
    const SupplyYear* year = world_.Supply(figures.data_year);
    if (year == nullptr) return;
    findings_.clear();
    finding_suppliers_.clear();
    reader_.Read(year->Of(item.number), flows_, findings_, finding_suppliers_);
    double whole = 0;
    for (const Flow& flow : flows_.flows) {
      if (flow.market != Market::kDomestic) break;  // domestic come first
      untested_ = context_.FailsTest(item.number, flow.supplier, year->year);
      for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
        whole += flows_.splits[s].volume;
        AddSplit(flow, flows_.splits[s]);
      }
    }
    for (std::size_t s = layer_.begin.back(); s < layer_.splits.size(); ++s) {
      layer_.splits[s].share /= whole;
    }
  }

 private:
  void AddSplit(const Flow& flow, const Split& split) {
    if (split.volume <= 0) return;
    SupplyFacet facet;
    facet.origin = flow.origin;
    facet.controller = split.controller;
    facet.licences = split.licences;
    facet.kind = flow.kind;
    facet.fails =
        static_cast<std::uint8_t>(context_.Fails(flow.kind, split) | untested_);
    const auto [at, added] = facets_.try_emplace(
        KeyOf(facet), static_cast<std::uint32_t>(layer_.facets.size()));
    if (added) {
      facet.charge = ChargeOf(world_, options_, facet);
      layer_.facets.push_back(facet);
    }
    layer_.splits.push_back({split.volume, at->second, flow.supplier});
  }

  const World& world_;
  const AnalysisOptions& options_;
  BalanceContext context_;
  FlowReader reader_;
  SupplyLayer& layer_;
  absl::flat_hash_map<FacetKey, std::uint32_t> facets_;
  std::uint8_t untested_ = 0;  // of the flow at hand
  ItemFlows flows_;
  std::vector<Finding> findings_;  // the balance has told them
  std::vector<Number> finding_suppliers_;
};

}  // namespace

absl::Span<const SupplySplit> SupplyLayer::Of(ItemIndex i) const {
  const auto k = static_cast<std::size_t>(i);
  return absl::MakeConstSpan(splits).subspan(begin[k], begin[k + 1] - begin[k]);
}

void SupplyLayer::ChargesOf(ItemIndex i, std::vector<Charge>& charges) const {
  charges.clear();
  const absl::Span<const SupplySplit> of = Of(i);
  if (of.empty()) {
    charges.push_back({kOriginUnknown, 1});
    return;
  }
  for (const SupplySplit& split : of) {
    const SupplyFacet& facet = FacetOf(split);
    if (facet.fails == 0) continue;
    const auto same = std::find_if(
        charges.begin(), charges.end(),
        [&](const Charge& c) { return c.country == facet.charge; });
    if (same == charges.end()) {
      charges.push_back({facet.charge, split.share});
    } else {
      same->share += split.share;
    }
  }
  std::sort(
      charges.begin(), charges.end(),
      [](const Charge& a, const Charge& b) { return a.country < b.country; });
}

Country ChargeOf(const World& world, const AnalysisOptions& options,
                 const SupplyFacet& facet) {
  if (facet.kind != OriginKind::kHome) return facet.origin;  // ZZZ too
  if (!options.IsHome(facet.controller)) return facet.controller;
  for (const Country country : world.licences(facet.licences)) {
    if (!options.IsHome(country)) return country;
  }
  return Country();
}

SupplyLayer ComputeSupplyLayer(const World& world,
                               const AnalysisOptions& options,
                               const Balance& balance) {
  const std::vector<Item>& items = world.structure().items;
  SupplyLayer layer;
  layer.begin.reserve(items.size() + 1);
  LayerBuilder builder(world, options, layer);
  for (std::size_t i = 0; i < items.size(); ++i) {
    builder.Add(items[i], balance[static_cast<ItemIndex>(i)]);
  }
  layer.begin.push_back(static_cast<std::uint32_t>(layer.splits.size()));
  layer.splits.shrink_to_fit();
  return layer;
}

const SupplyLayer& LazySupplyLayer::Get(const World& world,
                                        const AnalysisOptions& options,
                                        const Balance& balance) const {
  std::call_once(once_, [&] {
    layer_ = std::make_unique<const SupplyLayer>(
        ComputeSupplyLayer(world, options, balance));
  });
  return *layer_;
}

}  // namespace qiangji::domain
