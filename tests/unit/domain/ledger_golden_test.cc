// METHOD 4.2, 4.3 and 4.7 with figures by hand.
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/domain/processes.h"
#include "services/domain/target.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kWithin = 1e-12;

// | item | weight | home | abroad | unknown | a    | a°  | a⁺  |
// | a    | 2      | 60   | 40     |         | 0.6  | 0.6 | 0.6 |
// | b    | 1      | 50   | 50     |         | 0.5  | 0   | 0.5 |
// | c    | 3      | 20   | 40     | 40      | 0.2  | 0   | 0.6 |
// | d    | 4      |      |        |         |      |     |     |
// | f    | 2      | 0    | 10     |         | 0    | 0   | 0   |
class LedgerGolden : public testing::Test {
 protected:
  LedgerGolden() {
    world_.Sector("rail").Sector("nev");
    world_.Organization("p", "CHN", "CHN").Organization("j", "JPN", "JPN");
    Item("a", "2");
    Item("b", "1");
    Item("c", "3");
    Item("d", "4");
    Item("f", "2");
    world_
        .Supply("a", 2025, "CHN", 60,
                {{"supplier_id", "p"},
                 {"qualification", "series"},
                 {"value_cny", "120"}})
        .Supply("a", 2025, "JPN", 40, {{"value_cny", "60"}})
        .Supply("b", 2025, "CHN", 50)
        .Supply("b", 2025, "JPN", 50)
        .Demand("b", 2025, {{"value_cny", "100"}})
        .Supply("c", 2025, "CHN", 20)
        .Supply("c", 2025, "JPN", 40)
        .Supply("c", 2025, "ZZZ", 40)
        .Demand("d", 2025, {{"value_cny", "1000"}})
        .Supply("f", 2025, "CHN", 0)
        .Supply("f", 2025, "JPN", 10)
        .Input("a", "c", 0.5);
  }
  void Item(const std::string& id, const std::string& weight) {
    world_.Item(id, "component", "rail", {{"weight", weight}});
  }
  void Target(const std::string& metric, const std::string& value,
              const std::string& direction = "at_least") {
    world_.Add("targets", {{"target_id", "t"},
                           {"metric", metric},
                           {"year", "2025"},
                           {"value", value},
                           {"direction", direction}});
  }
  TargetRow Judged() {
    const auto rows = ComputeTargets(
        *world_.World(), 2025, [&](int year) { return world_.Analyze(year); });
    EXPECT_EQ(rows.size(), 1u);
    return rows.at(0);
  }
  Verdict VerdictOn(const std::string& metric, const std::string& value,
                    const std::string& direction = "at_least") {
    Target(metric, value, direction);
    return Judged().verdict;
  }
  CoverageRow Row() { return ComputeRow(*world_.Analyze(2025), Scope()); }
  std::vector<std::string> Ids(const std::vector<ItemIndex>& items) {
    std::vector<std::string> ids;
    ids.reserve(items.size());
    for (const ItemIndex i : items) {
      ids.push_back(
          world_.World()->structure().items[static_cast<std::size_t>(i)].id);
    }
    return ids;
  }

  test::TestWorld world_;
};

// METHOD 4.2: W = 12; a and b are assured.
TEST_F(LedgerGolden, SharesByCount) {
  const CoverageRow row = Row();
  EXPECT_NEAR(*row.share, 3.0 / 12, kWithin);
  EXPECT_NEAR(*row.share_documented, 2.0 / 12, kWithin);
  EXPECT_NEAR(*row.share_of_known, 3.0 / 8, kWithin);
  EXPECT_NEAR(*row.share_upper, 10.0 / 12, kWithin);  // all but f
  EXPECT_EQ(row.items_blank, 1);                      // f
  EXPECT_EQ(row.items_made, 1);                       // c
  EXPECT_EQ(row.assured_items, 2);
  const double want[] = {6, 6, 3, 3, 3, 2, 0, 0, 0};
  for (std::size_t t = 0; t < 9; ++t) {
    EXPECT_NEAR(*row.sensitivity[t], want[t] / 12, kWithin) << t;
  }
}

