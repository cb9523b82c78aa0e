// What moved the assurance rate: H of METHOD 4.2 in two states, by hand.
#include "services/domain/compare.h"

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr double kWithin = 1e-12;

// Cause, item and change in 1/1000: what a test says of a row.
using Said = std::tuple<Cause, std::string, long>;

class CompareTest : public testing::Test {
 protected:
  CompareTest() {
    world_.Sector("rail").Sector("nev");
    world_.Organization("p", "CHN").Organization("q", "CHN");
    world_.Organization("abroad", "JPN", "JPN");
  }
  // Four components of weight 1; two are assured in 2019 and in 2025.
  void FourItems() {
    for (const char* id : {"a", "b", "c", "d"}) world_.Item(id);
    for (const int year : {2019, 2025}) {
      Home("c", year, 60).Supply("c", year, "JPN", 40);
      Home("d", year, 70).Supply("d", year, "JPN", 30);
    }
  }
  test::TestWorld& Home(const std::string& item, int year, double quantity,
                        const std::string& supplier = "",
                        test::CsvRow more = {}) {
    more.insert({"supplier_id", supplier});
    return world_.Supply(item, year, "CHN", quantity, more);
  }
  test::TestWorld& Abroad(const std::string& item, int year, double quantity) {
    return world_.Supply(item, year, "JPN", quantity);
  }
  Comparison Compare(const Analysis& from, const Analysis& to,
                     const Scope& scope = {}) {
    Comparison c = CompareShares(from, to, scope);
    if (!c.share_from || !c.share_to) {
      EXPECT_THAT(c.rows, IsEmpty());
      return c;
    }
    double rows = 0, causes = 0;
    for (const CompareRow& row : c.rows) rows += row.change;
    for (const CauseSum& sum : c.causes) causes += sum.change;
    EXPECT_NEAR(rows, *c.share_to - *c.share_from, kWithin);
    EXPECT_NEAR(causes, *c.share_to - *c.share_from, kWithin);
    return c;
  }
  Comparison Years(int from = 2019, int to = 2025) {
    return Compare(*world_.Analyze(from), *world_.Analyze(to));
  }
  static std::vector<Said> Saying(const Comparison& comparison) {
    std::vector<Said> all;
    for (const CompareRow& row : comparison.rows) {
      all.emplace_back(row.cause, row.item_id, std::lround(row.change * 1000));
    }
    return all;
  }

  test::TestWorld world_;
};

// H rises from 2/4 to 3/4: what a needed was one new source.
TEST_F(CompareTest, ANewSource) {
  FourItems();
  Home("a", 2019, 0);
  Abroad("a", 2019, 100);
  Home("a", 2025, 60, "p");
  Abroad("a", 2025, 40);
  const Comparison c = Years();
  EXPECT_NEAR(*c.share_from, 0.5, kWithin);
  EXPECT_NEAR(*c.share_to, 0.75, kWithin);
  EXPECT_THAT(Saying(c), ElementsAre(Said(Cause::kNewSource, "a", 250)));
  EXPECT_THAT(c.rows[0].sources, ElementsAre("p"));
  EXPECT_NEAR(*c.rows[0].assured_from, 0, kWithin);
  EXPECT_NEAR(*c.rows[0].assured_to, 0.6, kWithin);
  ASSERT_EQ(c.causes.size(), 1u);
  EXPECT_EQ(c.causes[0].items, 1);
}

TEST_F(CompareTest, ALostSource) {
  FourItems();
  Home("a", 2019, 50, "p");
  Home("a", 2019, 20, "q");
  Abroad("a", 2019, 30);
  Home("a", 2025, 20, "q");
  Abroad("a", 2025, 80);
  const Comparison c = Years();
  EXPECT_THAT(Saying(c), ElementsAre(Said(Cause::kLostSource, "a", -250)));
  EXPECT_THAT(c.rows[0].sources, ElementsAre("p"));
}

