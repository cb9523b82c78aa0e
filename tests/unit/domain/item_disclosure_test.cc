// METHOD 4.6, "Items": whose figures are given as bands, to whom.
#include "services/domain/item_disclosure.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using test::TestWorld;

const Audience kAnalyst{};
const Audience kStranger{false, ""};
Audience Enterprise(const std::string& id) { return {false, id}; }

// "product" is made of "shared", "shared" of "narrow"; "wide", "open" and
// "foreign" go into nothing.
class ItemDisclosureTest : public testing::Test {
 protected:
  ItemDisclosureTest() {
    world_.Sector("rail");
    for (const char* id : {"a", "b", "c", "d"}) world_.Organization(id, "CHN");
    world_.Organization("a-works", "CHN", "", "a");
    // Two groups: a and b.
    world_.Item("none").Item("narrow");
    Sell("narrow", {"a", "a-works", "b"}, "private");
    // Three.
    world_.Item("wide");
    Sell("wide", {"a", "b", "c"}, "private");
    // Two, of which one is public.
    world_.Item("half");
    Sell("half", {"d"}, "private");
    Sell("half", {"b"}, "public");
    world_.Item("open");
    Sell("open", {"a"}, "public");
    world_.Supply("open", 2025, "CHN", 5,
                  {{"supplier_id", "c"}, {"evidence", "published"}});
    // Totals that name nobody.
    world_.Item("shared").Item("product");
    for (const char* id : {"shared", "product"}) {
      world_.Supply(id, 2025, "CHN", 50).Supply(id, 2025, "JPN", 50);
    }
    world_.Input("shared", "narrow", 0.2).Input("product", "shared", 0.2);
    // A buyer's report of what came from abroad.
    world_.Item("foreign")
        .Supply("foreign", 2025, "CHN", 0)
        .Supply("foreign", 2025, "JPN", 7,
                {{"reporter_id", "d"}, {"side", "buyer"}});
  }

  void Sell(const std::string& item, std::initializer_list<const char*> makers,
            const std::string& visibility) {
    for (const char* maker : makers) {
      world_.Supply(item, 2025, "CHN", 10,
                    {{"supplier_id", maker}, {"visibility", visibility}});
    }
    world_.Supply(item, 2025, "JPN", 10);
  }

  // The items that are banded; of those whose content is, in brackets.
  std::string Banded(const Audience& audience, int least = 3) {
    const auto analysis = world_.Analyze(2025);
    const ItemDisclosure disclosure(*analysis, audience, {least, 0.15});
    std::string out;
    for (const char* id :
         {"narrow", "wide", "half", "open", "shared", "product", "foreign"}) {
      const auto i = static_cast<ItemIndex>(test::IndexOf(*analysis, id));
      if (disclosure.Banded(i)) out += std::string(id) + " ";
      if (disclosure.ContentBanded(i)) out += "(" + std::string(id) + ") ";
    }
    return out;
  }

  TestWorld world_;
};

TEST_F(ItemDisclosureTest, FewerThanThreeGroups) {
  EXPECT_EQ(Banded(kAnalyst), "");
  // Whoever knows that of the product could tell that of its inputs.
  EXPECT_EQ(Banded(kStranger),
            "narrow (narrow) half (half) (shared) (product) foreign "
            "(foreign) ");
  EXPECT_EQ(Banded(kStranger, 4),
            "narrow (narrow) wide (wide) half (half) (shared) (product) "
            "foreign (foreign) ");
}

TEST_F(ItemDisclosureTest, ItsOwnRecordsAreNoSecretToAnEnterprise) {
  EXPECT_EQ(Banded(Enterprise("d")), "narrow (narrow) (shared) (product) ");
  // b would be told by what is left.
  EXPECT_EQ(Banded(Enterprise("a")),
            "narrow (narrow) half (half) (shared) (product) foreign "
            "(foreign) ");
}

TEST_F(ItemDisclosureTest, RecordsThatAreNotUsedProtectNobody) {
  const auto all = world_.Analyze(2025);
  world_.Supply("wide", 2025, "CHN", 10,
                {{"supplier_id", "c"}, {"evidence", "illustrative"}});
  AnalysisOptions options;
  options.year = 2025;
  options.min_evidence = Grade::kDeclared;
  const auto analysis = world_.Analyze(options);
  const auto wide = static_cast<ItemIndex>(test::IndexOf(*analysis, "wide"));
  EXPECT_FALSE(ItemDisclosure(*all, kStranger, {}).Banded(wide));
  EXPECT_TRUE(ItemDisclosure(*analysis, kStranger, {}).Banded(wide));
}

TEST_F(ItemDisclosureTest, RecordsThatMayBeShown) {
  const auto world = world_.World();
  const auto all = [&](const char* item, const Audience& audience) {
    const Structure& structure = world->structure();
    const Number number =
        structure.items[static_cast<std::size_t>(structure.FindItem(item))]
            .number;
    return MayShowAll(*world, number, 2025, audience);
  };
  EXPECT_TRUE(all("narrow", kAnalyst));
  EXPECT_FALSE(all("narrow", Enterprise("a")));
  // The total from abroad is nobody's, and private.
  EXPECT_FALSE(all("open", kStranger));
  EXPECT_TRUE(all("none", kStranger));
}

}  // namespace
}  // namespace qiangji::domain
