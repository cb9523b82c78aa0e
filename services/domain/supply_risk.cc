#include "services/domain/supply_risk.h"

#include <algorithm>
#include <utility>

namespace qiangji::domain {
namespace {

absl::Span<const CountryRisk> RisksOf(const Facts& facts, int year) {
  const std::vector<CountryRisk>& all = facts.country_risks;
  const auto from = [&all](int first) {
    return static_cast<std::size_t>(
        std::lower_bound(
            all.begin(), all.end(), first,
            [](const CountryRisk& risk, int y) { return risk.year < y; }) -
        all.begin());
  };
  const std::size_t begin = from(year);
  return absl::MakeConstSpan(all).subspan(begin, from(year + 1) - begin);
}

}  // namespace

Maybe WeightedHhi(absl::Span<const WeightedShare> shares) {
  double sum = 0;
  bool any = false;
  for (const WeightedShare& s : shares) {
    if (s.share <= 0) continue;
    if (!s.weight.has_value()) return std::nullopt;
    any = true;
    sum += s.share * s.share * *s.weight;
  }
  return any ? Maybe(sum) : Maybe();
}

Maybe SupplyRisk(const SupplyRiskInputs& in) {
  Maybe hhi = in.global_hhi;
  if (!hhi.has_value()) {
    hhi = in.sourcing_hhi;
  } else if (in.sourcing_hhi.has_value()) {
    if (!in.import_reliance.has_value()) return std::nullopt;
    const double half = std::clamp(*in.import_reliance, 0.0, 1.0) / 2;
    hhi = *in.global_hhi * half + *in.sourcing_hhi * (1 - half);
  }
  if (!hhi.has_value()) return std::nullopt;
  return *hhi * (1 - in.eol_rir) * in.si_sr;
}

SupplyRisks::SupplyRisks(const Analysis& analysis, bool eu_original)
    : analysis_(analysis),
      eu_original_(eu_original),
      risks_(RisksOf(analysis.world->facts(), analysis.options.year)) {}

Maybe SupplyRisks::WeightOf(Country country) const {
  const auto at = std::lower_bound(
      risks_.begin(), risks_.end(), country,
      [](const CountryRisk& risk, Country c) { return risk.country < c; });
  if (at == risks_.end() || at->country != country) return std::nullopt;
  return at->risk * at->trade_factor;
}

Maybe SupplyRisks::GlobalHhi(ItemIndex item) const {
  const std::vector<WorldShare>& rows =
      analysis_.world->facts().world_production;
  const std::pair<ItemIndex, int> key = {item, analysis_.options.year};
  std::vector<WeightedShare> shares;
  for (auto at = std::lower_bound(
           rows.begin(), rows.end(), key,
           [](const WorldShare&row, const std::pair<ItemIndex, int>&k) {
             return std::pair(row.item, row.year) < k;
           });
       at != rows.end() && at->item == item && at->year == key.second; ++at) {
    shares.push_back({at->share, WeightOf(at->country)});
  }
  return WeightedHhi(shares);
}

Maybe SupplyRisks::SourcingHhi(ItemIndex item) const {
  if (!analysis_.balance[item].has_data()) return std::nullopt;
  std::vector<WeightedShare> shares;
  for (const OriginVolume& origin : analysis_.balance.OriginsOf(item)) {
    const bool safe = !eu_original_ && analysis_.options.IsHome(origin.origin);
    shares.push_back(
        {origin.share, safe ? Maybe(0.0) : WeightOf(origin.origin)});
  }
  return WeightedHhi(shares);
}

SupplyRiskInputs SupplyRisks::InputsOf(ItemIndex item) const {
  const Item& row =
      analysis_.world->structure().items[static_cast<std::size_t>(item)];
  SupplyRiskInputs inputs;
  inputs.global_hhi = GlobalHhi(item);
  inputs.sourcing_hhi = SourcingHhi(item);
  inputs.import_reliance = analysis_.balance[item].import_reliance;
  inputs.eol_rir = row.eol_rir.value_or(0);
  inputs.si_sr = row.si_sr.value_or(1);
  return inputs;
}

}  // namespace qiangji::domain
