// Benchmarking of items against the world's leading products (METHOD 4.8).
#pragma once

#include <string>
#include <vector>

#include "services/domain/options.h"
#include "services/domain/world.h"

namespace qiangji::domain {

enum class Level : std::uint8_t {
  kLeading,  // ratio >= 1
  kLevel,    // ratio >= 0.95
  kBehind,
};
absl::string_view ToText(Level level);

// What one property was measured to be.
struct BenchmarkedProperty {
  std::string property, unit;
  std::string test_id;              // the test that counts
  Number organization = kNoNumber;  // whose product
  double value = 0, reference = 0;
  double ratio = 0;  // value / reference, inverted where smaller is better
};

struct BenchmarkedItem {
  ItemIndex item = -1;
  double ratio = 0;  // median over the properties
  Level level = Level::kBehind;
  std::vector<BenchmarkedProperty> properties;  // by name
};

struct Benchmark {
  std::vector<BenchmarkedItem> items;  // with a ratio, by item
  int leading = 0, level = 0, behind = 0;
  // Signature processes that are promoted in the year, and of them leading.
  int promoted_processes = 0, leading_processes = 0;
};

// Over the items of the edition, by tests dated in or before the year of
// products of home organizations, that state a reference other than 0. Of one
// property each maker's newest test counts, and of the makers the best one's:
// the question is what is reached at home. Tests of one date go by id, the
// later one counting; makers of one ratio by id. Ratios are those of positive
// values; a test with a value or reference not above 0 has none.
Benchmark ComputeBenchmark(const World& world, const AnalysisOptions& options);

}  // namespace qiangji::domain
