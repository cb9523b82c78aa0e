// METHOD 3.7, figures by hand.
#include "services/domain/bom_assess.h"

#include "gtest/gtest.h"
#include "services/domain/roll_up.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

// robot = 0.3 gear + 0.2 servo + 0.1 chip + 0.4 of its own; gear = 0.5 steel +
// 0.5 of its own. In 2025 (FAR: 65 %) made at home: robot 60 %, gear 80 %,
// servo 0, chip nobody knows, steel all.
class BomTest : public testing::Test {
 protected:
  BomTest() {
    world_.Sector("rail");
    world_.Item("robot", "equipment").Item("gear").Item("servo");
    world_.Item("chip").Item("steel", "material");
    Split("robot", 60, 40);
    Split("gear", 80, 20);
    Split("servo", 0, 10);
    Split("steel", 5, 0);
    world_.Input("robot", "gear", 0.3).Input("robot", "servo", 0.2);
    world_.Input("robot", "chip", 0.1).Input("gear", "steel", 0.5);
  }
  void Split(const std::string& item, double home, double abroad) {
    world_.Supply(item, 2025, "CHN", home).Supply(item, 2025, "JPN", abroad);
  }
  void Load(int year = 2025) {
    AnalysisOptions options;
    options.year = year;
    options.carry_forward = 5;
    analysis_ = world_.Analyze(options);
  }
  ItemIndex Find(const std::string& id) const {
    return id.empty() ? -1 : analysis_->world->structure().FindItem(id);
  }
  BomLine Line(const std::string& item, double price,
               const std::string& origin = "") const {
    BomLine line;
    line.item = Find(item);
    line.quantity = 1;
    line.unit_price = price;
    line.origin = Country::Of(origin);
    return line;
  }
  BomAssessment Assess(const Bom& bom, const BomPolicy& policy) {
    auto result = AssessBom(*analysis_, bom, policy);
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  BomAssessment Assess(const Bom& bom) {
    return Assess(bom, *FindPolicy("far-25.101"));
  }
  static BomPolicy Ratio(double ratio) {
    BomPolicy policy;
    policy.ratios = {{"", 0, ratio}};
    return policy;
  }

  test::TestWorld world_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST(BomPolicyTest, RatiosOfFarByYear) {
  const BomPolicy& far = ShippedPolicies()[0];
  EXPECT_EQ(far.RatioOf("x", 2023), 0.60);
  EXPECT_EQ(far.RatioOf("x", 2024), 0.65);
  EXPECT_EQ(far.RatioOf("x", 2028), 0.65);
  EXPECT_EQ(far.RatioOf("x", 2029), 0.75);
  EXPECT_EQ(FindPolicy("cn-domestic-product")->RatioOf("x", 2026),
            std::nullopt);
  EXPECT_EQ(FindPolicy("none"), nullptr);
}

TEST(BomPolicyTest, AClassHasStepsOfItsOwnAndTheRestFallsBack) {
  BomPolicy policy;
  policy.ratios = {{"", 2020, 0.5}, {"pump", 2025, 0.7}, {"pump", 2027, {}}};
  policy.classes = {{"p1", "pump"}};
  EXPECT_EQ(policy.RatioOf("p1", 2024), 0.5);
  EXPECT_EQ(policy.RatioOf("p1", 2026), 0.7);
  EXPECT_EQ(policy.RatioOf("p1", 2027), std::nullopt);
  EXPECT_EQ(policy.RatioOf("other", 2026), 0.5);
  EXPECT_EQ(policy.RatioOf("other", 2019), std::nullopt);
}

TEST_F(BomTest, RegisteredInputsDirect) {
  Load();
  const BomAssessment a = Assess(BillOf(*analysis_, Find("robot")));
  ASSERT_EQ(a.lines.size(), 3u);
  // By item index: chip, gear, servo.
  EXPECT_EQ(a.lines[0].verdict, BomVerdict::kUndecided);
  EXPECT_EQ(a.lines[0].reason.code, BomReasonCode::kNoData);
  EXPECT_EQ(a.lines[1].home, 0.8);
  EXPECT_EQ(a.lines[1].reason.code, BomReasonCode::kPartlyHome);
  EXPECT_EQ(a.lines[2].verdict, BomVerdict::kFail);
  // 0.3·0.8 = 0.24 of components' 0.6, chip between 0 and 0.1.
  EXPECT_NEAR(a.direct.content->lower, 0.24 / 0.6, 1e-12);
  EXPECT_NEAR(a.direct.content->upper, 0.34 / 0.6, 1e-12);
  EXPECT_EQ(a.direct.ratio, 0.65);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kFail);
  EXPECT_EQ(a.direct.reason.code, BomReasonCode::kShort);
}

TEST_F(BomTest, BaseIsAParameter) {
  Load();
  BomPolicy policy = Ratio(0.24);
  policy.base = BomBase::kProduct;
  const BomAssessment a = Assess(BillOf(*analysis_, Find("robot")), policy);
  EXPECT_NEAR(a.direct.content->lower, 0.24, 1e-12);
  EXPECT_NEAR(a.direct.content->upper, 0.34, 1e-12);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kPass);  // at the ratio
  policy = Ratio(0.25);
  policy.base = BomBase::kProduct;
  EXPECT_EQ(Assess(BillOf(*analysis_, Find("robot")), policy).direct.verdict,
            BomVerdict::kUndecided);
}

