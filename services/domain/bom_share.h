// Cost shares of the lines of a bill, and what they make of the shares of the
// parts where some costs are not known (METHOD 3.7).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/bom_policy.h"
#include "services/domain/world.h"

namespace qiangji::domain {

struct BomLine {
  ItemIndex item = -1;               // -1 = matches no item
  std::optional<double> cost_share;  // as registered; else by the price
  std::optional<double> quantity, unit_price;
  std::string currency;  // ISO 4217; "" = CNY
  Country origin;        // not stated = as the item's supply is
  int level = 1;  // deeper ones are in the cost of a line above: not counted
};

struct Bom {
  ItemIndex product = -1;            // -1 = not an item
  bool registered = false;           // the inputs of `product`
  std::optional<bool> made_at_home;  // not stated = as the product's supply is
  std::optional<double> product_cost_cny;
  std::vector<BomLine> lines;
};

enum class CostState { kKnown, kNoPrice, kNoRate };

struct BomShares {
  std::vector<std::optional<double>> cost_share;  // by line
  std::vector<CostState> state;
  // No product cost is known: the shares are of the lines' sum.
  bool of_lines = false;
};
// INVALID_ARGUMENT where the counted lines cost more than the product.
absl::StatusOr<BomShares> SharesOf(const Bom& bom, const BomPolicy& policy);

struct Bounds {
  double lower = 0, upper = 1;
};

// Σ c_j·x_j over the lines, with x_j between bounds and c_j known or not.
class Mix {
 public:
  void Add(std::optional<double> cost_share, Bounds x);
  // Whatever the unknown costs are, the content is between these. Of the sum
  // of the lines; nullopt = no line has a cost above 0.
  std::optional<Bounds> OfLines(double rest) const;
  // Of the product's cost; what is not in the lines is its own value, which
  // counts or does not.
  Bounds OfProduct(bool own_counts) const;

  bool unknown() const { return unknown_; }  // a cost is not known
  double known() const { return known_; }
  // What is left of the product's cost for lines without cost.
  double rest() const;

 private:
  double known_ = 0;
  Bounds sum_{0, 0};
  bool unknown_ = false;
  Bounds of_unknown_{1, 0};
};

}  // namespace qiangji::domain
