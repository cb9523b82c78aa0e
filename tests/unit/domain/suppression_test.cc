// METHOD 4.6: what must go with the cells that may not be shown.
#include "services/domain/suppression.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/domain/stop.h"

namespace qiangji::domain {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two by two parts, one measure without a known bound, and the cells
//   0 1 | 2        10 20 | 30
//   3 4 | 5        40 50 | 90
//   6 7 | 8        50 70 | 120
ProtectedTable Square() {
  ProtectedTable table;
  table.measures = {{{10, 20, 40, 50}, std::vector<double>(4, kUnbounded)}};
  for (const auto& [parts, loss] :
       std::vector<std::pair<std::vector<int>, double>>{{{0}, 1},
                                                        {{1}, 2},
                                                        {{0, 1}, 10},
                                                        {{2}, 4},
                                                        {{3}, 5},
                                                        {{2, 3}, 10},
                                                        {{0, 2}, 10},
                                                        {{1, 3}, 10},
                                                        {{0, 1, 2, 3}, 100}}) {
    TableCell& cell = table.cells.emplace_back();
    cell.parts = parts;
    cell.loss = loss;
  }
  return table;
}

TEST(SuppressionTest, NothingToProtectIsUntouched) {
  const auto out = Suppress(Square(), 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_THAT(out->withheld, Each(false));
  EXPECT_THAT(out->exposed, IsEmpty());
}

TEST(SuppressionTest, ByHand) {
  // 10 alone is 30 − 20 and 50 − 40. The four inner cells go, as any cycle
  // through it must: each then moves by 10 down at least, and 20 up.
  ProtectedTable table = Square();
  table.cells[0].sensitive = true;
  const auto out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_THAT(out->withheld, ElementsAre(true, true, false, true, true, false,
                                         false, false, false));
  EXPECT_THAT(out->exposed, IsEmpty());
}

TEST(SuppressionTest, OneThatIsAloneInItsTableNeedsNoOther) {
  ProtectedTable table;
  table.measures = {{{3}, {9}}};
  table.cells.emplace_back().parts = {0};
  table.cells[0].sensitive = true;
  const auto out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_THAT(out->withheld, ElementsAre(true));
}

TEST(SuppressionTest, WhatIsPubliclyKnownToBeFullOnlyHasToFall) {
  // 5 of at most 5 and 4 of 10, together 9: the first can fall by 0.75 as the
  // second rises, but neither can rise above what is known.
  ProtectedTable table;
  table.measures = {{{5, 4}, {5, 10}}};
  for (const std::vector<int>& parts :
       std::vector<std::vector<int>>{{0}, {1}, {0, 1}}) {
    table.cells.emplace_back().parts = parts;
  }
  table.cells[0].sensitive = true;
  table.cells[2].loss = 10;
  const Protection first = ProtectionOf(table, 0, 0, 0.15 * 5);
  EXPECT_NEAR(first.low, 4.25, 1e-3);
  EXPECT_EQ(first.high, 5);
  const auto out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  // The second must be able to fall to 3.4 as well, and then 9 is not the sum.
  EXPECT_THAT(out->withheld, ElementsAre(true, true, true));
}

TEST(SuppressionTest, CountsMoveByOneWhereNothingIsKept) {
  // 1 0.5 | 1.5
  // 2 3   | 5
  ProtectedTable table = Square();
  table.measures[0].values = {1, 0.5, 2, 3};
  table.measures[0].most = {4, 4, 4, 4};
  table.measures[0].step = 1;
  const Protection one = ProtectionOf(table, 0, 0, 1);
  EXPECT_EQ(one.low, 0);
  EXPECT_NEAR(one.high, 2, 1e-3);
  table.cells[0].sensitive = true;
  for (TableCell& cell : table.cells) cell.keep = cell.parts.size() > 1;
  auto out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  // By p the four inner cells go. That the first may be 2 its total would have
  // to go as well, for the second cannot fall by 1; but the total is kept.
  EXPECT_THAT(out->withheld, ElementsAre(true, true, false, true, true, false,
                                         false, false, false));
  for (TableCell& cell : table.cells) cell.keep = false;
  out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_TRUE(out->withheld[2]);
  EXPECT_THAT(out->exposed, IsEmpty());
}

TEST(SuppressionTest, NestedMeasuresMoveTogether) {
  // Of each part all that has data is assured. The inner measure of the first
  // can rise only with the outer one.
  ProtectedTable table = Square();
  table.measures.push_back(table.measures[0]);
  table.nestings = {{0, 1}};
  table.cells[0].sensitive = true;
  const auto out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_THAT(out->withheld, ElementsAre(true, true, false, true, true, false,
                                         false, false, false));
}

TEST(SuppressionTest, WhatWasShownBeforeStaysAndIsSaid) {
  ProtectedTable table = Square();
  table.cells[0].sensitive = true;
  // A row of an earlier table tells the cell: 30 − 20.
  table.cells[1].shown_before = table.cells[2].shown_before = true;
  auto out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_TRUE(out->withheld[0]);
  EXPECT_FALSE(out->withheld[1]);
  EXPECT_FALSE(out->withheld[2]);
  EXPECT_THAT(out->exposed, ElementsAre(0));
  // Only its sum with another: the row's total need not go.
  table.cells[1].shown_before = false;
  out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_THAT(out->exposed, IsEmpty());
  EXPECT_FALSE(out->withheld[2]);
  // It itself was.
  table.cells[0].shown_before = true;
  out = Suppress(table, 0.15);
  ASSERT_TRUE(out.ok()) << out.status();
  EXPECT_FALSE(out->withheld[0]);
  EXPECT_THAT(out->exposed, ElementsAre(0));
}

TEST(SuppressionTest, IsStopped) {
  ProtectedTable table = Square();
  table.cells[0].sensitive = true;
  Stop stop;
  stop.Request();
  EXPECT_EQ(Suppress(table, 0.15, &stop).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace qiangji::domain
