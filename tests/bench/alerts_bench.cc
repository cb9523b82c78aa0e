// Evaluations after one changed record of 100,000 items against whole ones:
// the rules alone, and from the record to the alerts. The search for
// chokepoints (METHOD 3.6), which is measured by itself, is left out.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/domain/analysis_line.h"
#include "services/domain/rule_line.h"
#include "services/domain/world_builder.h"
#include "tests/bench/data.h"

namespace qiangji::bench {
namespace {

using domain::Analysis;
using domain::AnalysisLine;
using domain::ItemIndex;
using domain::RuleItem;
using domain::RuleLine;

constexpr int kYear = 2025;
// Record names of a real item, so that evidence has its size.
constexpr int kRecords = 10;

DataOptions OneYear() {
  DataOptions options;
  options.first_year = options.last_year = kYear;
  return options;
}

RuleItem FiguresOf(const Analysis& analysis, ItemIndex i) {
  const domain::ItemFigures& f = analysis.balance[i];
  const domain::Item& of =
      analysis.world->structure().items[static_cast<std::size_t>(i)];
  RuleItem item;
  item.item_id = of.id;
  item.name_zh = of.name_zh;
  item.category = "component";
  item.sectors = {"rail"};
  item.in_scope = analysis.leaf[static_cast<std::size_t>(i)];
  item.has_data = f.has_data();
  if (!item.has_data) return item;
  item.data_year = item.newest_data_year = f.data_year;
  item.unit = of.unit;
  item.market_volume = f.supply;
  item.demand = f.demand;
  item.located_share = f.located;
  item.assured_share = f.assured;
  item.assured_share_upper = f.upper;
  item.qualifiable_share = f.assured + f.unqualified_home;
  item.import_share = f.abroad_share;
  item.top_foreign_share = f.top_foreign_share;
  item.import_hhi = f.hhi_abroad;
  item.named_share = f.named_coverage;
  item.top_supplier_share = f.largest_group_share;
  item.shortfall = f.shortfall;
  item.assured_content_lower =
      analysis.lower.share[static_cast<std::size_t>(i)];
  item.assured_content_upper =
      analysis.upper.share[static_cast<std::size_t>(i)];
  for (int k = 0; k < kRecords; ++k) {
    item.records.push_back(absl::StrCat("items/", of.id, "/supplyRecords/",
                                        kYear, "~domestic~CHN~", k));
  }
  return item;
}

domain::RuleFigures AllFigures(const Analysis& analysis) {
  domain::RuleFigures figures;
  figures.year = kYear;
  for (std::size_t k = 0; k < analysis.balance.size(); ++k) {
    figures.items.push_back(FiguresOf(analysis, static_cast<ItemIndex>(k)));
  }
  return figures;
}

void Apply(const std::vector<domain::Transition>& transitions,
           domain::AlertStates& states) {
  for (const domain::Transition& t : transitions) states[t.key] = t.after;
}

// 100,000 items, 1,000,000 records of one year, 300,000 inputs of items with
// smaller numbers: no item goes into itself.
class Facts {
 public:
  Facts() : rows_(MakeSupply(OneYear())) {
    Feed(OneYear(), rows_, builder_);
    for (int item = 1; item < OneYear().items; ++item) {
      for (int k = 0; k < 3; ++k) {
        FeedInput(item, Below(item), 0.1, builder_);
      }
    }
    options_.year = kYear;
    analysis_ = Anew();
  }

  // Another volume in one record; its item.
  ItemIndex ChangeOne() {
    SupplyRow& row =
        rows_[static_cast<std::size_t>(Below(static_cast<int>(rows_.size())))];
    if (row.quantity >= 0) row.quantity *= 0.5 + 0.01 * Below(100);
    if (row.share >= 0) row.share *= 0.5;
    FeedSupply(row, builder_);
    return index_.at(ItemId(row.item));
  }
  std::shared_ptr<const domain::World> World() { return builder_.Snapshot(); }
  std::shared_ptr<const Analysis> Anew() {
    auto analysis = domain::Analyze(World(), options_);
    if (!analysis.ok()) std::abort();
    if (index_.empty()) {
      const auto& items = (*analysis)->world->structure().items;
      for (std::size_t k = 0; k < items.size(); ++k) {
        index_[items[k].id] = static_cast<ItemIndex>(k);
      }
    }
    return *std::move(analysis);
  }
  const std::shared_ptr<const Analysis>& analysis() const { return analysis_; }

