// Analyses made from the one before, against those made anew.
#include "services/domain/analysis_line.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using test::FindingsOf;
using test::TestWorld;

constexpr int kItems = 600;  // three pages of the balance

std::string IdOf(int i) { return absl::StrCat("i", i); }

// A chain of products with some inputs further down, and one loop.
void AddStructure(std::mt19937& random, TestWorld& world) {
  world.Sector("rail");
  world.Organization("home", "CHN").Organization("abroad", "JPN");
  for (int i = 0; i < kItems; ++i) {
    world.Item(IdOf(i), i % 7 == 0 ? "material" : "component");
  }
  for (int i = 0; i + 1 < kItems; ++i) {
    if (i % 5 != 0) world.Input(IdOf(i), IdOf(i + 1), 0.3);
    const int other = static_cast<int>(random() % kItems);
    if (other != i && other != i + 1) {
      world.Input(IdOf(i), IdOf(other), 0.2);
    }
  }
}

void ChangeOne(std::mt19937& random, TestWorld& world) {
  const std::string item = IdOf(static_cast<int>(random() % kItems));
  const int year = 2023 + static_cast<int>(random() % 3);
  const double quantity = 1 + static_cast<double>(random() % 100);
  switch (random() % 6) {
    case 0:
      world.Supply(item, year, "CHN", quantity);
      break;
    case 1:
      world.Supply(item, year, "JPN", quantity);
      break;
    case 2:
      world.Supply(item, year, "CHN", quantity,
                   {{"supplier_id", "home"},
                    {"qualification", "prototype"},
                    {"reporter_id", "home"}});
      break;
    case 3:
      world.Delete("supply", {{"item_id", item},
                              {"year", absl::StrCat(year)},
                              {"origin_country", "JPN"}});
      break;
    case 4:
      world.Demand(item, year, {{"quantity", absl::StrCat(2 * quantity)}});
      break;
    default:
      world.Delete("demand", {{"item_id", item}, {"year", absl::StrCat(year)}});
  }
}

void ExpectNear(const Content& updated, const Content& fresh) {
  ASSERT_EQ(updated.share.size(), fresh.share.size());
  for (std::size_t i = 0; i < fresh.share.size(); ++i) {
    ASSERT_NEAR(updated.share[i], fresh.share[i], updated.error + fresh.error);
  }
  EXPECT_LE(updated.error, AnalysisLine::kMostError);
}

void ExpectSame(const Analysis& updated, const Analysis& fresh) {
  ASSERT_EQ(updated.balance.size(), fresh.balance.size());
  for (std::size_t k = 0; k < fresh.balance.size(); ++k) {
    const auto i = static_cast<ItemIndex>(k);
    const ItemFigures& a = updated.balance[i];
    const ItemFigures& b = fresh.balance[i];
    ASSERT_EQ(a.state, b.state) << k;
    ASSERT_EQ(a.data_year, b.data_year) << k;
    ASSERT_EQ(a.assured, b.assured) << k;
    ASSERT_EQ(a.upper, b.upper) << k;
    ASSERT_EQ(a.demand, b.demand) << k;
    ASSERT_EQ(a.hhi_country, b.hhi_country) << k;
    ASSERT_EQ(updated.balance.OriginsOf(i).size(),
              fresh.balance.OriginsOf(i).size());
    ASSERT_EQ(updated.balance.MakersOf(i).size(),
              fresh.balance.MakersOf(i).size());
  }
  EXPECT_EQ(FindingsOf(updated).size(), FindingsOf(fresh).size());
  EXPECT_EQ(updated.leaf, fresh.leaf);
  ExpectNear(updated.lower, fresh.lower);
  ExpectNear(updated.upper, fresh.upper);
  ExpectNear(updated.located, fresh.located);
}

std::size_t SharedPages(const Balance& a, const Balance& b) {
  std::size_t shared = 0;
  for (std::size_t k = 0; k < a.pages().size(); ++k) {
    shared += a.pages()[k] == b.pages()[k] ? 1u : 0u;
  }
  return shared;
}

