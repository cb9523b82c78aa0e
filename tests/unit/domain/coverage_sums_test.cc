// Coverage rows from sums that are kept, against those summed anew.
#include "services/domain/coverage_sums.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/domain/analysis_line.h"
#include "services/domain/coverage.h"
#include "services/domain/target.h"
#include "tests/support/world/test_world.h"
#include "tests/unit/domain/random_world.h"

namespace qiangji::domain {
namespace {

using test::TestWorld;
using ::testing::ElementsAre;

constexpr int kItems = 2600;  // three blocks

std::string IdOf(int i) { return absl::StrCat("i", i); }

template <typename T>
T Pick(std::mt19937& random, std::initializer_list<T> from) {
  return *(from.begin() + random() % from.size());
}

// Weights of a few kinds, or (`distinct`) each of its own.
void AddStructure(std::mt19937& random, bool distinct, TestWorld& world) {
  world.Sector("rail").Sector("nev").Sector("tools", false);
  world.Organization("home", "CHN").Organization("abroad", "JPN");
  for (int i = 0; i < kItems; ++i) {
    const double weight =
        distinct ? static_cast<double>(random() % 1000003) / 1000
                 : Pick(random, {0.0, 0.1, 0.3, 1.0, 1.0, 1.0, 2.0});
    world.Item(IdOf(i),
               Pick<const char*>(random, {"component", "component", "material",
                                          "process", "equipment"}),
               Pick<const char*>(random, {"rail", "nev", "nev;rail", "tools"}),
               {{"weight", FormatNumber(weight)}});
    if (random() % 3 == 0) {
      world.Add("editions", {{"edition_id", "old"}, {"item_id", IdOf(i)}});
    }
  }
  for (int i = 0; i + 40 < kItems; ++i) {
    world.Input(IdOf(i), IdOf(i + 1 + static_cast<int>(random() % 39)), 0.4);
  }
}

void ChangeOne(std::mt19937& random, TestWorld& world) {
  const std::string item = IdOf(static_cast<int>(random() % kItems));
  const int year = 2023 + static_cast<int>(random() % 3);
  const double quantity = 1 + static_cast<double>(random() % 100);
  switch (random() % 7) {
    case 0:
    case 1:
      world.Supply(item, year, "CHN", quantity,
                   {{"value_cny", absl::StrCat(quantity / 7)}});
      break;
    case 2:
      world.Supply(
          item, year, "JPN", quantity,
          {{"value_cny", absl::StrCat(quantity / 3)}, {"evidence", "audited"}});
      break;
    case 3:
      world.Supply(item, year, "CHN", quantity,
                   {{"supplier_id", "home"},
                    {"qualification", "prototype"},
                    {"evidence", "estimated"}});
      break;
    case 4:
      world.Delete("supply", {{"item_id", item},
                              {"year", absl::StrCat(year)},
                              {"origin_country", "JPN"}});
      break;
    case 5:
      world.Demand(item, year, {{"quantity", absl::StrCat(2 * quantity)}});
      break;
    default:
      world.Add("editions", {{"edition_id", "old"}, {"item_id", item}});
  }
}

void ExpectSameItems(const CoverageRow& a, const CoverageRow& b) {
  const std::string what = absl::StrCat(a.sector, "/", a.category);
  EXPECT_EQ(a.items, b.items) << what;
  EXPECT_EQ(a.items_with_data, b.items_with_data) << what;
  EXPECT_EQ(a.items_blank, b.items_blank) << what;
  EXPECT_EQ(a.items_made, b.items_made) << what;
  EXPECT_EQ(a.assured_items, b.assured_items) << what;
  EXPECT_EQ(a.penetrated_items, b.penetrated_items) << what;
  EXPECT_EQ(a.weight, b.weight) << what;
  EXPECT_EQ(a.weight_with_data, b.weight_with_data) << what;
  EXPECT_EQ(a.items_short, b.items_short) << what;
  EXPECT_EQ(a.items_with_inputs, b.items_with_inputs) << what;
  EXPECT_EQ(a.items_with_complete_inputs, b.items_with_complete_inputs) << what;
}

void ExpectSameShares(const CoverageRow& a, const CoverageRow& b) {
  const std::string what = absl::StrCat(a.sector, "/", a.category);
  EXPECT_EQ(a.share, b.share) << what;
  EXPECT_EQ(a.share_documented, b.share_documented) << what;
  EXPECT_EQ(a.share_of_known, b.share_of_known) << what;
  EXPECT_EQ(a.share_upper, b.share_upper) << what;
  EXPECT_EQ(a.value_share, b.value_share) << what;
  EXPECT_EQ(a.value_cny, b.value_cny) << what;
  EXPECT_EQ(a.penetrated_share, b.penetrated_share) << what;
  EXPECT_EQ(a.penetrated_upper, b.penetrated_upper) << what;
  EXPECT_EQ(a.sensitivity, b.sensitivity) << what;
  EXPECT_EQ(a.penetrated_sensitivity, b.penetrated_sensitivity) << what;
  EXPECT_EQ(a.target, b.target) << what;
  EXPECT_EQ(a.gap, b.gap) << what;
  EXPECT_EQ(a.verdict, b.verdict) << what;
}

// What the figures rest on.
void ExpectSameRecords(const CoverageRow& a, const CoverageRow& b) {
  const std::string what = absl::StrCat(a.sector, "/", a.category);
  EXPECT_EQ(a.grade_items, b.grade_items) << what;
  EXPECT_EQ(a.grade_weight, b.grade_weight) << what;
  EXPECT_EQ(a.grade_assured_weight, b.grade_assured_weight) << what;
  EXPECT_EQ(a.grade_volume, b.grade_volume) << what;
  EXPECT_EQ(a.mean_age, b.mean_age) << what;
  EXPECT_EQ(a.max_age, b.max_age) << what;
  EXPECT_EQ(a.newest_data_year, b.newest_data_year) << what;
  EXPECT_EQ(a.oldest_data_year, b.oldest_data_year) << what;
  EXPECT_EQ(a.data_years, b.data_years) << what;
}

// Equal to the bit: nothing is summed in another order.
void ExpectSame(const CoverageRow& a, const CoverageRow& b) {
  ASSERT_EQ(a.sector, b.sector);
  ASSERT_EQ(a.category, b.category);
  ExpectSameItems(a, b);
  ExpectSameShares(a, b);
  ExpectSameRecords(a, b);
}

void ExpectSameTable(const Analysis& a, const Analysis& b) {
  const CoverageBy both{.sector = true, .category = true};
  const auto rows = ComputeCoverage(a, both), others = ComputeCoverage(b, both);
  ASSERT_EQ(rows.size(), others.size());
  for (std::size_t k = 0; k < rows.size(); ++k) ExpectSame(rows[k], others[k]);
  const Scope several{.sectors = {"nev", "tools"}, .categories = {"process"}};
  ExpectSame(ComputeRow(a, several), ComputeRow(b, several));
}

class CoverageSumsTest : public testing::TestWithParam<int> {
 protected:
  CoverageSumsTest() : random_(static_cast<unsigned>(GetParam())) {
    AddStructure(random_, GetParam() % 2 == 1, world_);
    for (int k = 0; k < 3 * kItems; ++k) ChangeOne(random_, world_);
    world_.Add("targets", {{"target_id", "t"},
                           {"metric", "share"},
                           {"year", "2025"},
                           {"value", "0.6"}});
    options_.year = 2025;
    options_.home = {Country::Of("CHN")};
    if (GetParam() >= 2) options_.carry_forward = 2;
    if (GetParam() >= 4) options_.edition = "old";
  }
  std::mt19937 random_;
  TestWorld world_;
  AnalysisOptions options_;
};

TEST_P(CoverageSumsTest, FollowChangesToTheBit) {
  AnalysisLine line(world_.Analyze(options_));
  for (int step = 0; step < 12; ++step) {
    for (int k = step % 3; k >= 0; --k) ChangeOne(random_, world_);
    const auto updated = line.Advance(world_.World());
    ASSERT_NE(updated, nullptr);
    // The table of some pictures is never asked for.
    if (step % 4 == 1) continue;
    ExpectSameTable(*updated, *world_.Analyze(options_));
    if (HasFailure()) FAIL() << "step " << step;
  }
}

// Sums of one item after the other, as METHOD 4.2 says it.
TEST_P(CoverageSumsTest, AreThoseOfTheItems) {
  const auto analysis = world_.Analyze(options_);
  for (const Scope& scope :
       {Scope{}, Scope{.sectors = {"nev"}, .categories = {}},
        Scope{.sectors = {"nev", "rail"}, .categories = {"material"}},
        Scope{.sectors = {"none"}, .categories = {}}}) {
    const CoverageRow row = ComputeRow(*analysis, scope);
    double weight = 0, assured = 0, upper = 0;
    int with_data = 0;
    std::vector<ItemIndex> without;
    const std::vector<ItemIndex> items = ItemsOf(*analysis, scope);
    for (const ItemIndex i : items) {
      const double w = analysis->world->structure()
                           .items[static_cast<std::size_t>(i)]
                           .weight;
      const ItemFigures& f = analysis->balance[i];
      weight += w;
      with_data += f.has_data();
      if (f.has_data() && AtLeast(f.assured, 0.5)) assured += w;
      if (!f.has_data() || AtLeast(f.upper, 0.5)) upper += w;
      if (!f.has_data()) without.push_back(i);
    }
    EXPECT_EQ(row.items, static_cast<int>(items.size()));
    EXPECT_EQ(row.items_with_data, with_data);
    EXPECT_NEAR(row.weight, weight, 1e-9 * weight);
    EXPECT_NEAR(row.assured_weight, assured, 1e-9 * weight);
    EXPECT_EQ(row.share.has_value(), with_data > 0);
    if (weight > 0) {
      EXPECT_NEAR(*row.share_upper, upper / weight, 1e-9);
    }
    EXPECT_EQ(ItemsWithoutData(*analysis, scope, items.size()), without);
    without.resize(std::min<std::size_t>(without.size(), 3));
    EXPECT_EQ(ItemsWithoutData(*analysis, scope, 3), without);
  }
}

// METHOD 4.3: the fewest items, heaviest first; of equal weight the nearest.
TEST_P(CoverageSumsTest, FewestItemsThatCloseAGap) {
  const auto analysis = world_.Analyze(options_);
  const auto weight = [&](ItemIndex i) {
    return analysis->world->structure()
        .items[static_cast<std::size_t>(i)]
        .weight;
  };
  for (const Scope& scope :
       {Scope{}, Scope{.sectors = {"nev"}, .categories = {"component"}},
        Scope{.sectors = {"nev", "rail"}, .categories = {}}}) {
    const CoverageRow row = ComputeRow(*analysis, scope);
    for (int percent = 5; percent <= 105; percent += 5) {
      const double target = percent / 100.0;
      const std::vector<ItemIndex> closing =
          ClosingItems(*analysis, scope, target);
      EXPECT_EQ(ScopeSums(*analysis, scope).ItemsShort(target),
                static_cast<int>(closing.size()))
          << percent;
      double reached = row.assured_weight;
      for (std::size_t k = 0; k < closing.size(); ++k) {
        EXPECT_FALSE(AtLeast(reached / row.weight, target)) << percent;
        reached += weight(closing[k]);
        if (k == 0) continue;
        EXPECT_TRUE(ClosesFirst(*analysis, closing[k - 1], closing[k]));
      }
      if (percent <= 100) {
        EXPECT_TRUE(AtLeast(reached / row.weight, target)) << percent;
      }
      const auto first = ClosingItems(*analysis, scope, target, 2);
      EXPECT_TRUE(std::equal(first.begin(), first.end(), closing.begin()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, CoverageSumsTest, testing::Range(0, 6));

TEST(CoverageSums, DoNotDependOnTheOrderOfRows) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    const RandomWorld world(seed);
    AnalysisOptions options;
    options.year = 2025;
    options.home = {Country::Of("CHN")};
    std::vector<std::shared_ptr<const Analysis>> analyses;
    for (const unsigned shuffle : {0u, seed + 1}) {
      TestWorld made;
      for (const auto& [table, row] : world.Rows(shuffle)) made.Add(table, row);
      analyses.push_back(made.Analyze(options));
    }
    const CoverageBy both{.sector = true, .category = true};
    const auto rows = ComputeCoverage(*analyses[0], both);
    const auto others = ComputeCoverage(*analyses[1], both);
    ASSERT_EQ(rows.size(), others.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      ExpectSame(rows[k], others[k]);
    }
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(CoverageSums, ABlockThatNothingTouchedIsShared) {
  TestWorld world;
  world.Sector("rail");
  for (int i = 0; i < kItems; ++i) {
    world.Item(absl::StrCat("i", 10000 + i));
    world.Supply(absl::StrCat("i", 10000 + i), 2025, "CHN", 1);
    world.Supply(absl::StrCat("i", 10000 + i), 2025, "JPN", 2);
  }
  const auto first = world.Analyze(2025);
  AnalysisLine line(first);
  ComputeCoverage(*first, {});
  world.Supply("i11500", 2025, "CHN", 10);
  const auto next = line.Advance(world.World());
  ASSERT_NE(next, nullptr);
  std::vector<bool> shared;
  for (std::size_t b = 0; b < first->coverage.size(); ++b) {
    shared.push_back(&first->coverage.Get(*first, b) ==
                     &next->coverage.Get(*next, b));
  }
  EXPECT_THAT(shared, ElementsAre(true, false, true));
  EXPECT_EQ(ComputeRow(*next, {}).assured_items, 1);
}

}  // namespace
}  // namespace qiangji::domain
