// Scenarios from ids and codes (METHOD 3.4).
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"
#include "services/domain/disruption.h"

namespace qiangji::domain {
namespace {

absl::Status CheckFraction(const std::string& of, double surviving) {
  if (surviving >= 0 && surviving <= 1) return absl::OkStatus();  // not NaN
  return absl::InvalidArgumentError(
      absl::StrCat(of, ": a surviving fraction is in [0, 1], got ", surviving));
}

absl::StatusOr<Country> FindEmbargoed(const Analysis& analysis,
                                      const std::string& code) {
  const Territory* territory = FindCountry(code);
  if (territory == nullptr || territory->alpha3 == kAbroad ||
      territory->alpha3 == kUnknownOrigin) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", code, "\" is not a country"));
  }
  const Country country = Country::Of(territory->alpha3);
  if (analysis.options.IsHome(country)) {
    return absl::InvalidArgumentError(absl::StrCat(
        code, " is home territory: an embargo is of countries abroad"));
  }
  return country;
}

absl::StatusOr<Number> FindSupplier(const Structure& structure,
                                    const std::string& id) {
  const Organization* supplier = structure.FindOrganization(id);
  if (supplier == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("no organization \"", id, "\""));
  }
  return static_cast<Number>(supplier - structure.organizations.data());
}

template <typename Key>
absl::Status SortUnique(std::vector<std::pair<Key, double>>& losses,
                        absl::string_view what) {
  std::sort(losses.begin(), losses.end());
  const auto twice = std::adjacent_find(
      losses.begin(), losses.end(),
      [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice == losses.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, " stated twice"));
}

absl::StatusOr<std::vector<ItemIndex>> FindItems(
    const Structure& structure, const std::vector<std::string>& ids) {
  std::vector<ItemIndex> items;
  for (const std::string& id : ids) {
    const ItemIndex item = structure.FindItem(id);
    if (item < 0) {
      return absl::InvalidArgumentError(absl::StrCat("no item \"", id, "\""));
    }
    items.push_back(item);
  }
  std::sort(items.begin(), items.end());
  if (std::adjacent_find(items.begin(), items.end()) != items.end()) {
    return absl::InvalidArgumentError("an item is stated twice");
  }
  return items;
}

}  // namespace

absl::StatusOr<Scenario> ResolveScenario(const Analysis& analysis,
                                         const ScenarioSpec& spec) {
  const Structure& structure = analysis.world->structure();
  Scenario scenario;
  scenario.substitution = spec.substitution;
  for (const auto& [code, surviving] : spec.embargo) {
    QJ_ASSIGN_OR_RETURN(const Country country, FindEmbargoed(analysis, code));
    QJ_RETURN_IF_ERROR(CheckFraction(code, surviving));
    scenario.embargo.emplace_back(country, surviving);
  }
  for (const auto& [id, surviving] : spec.suppliers) {
    QJ_ASSIGN_OR_RETURN(const Number supplier, FindSupplier(structure, id));
    QJ_RETURN_IF_ERROR(CheckFraction(id, surviving));
    scenario.suppliers.emplace_back(supplier, surviving);
  }
  QJ_RETURN_IF_ERROR(SortUnique(scenario.embargo, "a country is"));
  QJ_RETURN_IF_ERROR(SortUnique(scenario.suppliers, "a supplier is"));
  QJ_ASSIGN_OR_RETURN(scenario.items, FindItems(structure, spec.items));
  if (scenario.embargo.empty() && scenario.suppliers.empty() &&
      scenario.items.empty()) {
    return absl::InvalidArgumentError("a scenario loses something");
  }
  return scenario;
}

}  // namespace qiangji::domain
