// METHOD 3.2: contributions, chains and closed loops.
#include "services/domain/trace.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

class TraceTest : public testing::Test {
 protected:
  void Analyze() {
    analysis_ = world_.Analyze(2025);
    supply_ = ComputeSupplyLayer(*analysis_->world, analysis_->options,
                                 analysis_->balance);
  }
  ItemIndex Index(absl::string_view id) const {
    return analysis_->world->structure().FindItem(id);
  }
  const std::string& Id(ItemIndex i) const {
    return analysis_->world->structure().items[static_cast<std::size_t>(i)].id;
  }
  Trace Of(absl::string_view id, double explain = 1) const {
    auto trace = TraceItem(*analysis_, supply_, Index(id), explain);
    EXPECT_TRUE(trace.ok());
    double sum = trace->rest;
    for (const TraceRow& row : trace->rows) sum += row.contribution;
    EXPECT_NEAR(sum, 1 - trace->content, 1e-9);
    return *std::move(trace);
  }
  std::string Text(const std::vector<ItemIndex>& chain) const {
    std::string text;
    for (ItemIndex i : chain) {
      absl::StrAppend(&text, text.empty() ? "" : " > ", Id(i));
    }
    return text;
  }
  // "input country chain" of each row.
  std::vector<std::string> Rows(const Trace& trace) const {
    std::vector<std::string> rows;
    for (const TraceRow& row : trace.rows) {
      rows.push_back(absl::StrCat(row.input < 0 ? kLoopInput : Id(row.input),
                                  " ", row.country, " ",
                                  Text(trace.ChainOf(row))));
    }
    return rows;
  }
  // An item of which a part is from Japan.
  void Item(const std::string& id, double home) {
    world_.Item(id);
    world_.Supply(id, 2025, "CHN", home).Supply(id, 2025, "JPN", 1 - home);
  }

  test::TestWorld world_;
  std::shared_ptr<const Analysis> analysis_;
  SupplyLayer supply_;
};

TEST_F(TraceTest, WorkedExample) {
  const auto path = [](const char* file) {
    return absl::StrCat(QJ_SOURCE_DIR, "/tests/golden/small/", file);
  };
  world_.Load("sectors",
              absl::StrCat(QJ_SOURCE_DIR, "/db/catalogue/sectors.csv"));
  for (const char* table :
       {"organizations", "items", "inputs", "demand", "supply"}) {
    world_.Load(table, path(absl::StrCat(table, ".csv").c_str()));
  }
  Analyze();
  const Trace trace = Of("robot");
  const auto want = test::ReadCsv(path("expected/trace-robot.csv"));
  ASSERT_EQ(trace.rows.size(), want.size());
  for (std::size_t k = 0; k < want.size(); ++k) {
    EXPECT_EQ(Id(trace.rows[k].input), want[k].at("input_item_id"));
    EXPECT_EQ(trace.rows[k].country, want[k].at("country"));
    double contribution = 0;
    ASSERT_TRUE(absl::SimpleAtod(want[k].at("contribution"), &contribution));
    EXPECT_NEAR(trace.rows[k].contribution, contribution, 2e-6);
  }
  EXPECT_EQ(Text(trace.ChainOf(trace.rows[0])), "robot");
  EXPECT_EQ(Text(trace.ChainOf(trace.rows[6])), "robot > servo > igbt > wafer");
  EXPECT_EQ(Text(WorstChain(*analysis_, Index("robot"))), "robot > rv-reducer");
  EXPECT_EQ(Text(WorstChain(*analysis_, Index("seal"))), "seal");
}

TEST_F(TraceTest, ExplainStopsEarly) {
  world_.Sector("rail");
  Item("a", 0.5);
  Item("b", 0.75);
  Item("c", 0.75);
  world_.Input("a", "b", 0.4).Input("a", "c", 0.2);
  Analyze();
  EXPECT_EQ(Rows(Of("a")), (std::vector<std::string>{"a JPN a", "b JPN a > b",
                                                     "c JPN a > c"}));
  const Trace most = Of("a", 0.9);
  EXPECT_EQ(most.rows.size(), 2u);
  EXPECT_NEAR(most.rest, 0.5 * 0.2 * 0.25, 1e-9);
}

TEST_F(TraceTest, ChainTakesTheGreatestProductThenFewerLinksThenIds) {
  world_.Sector("rail");
  for (const char* id : {"top", "b", "c", "m", "n", "x"}) Item(id, 1);
  world_.Item("end");
  // By b 0.5·0.5, by c the same; by x and m 0.4: more, though longer.
  world_.Input("top", "c", 0.25).Input("top", "b", 0.25);
  world_.Input("b", "end", 0.5).Input("c", "end", 0.5);
  Analyze();
  EXPECT_EQ(Text(ChainTo(*analysis_, Index("top"), Index("end"))),
            "top > b > end");
  // The same product with one link fewer.
  world_.Input("top", "end", 0.125);
  Analyze();
  EXPECT_EQ(Text(ChainTo(*analysis_, Index("top"), Index("end"))), "top > end");
  world_.Input("top", "x", 0.3).Input("x", "m", 0.9).Input("m", "end", 0.9);
  Analyze();
  EXPECT_EQ(Text(ChainTo(*analysis_, Index("top"), Index("end"))),
            "top > x > m > end");
  EXPECT_TRUE(ChainTo(*analysis_, Index("end"), Index("top")).empty());
  EXPECT_EQ(Text(ChainTo(*analysis_, Index("end"), Index("end"))), "end");
}

TEST_F(TraceTest, ClosedLoopIsOneContributionAndAWarning) {
  world_.Sector("rail");
  for (const char* id : {"p", "q", "r"}) Item(id, 1);
  Item("top", 0.5);
  world_.Input("p", "q", 1).Input("q", "r", 1).Input("r", "p", 1);
  world_.Input("top", "q", 0.5);
  Analyze();
  const Trace trace = Of("top");
  EXPECT_EQ(Rows(trace), (std::vector<std::string>{
                             "top JPN top", "loop unqualified top > q"}));
  EXPECT_NEAR(trace.rows[1].contribution, 0.25, 1e-12);
  ASSERT_EQ(trace.findings.size(), 1u);
  EXPECT_EQ(trace.findings[0].code, FindingCode::kClosedLoop);
  EXPECT_EQ(trace.findings[0].loop, "p > q > r");
  // Within the loop everything is missing.
  const Trace inside = Of("r");
  ASSERT_EQ(inside.rows.size(), 1u);
  EXPECT_EQ(inside.rows[0].contribution, 1);
  EXPECT_EQ(Text(WorstChain(*analysis_, Index("top"))), "top > q");
}

TEST_F(TraceTest, WithoutDataIsNotKnown) {
  world_.Sector("rail");
  world_.Item("dark");
  Item("top", 1);
  world_.Input("top", "dark", 0.5);
  Analyze();
  EXPECT_EQ(Rows(Of("top")), std::vector<std::string>{"dark ZZZ top > dark"});
  EXPECT_EQ(Rows(Of("dark")), std::vector<std::string>{"dark ZZZ dark"});
}

TEST_F(TraceTest, StopsWhenAsked) {
  world_.Sector("rail");
  Item("a", 0.5);
  Analyze();
  Stop stop;
  stop.Request();
  EXPECT_EQ(
      TraceItem(*analysis_, supply_, Index("a"), 1, &stop).status().code(),
      absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace qiangji::domain
