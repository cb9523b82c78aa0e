// Balance of the food and agriculture organization and concentration
// (METHOD 2.6–2.8).
#include <algorithm>
#include <array>

#include "services/domain/item_balance.h"

namespace qiangji::domain {
namespace {

double SquaredPercent(double share) { return share * share * 10000; }

}  // namespace

void ComputeFaoBalance(const ItemFlows& flows, ItemFigures& f) {
  std::array<double, kOriginKinds> from = {};
  double exports = 0;
  for (const Flow& flow : flows.flows) {
    from[static_cast<std::size_t>(flow.kind)] += flow.volume;
    if (flow.market == Market::kExport) exports += flow.volume;
  }
  const auto [home, abroad, unknown] = from;  // in the order of OriginKind
  const double all = home + abroad + unknown;
  const double known = home + abroad - exports;
  // Also above a rounding error: what is left of equal sums is no supply.
  if (known > all * 1e-12) f.import_reliance = (abroad - exports) / known;
  const double supply = all - exports;
  if (supply <= all * 1e-12) return;
  f.ssr = home / supply;
  f.ssr_upper = (home + unknown) / supply;
  f.idr = abroad / supply;
  f.idr_upper = (abroad + unknown) / supply;
}

void ComputeOriginConcentration(const BalanceContext& context,
                                absl::Span<const OriginVolume> origins,
                                ItemFigures& f) {
  if (f.supply <= 0) return;
  double all = 0, low = 0, unstated = 0, abroad_squares = 0;
  double largest_known = 0;
  const OriginVolume* top = nullptr;
  for (const OriginVolume& o : origins) {
    const double square = SquaredPercent(o.share);
    all += square;
    const bool known = o.origin != kOriginAbroad && o.origin != kOriginUnknown;
    if (known) {
      low += square;
      largest_known = std::max(largest_known, o.share);
    } else {
      unstated += o.share;
    }
    if (o.origin == kOriginUnknown || context.home.Has(o.origin)) continue;
    if (f.abroad_volume > 0) {
      abroad_squares += SquaredPercent(o.volume / f.abroad_volume);
    }
    if (!known || o.volume <= 0) continue;
    if (top == nullptr || o.volume > top->volume ||
        (o.volume == top->volume && o.origin < top->origin)) {
      top = &o;
    }
  }
  f.hhi_country = all;
  f.hhi_country_low = low;
  f.hhi_country_high = low - SquaredPercent(largest_known) +
                       SquaredPercent(largest_known + unstated);
  f.hhi_abroad = abroad_squares;
  if (top != nullptr) {
    f.top_foreign = top->origin;
    f.top_foreign_share = top->share;
  }
}

}  // namespace qiangji::domain