class AnalysisLineTest : public testing::Test {
 protected:
  AnalysisLineTest() {
    AddStructure(random_, world_);
    for (int k = 0; k < 2 * kItems; ++k) ChangeOne(random_, world_);
    options_.year = 2025;
    options_.home = {Country::Of("CHN")};
  }
  std::mt19937 random_{7};
  TestWorld world_;
  AnalysisOptions options_;
};

TEST_F(AnalysisLineTest, FollowsEveryChangeOfSupplyAndDemand) {
  for (const int carry : {0, 2}) {
    options_.carry_forward = carry;
    AnalysisLine line(world_.Analyze(options_));
    for (int step = 0; step < 200; ++step) {
      for (int k = step % 3; k >= 0; --k) ChangeOne(random_, world_);
      const auto updated = line.Advance(world_.World());
      ASSERT_NE(updated, nullptr) << step;
      EXPECT_EQ(updated->world, world_.World());
      ExpectSame(*updated, *world_.Analyze(options_));
      if (HasFatalFailure()) FAIL() << "step " << step;
    }
  }
}

TEST_F(AnalysisLineTest, PicturesMayBePassedOver) {
  AnalysisLine line(world_.Analyze(options_));
  for (int step = 0; step < 20; ++step) {
    ChangeOne(random_, world_);
    world_.World();
  }
  const auto updated = line.Advance(world_.World());
  ASSERT_NE(updated, nullptr);
  ExpectSame(*updated, *world_.Analyze(options_));
}

TEST_F(AnalysisLineTest, WhatDidNotChangeIsShared) {
  const auto first = world_.Analyze(options_);
  AnalysisLine line(first);
  world_.Supply("i0", 2025, "CHN", 12345);
  const auto updated = line.Advance(world_.World());
  ASSERT_NE(updated, nullptr);
  EXPECT_EQ(updated->balance.pages().size(), 3u);
  EXPECT_EQ(SharedPages(first->balance, updated->balance), 2u);
  // A change of another year changes nothing.
  world_.Supply("i0", 2019, "CHN", 1).Supply("i0", 2020, "CHN", 1);
  const auto other = line.Advance(world_.World());
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(SharedPages(updated->balance, other->balance), 3u);
}

TEST_F(AnalysisLineTest, TheSamePictureIsTheSameAnalysis) {
  AnalysisLine line(world_.Analyze(options_));
  const auto last = line.last();
  EXPECT_EQ(line.Advance(world_.World()), last);
}

TEST_F(AnalysisLineTest, OtherStructureIsMadeAnew) {
  AnalysisLine line(world_.Analyze(options_));
  const auto last = line.last();
  world_.Item("another");
  EXPECT_EQ(line.Advance(world_.World()), nullptr);
  EXPECT_EQ(line.last(), last);
}

TEST_F(AnalysisLineTest, TestsAreMadeAnewWhereTheCriteriaAskForThem) {
  options_.criteria.valid_test = true;
  AnalysisLine line(world_.Analyze(options_));
  world_.Add("tests", {{"test_id", "t1"},
                       {"item_id", "i1"},
                       {"organization_id", "home"},
                       {"lab_id", "home"},
                       {"date", "2024-01-01"},
                       {"property", "life"},
                       {"unit", "h"},
                       {"value", "5"}});
  EXPECT_EQ(line.Advance(world_.World()), nullptr);
  options_.criteria.valid_test = false;
  AnalysisLine other(world_.Analyze(options_));
  world_.Add("milestones", {{"item_id", "i1"},
                            {"stage", "series"},
                            {"organization_id", "home"},
                            {"date", "2024-01-01"}});
  EXPECT_NE(other.Advance(world_.World()), nullptr);
}

TEST_F(AnalysisLineTest, ManyChangesAreMadeAnew) {
  AnalysisLine line(world_.Analyze(options_));
  for (int i = 0; i < kItems / 2; ++i) {
    world_.Supply(IdOf(i), 2025, "DEU", 3 + i);
  }
  EXPECT_EQ(line.Advance(world_.World()), nullptr);
}

}  // namespace
}  // namespace qiangji::domain