// METHOD 4.2, 2.9: a by its flows, 120 of 180; b's declared value by a_i; d
// has a value but no data, c and f have none.
TEST_F(LedgerGolden, ShareByValue) {
  EXPECT_NEAR(*Row().value_share, (120 + 50) / 280.0, kWithin);
  EXPECT_EQ(Row().items_with_value, 2);
}

// METHOD 3.1, 4.2: d_c = 0.2, d_a = 0.6·(0.5 + 0.5·0.2) = 0.36, d_b = 0.5;
// upper 0.6, 0.48, 0.5, and 1 for d.
TEST_F(LedgerGolden, PenetratedShare) {
  const CoverageRow row = Row();
  EXPECT_NEAR(*row.penetrated_share, 1.0 / 12, kWithin);
  EXPECT_NEAR(*row.penetrated_upper, 8.0 / 12, kWithin);
  EXPECT_EQ(row.penetrated_items, 1);
  const double want[] = {6, 6, 3, 1, 1, 0, 0, 0, 0};
  for (std::size_t t = 0; t < 9; ++t) {
    EXPECT_NEAR(*row.penetrated_sensitivity[t], want[t] / 12, kWithin) << t;
  }
}

// METHOD 4.2: an empty scope has nothing, one without data only upper figures.
TEST_F(LedgerGolden, UndefinedIsNotZero) {
  Scope nev;
  nev.sectors = {"nev"};
  CoverageRow row = ComputeRow(*world_.Analyze(2025), nev);
  EXPECT_FALSE(row.share.has_value());
  EXPECT_FALSE(row.share_upper.has_value());
  EXPECT_FALSE(row.penetrated_upper.has_value());
  world_.Item("n", "component", "nev");
  row = ComputeRow(*world_.Analyze(2025), nev);
  EXPECT_FALSE(row.share.has_value());
  EXPECT_FALSE(row.share_documented.has_value());
  EXPECT_FALSE(row.share_of_known.has_value());
  EXPECT_FALSE(row.penetrated_share.has_value());
  EXPECT_FALSE(row.sensitivity[0].has_value());
  EXPECT_NEAR(*row.share_upper, 1, kWithin);
  EXPECT_NEAR(*row.penetrated_upper, 1, kWithin);
}

// METHOD 4.2: x is served; y's body is foreign, z's at first batch, and w's
// comes later.
TEST_F(LedgerGolden, Foundations) {
  const auto milestone = [this](const char* item, const char* stage,
                                const char* body, const char* date) {
    world_.Item(item, "foundation");
    world_.Add("milestones", {{"item_id", item},
                              {"stage", stage},
                              {"organization_id", body},
                              {"date", date}});
  };
  milestone("x", "promoted", "p", "2025-12-31");
  milestone("y", "series", "j", "2020-06-30");
  milestone("z", "first_batch", "p", "2020-06-30");
  milestone("w", "series", "p", "2026-01-01");
  AnalysisOptions options;
  options.year = 2025;
  const ProcessCount count = CountProcesses(*world_.World(), options);
  EXPECT_EQ(count.foundations, 4);
  EXPECT_EQ(count.foundations_served, 1);
  EXPECT_EQ(StageReached(world_.World()->facts(),
                         world_.World()->structure().FindItem("w"), 2025),
            std::nullopt);
}

// METHOD 4.3: `met` when share reaches it (within 1e-9), `missed` when
// share_upper does not.
TEST_F(LedgerGolden, Verdicts) {
  EXPECT_EQ(VerdictOn("share", "0.25"), Verdict::kMet);
  EXPECT_EQ(VerdictOn("share", "0.2500000009"), Verdict::kMet);
  EXPECT_EQ(VerdictOn("share", "0.2500000011"), Verdict::kUndecided);
  EXPECT_EQ(VerdictOn("share", "0.833333334"), Verdict::kUndecided);
  EXPECT_EQ(VerdictOn("share", "0.833333335"), Verdict::kMissed);
  EXPECT_EQ(VerdictOn("share", "0.84", "at_most"), Verdict::kMet);
  EXPECT_EQ(VerdictOn("share", "0.3", "at_most"), Verdict::kUndecided);
  EXPECT_NEAR(*Judged().gap, 0.25 - 0.3, kWithin);  // actual − target
  EXPECT_EQ(VerdictOn("share", "0.2", "at_most"), Verdict::kMissed);
  EXPECT_EQ(VerdictOn("penetrated_share", "0.08"), Verdict::kMet);
  EXPECT_EQ(VerdictOn("penetrated_share", "0.66"), Verdict::kUndecided);
  EXPECT_EQ(VerdictOn("penetrated_share", "0.67"), Verdict::kMissed);
  EXPECT_EQ(VerdictOn("value_share", "0.607"), Verdict::kMet);
  EXPECT_EQ(VerdictOn("value_share", "0.608"), Verdict::kMissed);
}

