// Scenarios, exposure and chokepoints in worlds small enough to follow by hand.
#include "services/domain/disruption.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/domain/chokepoint.h"
#include "services/domain/exposure.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

constexpr int kYear = 2025;

// ore <- steel <- gear <- robot; half of the steel is Swedish, the gears are
// made under a licence of the USA, nobody knows where a tenth of the ore is
// from, and of the oil that robots need there is no data.
class DisruptionTest : public testing::Test {
 protected:
  DisruptionTest() {
    world_.Sector("rail");
    for (const char* id : {"gear", "oil", "ore", "robot", "steel"}) {
      world_.Item(id);
    }
    world_.Organization("mill", "CHN");
    world_.Share("ore", kYear, "CHN", 0.9);
    world_.Share("steel", kYear, "CHN", 0.5, {{"supplier_id", "mill"}});
    world_.Share("steel", kYear, "SWE", 0.5);
    world_.Share("gear", kYear, "CHN", 0.25, {{"licence_countries", "USA"}});
    world_.Share("gear", kYear, "CHN", 0.75);
    world_.Share("robot", kYear, "CHN", 1);
    Needs("steel", "ore", "1");
    Needs("gear", "steel", "1");
    Needs("robot", "gear", "0.5");
    Needs("robot", "oil", "0.5");
    analysis_ = world_.Analyze(kYear);
  }

  void Needs(const std::string& item, const std::string& input,
             const std::string& essentiality) {
    world_.Input(item, input, 0.1, {{"essentiality", essentiality}});
  }

  absl::StatusCode CodeOf(const ScenarioSpec& spec) const {
    return ResolveScenario(*analysis_, spec).status().code();
  }
  Disruption Run(const ScenarioSpec& spec) const {
    const auto scenario = ResolveScenario(*analysis_, spec);
    EXPECT_TRUE(scenario.ok()) << scenario.status();
    return *ComputeDisruption(*analysis_, *scenario);
  }
  ItemIndex At(const std::string& id) const {
    return static_cast<ItemIndex>(test::IndexOf(*analysis_, id));
  }
  double LossOf(const Disruption& result, const std::string& id) const {
    return result.loss[test::IndexOf(*analysis_, id)];
  }
  double WorstOf(const Disruption& result, const std::string& id) const {
    return result.loss_pessimistic[test::IndexOf(*analysis_, id)];
  }

  test::TestWorld world_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST_F(DisruptionTest, RefusesWhatItDoesNotKnow) {
  const auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(CodeOf({}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"CHN", 0}}}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"XXF", 0}}}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"ZZZ", 0}}}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"QQQ", 0}}}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"SWE", 1.5}}}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"SWE", 0}, {"SE", 0}}}), kInvalid);
  EXPECT_EQ(CodeOf({.suppliers = {{"nobody", 0}}}), kInvalid);
  EXPECT_EQ(CodeOf({.items = {"nothing"}}), kInvalid);
  EXPECT_EQ(CodeOf({.items = {"ore", "ore"}}), kInvalid);
  EXPECT_EQ(CodeOf({.embargo = {{"SE", 0.5}}}), absl::StatusCode::kOk);
}

TEST_F(DisruptionTest, LossesComeUpTheTiers) {
  const Disruption result = Run({.embargo = {{"SWE", 0}}});
  EXPECT_DOUBLE_EQ(LossOf(result, "steel"), 0.5);
  EXPECT_DOUBLE_EQ(LossOf(result, "gear"), 0.5);
  EXPECT_DOUBLE_EQ(LossOf(result, "robot"), 0.25);
  EXPECT_EQ(LossOf(result, "ore"), 0);
  EXPECT_FALSE(result.stopped(At("gear")));  // κ = 0.5 is enough
  EXPECT_EQ(result.limiting[test::IndexOf(*analysis_, "robot")], At("gear"));
  EXPECT_EQ(result.limiting[test::IndexOf(*analysis_, "steel")], -1);
  EXPECT_EQ(ChainOfFailures(result, At("robot")),
            (std::vector<ItemIndex>{At("robot"), At("gear"), At("steel")}));
  EXPECT_TRUE(ChainOfFailures(result, At("ore")).empty());
}

TEST_F(DisruptionTest, PessimisticLosesWhatIsNotKnown) {
  const Disruption result = Run({.embargo = {{"SWE", 0.5}}});
  EXPECT_DOUBLE_EQ(LossOf(result, "steel"), 0.25);
  // A tenth of the ore, and the oil, keep half of themselves.
  EXPECT_NEAR(WorstOf(result, "ore"), 0.05, 1e-12);
  EXPECT_DOUBLE_EQ(WorstOf(result, "oil"), 0.5);
  EXPECT_NEAR(WorstOf(result, "steel"), 0.25 + 0.5 * 0.05, 1e-12);
}

TEST_F(DisruptionTest, WithoutEmbargoBothVariantsAreTheSame) {
  const Disruption result = Run({.suppliers = {{"mill", 0}}});
  EXPECT_DOUBLE_EQ(LossOf(result, "steel"), 0.5);
  EXPECT_EQ(result.loss, result.loss_pessimistic);
}

TEST_F(DisruptionTest, ALostItemIsLostWhole) {
  const Disruption result = Run({.items = {"ore"}});
  EXPECT_EQ(LossOf(result, "ore"), 1);
  EXPECT_DOUBLE_EQ(LossOf(result, "steel"), 0.5);  // the other half is Swedish
  EXPECT_EQ(result.limiting[test::IndexOf(*analysis_, "ore")], -1);
  EXPECT_TRUE(result.stopped(At("ore")));
}

