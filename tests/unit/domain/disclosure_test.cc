// METHOD 4.6: the rules of one cell and of one item.
#include "services/domain/disclosure.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr DisclosureRule kRule;  // n = 3, p = 15 %

TEST(IsSensitiveTest, ByTheNumberOfContributors) {
  EXPECT_FALSE(IsSensitive({}, kRule));
  EXPECT_FALSE(IsSensitive({0, 0}, kRule));
  EXPECT_TRUE(IsSensitive({5}, kRule));
  EXPECT_TRUE(IsSensitive({5, 5, 0}, kRule));
  EXPECT_FALSE(IsSensitive({5, 5, 5}, kRule));
  EXPECT_TRUE(IsSensitive({5, 5, 5}, {.least_contributors = 4}));
}

TEST(IsSensitiveTest, ByThePPercentRule) {
  // The second, 30, knows the largest, 100, to within the rest: 14 < 15.
  EXPECT_TRUE(IsSensitive({100, 30, 14}, kRule));
  EXPECT_TRUE(IsSensitive({7, 100, 30, 7}, kRule));
  EXPECT_FALSE(IsSensitive({100, 30, 15}, kRule));
  EXPECT_FALSE(IsSensitive({100, 30, 8, 7}, kRule));
  EXPECT_FALSE(IsSensitive({100, 30, 14}, {.p = 0.14}));
}

TEST(BandTest, FiveOfThem) {
  const std::vector<double> shares = {0,    0.0499, 0.05, 0.1499, 0.15,
                                      0.29, 0.3,    0.49, 0.5,    1};
  std::vector<std::string> texts;
  texts.reserve(shares.size());
  for (const double share : shares) {
    texts.emplace_back(ToText(BandOf(share)));
  }
  EXPECT_THAT(texts,
              ElementsAre("<5%", "<5%", "5-15%", "5-15%", "15-30%", "15-30%",
                          "30-50%", "30-50%", ">=50%", ">=50%"));
}

TEST(BandTest, WhereFewPrivateGroupsStandBehindIt) {
  EXPECT_FALSE(IsBanded(0, kRule));
  EXPECT_TRUE(IsBanded(1, kRule));
  EXPECT_TRUE(IsBanded(2, kRule));
  EXPECT_FALSE(IsBanded(3, kRule));
}

TEST(ContributorsTest, GroupsWithoutWhatIsPublished) {
  test::TestWorld world;
  world.Sector("rail")
      .Organization("head", "CHN")
      .Organization("works", "CHN", "", "head")
      .Organization("mill", "CHN", "", "head")
      .Organization("rival", "CHN")
      .Organization("known", "DEU");
  world.Item("part")
      .Supply("part", 2025, "CHN", 20, {{"supplier_id", "works"}})
      .Supply("part", 2025, "CHN", 10,
              {{"supplier_id", "mill"}, {"visibility", "public"}})
      .Supply("part", 2025, "CHN", 30,
              {{"supplier_id", "rival"}, {"visibility", "public"}})
      .Supply("part", 2025, "DEU", 25,
              {{"supplier_id", "known"}, {"evidence", "published"}})
      .Supply("part", 2025, "JPN", 15);
  world.Item("none");
  const auto analysis = world.Analyze(2025);
  const std::vector<ItemContributors> all = ContributorsOf(*analysis);
  ASSERT_THAT(all, SizeIs(2));
  const ItemContributors& part = all[test::IndexOf(*analysis, "part")];
  ASSERT_THAT(part.groups, SizeIs(2));
  std::vector<double> shares = {part.groups[0].share, part.groups[1].share};
  EXPECT_THAT(shares, testing::UnorderedElementsAre(testing::DoubleEq(0.3),
                                                    testing::DoubleEq(0.3)));
  EXPECT_EQ(part.private_groups, 1);  // head, by works
  EXPECT_THAT(all[test::IndexOf(*analysis, "none")].groups, SizeIs(0));
}

}  // namespace
}  // namespace qiangji::domain