// METHOD 4.3: `no data` is tested first, at less than half of the weight.
TEST_F(LedgerGolden, HalfOfTheWeightIsEnough) {
  Item("d", "8");  // 8 of 16 have data
  EXPECT_EQ(VerdictOn("share", "0.1"), Verdict::kMet);
  Item("d", "8.1");
  EXPECT_EQ(VerdictOn("share", "0.1"), Verdict::kNoData);
}

// METHOD 4.3: 0.7 of 12 is 8.4; 3 are there. d (4) and c (3) bring 10; f (2)
// is not needed. Nearest to θ of those with data: c at 0.2, f at 0. For an
// undecided one the data of d and the unknown origin of c would decide.
TEST_F(LedgerGolden, ItemsByName) {
  Target("share", "0.7");
  const TargetRow row = Judged();
  EXPECT_EQ(row.verdict, Verdict::kUndecided);
  EXPECT_NEAR(*row.gap, 0.45, kWithin);
  EXPECT_EQ(row.missing_count, 2);
  EXPECT_THAT(Ids(row.closing), ElementsAre("d", "c"));
  EXPECT_THAT(Ids(row.nearest), ElementsAre("c", "f"));
  EXPECT_THAT(Ids(row.deciding), ElementsAre("d", "c"));
}

// Of equal weight the nearest to θ come first, those without data last.
TEST_F(LedgerGolden, OfEqualWeightTheNearestCloseTheGap) {
  test::TestWorld even;
  even.Sector("rail");
  for (const char* id : {"e1", "e2", "e3", "e4"}) even.Item(id);
  even.Supply("e1", 2025, "CHN", 10).Supply("e1", 2025, "JPN", 90);
  even.Supply("e3", 2025, "CHN", 40).Supply("e3", 2025, "JPN", 60);
  even.Supply("e4", 2025, "CHN", 45).Supply("e4", 2025, "JPN", 55);
  const auto analysis = even.Analyze(2025);
  EXPECT_THAT(ClosingItems(*analysis, Scope(), 0.75), ElementsAre(3, 2, 0));
  EXPECT_THAT(ClosingItems(*analysis, Scope(), 1), ElementsAre(3, 2, 0, 1));
}

// By value the items weigh what of their value is not assured: 0.7·280 = 196,
// 170 are there; a lacks 60, b 50.
TEST_F(LedgerGolden, ItemsByNameOfTheOtherShares) {
  Target("value_share", "0.7");
  EXPECT_THAT(Ids(Judged().closing), ElementsAre("a"));
  Target("value_share", "0.9");  // 252: 82 are missing
  EXPECT_THAT(Ids(Judged().closing), ElementsAre("a", "b"));
  Target("penetrated_share", "0.5");
  const TargetRow row = Judged();
  EXPECT_THAT(Ids(row.closing), ElementsAre("d", "c"));  // 1 + 4 + 3 of 12
  EXPECT_THAT(Ids(row.nearest), ElementsAre("a", "c", "f"));
  EXPECT_THAT(Ids(row.deciding), ElementsAre("d", "c"));
  EXPECT_EQ(row.missing_count, 2);
}

// METHOD 4.7: response by count and weight.
TEST_F(LedgerGolden, Response) {
  const CoverageRow row = Row();
  EXPECT_EQ(row.items, 5);
  EXPECT_EQ(row.items_with_data, 4);
  EXPECT_NEAR(row.weight, 12, kWithin);
  EXPECT_NEAR(row.weight_with_data, 8, kWithin);
}