TEST_F(BomTest, RegisteredInputsRollUp) {
  Load();
  // gear: 0.5 + 0.5·1·[steel 1 >= 0.65] = 1: it counts with 0.8.
  // robot: 0.4 + 0.3·0.8 + 0.2·0 + 0.1·(0 .. 1).
  const BomAssessment a = Assess(BillOf(*analysis_, Find("robot")));
  EXPECT_NEAR(a.roll_up.content->lower, 0.64, 1e-12);
  EXPECT_NEAR(a.roll_up.content->upper, 0.74, 1e-12);
  EXPECT_EQ(a.roll_up.verdict, BomVerdict::kUndecided);
  EXPECT_EQ(
      Assess(BillOf(*analysis_, Find("robot")), Ratio(0.64)).roll_up.verdict,
      BomVerdict::kPass);
  EXPECT_EQ(
      Assess(BillOf(*analysis_, Find("robot")), Ratio(0.75)).roll_up.verdict,
      BomVerdict::kFail);
}

TEST_F(BomTest, RollUpOfAPartThatMissesItsRatioCountsNothing) {
  Split("steel", 0, 5);  // half of gear is from abroad: r = 0.5
  world_.Supply("steel", 2025, "CHN", 0);
  Load();
  const BomAssessment a = Assess(BillOf(*analysis_, Find("robot")));
  EXPECT_NEAR(a.roll_up.content->lower, 0.4, 1e-12);
  BomPolicy policy = Ratio(0.65);
  policy.ratios.push_back({"gears", 0, 0.5});
  policy.classes = {{"gear", "gears"}};
  EXPECT_NEAR(
      Assess(BillOf(*analysis_, Find("robot")), policy).roll_up.content->lower,
      0.64, 1e-12);
}

TEST_F(BomTest, RollUpTakesTheLeastSolutionOnCycles) {
  // a and b hold 0.6 of each other and nothing of their own is enough: that
  // each counts because the other does is no beginning.
  world_.Item("a").Item("b");
  world_.Input("a", "b", 0.6).Input("b", "a", 0.6);
  Load();
  const std::size_t n = analysis_->balance.size();
  const std::vector<ItemIndex> roots = {Find("a")};
  std::vector<RollUpTerms> terms(n, {1, 0.65});
  std::vector<double> r = SolveRollUp(*analysis_->graph, roots, terms, false);
  EXPECT_NEAR(r[static_cast<std::size_t>(Find("a"))], 0.4, 1e-12);
  EXPECT_EQ(r[static_cast<std::size_t>(Find("robot"))], 0);  // not reached
  terms.assign(n, {1, 0.4});
  r = SolveRollUp(*analysis_->graph, roots, terms, false);
  EXPECT_NEAR(r[static_cast<std::size_t>(Find("a"))], 1, 1e-12);
  EXPECT_NEAR(r[static_cast<std::size_t>(Find("b"))], 1, 1e-12);
}