// D_i (METHOD 2.3) doubles to 200 and what home makes falls from 60 to 45.
// Demand alone: 60/200; volume alone: 45/100. Each suffices, and either order
// credits the first: half each.
TEST_F(CompareTest, DemandAndVolumeShareWhatEachWouldDo) {
  FourItems();
  Home("a", 2019, 60, "p");
  Abroad("a", 2019, 40);
  Home("a", 2025, 45, "p");
  Abroad("a", 2025, 155);
  EXPECT_THAT(Saying(Years()), ElementsAre(Said(Cause::kVolume, "a", -125),
                                           Said(Cause::kDemand, "a", -125)));
}

// {new source} 50/100 reaches θ, {volume} 40/100 does not, both do: every
// order credits the new source.
TEST_F(CompareTest, WhatWasNotNeededHasNoPart) {
  FourItems();
  Home("a", 2019, 35, "p");
  Abroad("a", 2019, 65);
  Home("a", 2025, 40, "p");
  Home("a", 2025, 15, "q");
  Abroad("a", 2025, 45);
  EXPECT_THAT(Saying(Years()), ElementsAre(Said(Cause::kNewSource, "a", 250)));
}

// Three causes: a new source of 20, growth from 20 to 30, demand from 100 to
// 80. Sets that reach 0.5: {new, volume} 50/100 and all three 50/80;
// {new, demand} 40/80 too; {volume, demand} 30/80 not. Of the six orders
// new is decisive in: vol,new; dem,new; vol,dem,new; dem,vol,new -> orders
// (v n d) (d n v) (v d n) (d v n) = 4; volume in (n v d) = 1; demand in
// (n d v) = 1.
TEST_F(CompareTest, ShapleyValuesOfThreeCauses) {
  FourItems();
  Home("a", 2019, 20, "p");
  Abroad("a", 2019, 80);
  Home("a", 2025, 30, "p");
  Home("a", 2025, 20, "q");
  Abroad("a", 2025, 30);
  const Comparison c = Years();
  ASSERT_EQ(c.rows.size(), 3u);
  EXPECT_EQ(c.rows[0].cause, Cause::kNewSource);
  EXPECT_NEAR(c.rows[0].change, 0.25 * 4 / 6, kWithin);
  EXPECT_EQ(c.rows[1].cause, Cause::kVolume);
  EXPECT_NEAR(c.rows[1].change, 0.25 / 6, kWithin);
  EXPECT_EQ(c.rows[2].cause, Cause::kDemand);
  EXPECT_NEAR(c.rows[2].change, 0.25 / 6, kWithin);
}

TEST_F(CompareTest, RequalificationControlAndLicence) {
  FourItems();
  world_.Item("e").Item("f");
  for (const char* id : {"a", "b", "e", "f"}) {
    Abroad(id, 2019, 40);
    Abroad(id, 2025, 40);
  }
  Home("a", 2019, 60, "p", {{"qualification", "prototype"}});
  Home("a", 2025, 60, "p", {{"qualification", "series"}});
  Home("b", 2019, 60, "p", {{"controller_country", "USA"}});
  Home("b", 2025, 60, "p", {{"controller_country", "CHN"}});
  Home("e", 2019, 60, "p");
  Home("e", 2025, 60, "p", {{"licence_countries", "USA"}});
  Home("f", 2019, 60, "p");
  Home("f", 2025, 60, "p",
       {{"qualification", "research"}, {"controller_country", "DEU"}});
  const Comparison c = Years();  // from 4 of 6 to 4 of 6
  EXPECT_NEAR(*c.share_from, 4.0 / 6, kWithin);
  EXPECT_NEAR(*c.share_to, 4.0 / 6, kWithin);
  EXPECT_THAT(Saying(c), ElementsAre(Said(Cause::kRequalification, "a", 167),
                                     Said(Cause::kControl, "b", 167),
                                     Said(Cause::kLicence, "e", -167),
                                     Said(Cause::kRequalification, "f", -83),
                                     Said(Cause::kControl, "f", -83)));
}