 private:
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<unsigned>(n));
  }

  std::mt19937 random_{1};
  std::vector<SupplyRow> rows_;
  domain::WorldBuilder builder_;
  domain::AnalysisOptions options_;
  std::map<std::string, ItemIndex> index_;
  std::shared_ptr<const Analysis> analysis_;
};

Facts& TheFacts() {
  static auto* const facts = new Facts;
  return *facts;
}

// Alerts and figures as they stand after a first evaluation.
struct Standing {
  RuleLine line;
  domain::AlertStates states;
  explicit Standing(const Analysis& analysis) {
    line.SetRules(domain::DefaultRules());
    line.Reset(AllFigures(analysis));
    Apply(line.Evaluate(states, absl::UnixEpoch(), absl::UnixEpoch()), states);
    line.Applied();
  }
};

void RulesWhole(benchmark::State& state) {
  const Standing standing(*TheFacts().analysis());
  const domain::RuleFigures& figures = standing.line.figures();
  for ([[maybe_unused]] auto _ : state) {
    const auto found =
        domain::Evaluate({standing.states, figures, domain::DefaultRules(),
                          absl::UnixEpoch(), absl::UnixEpoch()});
    benchmark::DoNotOptimize(found.data());
  }
  state.counters["alerts"] = static_cast<double>(standing.states.size());
}

void RulesOfOne(benchmark::State& state) {
  Standing standing(*TheFacts().analysis());
  std::vector<RuleItem> items = standing.line.figures().items;
  std::size_t next = 0;
  for ([[maybe_unused]] auto _ : state) {
    RuleItem& item = items[next++ * 7919 % items.size()];
    if (item.import_share) item.import_share = 1 - *item.import_share;
    domain::FigureChanges changes;
    changes.items = {item};
    standing.line.Change(std::move(changes));
    const auto found = standing.line.Evaluate(
        standing.states, absl::UnixEpoch(), absl::UnixEpoch());
    Apply(found, standing.states);
    standing.line.Applied();
  }
}

void RecordToAlertsWhole(benchmark::State& state) {
  Facts& facts = TheFacts();
  const Standing standing(*facts.analysis());
  for ([[maybe_unused]] auto _ : state) {
    facts.ChangeOne();
    const domain::RuleFigures figures = AllFigures(*facts.Anew());
    const auto found =
        domain::Evaluate({standing.states, figures, domain::DefaultRules(),
                          absl::UnixEpoch(), absl::UnixEpoch()});
    benchmark::DoNotOptimize(found.data());
  }
}

// Items whose figures the update touched: its own, and every content that
// moved.
std::vector<ItemIndex> Touched(const Analysis& before, const Analysis& after,
                               ItemIndex own) {
  std::vector<ItemIndex> items = {own};
  for (std::size_t k = 0; k < after.lower.share.size(); ++k) {
    const auto i = static_cast<ItemIndex>(k);
    if (i != own && (before.lower.share[k] != after.lower.share[k] ||
                     before.upper.share[k] != after.upper.share[k])) {
      items.push_back(i);
    }
  }
  return items;
}

void RecordToAlertsOfOne(benchmark::State& state) {
  Facts& facts = TheFacts();
  auto analysis = facts.Anew();
  Standing standing(*analysis);
  AnalysisLine line(analysis);
  double touched = 0;
  for ([[maybe_unused]] auto _ : state) {
    const ItemIndex own = facts.ChangeOne();
    const auto next = line.Advance(facts.World());
    if (next == nullptr) std::abort();
    domain::FigureChanges changes;
    for (const ItemIndex i : Touched(*analysis, *next, own)) {
      changes.items.push_back(FiguresOf(*next, i));
    }
    touched += static_cast<double>(changes.items.size());
    standing.line.Change(std::move(changes));
    Apply(standing.line.Evaluate(standing.states, absl::UnixEpoch(),
                                 absl::UnixEpoch()),
          standing.states);
    standing.line.Applied();
    analysis = next;
  }
  state.counters["touched"] =
      benchmark::Counter(touched, benchmark::Counter::kAvgIterations);
}

BENCHMARK(RulesWhole)->Unit(benchmark::kMillisecond);
BENCHMARK(RulesOfOne)->Unit(benchmark::kMillisecond);
BENCHMARK(RecordToAlertsWhole)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(RecordToAlertsOfOne)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qiangji::bench

BENCHMARK_MAIN();
