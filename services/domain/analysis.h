// The figures of every item in one year, computed once and read by
// everything else: coverage, targets, rank, metrics, rule inputs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/balance.h"
#include "services/domain/content.h"
#include "services/domain/coverage_sums.h"
#include "services/domain/options.h"
#include "services/domain/stop.h"
#include "services/domain/supply_layer.h"
#include "services/domain/world.h"

namespace qiangji::domain {

struct Analysis {
  std::shared_ptr<const World> world;
  AnalysisOptions options;
  std::shared_ptr<const Graph> graph;
  Balance balance;
  std::vector<Finding> cost_findings;  // of the inputs of the year
  Content lower, upper, located;       // METHOD 3.1
  std::vector<bool> leaf;              // LeafItems
  CoverageBlocks coverage;             // METHOD 4.2; summed at first use

  // Of the balance by item, then of cost shares, then of the content.
  template <typename Use>
  void ForEachFinding(Use use) const {
    for (const auto& page : balance.pages()) {
      for (const Finding& finding : page->findings) use(finding);
    }
    for (const Finding& finding : cost_findings) use(finding);
    if (const auto finding = ContentFinding()) use(*finding);
  }
  // Where the content of a component is known within a bracket only.
  std::optional<Finding> ContentFinding() const;

  // METHOD 3.2, 3.4; computed at first use. Thread-safe.
  const SupplyLayer& supply() const {
    return lazy_supply.Get(*world, options, balance);
  }
  LazySupplyLayer lazy_supply;
};

// CANCELLED when stopped.
absl::StatusOr<std::shared_ptr<const Analysis>> Analyze(
    std::shared_ptr<const World> world, const AnalysisOptions& options,
    const Stop* stop = nullptr);

// Leaf items of every category (METHOD 4.1): in the edition, and no undeleted
// item of it and of the same category names it as parent; component and
// material count as one category. By item index.
std::vector<bool> LeafItems(const World& world, const AnalysisOptions& options);
// Leaf components and materials: the headline scope.
std::vector<bool> HeadlineScope(const World& world,
                                const AnalysisOptions& options);

// METHOD 5: the newest year in which at least half of the headline scope (by
// weight) has data of its own. nullopt = none.
std::optional<int> AssessedYear(const World& world,
                                const AnalysisOptions& options);
// The assessed year; if none, the newest year with a supply record.
std::optional<int> DefaultYear(const World& world,
                               const AnalysisOptions& options);

}  // namespace qiangji::domain