// A source without a name gets one: nothing new, but its qualification.
TEST_F(CompareTest, ASupplierThatIsNamedIsNoNewSource) {
  FourItems();
  Home("a", 2019, 60, "", {{"qualification", "research"}});
  Abroad("a", 2019, 40);
  Home("a", 2025, 60, "p", {{"qualification", "series"}});
  Abroad("a", 2025, 40);
  const Comparison c = Years();
  EXPECT_THAT(Saying(c), ElementsAre(Said(Cause::kRequalification, "a", 250)));
  EXPECT_THAT(c.rows[0].sources, ElementsAre("p"));
}

TEST_F(CompareTest, Response) {
  FourItems();
  Home("a", 2025, 60, "p");
  Abroad("a", 2025, 40);
  Home("b", 2019, 60, "p");
  Abroad("b", 2019, 40);
  const Comparison c = Years();
  EXPECT_THAT(Saying(c), ElementsAre(Said(Cause::kResponse, "a", 250),
                                     Said(Cause::kResponse, "b", -250)));
  EXPECT_FALSE(c.rows[0].assured_from.has_value());
  EXPECT_FALSE(c.rows[1].assured_to.has_value());
}

// A measure of its own in each year: by share there is no volume to compare.
TEST_F(CompareTest, AnotherMeasure) {
  FourItems();
  Home("a", 2019, 30, "p");
  Abroad("a", 2019, 70);
  world_.Share("a", 2025, "CHN", 0.6, {{"supplier_id", "p"}})
      .Share("a", 2025, "JPN", 0.4);
  EXPECT_THAT(Saying(Years()), ElementsAre(Said(Cause::kVolume, "a", 250)));
}

// a, b, c, d of weight 1, c and d assured: H = 2/4. Then b leaves, e of weight
// 2 enters assured, a weighs 3: 4/7. Nothing else changed, so the parts are
// Δw·((b − 1/2)/7 + (b − 4/7)/4)/2.
TEST_F(CompareTest, TheScopeChanges) {
  FourItems();
  for (const int year : {2019, 2025}) {
    Home("a", year, 10).Supply("a", year, "JPN", 90);
    Home("b", year, 10).Supply("b", year, "JPN", 90);
  }
  const auto before = world_.Analyze(2025);
  world_.Delete("items", {{"item_id", "b"}});
  world_.Item("a", "component", "rail", {{"weight", "3"}});
  world_.Item("e", "material", "rail", {{"weight", "2"}});
  Home("e", 2025, 80).Supply("e", 2025, "JPN", 20);
  const auto after = world_.Analyze(2025);
  const Comparison c = Compare(*before, *after);
  EXPECT_NEAR(*c.share_from, 0.5, kWithin);
  EXPECT_NEAR(*c.share_to, 4.0 / 7, kWithin);
  const auto part = [](double dw, double b) {
    return dw * ((b - 0.5) / 7 + (b - 4.0 / 7) / 4) / 2;
  };
  ASSERT_EQ(c.rows.size(), 3u);
  EXPECT_EQ(c.rows[0].cause, Cause::kWeight);
  EXPECT_EQ(c.rows[0].item_id, "a");
  EXPECT_NEAR(c.rows[0].change, part(2, 0), kWithin);
  EXPECT_EQ(c.rows[1].cause, Cause::kEntered);
  EXPECT_EQ(c.rows[1].item_id, "e");
  EXPECT_NEAR(c.rows[1].change, part(2, 1), kWithin);
  EXPECT_EQ(c.rows[2].cause, Cause::kLeft);
  EXPECT_EQ(c.rows[2].item_id, "b");
  EXPECT_NEAR(c.rows[2].change, part(-1, 0), kWithin);
  EXPECT_FALSE(c.rows[2].assured_to.has_value());
}

