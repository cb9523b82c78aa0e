// The core against the slow reference, and what must hold of every figure.
#include "tests/unit/domain/random_world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "services/domain/coverage.h"
#include "services/domain/marginal.h"
#include "services/domain/rank.h"

namespace qiangji::domain {
namespace {

constexpr unsigned kSeeds = 600;
constexpr double kWithin = 1e-9;

std::shared_ptr<const Analysis> AnalyzeRows(const RandomWorld& random,
                                            unsigned shuffle, int back) {
  test::TestWorld world;
  for (const auto& [table, row] : random.Rows(shuffle)) world.Add(table, row);
  AnalysisOptions options;
  options.year = 2025;
  options.carry_forward = back;
  return world.Analyze(options);
}

void ExpectSame(const char* what, const std::optional<double>& want,
                const std::optional<double>& got, double scale = 1) {
  ASSERT_EQ(want.has_value(), got.has_value()) << what;
  if (want) {
    EXPECT_NEAR(*want, *got, kWithin * scale) << what;
  }
}

void ExpectFigures(const test::RefFigures& want, const ItemFigures& got) {
  ASSERT_EQ(want.error, got.state == DataState::kError);
  ASSERT_EQ(want.data, got.has_data());
  ExpectSame("value", want.value, got.value_cny, 1000);
  if (!want.data) return;
  EXPECT_EQ(want.data_year, got.data_year);
  EXPECT_NEAR(want.q, got.supply, kWithin * 1000);
  EXPECT_NEAR(want.d, got.demand, kWithin * 1000);
  EXPECT_NEAR(want.located, got.located, kWithin);
  EXPECT_NEAR(want.assured, got.assured, kWithin);
  EXPECT_NEAR(want.documented, got.documented, kWithin);
  EXPECT_NEAR(want.upper, got.upper, kWithin);
  ExpectSame("ssr", want.ssr, got.ssr);
  ExpectSame("ssr_upper", want.ssr_upper, got.ssr_upper);
  ExpectSame("idr", want.idr, got.idr);
  ExpectSame("idr_upper", want.idr_upper, got.idr_upper);
  ExpectSame("hhi_country", want.hhi, got.hhi_country, 1e4);
  ExpectSame("hhi_country_low", want.hhi_low, got.hhi_country_low, 1e4);
  ExpectSame("hhi_country_high", want.hhi_high, got.hhi_country_high, 1e4);
  ExpectSame("hhi_supplier", want.hhi_supplier, got.hhi_supplier, 1e4);
  EXPECT_EQ(want.top_foreign, got.top_foreign.ToString());
  EXPECT_NEAR(want.top_foreign_share, got.top_foreign_share, kWithin);
  EXPECT_NEAR(want.assured_value_part, got.assured_value_part, kWithin);
}

void ExpectCoverage(const test::RefCoverage& want, const CoverageRow& got) {
  EXPECT_EQ(want.items, got.items);
  EXPECT_EQ(want.with_data, got.items_with_data);
  EXPECT_EQ(want.blank, got.items_blank);
  EXPECT_EQ(want.made, got.items_made);
  EXPECT_EQ(want.assured, got.assured_items);
  ExpectSame("share", want.share, got.share);
  ExpectSame("share_documented", want.documented, got.share_documented);
  ExpectSame("share_of_known", want.of_known, got.share_of_known);
  ExpectSame("share_upper", want.upper, got.share_upper);
  ExpectSame("value_share", want.value, got.value_share);
  ExpectSame("penetrated_share", want.penetrated, got.penetrated_share);
  ExpectSame("penetrated_upper", want.penetrated_upper, got.penetrated_upper);
}

TEST(RandomWorlds, AgreeWithTheReference) {
  int with_data = 0, errors = 0, carried = 0, cyclic_zero = 0;
  for (unsigned seed = 1; seed <= kSeeds && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld random(seed);
    const int back = static_cast<int>(seed % 4);
    const auto analysis = AnalyzeRows(random, 0, back);
    std::map<std::string, test::RefFigures> figures;
    for (const auto& [id, item] : random.ref.items) {
      SCOPED_TRACE(id);
      figures[id] = test::RefItemFigures(random.ref, id, 2025, back);
      ExpectFigures(figures[id], test::FiguresOf(*analysis, id));
      with_data += figures[id].data ? 1 : 0;
      errors += figures[id].error ? 1 : 0;
      carried += figures[id].data && figures[id].data_year < 2025 ? 1 : 0;
    }
    const test::RefContent content =
        test::RefContents(random.ref, 2025, figures);
    for (const auto& [id, item] : random.ref.items) {
      SCOPED_TRACE(id);
      const std::size_t k = test::IndexOf(*analysis, id);
      EXPECT_NEAR(content.lower.at(id), analysis->lower.share[k], 1e-8);
      EXPECT_NEAR(content.upper.at(id), analysis->upper.share[k], 1e-8);
      EXPECT_NEAR(content.located.at(id), analysis->located.share[k], 1e-8);
      cyclic_zero += content.upper.at(id) == 0 ? 1 : 0;
    }
    for (const std::string sector : {"", "rail", "nev"}) {
      SCOPED_TRACE(sector);
      Scope scope;
      if (!sector.empty()) scope.sectors = {sector};
      ExpectCoverage(test::RefCover(random.ref, sector, 0.5, figures, content),
                     ComputeRow(*analysis, scope));
    }
  }
  // The worlds hold what they are meant to hold.
  EXPECT_GT(with_data, 1000);
  EXPECT_GT(errors, 50);
  EXPECT_GT(carried, 100);
  EXPECT_GT(cyclic_zero, 10);
}

TEST(RandomWorlds, SharesAreShares) {
  for (unsigned seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld random(seed);
    const auto analysis = AnalyzeRows(random, 0, 3);
    const Balance& balance = analysis->balance;
    for (std::size_t k = 0; k < balance.size(); ++k) {
      const ItemFigures& f = balance[static_cast<ItemIndex>(k)];
      EXPECT_LE(analysis->lower.share[k], analysis->upper.share[k] + kWithin);
      EXPECT_LE(analysis->lower.share[k], analysis->located.share[k] + kWithin);
      EXPECT_LE(analysis->upper.error, 1e-9);
      if (!f.has_data()) continue;
      for (double share :
           {f.located, f.assured, f.documented, f.upper, f.abroad_share,
            f.named_coverage, f.largest_group_share, f.top_foreign_share,
            f.assured_value_part, f.unqualified_home}) {
        EXPECT_GE(share, 0);
        EXPECT_LE(share, 1);
      }
      EXPECT_GE(f.located, f.assured - kWithin);
      EXPECT_GE(f.assured, f.documented - kWithin);
      EXPECT_GE(f.upper, f.assured - kWithin);
      if (!f.hhi_country) continue;
      EXPECT_GE(*f.hhi_country, *f.hhi_country_low - 1e-6);
      EXPECT_LE(*f.hhi_country_low, *f.hhi_country_high + 1e-6);
      double shares = 0;
      for (const OriginVolume& o :
           balance.OriginsOf(static_cast<ItemIndex>(k))) {
        shares += o.share;
      }
      EXPECT_NEAR(shares, 1, kWithin);
    }
  }
}

// To the last bit: rows are sorted before any sum.
TEST(RandomWorlds, OrderOfArrivalDoesNotMatter) {
  for (unsigned seed = 1; seed <= 100 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld random(seed);
    const auto one = AnalyzeRows(random, 0, 2);
    const auto other = AnalyzeRows(random, seed + 7000, 2);
    EXPECT_EQ(one->lower.share, other->lower.share);
    EXPECT_EQ(one->upper.share, other->upper.share);
    ASSERT_EQ(test::FindingsOf(*one).size(), test::FindingsOf(*other).size());
    for (std::size_t k = 0; k < one->balance.size(); ++k) {
      const ItemFigures& a = one->balance[static_cast<ItemIndex>(k)];
      const ItemFigures& b = other->balance[static_cast<ItemIndex>(k)];
      EXPECT_EQ(a.assured, b.assured);
      EXPECT_EQ(a.documented, b.documented);
      EXPECT_EQ(a.hhi_supplier, b.hhi_supplier);
      EXPECT_EQ(a.hhi_country, b.hhi_country);
      EXPECT_EQ(a.value_cny, b.value_cny);
      EXPECT_EQ(a.ssr, b.ssr);
    }
  }
}

// METHOD 3.3: the marginal gain is the slope of Σ w·d in a_j.
TEST(RandomWorlds, MarginalGainIsTheSlope) {
  for (unsigned seed = 1; seed <= 60 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    const RandomWorld random(seed);
    const auto analysis = AnalyzeRows(random, 0, 3);
    std::vector<double> a = AssuredLower(analysis->balance);
    for (double& share : a) share = 0.05 + 0.9 * share;  // room both ways
    const std::vector<double> weights(a.size(),
                                      1 / static_cast<double>(a.size()));
    const auto level = [&](const std::vector<double>& at) {
      double sum = 0;
      for (double d : SolveContent(*analysis->graph, at).share) {
        sum += d / static_cast<double>(at.size());
      }
      return sum;
    };
    const Marginal marginal = SolveMarginal(
        *analysis->graph, a, SolveContent(*analysis->graph, a).share, weights);
    for (std::size_t j = 0; j < a.size(); ++j) {
      const double step = 1e-5;
      std::vector<double> up = a, down = a;
      up[j] += step;
      down[j] -= step;
      EXPECT_NEAR(marginal.marginal_gain[j],
                  (level(up) - level(down)) / (2 * step), 1e-6);
      EXPECT_NEAR(marginal.potential_gain[j],
                  (1 - a[j]) * marginal.marginal_gain[j], 1e-12);
    }
  }
}

}  // namespace
}  // namespace qiangji::domain
