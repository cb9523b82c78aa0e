// Forty diamonds in a row: 2^40 ways from the top to the bottom, 121 items.
// Whatever walked the ways one by one would never come back (RELIABILITY row
// 25); what is known of an item is kept.
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "services/domain/disruption.h"
#include "services/domain/roll_up.h"
#include "services/domain/trace.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

constexpr int kYear = 2025, kDiamonds = 40;

std::string Id(char side, int level) {
  return absl::StrFormat("%c%02d", side, level);
}

// p00 needs a00 and b00 by half each, and those nothing but p01, and so on
// down to p40, of which a quarter is made at home and the rest in Japan.
class Diamond : public testing::Test {
 protected:
  Diamond() {
    world_.Sector("rail");
    for (int level = 0; level <= kDiamonds; ++level) {
      for (const char side : {'p', 'a', 'b'}) {
        if (side != 'p' && level == kDiamonds) continue;
        const std::string id = Id(side, level);
        const bool last = level == kDiamonds;
        world_.Item(id);
        world_.Supply(id, kYear, "CHN", last ? 1 : 4);
        world_.Supply(id, kYear, "JPN", last ? 3 : 0);
      }
    }
    const test::CsvRow critical = {{"essentiality", "1"}};
    for (int level = 0; level < kDiamonds; ++level) {
      for (const char side : {'a', 'b'}) {
        world_.Input(Id('p', level), Id(side, level), 0.5, critical);
        world_.Input(Id(side, level), Id('p', level + 1), 1, critical);
      }
    }
    analysis_ = world_.Analyze(kYear);
  }
  ItemIndex At(const std::string& id) const {
    return static_cast<ItemIndex>(test::IndexOf(*analysis_, id));
  }

  test::TestWorld world_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST_F(Diamond, Row25ContentAndTrace) {
  const ItemIndex top = At("p00");
  EXPECT_NEAR(analysis_->lower.share[static_cast<std::size_t>(top)], 0.25,
              1e-9);
  const SupplyLayer supply = ComputeSupplyLayer(
      *analysis_->world, analysis_->options, analysis_->balance);
  const auto trace = TraceItem(*analysis_, supply, top);
  ASSERT_TRUE(trace.ok());
  ASSERT_EQ(trace->rows.size(), 1u);
  EXPECT_EQ(trace->rows[0].input, At("p40"));
  EXPECT_EQ(trace->rows[0].country, "JPN");
  EXPECT_NEAR(trace->rows[0].contribution, 0.75, 1e-9);
  // Of 2^40 equal ways the first by ids.
  std::vector<ItemIndex> chain;
  for (int level = 0; level < kDiamonds; ++level) {
    chain.push_back(At(Id('p', level)));
    chain.push_back(At(Id('a', level)));
  }
  chain.push_back(At("p40"));
  EXPECT_EQ(trace->ChainOf(trace->rows[0]), chain);
  EXPECT_EQ(WorstChain(*analysis_, top), chain);
}

TEST_F(Diamond, Row25DisruptionAndRollUp) {
  const auto scenario = ResolveScenario(*analysis_, {.embargo = {{"JPN", 0}}});
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  const auto disruption = ComputeDisruption(*analysis_, *scenario);
  ASSERT_TRUE(disruption.ok());
  EXPECT_NEAR(disruption->capability(At("p00")), 0.25, 1e-9);
  EXPECT_EQ(ChainOfFailures(*disruption, At("p00")).size(), 2u * kDiamonds + 1);

  const std::vector<RollUpTerms> terms(analysis_->balance.size(),
                                       {.home = 1, .ratio = 0.5});
  const ItemIndex top = At("p00");
  EXPECT_NEAR(SolveRollUp(*analysis_->graph, {&top, 1}, terms,
                          false)[static_cast<std::size_t>(top)],
              1, 1e-9);
}

}  // namespace
}  // namespace qiangji::domain
