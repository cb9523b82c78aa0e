// METHOD 4.6: which rows of a coverage table go.
#include "services/domain/release_table.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int kYear = 2025;
constexpr DisclosureRule kRule;

class ReleaseTableTest : public testing::Test {
 protected:
  ReleaseTableTest() {
    world_.Sector("rail").Sector("nev").Sector("power");
    for (int g = 0; g < 5; ++g) {
      world_.Organization(absl::StrCat("maker-", g), "CHN");
    }
  }
  // Each of the makers sells so much, the rest comes from abroad, of nobody
  // named.
  void Item(const std::string& id, const std::string& category,
            const std::string& sectors, const std::vector<int>& makers,
            double each = 20) {
    world_.Item(id, category, sectors);
    double left = 100;
    for (const int maker : makers) {
      world_.Supply(id, kYear, "CHN", each,
                    {{"supplier_id", absl::StrCat("maker-", maker)}});
      left -= each;
    }
    if (makers.empty()) world_.Supply(id, kYear, "CHN", 0);
    world_.Supply(id, kYear, "JPN", left);
  }
  // Eight items: three assured, three made, two blank.
  void Eight(const std::string& category, const std::string& sector,
             const std::vector<int>& makers) {
    const double few = 40.0 / static_cast<double>(makers.size());
    for (int k = 0; k < 8; ++k) {
      Item(absl::StrCat(sector, "-", category, k), category, sector,
           k < 6 ? makers : std::vector<int>(), k < 3 ? 2 * few : few);
    }
  }
  // Rail components of two makers; all else has plenty of them.
  void Square() {
    Eight("component", "rail", {0, 1});
    Eight("material", "rail", {0, 1, 2, 3, 4});
    Eight("component", "nev", {0, 2, 3, 4});
    Eight("material", "nev", {0, 1, 2, 3, 4});
  }
  ReleaseTable Control(const std::vector<EarlierCell>& earlier = {}) {
    const auto table = ControlTable(*world_.Analyze(kYear), kRule, earlier);
    EXPECT_TRUE(table.ok()) << table.status();
    return *table;
  }
  static std::vector<std::string> Withheld(const ReleaseTable& table) {
    std::vector<std::string> names;
    for (const ReleaseCell& cell : table.cells) {
      if (cell.withheld) {
        names.push_back(absl::StrCat(cell.sector, "/", cell.category));
      }
    }
    return names;
  }

  test::TestWorld world_;
};

TEST_F(ReleaseTableTest, NothingToProtectIsUntouched) {
  Item("a", "component", "rail", {0, 1, 2});
  Item("b", "material", "nev", {0, 1, 2, 3});
  Item("c", "component", "rail;nev", {2, 3, 4});
  const ReleaseTable table = Control();
  EXPECT_THAT(Withheld(table), IsEmpty());
  EXPECT_THAT(table.exposed, IsEmpty());
}

TEST_F(ReleaseTableTest, ACellOfTwoMakersTakesOthersWithIt) {
  Square();
  const ReleaseTable table = Control();
  for (const ReleaseCell& cell : table.cells) {
    EXPECT_EQ(cell.sensitive,
              cell.sector == "rail" && cell.category == "component")
        << cell.sector << "/" << cell.category;
  }
  EXPECT_THAT(Withheld(table),
              UnorderedElementsAre("rail/component", "rail/material",
                                   "nev/component", "nev/material"));
  EXPECT_TRUE(table.Withholds("rail", "material"));
  EXPECT_FALSE(table.Withholds("rail", ""));
  EXPECT_FALSE(table.Withholds("", ""));
  EXPECT_FALSE(table.Withholds("power", ""));
}

TEST_F(ReleaseTableTest, AnEarlierReleaseBinds) {
  Square();
  // Shown before, nev/material stays; then sums must go in its place.
  const ReleaseTable table = Control({{"nev", "material", false}});
  EXPECT_TRUE(table.Withholds("rail", "component"));
  EXPECT_FALSE(table.Withholds("nev", "material"));
  EXPECT_THAT(table.exposed, IsEmpty());
  // Withheld before, it stays withheld.
  EXPECT_TRUE(Control({{"nev", "", true}}).Withholds("nev", ""));
  // Its row and the other cell of the row tell the sensitive one.
  const ReleaseTable told =
      Control({{"rail", "", false}, {"rail", "material", false}});
  ASSERT_THAT(told.exposed, testing::SizeIs(1));
  EXPECT_EQ(told.cells[told.exposed[0]].category, "component");
}

TEST_F(ReleaseTableTest, OnlyItemsAreLeftOfARow) {
  Item("a", "component", "rail", {0});
  const auto analysis = world_.Analyze(kYear);
  CoverageRow row = ComputeRow(*analysis, Scope());
  row.sector = "rail";
  ASSERT_TRUE(row.share.has_value());
  Withhold(row);
  EXPECT_EQ(row.items, 1);
  EXPECT_EQ(row.year, kYear);
  EXPECT_EQ(row.sector, "rail");
  EXPECT_EQ(row.items_with_data, 0);
  EXPECT_FALSE(row.share.has_value());
  EXPECT_FALSE(row.share_upper.has_value());
  EXPECT_EQ(row.weight, 0);
}

}  // namespace
}  // namespace qiangji::domain
