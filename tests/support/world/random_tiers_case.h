// One random world, analyzed by the core and by the reference.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "services/domain/analysis.h"
#include "services/domain/disruption.h"
#include "tests/support/world/random_tiers.h"
#include "tests/support/world/reference_losses.h"
#include "tests/support/world/reference_tiers.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {

inline std::shared_ptr<const Analysis> AnalyzeRows(const test::TableRows& rows,
                                                   int back) {
  test::TestWorld world;
  for (const auto& [table, row] : rows) world.Add(table, row);
  AnalysisOptions options;
  options.year = test::kTiersYear;
  options.carry_forward = back;
  return world.Analyze(options);
}

inline ScenarioSpec SpecOf(const test::RefScenario& scenario) {
  ScenarioSpec spec;
  spec.embargo.assign(scenario.countries.begin(), scenario.countries.end());
  spec.suppliers.assign(scenario.suppliers.begin(), scenario.suppliers.end());
  spec.items.assign(scenario.items.begin(), scenario.items.end());
  spec.substitution = scenario.substitution;
  return spec;
}

// Rounds of a long test: a tenth where code runs slowly by intent, more by the
// environment's QJ_LONG.
inline unsigned Rounds(unsigned optimized) {
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(QJ_TSAN)
  optimized /= 10;
#endif
  const char* more = std::getenv("QJ_LONG");
  const int factor = more == nullptr ? 1 : std::atoi(more);
  return optimized * static_cast<unsigned>(std::max(factor, 1));
}

struct TiersCase {
  explicit TiersCase(unsigned seed)
      : back(seed % 4 == 0 ? 3 : 0),
        random(test::Choices(seed)),
        tiers(test::MakeRefTiers(random.ref, test::kTiersYear, back)),
        paths(test::MakeRefPaths(tiers)),
        analysis(AnalyzeRows(random.Rows(), back)) {}

  const std::string& id(ItemIndex i) const {
    static const std::string none;
    return i < 0 ? none
                 : analysis->world->structure()
                       .items[static_cast<std::size_t>(i)]
                       .id;
  }

  int back;
  test::RandomTiers random;
  test::RefTiers tiers;  // items by id, as those of the analysis
  test::RefPaths paths;
  std::shared_ptr<const Analysis> analysis;
};

}  // namespace qiangji::domain
