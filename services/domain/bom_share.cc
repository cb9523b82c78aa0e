#include "services/domain/bom_share.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "services/domain/codes.h"

namespace qiangji::domain {
namespace {

constexpr char kHomeCurrency[] = "CNY";

// Cost in CNY.
std::optional<double> CostOf(const BomLine& line, const BomPolicy& policy,
                             CostState& state) {
  state = CostState::kNoPrice;
  if (!line.quantity || !line.unit_price) return std::nullopt;
  double rate = 1;
  if (!line.currency.empty() && line.currency != kHomeCurrency) {
    const auto found = policy.rates.find(line.currency);
    if (found == policy.rates.end()) {
      state = CostState::kNoRate;
      return std::nullopt;
    }
    rate = found->second;
  }
  state = CostState::kKnown;
  return *line.quantity * *line.unit_price * rate;
}

}  // namespace

absl::StatusOr<BomShares> SharesOf(const Bom& bom, const BomPolicy& policy) {
  BomShares shares;
  shares.of_lines = !bom.registered && !bom.product_cost_cny.has_value();
  shares.cost_share.reserve(bom.lines.size());
  double sum = 0;
  for (const BomLine& line : bom.lines) {
    CostState state = CostState::kKnown;
    std::optional<double> cost = line.cost_share;
    if (bom.registered) {
      if (!cost) state = CostState::kNoPrice;
    } else if (!cost) {
      cost = CostOf(line, policy, state);
    }
    if (cost && line.level == 1) sum += *cost;
    shares.cost_share.push_back(cost);
    shares.state.push_back(state);
  }
  if (bom.registered) return shares;
  const double whole = bom.product_cost_cny.value_or(sum);
  if (Above(sum, whole * (1 + kTolerance))) {
    return absl::InvalidArgumentError(
        "the lines cost more than the product (METHOD 3.1)");
  }
  for (std::optional<double>& share : shares.cost_share) {
    if (share) share = whole > 0 ? *share / whole : 0;
  }
  return shares;
}

void Mix::Add(std::optional<double> cost_share, Bounds x) {
  if (cost_share) {
    known_ += *cost_share;
    sum_.lower += *cost_share * x.lower;
    sum_.upper += *cost_share * x.upper;
    return;
  }
  unknown_ = true;
  of_unknown_.lower = std::min(of_unknown_.lower, x.lower);
  of_unknown_.upper = std::max(of_unknown_.upper, x.upper);
}

double Mix::rest() const { return std::max(0.0, 1 - known_); }

std::optional<Bounds> Mix::OfLines(double rest) const {
  // With unknown costs of u together the content is (S + u·x) / (K + u),
  // which only rises or only falls in u: its ends are u = 0 and u = rest.
  std::optional<Bounds> bounds;
  if (known_ > 0) bounds = Bounds{sum_.lower / known_, sum_.upper / known_};
  if (!unknown_ || rest <= 0) return bounds;
  Bounds end = of_unknown_;
  if (std::isfinite(rest)) {
    end.lower = (sum_.lower + rest * of_unknown_.lower) / (known_ + rest);
    end.upper = (sum_.upper + rest * of_unknown_.upper) / (known_ + rest);
  }
  if (!bounds) return of_unknown_;
  return Bounds{std::min(bounds->lower, end.lower),
                std::max(bounds->upper, end.upper)};
}

Bounds Mix::OfProduct(bool own_counts) const {
  Bounds bounds = sum_;
  if (own_counts) {
    bounds.lower += rest() * (unknown_ ? of_unknown_.lower : 1);
    bounds.upper += rest();
  } else if (unknown_) {
    bounds.upper += rest() * of_unknown_.upper;
  }
  return {std::min(bounds.lower, 1.0), std::min(bounds.upper, 1.0)};
}

}  // namespace qiangji::domain
