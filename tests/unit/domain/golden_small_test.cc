// The worked example of METHOD, figure by figure.
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "services/domain/coverage.h"
#include "services/domain/rank.h"
#include "services/domain/reach.h"
#include "tests/support/world/worked_example.h"

namespace qiangji::domain {
namespace {

using test::CsvRow;

class GoldenSmall : public test::WorkedExampleTest {
 protected:
  static void Expect(const CsvRow& want, const std::string& column,
                     std::optional<double> got) {
    SCOPED_TRACE(column);
    const std::string& text = want.at(column);
    ASSERT_EQ(text.empty(), !got.has_value());
    if (text.empty()) return;
    double value = 0;
    ASSERT_TRUE(absl::SimpleAtod(text, &value)) << text;
    EXPECT_NEAR(*got, value, kWithin);
  }

  static std::optional<double> Number(std::optional<int> n) {
    if (!n) return std::nullopt;
    return static_cast<double>(*n);
  }
};

TEST_F(GoldenSmall, Metrics) {
  const auto rows = test::ReadCsv(Small("expected/metrics.csv"));
  ASSERT_EQ(rows.size(), analysis_->balance.size());
  for (const CsvRow& want : rows) {
    SCOPED_TRACE(want.at("item_id"));
    const std::size_t k = test::IndexOf(*analysis_, want.at("item_id"));
    const ItemFigures& f = analysis_->balance[static_cast<ItemIndex>(k)];
    ASSERT_EQ(want.at("has_data"), f.has_data() ? "true" : "false");
    Expect(want, "assured_content_lower", analysis_->lower.share[k]);
    Expect(want, "assured_content_upper", analysis_->upper.share[k]);
    Expect(want, "located_content", analysis_->located.share[k]);
    Expect(want, "value_cny", f.value_cny);
    if (!f.has_data()) continue;
    Expect(want, "located_share", f.located);
    Expect(want, "assured_share", f.assured);
    Expect(want, "documented_share", f.documented);
    EXPECT_EQ(want.at("assured"), AtLeast(f.assured, 0.5) ? "true" : "false");
    Expect(want, "ssr", f.ssr);
    Expect(want, "ssr_upper", f.ssr_upper);
    Expect(want, "idr", f.idr);
    Expect(want, "idr_upper", f.idr_upper);
    Expect(want, "hhi_country", f.hhi_country);
    Expect(want, "hhi_country_low", f.hhi_country_low);
    Expect(want, "hhi_country_high", f.hhi_country_high);
    Expect(want, "hhi_supplier", f.hhi_supplier);
    EXPECT_EQ(want.at("top_foreign_origin"), f.top_foreign.ToString());
    Expect(want, "top_foreign_share", f.top_foreign_share);
  }
}

TEST_F(GoldenSmall, Coverage) {
  const auto want = test::ReadCsv(Small("expected/coverage.csv"));
  const auto rows = ComputeCoverage(*analysis_, {.sector = true});
  ASSERT_EQ(rows.size(), want.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const CoverageRow& row = rows[k];
    SCOPED_TRACE(row.sector);
    EXPECT_EQ(row.sector, want[k].at("sector"));
    Expect(want[k], "items", row.items);
    Expect(want[k], "items_with_data", row.items_with_data);
    Expect(want[k], "items_blank", row.items_blank);
    Expect(want[k], "items_made", row.items_made);
    Expect(want[k], "assured_items", row.assured_items);
    Expect(want[k], "share", row.share);
    Expect(want[k], "share_documented", row.share_documented);
    Expect(want[k], "share_of_known", row.share_of_known);
    Expect(want[k], "share_upper", row.share_upper);
    Expect(want[k], "value_share", row.value_share);
    Expect(want[k], "penetrated_share", row.penetrated_share);
    Expect(want[k], "penetrated_upper", row.penetrated_upper);
  }
}

TEST_F(GoldenSmall, Rank) {
  const auto want = test::ReadCsv(Small("expected/rank.csv"));
  const auto rows = ComputeRank(*analysis_, Scope());
  ASSERT_EQ(rows.size(), want.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const auto& items = analysis_->world->structure().items;
    SCOPED_TRACE(want[k].at("item_id"));
    EXPECT_EQ(items[static_cast<std::size_t>(rows[k].item)].id,
              want[k].at("item_id"));
    Expect(want[k], "marginal_gain", rows[k].marginal_gain);
    Expect(want[k], "potential_gain", rows[k].potential_gain);
  }
}

TEST_F(GoldenSmall, FindingsNameTheRecords) {
  // The seller states 40, the two buyers 35; demand and totals are fine.
  const std::vector<Finding> findings = test::FindingsOf(*analysis_);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, FindingCode::kSidesDiffer);
  EXPECT_EQ(findings[0].item_id, "rv-reducer");
  EXPECT_EQ(findings[0].supplier_id, "plant-a");
  EXPECT_EQ(findings[0].found, 40);
  EXPECT_EQ(findings[0].against, 35);
  EXPECT_EQ(findings[0].records.size(), 3u);
}

TEST_F(GoldenSmall, EquipmentReached) {
  const Structure& structure = analysis_->world->structure();
  const auto reached = EquipmentReachedByAll(structure, *analysis_->graph);
  const auto of = [&](const char* id) {
    return reached[static_cast<std::size_t>(structure.FindItem(id))];
  };
  const std::vector<ItemIndex> robot = {structure.FindItem("robot")};
  EXPECT_EQ(of("wafer"), robot);
  EXPECT_EQ(of("robot"), robot);  // its steel is made with robots
  EXPECT_TRUE(of("seal").empty());
}

TEST_F(GoldenSmall, AssessedYear) {
  AnalysisOptions options;
  EXPECT_EQ(AssessedYear(*analysis_->world, options), 2025);
}

}  // namespace
}  // namespace qiangji::domain
