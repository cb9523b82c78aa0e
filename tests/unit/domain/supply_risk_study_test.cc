// Published examples of METHOD 2.8: the European Commission's "Study on the
// review of the list of critical raw materials" (2017, ISBN
// 978-92-79-47937-3), its tables 3 (supply risk, import reliance, recycling)
// and 18 (substitution and both HHI), as printed. Every input is rounded there:
// the printed risk must lie in what the rounding leaves open.
#include <algorithm>
#include <array>
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "services/domain/supply_risk.h"

namespace qiangji::domain {
namespace {

enum class Used { kBoth, kGlobal, kSourcing };

struct Printed {
  const char* material;
  Used used;  // "supply data used"
  double global_hhi, sourcing_hhi, si_sr;
  int import_reliance, eol_rir;  // percent
  double supply_risk;
};
// For gtest, which else prints its bytes.
void PrintTo(const Printed& row, std::ostream* out) { *out << row.material; }

constexpr Printed kStudy[] = {
    {"Aluminium", Used::kBoth, 1.4, 0.3, 0.9, 64, 12, 0.5},
    {"Antimony", Used::kBoth, 7.1, 5.7, 0.9, 100, 28, 4.3},
    {"Bauxite", Used::kBoth, 0.6, 3.1, 1.0, 85, 0, 2.0},
    {"Beryllium", Used::kGlobal, 2.4, 0, 1.0, 0, 0, 2.4},
    {"Bismuth", Used::kBoth, 4.0, 4.2, 0.9, 100, 1, 3.8},
    {"Borate", Used::kBoth, 1.1, 5.0, 1.0, 100, 0, 3.0},
    {"Cerium", Used::kBoth, 9.2, 2.6, 1.0, 100, 1, 5.7},
    {"Cobalt", Used::kBoth, 3.6, 1.3, 1.0, 32, 0, 1.6},
    {"Coking coal", Used::kBoth, 2.8, 0.3, 0.9, 63, 0, 1.0},
    {"Europium", Used::kBoth, 9.2, 1.8, 1.0, 100, 38, 3.4},
    {"Fluorspar", Used::kBoth, 2.6, 0.7, 1.0, 70, 1, 1.3},
    {"Gallium", Used::kBoth, 3.5, 1.1, 1.0, 34, 0, 1.4},
    {"Germanium", Used::kBoth, 2.9, 1.5, 1.0, 64, 2, 1.9},
    {"Indium", Used::kGlobal, 2.5, 0, 1.0, 0, 0, 2.4},
    {"Lead", Used::kBoth, 1.8, 0.3, 1.0, 18, 75, 0.1},
    {"Magnesite", Used::kBoth, 3.9, 0.7, 1.0, 1, 2, 0.7},
    {"Magnesium", Used::kBoth, 4.4, 5.2, 0.9, 100, 9, 4.0},
    {"Natural graphite", Used::kBoth, 3.2, 2.9, 1.0, 99, 3, 2.9},
    {"Niobium", Used::kBoth, 4.1, 2.5, 0.9, 100, 0, 3.1},
    {"Phosphorus", Used::kSourcing, 0, 4.5, 0.9, 100, 0, 4.1},
    {"Platinum", Used::kGlobal, 2.5, 0, 1.0, 98, 11, 2.1},
    {"Samarium", Used::kBoth, 9.2, 1.6, 0.8, 100, 1, 4.5},
    {"Tungsten", Used::kBoth, 7.5, 1.9, 1.0, 44, 42, 1.8},
    {"Vanadium", Used::kBoth, 2.5, 3.3, 0.9, 84, 44, 1.6},
};

constexpr double kTenth = 0.05, kPercent = 0.005;  // half of the last place

// The corner `bits` of what the printed inputs may stand for. The risk is
// monotone in every input, so that its ends lie at corners.
double AtCorner(const Printed& p, unsigned bits) {
  const auto end = [bits](double value, double half, unsigned bit) {
    const double moved = value + ((bits >> bit & 1) != 0 ? half : -half);
    return std::max(moved, 0.0);
  };
  SupplyRiskInputs inputs;
  if (p.used != Used::kSourcing) {
    inputs.global_hhi = end(p.global_hhi, kTenth, 0);
  }
  if (p.used != Used::kGlobal) {
    inputs.sourcing_hhi = end(p.sourcing_hhi, kTenth, 1);
  }
  inputs.import_reliance = end(p.import_reliance / 100.0, kPercent, 2);
  inputs.eol_rir = end(p.eol_rir / 100.0, kPercent, 3);
  inputs.si_sr = std::min(end(p.si_sr, kTenth, 4), 1.0);
  const Maybe risk = SupplyRisk(inputs);
  EXPECT_TRUE(risk.has_value()) << p.material;
  return risk.value_or(-1);
}

class SupplyRiskStudyTest : public testing::TestWithParam<Printed> {};

TEST_P(SupplyRiskStudyTest, ThePrintedRiskIsWithinTheRoundingOfItsInputs) {
  const Printed& p = GetParam();
  std::array<double, 32> corners{};
  for (unsigned bits = 0; bits < corners.size(); ++bits) {
    corners[bits] = AtCorner(p, bits);
  }
  const auto [least, most] =
      std::minmax_element(corners.begin(), corners.end());
  EXPECT_LE(*least, p.supply_risk + kTenth);
  EXPECT_GE(*most, p.supply_risk - kTenth);
  // And not by being so wide that anything would fit.
  EXPECT_LE(*most - *least, 0.25 * p.supply_risk + 0.15);
}

INSTANTIATE_TEST_SUITE_P(Study2017, SupplyRiskStudyTest,
                         testing::ValuesIn(kStudy), [](const auto& of) {
                           std::string name = of.param.material;
                           name.erase(
                               std::remove(name.begin(), name.end(), ' '),
                               name.end());
                           return name;
                         });

}  // namespace
}  // namespace qiangji::domain