// METHOD 4.7: the age of the data, by weight. d's is of 2023, carried forward
// two years: 4·2 / 12.
TEST_F(LedgerGolden, Age) {
  world_.Supply("d", 2023, "CHN", 1).Supply("d", 2023, "JPN", 1);
  AnalysisOptions options;
  options.year = 2025;
  options.carry_forward = 5;
  const CoverageRow row = ComputeRow(*world_.Analyze(options), Scope());
  EXPECT_EQ(row.items_with_data, 5);
  EXPECT_NEAR(row.mean_age, 8.0 / 12, kWithin);
  EXPECT_EQ(row.max_age, 2);
  EXPECT_EQ(row.oldest_data_year, 2023);
  EXPECT_EQ(row.newest_data_year, 2025);
}

// METHOD 4.7: an assured item belongs to the best grade such that its volume
// of that grade or better alone reaches θ; any other to the worst of its
// records; volumes are split pro rata.
TEST(LedgerGrades, EvidenceOfAnItem) {
  test::TestWorld world;
  world.Sector("rail").Organization("p", "CHN").Organization("q", "CHN");
  const auto supply = [&world](const char* item, const char* origin,
                               const char* supplier, double quantity,
                               const char* evidence) {
    world.Supply(item, 2025, origin, quantity,
                 {{"supplier_id", supplier}, {"evidence", evidence}});
  };
  world.Item("both").Item("best").Item("short", "component", "rail",
                                       {{"weight", "2"}});
  supply("both", "CHN", "p", 30, "audited");
  supply("both", "CHN", "q", 30, "declared");
  supply("both", "JPN", "", 40, "illustrative");
  supply("best", "CHN", "p", 50, "audited");
  supply("best", "CHN", "q", 10, "estimated");
  supply("best", "JPN", "", 40, "published");
  supply("short", "CHN", "p", 40, "audited");
  supply("short", "JPN", "", 60, "estimated");
  const auto analysis = world.Analyze(2025);
  const ItemFigures& both = test::FiguresOf(*analysis, "both");
  EXPECT_EQ(both.grade, Grade::kDeclared);  // 0.3, then 0.6
  EXPECT_THAT(both.grade_share, ElementsAre(0.3F, 0.3F, 0, 0, 0.4F));
  EXPECT_EQ(test::FiguresOf(*analysis, "best").grade, Grade::kAudited);
  EXPECT_EQ(test::FiguresOf(*analysis, "short").grade, Grade::kEstimated);
  const CoverageRow row = ComputeRow(*analysis, Scope());
  EXPECT_THAT(row.grade_weight, ElementsAre(1, 1, 0, 2, 0));
  EXPECT_THAT(row.grade_assured_weight, ElementsAre(1, 1, 0, 0, 0));
}

// METHOD 4.3: own targets of 2030 and 2035 take over from the document's; the
// last one expires.
TEST_F(LedgerGolden, OwnTargetsTakeOver) {
  const auto add = [this](const char* id, const char* year, const char* value,
                          const char* supersedes) {
    world_.Add("targets", {{"target_id", id},
                           {"metric", "share"},
                           {"year", year},
                           {"value", value},
                           {"supersedes", supersedes}});
  };
  const auto path = [this](int year) {
    return *PathOf(world_.World()->facts(), "share", Scope(), year);
  };
  add("t2025", "2025", "0.7", "");
  EXPECT_TRUE(path(2027).expired);
  EXPECT_NEAR(path(2027).value, 0.7, kWithin);
  add("t2030", "2030", "0.8", "t2025");
  add("t2035", "2035", "0.9", "t2030");
  EXPECT_FALSE(path(2027).expired);
  EXPECT_NEAR(path(2027).value, 0.74, kWithin);
  EXPECT_EQ(path(2027).target_id, "t2030");
  EXPECT_NEAR(path(2031).value, 0.82, kWithin);
  EXPECT_NEAR(path(2025).value, 0.7, kWithin);
  EXPECT_TRUE(path(2036).expired);
  const auto rows = ComputeTargets(
      *world_.World(), 2025, [&](int year) { return world_.Analyze(year); });
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].superseded_by, "t2030");
  EXPECT_EQ(rows[0].verdict, Verdict::kUndecided);
  EXPECT_EQ(rows[1].verdict, Verdict::kNoData);  // not yet
  EXPECT_THAT(rows[1].closing, IsEmpty());
}

}  // namespace
}  // namespace qiangji::domain
