// The worked example of METHOD 3.4–3.6, figure by figure.
#include <string>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "services/domain/chokepoint.h"
#include "services/domain/disruption.h"
#include "services/domain/exposure.h"
#include "tests/support/world/worked_example.h"

namespace qiangji::domain {
namespace {

using test::CsvRow;

class GoldenDisruption : public test::WorkedExampleTest {
 protected:
  const std::string& IdOf(ItemIndex i) const {
    return analysis_->world->structure().items[static_cast<std::size_t>(i)].id;
  }

  static double Number(const CsvRow& row, const std::string& column) {
    double value = 0;
    EXPECT_TRUE(absl::SimpleAtod(row.at(column), &value)) << column;
    return value;
  }
};

TEST_F(GoldenDisruption, EmbargoOfSweden) {
  const auto scenario = ResolveScenario(*analysis_, {.embargo = {{"SWE", 0}}});
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  const auto result = ComputeDisruption(*analysis_, *scenario);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_LE(result->bound.error, 1e-9);
  EXPECT_FALSE(result->bound.wide);
  const auto want = test::ReadCsv(Small("expected/scenario-SWE.csv"));
  std::size_t row = 0;
  for (std::size_t i = 0; i < result->loss.size(); ++i) {
    if (result->loss[i] <= 1e-9) continue;
    ASSERT_LT(row, want.size());
    SCOPED_TRACE(want[row].at("item_id"));
    const auto index = static_cast<ItemIndex>(i);
    EXPECT_EQ(IdOf(index), want[row].at("item_id"));
    EXPECT_NEAR(result->capability(index), Number(want[row], "capability"),
                kWithin);
    EXPECT_NEAR(result->loss[i], Number(want[row], "loss"), kWithin);
    EXPECT_NEAR(result->loss_pessimistic[i],
                Number(want[row], "loss_pessimistic"), kWithin);
    ++row;
  }
  EXPECT_EQ(row, want.size());
}

TEST_F(GoldenDisruption, Exposure) {
  const auto result = ComputeExposure(*analysis_, {});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_LE(result->bound.error, 1e-9);
  const auto want = test::ReadCsv(Small("expected/exposure.csv"));
  ASSERT_EQ(result->rows.size(), want.size());
  for (std::size_t k = 0; k < want.size(); ++k) {
    const CountryExposure& row = result->rows[k];
    SCOPED_TRACE(want[k].at("country"));
    EXPECT_EQ(row.country.ToString(), want[k].at("country"));
    EXPECT_NEAR(row.total.mean_loss.value(), Number(want[k], "mean_loss"),
                kWithin);
    EXPECT_NEAR(row.total.mean_loss_pessimistic.value(),
                Number(want[k], "mean_loss_pessimistic"), kWithin);
    EXPECT_NEAR(row.total.mean_loss_value.value(),
                Number(want[k], "mean_loss_value"), kWithin);
    EXPECT_EQ(row.total.stopped_items, Number(want[k], "stopped_items"));
  }
}

TEST_F(GoldenDisruption, Chokepoints) {
  const auto want = test::ReadCsv(Small("expected/chokepoints.csv"));
  for (const std::size_t top : {want.size(), std::size_t{3}}) {
    const auto result = ComputeChokepoints(*analysis_, top);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(result->proven);
    ASSERT_EQ(result->rows.size(), top);
    for (std::size_t k = 0; k < top; ++k) {
      SCOPED_TRACE(want[k].at("item_id"));
      EXPECT_EQ(IdOf(result->rows[k].item), want[k].at("item_id"));
      EXPECT_NEAR(result->rows[k].score, Number(want[k], "score"), kWithin);
      EXPECT_EQ(result->rows[k].sectors_hit, Number(want[k], "sectors_hit"));
    }
  }
}

}  // namespace
}  // namespace qiangji::domain
