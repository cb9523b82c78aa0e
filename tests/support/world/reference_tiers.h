// METHOD 3.1 to 3.3 written down a second time, straight from the text: dense
// matrices in long double, one item after another. Shares no code with
// services/domain. Home is CHN; criteria are METHOD's defaults.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/support/world/slow_reference.h"

namespace qiangji::test {

using Real = long double;
using RefMatrix = std::vector<std::vector<Real>>;

// Inputs of an item that replace one another; an ungrouped one is alone.
struct RefRequirement {
  std::vector<std::size_t> inputs;   // by id
  std::vector<Real> essentialities;  // of them
};

// One year of a world; items by id.
struct RefTiers {
  const RefWorld* world = nullptr;
  int year = 0;
  std::vector<std::string> ids;
  std::map<std::string, std::size_t> at;
  std::vector<RefFigures> figures;
  std::vector<std::vector<RefPart>> parts;  // none without data
  RefMatrix cost;                           // c
  std::vector<Real> own;                    // v
  // By item; `apart`: no input replaces another.
  std::vector<std::vector<RefRequirement>> requirements, apart;
  std::vector<bool> leaf;  // METHOD 4.1, every category
  // METHOD 3.1; exactly 1 where no supply fails.
  std::vector<Real> lower, upper, located;
  std::vector<Real> content;  // of `lower`

  std::size_t size() const { return ids.size(); }
  // Data, and something was bought.
  bool Bought(std::size_t i) const { return !parts[i].empty(); }
};
// The world outlives it. `back`: years that may be carried forward.
RefTiers MakeRefTiers(const RefWorld& world, int year, int back);

// The least non-negative solution of d = diag(a)·(v + C·d).
std::vector<Real> RefSolve(const RefTiers& tiers, const std::vector<Real>& a);

// diag(a)·C of the lower bound and what METHOD 3.2 makes of it.
struct RefPaths {
  // Ends up in a closed loop without value added for good: L is infinite.
  std::vector<bool> closed;
  RefMatrix l;  // between the others; 0 elsewhere
};
RefPaths MakeRefPaths(const RefTiers& tiers);

struct RefContribution {
  std::string input, country;
  Real amount = 0;
  std::vector<std::string> chain;  // of `loop` empty
};
// METHOD 3.2: by falling contribution, then id, then country.
std::vector<RefContribution> RefTrace(const RefTiers& tiers,
                                      const RefPaths& paths, std::size_t root);
// Product of a·c along a chain; 0 where it is none.
Real RefChainProduct(const RefTiers& tiers,
                     const std::vector<std::string>& chain);
// By trying every simple path: small worlds only.
std::vector<std::string> RefChainByTrial(const RefTiers& tiers,
                                         std::size_t root, std::size_t end);

// METHOD 3.3. `weights` sum to 1. Within a closed loop 0: nothing is gained
// there, whatever its shares are.
struct RefMarginal {
  std::vector<Real> marginal, potential;
};
RefMarginal RefMarginalGains(const RefTiers& tiers, const RefPaths& paths,
                             const std::vector<Real>& weights);
// Σ w_i d_i with another share of item `j`.
Real RefWeightedContent(const RefTiers& tiers, const std::vector<Real>& weights,
                        std::size_t j, Real share);
// The marginal gain of item `j` by a difference of second order over `step`,
// inwards where a_j is 0 or 1.
Real RefMarginalByDifference(const RefTiers& tiers,
                             const std::vector<Real>& weights, std::size_t j,
                             Real step);

}  // namespace qiangji::test
