#include "services/domain/bom_policy.h"

namespace qiangji::domain {
namespace {

// FAR 25.101(a)(2)(i): the ratio of components made at home by the year in
// which the product is delivered.
BomPolicy Far() {
  BomPolicy policy;
  policy.id = "far-25.101";
  policy.base = BomBase::kComponents;
  policy.ratios = {{"", 0, 0.60}, {"", 2024, 0.65}, {"", 2029, 0.75}};
  return policy;
}

// China's domestic-product standard for government procurement, in force since
// 2026-01-01: ratios are set product by product, none ships.
BomPolicy DomesticProduct() {
  BomPolicy policy;
  policy.id = "cn-domestic-product";
  policy.base = BomBase::kProduct;
  return policy;
}

// The newest step of the class up to the year; nullptr = none.
const RatioStep* StepOf(absl::Span<const RatioStep> steps,
                        absl::string_view product_class, int year) {
  const RatioStep* newest = nullptr;
  for (const RatioStep& step : steps) {
    if (step.product_class != product_class || step.first_year > year) continue;
    if (newest == nullptr || step.first_year > newest->first_year) {
      newest = &step;
    }
  }
  return newest;
}

}  // namespace

std::optional<double> BomPolicy::RatioOf(absl::string_view item_id,
                                         int year) const {
  const auto found = classes.find(std::string(item_id));
  const RatioStep* step =
      found == classes.end() ? nullptr : StepOf(ratios, found->second, year);
  if (step == nullptr) step = StepOf(ratios, "", year);
  return step == nullptr ? std::nullopt : step->ratio;
}

absl::Span<const BomPolicy> ShippedPolicies() {
  static const auto* const policies =
      new std::vector<BomPolicy>{Far(), DomesticProduct()};
  return *policies;
}

const BomPolicy* FindPolicy(absl::string_view id) {
  for (const BomPolicy& policy : ShippedPolicies()) {
    if (policy.id == id) return &policy;
  }
  return nullptr;
}

}  // namespace qiangji::domain