TEST_F(BomTest, LookThroughIsTheItemsContent) {
  Load();
  const ItemIndex robot = Find("robot");
  const BomAssessment a = Assess(BillOf(*analysis_, robot));
  // gear: 0.8·(0.5 + 0.5·1); chip 0 or 1; robot 0.6·(0.4 + 0.24 + 0 + …).
  EXPECT_NEAR(a.look_through.content->lower, 0.6 * 0.64, 1e-9);
  EXPECT_NEAR(a.look_through.content->upper, 0.6 * 0.74, 1e-9);
  EXPECT_NEAR(*a.located_content, 0.6 * 0.64, 1e-9);
  EXPECT_EQ(a.look_through.verdict, BomVerdict::kNone);
}

TEST_F(BomTest, LinesByTheirOwnOriginAndPrice) {
  Load();
  Bom bom;
  bom.made_at_home = true;
  bom.lines = {Line("gear", 30, "CHN"), Line("servo", 20, "DEU"),
               Line("", 10, "CHN")};
  BomAssessment a = Assess(bom);
  EXPECT_TRUE(a.of_lines);
  EXPECT_NEAR(*a.lines[0].cost_share, 0.5, 1e-12);
  EXPECT_EQ(a.lines[0].verdict, BomVerdict::kPass);
  EXPECT_EQ(a.lines[1].verdict, BomVerdict::kFail);
  EXPECT_EQ(a.lines[1].reason.text, "DEU");
  EXPECT_EQ(a.lines[2].verdict, BomVerdict::kUnmatched);
  EXPECT_NEAR(a.direct.content->lower, 40.0 / 60, 1e-12);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kPass);
  // The unmatched line may or may not reach the ratio itself.
  EXPECT_NEAR(a.roll_up.content->lower, 0.5, 1e-12);
  EXPECT_NEAR(a.roll_up.content->upper, 40.0 / 60, 1e-12);
  EXPECT_EQ(a.roll_up.verdict, BomVerdict::kUndecided);
  // Gear made at home is all home-made, its lower d is 0.8.
  EXPECT_NEAR(a.look_through.content->lower, 0.5 * 0.8, 1e-9);
  EXPECT_NEAR(a.look_through.content->upper, 0.5 + 10.0 / 60, 1e-9);
  EXPECT_NEAR(*a.located_content, 0.5, 1e-9);

  bom.product_cost_cny = 100;
  a = Assess(bom);
  EXPECT_FALSE(a.of_lines);
  EXPECT_NEAR(*a.lines[0].cost_share, 0.3, 1e-12);
  EXPECT_NEAR(a.direct.content->lower, 40.0 / 60, 1e-12);  // of components
  EXPECT_NEAR(a.roll_up.content->lower, 0.7, 1e-12);
  EXPECT_NEAR(*a.located_content, 0.7, 1e-9);

  bom.product_cost_cny = 59;
  EXPECT_EQ(AssessBom(*analysis_, bom, Ratio(0.5)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(BomTest, WithoutCostOrRateTheLineIsUndecided) {
  Load();
  Bom bom;
  bom.made_at_home = true;
  bom.lines = {Line("gear", 80, "CHN"), Line("servo", 10, "CHN")};
  bom.lines[1].currency = "USD";
  BomAssessment a = Assess(bom);
  EXPECT_EQ(a.lines[1].verdict, BomVerdict::kUndecided);
  EXPECT_EQ(a.lines[1].reason.code, BomReasonCode::kNoRate);
  EXPECT_EQ(a.lines[1].cost_share, std::nullopt);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kPass);  // all is home, at any cost
  bom.lines[1].origin = Country::Of("USA");
  a = Assess(bom);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kUndecided);
  EXPECT_EQ(a.direct.content->lower, 0);
  EXPECT_EQ(a.direct.content->upper, 1);
  // The product's cost says how much it can be: at most 20 of 100.
  bom.product_cost_cny = 100;
  a = Assess(bom);
  EXPECT_NEAR(a.direct.content->lower, 0.8, 1e-12);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kPass);

  BomPolicy policy = Ratio(0.65);
  policy.rates = {{"USD", 7}};
  bom.product_cost_cny = 200;
  a = Assess(bom, policy);
  EXPECT_NEAR(*a.lines[1].cost_share, 70.0 / 200, 1e-12);
  bom.lines[1].unit_price = std::nullopt;
  a = Assess(bom, policy);
  EXPECT_EQ(a.lines[1].reason.code, BomReasonCode::kNoPrice);
}

