// What a bill of materials is measured against (METHOD 3.7): ratios by product
// class and year, on which cost they are taken, and what must be made at home
// in full.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qiangji::domain {

// Denominator of the direct test.
enum class BomBase {
  kComponents,  // the cost of the components together (FAR 25.101)
  kProduct,     // the cost of the product
};

// In force from `first_year` until the next step of its class.
struct RatioStep {
  std::string product_class;  // "" = every class without a step of its own
  int first_year = 0;
  std::optional<double> ratio;  // none in force from then on
};

struct BomPolicy {
  std::string id;
  BomBase base = BomBase::kComponents;
  std::vector<RatioStep> ratios;
  std::map<std::string, std::string> classes;  // by item id
  std::vector<std::string> key_items;  // must be home-made in full, by id
  // CNY for one unit of the currency in the year of the figures.
  std::map<std::string, double> rates;

  // The ratio in force; nullopt = none.
  std::optional<double> RatioOf(absl::string_view item_id, int year) const;
};

// The policies that ship; the first is the default.
absl::Span<const BomPolicy> ShippedPolicies();
const BomPolicy* FindPolicy(absl::string_view id);  // nullptr = none

}  // namespace qiangji::domain
