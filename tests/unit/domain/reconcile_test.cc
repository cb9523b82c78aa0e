// METHOD 2.1 shown flow by flow.
#include "services/domain/reconcile.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"
#include "tests/unit/domain/random_world.h"

namespace qiangji::domain {
namespace {

using test::CsvRow;

class ReconcileTest : public testing::Test {
 protected:
  ReconcileTest() {
    world_.Sector("rail").Item("x");
    world_.Organization("p", "CHN", "CHN");
    world_.Organization("b1", "CHN").Organization("b2", "CHN");
    options_.year = 2025;
  }
  Reconciliation Run() {
    picture_ = world_.World();
    return Reconcile(*picture_, options_, picture_->structure().FindItem("x"),
                     2025);
  }

  test::TestWorld world_;
  AnalysisOptions options_;
  std::shared_ptr<const World> picture_;
};

// The example: seller 40, buyers 25 and 10, customs 100 of one origin.
TEST_F(ReconcileTest, SellerBuyersAndCustomsInAnyOrder) {
  struct One {
    double quantity;
    CsvRow more;
  };
  std::vector<One> rows = {
      {40, {{"supplier_id", "p"}, {"reporter_id", "p"}, {"side", "seller"}}},
      {25, {{"supplier_id", "p"}, {"reporter_id", "b1"}, {"side", "buyer"}}},
      {10, {{"supplier_id", "p"}, {"reporter_id", "b2"}, {"side", "buyer"}}},
      {100, {{"side", "third_party"}}}};
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    const auto world = std::make_unique<test::TestWorld>();
    world->Sector("rail").Item("x");
    world->Organization("p", "CHN", "CHN");
    world->Organization("b1", "CHN").Organization("b2", "CHN");
    for (const std::size_t k : order) {
      world->Supply("x", 2025, "CHN", rows[k].quantity, rows[k].more);
    }
    const auto picture = world->World();
    const Reconciliation r = Reconcile(*picture, options_, 0, 2025);
    ASSERT_EQ(r.flows.size(), 2u);
    const ReconciledFlow& total = r.flows[0];
    EXPECT_EQ(total.supplier, kNoNumber);
    EXPECT_EQ(total.reported, 100);
    EXPECT_EQ(total.taken_by_parts, 40);
    EXPECT_EQ(total.volume, 60);
    const ReconciledFlow& part = r.flows[1];
    EXPECT_EQ(part.sides.sums[0], 40);
    EXPECT_EQ(part.sides.sums[1], 35);
    EXPECT_EQ(part.reported, 40);
    EXPECT_EQ(part.volume, 40);
    EXPECT_EQ(part.sides.split, Side::kSeller);
    ASSERT_EQ(part.findings.size(), 1u);  // 35 is more than 10 % below 40
    EXPECT_EQ(part.findings[0].code, FindingCode::kSidesDiffer);
    int used = 0;
    for (const ReconciledRecord& record : part.records) {
      used += record.use == RecordUse::kUsed;
    }
    EXPECT_EQ(used, 1);
    EXPECT_EQ(part.records.size(), 3u);
    EXPECT_EQ(r.supply, 100);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(ReconcileTest, SaysInWordsWhatWasDone) {
  world_.Supply("x", 2025, "CHN", 40,
                {{"supplier_id", "p"}, {"reporter_id", "p"}});
  world_.Supply("x", 2025, "CHN", 35,
                {{"supplier_id", "p"}, {"side", "buyer"}});
  world_.Supply("x", 2025, "CHN", 100);
  const Reconciliation r = Run();
  EXPECT_EQ(Explain(r.flows[1], false, false),
            "reports by side: seller 40, buyers 35; the largest side's 40 is "
            "taken; controller, licences, qualification and value per volume "
            "are the seller's; it names a supplier: a part of its origin's "
            "total, 40 counts");
  EXPECT_EQ(Explain(r.flows[0], false, true),
            "只有一方填报：第三方 100；为该来源的总量，扣除有供应商的部分 "
            "40；余 60");
}

TEST_F(ReconcileTest, PartsAboveTheirTotalLeaveNothingOfIt) {
  world_.Supply("x", 2025, "CHN", 50);
  world_.Supply("x", 2025, "CHN", 80, {{"supplier_id", "p"}});
  const Reconciliation r = Run();
  EXPECT_EQ(r.flows[0].taken_by_parts, 50);
  EXPECT_EQ(r.flows[0].volume, 0);
  ASSERT_EQ(r.flows[0].findings.size(), 1u);
  EXPECT_EQ(r.flows[0].findings[0].code, FindingCode::kPartsAboveTotal);
}

TEST_F(ReconcileTest, SharesAboveOneAreScaledAndBelowOneHaveARest) {
  world_.Share("x", 2025, "CHN", 0.6);
  world_.Share("x", 2025, "JPN", 0.42);
  Reconciliation r = Run();
  ASSERT_EQ(r.flows.size(), 2u);
  EXPECT_DOUBLE_EQ(r.flows[0].scale, 1 / 1.02);
  EXPECT_EQ(r.flows[0].taken_by_parts, 0);
  ASSERT_EQ(r.findings.size(), 1u);
  EXPECT_EQ(r.findings[0].code, FindingCode::kSharesScaled);
  world_.Share("x", 2025, "JPN", 0.3);
  world_.Share("x", 2025, "JPN", 0.9, {{"market", "export"}});
  r = Run();
  ASSERT_EQ(r.flows.size(), 4u);
  EXPECT_TRUE(r.flows[2].rest);
  EXPECT_EQ(r.flows[2].origin, kOriginUnknown);
  EXPECT_NEAR(r.flows[2].volume, 0.1, 1e-12);
  EXPECT_EQ(r.flows[3].market, Market::kExport);
  EXPECT_EQ(r.flows[3].volume, 0.9);
}

TEST_F(ReconcileTest, RecordsGradedWorseThanAskedForAreShownAndNotCounted) {
  world_.Supply("x", 2025, "CHN", 50, {{"evidence", "estimated"}});
  world_.Supply("x", 2025, "JPN", 20, {{"evidence", "audited"}});
  options_.min_evidence = Grade::kDeclared;
  const Reconciliation r = Run();
  ASSERT_EQ(r.flows.size(), 2u);
  EXPECT_EQ(r.flows[0].records[0].use, RecordUse::kIgnored);
  EXPECT_EQ(r.flows[0].volume, 0);
  EXPECT_EQ(r.flows[1].volume, 20);
  EXPECT_TRUE(
      absl::StrContains(Explain(r.flows[0], false, false), "graded worse"));
}

TEST_F(ReconcileTest, RecordsThatContradictOneAnotherGiveNoVolume) {
  world_.Supply("x", 2025, "CHN", 50);
  world_.Share("x", 2025, "JPN", 0.5);
  const Reconciliation r = Run();
  EXPECT_TRUE(r.error);
  ASSERT_EQ(r.findings.size(), 1u);
  EXPECT_EQ(r.findings[0].code, FindingCode::kMixedMeasure);
  EXPECT_EQ(r.flows.size(), 2u);
}

// What is shown adds up to the figures, whatever the records.
TEST_F(ReconcileTest, FlowsAddUpToTheFiguresOfRandomWorlds) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld random(seed);
    test::TestWorld world;
    for (const auto& [table, row] : random.Rows(seed)) world.Add(table, row);
    const auto analysis = world.Analyze(options_);
    const auto& items = analysis->world->structure().items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const ItemFigures& f = analysis->balance[static_cast<ItemIndex>(i)];
      const Reconciliation r = Reconcile(*analysis->world, options_,
                                         static_cast<ItemIndex>(i), 2025);
      EXPECT_EQ(r.error, f.state == DataState::kError);
      if (!f.has_data()) continue;
      double domestic = 0, assured = 0;
      for (const ReconciledFlow& flow : r.flows) {
        if (flow.market != Market::kDomestic) continue;
        domestic += flow.volume;
        for (const ReconciledSplit& split : flow.splits) {
          if (split.fails == 0) assured += split.volume;
        }
        EXPECT_NEAR(flow.volume,
                    (flow.reported - flow.taken_by_parts) * flow.scale, 1e-9);
      }
      EXPECT_NEAR(domestic, f.supply, 1e-9);
      EXPECT_NEAR(assured, f.assured_volume, 1e-9);
      EXPECT_EQ(r.demand, f.demand);
    }
  }
}

}  // namespace
}  // namespace qiangji::domain
