// Criteria that ask for a valid test (METHOD 2.5), against the slow reference's
// parts of each item.
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/unit/domain/random_world.h"

namespace qiangji::domain {
namespace {

TEST(ValidTestRandomWorlds, AssureWhatTheReferenceDoes) {
  int tested_parts = 0, untested_parts = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld random(seed);
    test::TestWorld world;
    for (const auto& [table, row] : random.Rows(seed)) world.Add(table, row);
    std::mt19937 dice(seed);
    std::map<std::pair<std::string, std::string>, int> first;
    for (int t = 0; t < 12; ++t) {
      const std::string item = absl::StrCat("i", dice() % 10);
      if (!random.ref.items.contains(item)) continue;
      const std::string maker = absl::StrCat("o", 1 + dice() % 4);
      const int year = 2023 + static_cast<int>(dice() % 4);
      world.Add("tests", {{"test_id", absl::StrCat("t", t)},
                          {"item_id", item},
                          {"organization_id", maker},
                          {"lab_id", "o1"},
                          {"date", absl::StrCat(year, "-07-01")},
                          {"property", "p"},
                          {"unit", "h"},
                          {"value", "1"}});
      const auto [at, added] = first.try_emplace({item, maker}, year);
      if (!added) at->second = std::min(at->second, year);
    }
    AnalysisOptions options;
    options.year = 2025;
    options.criteria.valid_test = true;
    const auto analysis = world.Analyze(options);
    for (const auto& [id, item] : random.ref.items) {
      const test::RefFigures f = test::RefItemFigures(random.ref, id, 2025, 0);
      if (!f.data) continue;
      double passing = 0;
      for (const test::RefPart& part :
           test::RefDomesticParts(random.ref, id, 2025)) {
        if (!part.passes) continue;
        const auto at = first.find({id, part.supplier});
        const bool tested = at != first.end() && at->second <= 2025;
        ++(tested ? tested_parts : untested_parts);
        if (tested) passing += part.volume;
      }
      EXPECT_NEAR(test::FiguresOf(*analysis, id).assured,
                  f.d > 0 ? passing / f.d : 0, 1e-9)
          << id;
    }
  }
  EXPECT_GT(tested_parts, 20);
  EXPECT_GT(untested_parts, 100);
}

}  // namespace
}  // namespace qiangji::domain