TEST_F(BomTest, WithoutRatioThePlaceOfMakingDecides) {
  Load();
  const BomPolicy& none = *FindPolicy("cn-domestic-product");
  BomAssessment a = Assess(BillOf(*analysis_, Find("robot")), none);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kPass);
  EXPECT_EQ(a.direct.reason.code, BomReasonCode::kNoRatio);
  EXPECT_EQ(a.roll_up.verdict, BomVerdict::kNone);
  EXPECT_EQ(Assess(BillOf(*analysis_, Find("servo")), none).direct.verdict,
            BomVerdict::kFail);
  EXPECT_EQ(Assess(BillOf(*analysis_, Find("chip")), none).direct.verdict,
            BomVerdict::kUndecided);
}

TEST_F(BomTest, ProductMadeAbroadFailsAtAnyContent) {
  Load();
  Bom bom;
  bom.lines = {Line("gear", 80, "CHN")};
  bom.made_at_home = false;
  EXPECT_EQ(Assess(bom).direct.reason.code, BomReasonCode::kMadeAbroad);
  EXPECT_EQ(Assess(bom).direct.verdict, BomVerdict::kFail);
  bom.made_at_home.reset();
  EXPECT_EQ(Assess(bom).direct.verdict, BomVerdict::kUndecided);
  EXPECT_EQ(Assess(bom).direct.reason.code, BomReasonCode::kMakingUnknown);
}

TEST_F(BomTest, KeyPartsMustBeHomeMadeInFull) {
  Load();
  BomPolicy policy = Ratio(0.5);
  policy.key_items = {"gear"};
  Bom bom;
  bom.made_at_home = true;
  bom.lines = {Line("gear", 10), Line("steel", 90)};
  BomAssessment a = Assess(bom, policy);
  EXPECT_NEAR(a.direct.content->lower, 0.98, 1e-12);
  EXPECT_EQ(a.direct.verdict, BomVerdict::kFail);
  EXPECT_EQ(a.direct.reason.code, BomReasonCode::kKeyPart);
  EXPECT_EQ(a.lines[0].verdict, BomVerdict::kFail);
  bom.lines[0].origin = Country::Of("CHN");
  EXPECT_EQ(Assess(bom, policy).direct.verdict, BomVerdict::kPass);
  bom.lines[0].origin = kOriginUnknown;
  EXPECT_EQ(Assess(bom, policy).direct.verdict, BomVerdict::kUndecided);
  policy.key_items = {"servo"};  // not in the bill
  EXPECT_EQ(Assess(bom, policy).direct.reason.code, BomReasonCode::kKeyUnknown);
}

TEST_F(BomTest, DeeperLinesAreInTheCostAbove) {
  Load();
  Bom bom;
  bom.made_at_home = true;
  bom.lines = {Line("gear", 80, "CHN"), Line("steel", 40, "DEU"),
               Line("servo", 20, "JPN")};
  bom.lines[1].level = 2;
  const BomAssessment a = Assess(bom);
  EXPECT_NEAR(*a.lines[0].cost_share, 0.8, 1e-12);
  EXPECT_NEAR(a.direct.content->lower, 0.8, 1e-12);
  EXPECT_EQ(a.lines[1].reason.code, BomReasonCode::kDeeper);
}

TEST_F(BomTest, UnstatedCostSharesOfTheTiersBelowAreNotHomeMade) {
  world_.Add("inputs", {{"item_id", "gear"}, {"input_item_id", "chip"}});
  Load();
  // gear: its own half may be the chip's: r in 0.5 .. 1, it may not count.
  const BomAssessment a = Assess(BillOf(*analysis_, Find("robot")));
  EXPECT_NEAR(a.roll_up.content->lower, 0.4, 1e-12);
  EXPECT_NEAR(a.roll_up.content->upper, 0.74, 1e-12);
}

TEST_F(BomTest, EveryReasonHasATextInBothLanguages) {
  for (int c = 1; c <= static_cast<int>(BomReasonCode::kNoCosts); ++c) {
    BomReason reason;
    reason.code = static_cast<BomReasonCode>(c);
    EXPECT_NE(Describe(reason, true), "") << c;
    EXPECT_NE(Describe(reason, false), "") << c;
  }
}

}  // namespace
}  // namespace qiangji::domain
