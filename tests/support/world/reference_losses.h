// METHOD 3.4 to 3.6 written down a second time, straight from the text: losses
// l = 1 − κ in long double, one scenario after another. Shares no code with
// services/domain.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/world/reference_tiers.h"

namespace qiangji::test {

// Surviving fractions; 0 = lost. Where several hit a flow the smallest stands;
// in the pessimistic variant what is not known hangs on the worst embargo.
struct RefScenario {
  std::map<std::string, double> countries, suppliers;
  std::set<std::string> items;
  bool pessimistic = false;
  bool substitution = true;
};

// The greatest κ in [0,1] by item, with what limits it.
struct RefDisruption {
  std::vector<Real> loss;
  // The limiting input's id, "" = none or the item itself is lost; and every
  // input that would be it if figures within 3e-9 of one another were equal (""
  // among them where the requirement is that near to 1).
  std::vector<std::string> limiting;
  std::vector<std::set<std::string>> nearly;
};
RefDisruption RefDisrupt(const RefTiers& tiers, const RefScenario& scenario);

// Countries that METHOD 3.5 asks about.
std::set<std::string> RefExposureCountries(const RefTiers& tiers);

// Means over the leaf items of every category, `sector` "" = all.
struct RefMeans {
  std::optional<Real> mean_loss, mean_loss_value;
  int stopped = 0, valued = 0;
};
RefMeans RefMeansOf(const RefTiers& tiers, const std::vector<Real>& loss,
                    const std::string& sector);

// METHOD 3.6. Without weight beside the item itself the score is 0.
struct RefChokepoint {
  Real score = 0;
  std::map<std::string, Real> sectors;  // the ten's means
  int sectors_hit = 0;
};
RefChokepoint RefChokepointOf(const RefTiers& tiers,
                              const std::set<std::string>& ten, std::size_t j,
                              bool whole, bool substitution = true);

}  // namespace qiangji::test
