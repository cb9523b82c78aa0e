#include "services/domain/disclosure.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "services/domain/flows.h"
#include "services/domain/item_balance.h"

namespace qiangji::domain {
namespace {

constexpr auto kPublished = static_cast<std::size_t>(Grade::kPublished);

class ContributorReader {
 public:
  explicit ContributorReader(const Analysis& analysis)
      : analysis_(analysis),
        context_(*analysis.world, analysis.options),
        reader_(context_.suppliers, context_.home,
                analysis.options.min_evidence) {}

  ItemContributors Read(const Item& item, const ItemFigures& figures) {
    ItemContributors out;
    if (!figures.has_data() || figures.supply <= 0) return out;
    const SupplyYear* year = analysis_.world->Supply(figures.data_year);
    if (year == nullptr) return out;
    const absl::Span<const SupplyRecord> records = year->Of(item.number);
    std::map<Number, double> volumes = VolumesOf(records);
    const std::set<Number> hidden = HiddenGroupsOf(records);
    for (const auto& [group, volume] : volumes) {
      if (volume <= 0) continue;
      out.groups.push_back({group, volume / figures.supply});
      out.private_groups += hidden.count(group) > 0 ? 1 : 0;
    }
    return out;
  }

 private:
  // The group, or the supplier where it has none.
  Number GroupOf(Number supplier) const {
    const Number group = context_.GroupOf(supplier);
    return group == kNoNumber ? supplier : group;
  }

  // On the domestic market, after netting.
  std::map<Number, double> VolumesOf(absl::Span<const SupplyRecord> records) {
    findings_.clear();
    finding_suppliers_.clear();
    reader_.Read(records, flows_, findings_, finding_suppliers_);
    std::map<Number, double> volumes;
    for (const Flow& flow : flows_.flows) {
      if (flow.market != Market::kDomestic || flow.supplier == kNoNumber) {
        continue;
      }
      double& volume = volumes[GroupOf(flow.supplier)];
      for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
        const Split& split = flows_.splits[s];
        volume += std::max(0.0, split.volume - split.grades[kPublished]);
      }
    }
    return volumes;
  }

  std::set<Number> HiddenGroupsOf(
      absl::Span<const SupplyRecord> records) const {
    std::set<Number> groups;
    for (const SupplyRecord& record : records) {
      if (record.market == Market::kDomestic &&
          record.visibility != Visibility::kPublic &&
          record.evidence != Grade::kPublished &&
          record.supplier != kNoNumber) {
        groups.insert(GroupOf(record.supplier));
      }
    }
    return groups;
  }

  const Analysis& analysis_;
  const BalanceContext context_;
  FlowReader reader_;
  ItemFlows flows_;
  std::vector<Finding> findings_;
  std::vector<Number> finding_suppliers_;
};

}  // namespace

bool IsSensitive(absl::Span<const double> contributions,
                 const DisclosureRule& rule) {
  std::vector<double> above;
  double total = 0;
  for (const double contribution : contributions) {
    if (contribution <= 0) continue;
    above.push_back(contribution);
    total += contribution;
  }
  if (above.empty()) return false;
  if (static_cast<int>(above.size()) < rule.least_contributors) return true;
  std::sort(above.begin(), above.end(), std::greater<>());
  const double second = above.size() > 1 ? above[1] : 0;
  return !AtLeast(total - above[0] - second, rule.p * above[0]);
}

Band BandOf(double share) {
  constexpr double kFrom[] = {0.05, 0.15, 0.30, 0.50};
  int band = 0;
  for (const double from : kFrom) band += AtLeast(share, from) ? 1 : 0;
  return static_cast<Band>(band);
}

absl::string_view ToText(Band band) {
  constexpr absl::string_view kTexts[] = {"<5%", "5-15%", "15-30%", "30-50%",
                                          ">=50%"};
  return kTexts[static_cast<std::size_t>(band)];
}

bool IsBanded(int private_groups, const DisclosureRule& rule) {
  return private_groups > 0 && private_groups < rule.least_contributors;
}

std::vector<ItemContributors> ContributorsOf(const Analysis& analysis) {
  ContributorReader reader(analysis);
  const std::vector<Item>& items = analysis.world->structure().items;
  std::vector<ItemContributors> all;
  all.reserve(items.size());
  for (std::size_t k = 0; k < items.size(); ++k) {
    all.push_back(
        reader.Read(items[k], analysis.balance[static_cast<ItemIndex>(k)]));
  }
  return all;
}

}  // namespace qiangji::domain