// One year at two read times: whatever the records say now, it is a
// correction, and what was corrected is said.
TEST_F(CompareTest, ACorrectionOfTheSameYear) {
  FourItems();
  Home("a", 2025, 40, "p");
  Abroad("a", 2025, 60);
  const auto before = world_.Analyze(2025);
  Home("a", 2025, 60, "p");
  Home("b", 2025, 90, "q");
  Abroad("b", 2025, 10);
  const Comparison c = Compare(*before, *world_.Analyze(2025));
  EXPECT_THAT(Saying(c),
              UnorderedElementsAre(Said(Cause::kCorrection, "a", 250),
                                   Said(Cause::kResponse, "b", 250)));
  for (const CompareRow& row : c.rows) {
    if (row.cause != Cause::kCorrection) continue;
    EXPECT_THAT(row.corrected, ElementsAre(Cause::kVolume, Cause::kDemand));
    EXPECT_THAT(row.sources, ElementsAre("p"));
  }
}

TEST_F(CompareTest, TwoCriteria) {
  FourItems();
  world_.Add("tests", {{"test_id", "t1"},
                       {"item_id", "d"},
                       {"organization_id", "p"},
                       {"lab_id", "q"},
                       {"date", "2025-06-30"},
                       {"property", "life"},
                       {"unit", "h"},
                       {"value", "1"}});
  Home("a", 2025, 60, "p", {{"qualification", "first_batch"}});
  Abroad("a", 2025, 40);
  AnalysisOptions options;
  options.year = 2025;
  const auto loose = world_.Analyze(options);
  options.criteria.id = "strict";
  options.criteria.minimum_qualification = Qualification::kSeries;
  const auto strict = world_.Analyze(options);
  EXPECT_THAT(Saying(Compare(*loose, *strict)),
              ElementsAre(Said(Cause::kCriteria, "a", -250)));
  options.criteria.valid_test = true;  // nobody is tested but p for d
  EXPECT_THAT(Saying(Compare(*loose, *world_.Analyze(options))),
              ElementsAre(Said(Cause::kCriteria, "a", -250),
                          Said(Cause::kCriteria, "c", -250),
                          Said(Cause::kCriteria, "d", -250)));
}

// The same criteria in both years ask for a test; it is of 2025.
TEST_F(CompareTest, ATestPassed) {
  FourItems();
  for (const int year : {2019, 2025}) {
    Home("a", year, 60, "p");
    Abroad("a", year, 40);
  }
  world_.Add("tests", {{"test_id", "t1"},
                       {"item_id", "a"},
                       {"organization_id", "p"},
                       {"lab_id", "q"},
                       {"date", "2025-06-30"},
                       {"property", "life"},
                       {"unit", "h"},
                       {"value", "1"}});
  AnalysisOptions options;
  options.criteria.valid_test = true;
  options.year = 2019;
  const auto before = world_.Analyze(options);
  options.year = 2025;
  EXPECT_THAT(Saying(Compare(*before, *world_.Analyze(options))),
              ElementsAre(Said(Cause::kTest, "a", 250)));
}

TEST_F(CompareTest, OneSectorAlone) {
  FourItems();
  world_.Item("n", "component", "nev");
  Home("n", 2019, 10, "p");
  Abroad("n", 2019, 90);
  Home("n", 2025, 90, "p");
  Abroad("n", 2025, 10);
  Scope nev;
  nev.sectors = {"nev"};
  EXPECT_THAT(
      Saying(Compare(*world_.Analyze(2019), *world_.Analyze(2025), nev)),
      ElementsAre(Said(Cause::kVolume, "n", 1000)));
}

TEST_F(CompareTest, WithoutDataThereIsNothingToCompare) {
  FourItems();
  const Comparison c = Years(2018, 2025);
  EXPECT_FALSE(c.share_from.has_value());
  EXPECT_THAT(c.rows, IsEmpty());
}

}  // namespace
}  // namespace qiangji::domain