TEST_F(DisruptionTest, ALicenceStopsAFlow) {
  EXPECT_DOUBLE_EQ(LossOf(Run({.embargo = {{"USA", 0}}}), "gear"), 0.25);
  // The smallest of several fractions stands.
  EXPECT_DOUBLE_EQ(
      LossOf(Run({.embargo = {{"USA", 0.75}, {"SWE", 1}}}), "gear"), 0.0625);
}

TEST_F(DisruptionTest, ChargesOfWhatIsNotAssured) {
  std::vector<Charge> charges;
  const SupplyLayer& supply = analysis_->supply();
  supply.ChargesOf(At("gear"), charges);
  ASSERT_EQ(charges.size(), 1u);
  EXPECT_EQ(charges[0].country.ToString(), "USA");
  EXPECT_DOUBLE_EQ(charges[0].share, 0.25);
  supply.ChargesOf(At("ore"), charges);
  ASSERT_EQ(charges.size(), 1u);
  EXPECT_EQ(charges[0].country, kOriginUnknown);
  EXPECT_NEAR(charges[0].share, 0.1, 1e-12);
  supply.ChargesOf(At("oil"), charges);
  ASSERT_EQ(charges.size(), 1u);
  EXPECT_EQ(charges[0].share, 1);
}

TEST_F(DisruptionTest, ExposureIsTheEmbargoOfOneAtATime) {
  const auto exposure = ComputeExposure(*analysis_, {});
  ASSERT_TRUE(exposure.ok());
  ASSERT_EQ(exposure->rows.size(), 2u);
  for (const CountryExposure& row : exposure->rows) {
    const Disruption alone = Run({.embargo = {{row.country.ToString(), 0}}});
    EXPECT_NEAR(*row.total.mean_loss, *alone.total.mean_loss, 1e-9);
    EXPECT_NEAR(*row.total.mean_loss_pessimistic,
                *alone.total.mean_loss_pessimistic, 1e-9);
    EXPECT_EQ(row.total.stopped_items, alone.total.stopped_items);
  }
}

TEST(Exposure, StopsWithinOneBatch) {
  test::TestWorld world;
  world.Sector("rail").Item("gear");
  // 36 countries are more than four batches of eight.
  for (char a = 'A'; a <= 'I'; ++a) {
    const std::string codes[] = {"DEU", "JPN", "USA", "KOR", "CHE",
                                 "ITA", "FRA", "SWE", "GBR"};
    world.Supply("gear", kYear, codes[a - 'A'], 1);
  }
  world.Supply("gear", kYear, "CHN", 1);
  const auto analysis = world.Analyze(kYear);
  Stop stop;
  std::size_t batches = 0, all = 0;
  ExposureOptions options;
  options.stop = &stop;
  options.progress = [&](std::size_t, std::size_t of) {
    ++batches;
    all = of;
    stop.Request();
  };
  EXPECT_EQ(ComputeExposure(*analysis, options).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(batches, 1u);
  EXPECT_GE(all, 2u);
}

// p feeds a and b, which replace one another in k: p takes down k though
// neither a nor b does alone.
TEST(Chokepoint, TakesDownAWholeGroup) {
  test::TestWorld world;
  world.Sector("rail");
  for (const char* id : {"a", "b", "k", "p"}) {
    world.Item(id).Share(id, kYear, "CHN", 1, {{"qualification", "series"}});
  }
  world.Input("a", "p", 0.1, {{"essentiality", "1"}});
  world.Input("b", "p", 0.1, {{"essentiality", "1"}});
  for (const char* id : {"a", "b"}) {
    world.Input("k", id, 0.1,
                {{"essentiality", "1"}, {"substitution_group", "g"}});
  }
  const auto analysis = world.Analyze(kYear);
  ChokepointOptions options;
  options.variant = ChokepointVariant::kWhole;
  const auto found = ComputeChokepoints(*analysis, 10, options);
  ASSERT_TRUE(found.ok() && found->proven);
  ASSERT_EQ(found->rows.size(), 1u);
  EXPECT_EQ(found->rows[0].item,
            static_cast<ItemIndex>(test::IndexOf(*analysis, "p")));
  EXPECT_EQ(found->rows[0].score, 1);
}

// A chain of fifty, each critical for the next.
TEST(Chokepoint, BoundHoldsWhenTheBudgetIsSpent) {
  test::TestWorld world;
  world.Sector("rail");
  constexpr int kItems = 50;
  const auto id = [](int i) { return std::to_string(100 + i); };
  for (int i = 0; i < kItems; ++i) {
    world.Item(id(i)).Share(id(i), kYear, "CHN", 0.95);
    world.Share(id(i), kYear, "SWE", 0.05);
    if (i > 0) world.Input(id(i), id(i - 1), 0.1, {{"essentiality", "1"}});
  }
  const auto analysis = world.Analyze(kYear);
  ChokepointOptions options;
  options.variant = ChokepointVariant::kWhole;
  const auto all = ComputeChokepoints(*analysis, kItems, options);
  ASSERT_TRUE(all.ok() && all->proven);
  options.budget = 1;
  const auto some = ComputeChokepoints(*analysis, 3, options);
  ASSERT_TRUE(some.ok());
  EXPECT_FALSE(some->proven);
  ASSERT_LT(some->rows.size(), 3u);
  for (const Chokepoint& row : all->rows) {
    bool listed = false;
    for (const Chokepoint& of : some->rows) listed |= of.item == row.item;
    EXPECT_TRUE(listed || row.score <= some->rest_bound);
  }
  // Enough is enough, and stopping is not an answer.
  Stop stop;
  stop.Request();
  options.budget = 0;
  options.enough = &stop;
  EXPECT_FALSE(ComputeChokepoints(*analysis, 3, options)->proven);
  options.stop = &stop;
  EXPECT_EQ(ComputeChokepoints(*analysis, 3, options).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace qiangji::domain
