// The coverage table of 100,000 items with 1,000,000 records and 500,000 inputs
// after one changed record, against all of it computed anew: prints one JSON
// object.
//   bench_coverage [ITEMS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "services/domain/analysis_line.h"
#include "services/domain/coverage.h"
#include "services/domain/schema.h"
#include "tests/bench/data.h"

namespace qiangji::bench {
namespace {

using domain::Analysis;
using domain::CoverageRow;

constexpr int kInputsEach = 5;
constexpr int kChanges = 40;
constexpr int kAnew = 5;

double Now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Print(const char* name, double value) {
  std::printf("\"%s\": %.9g,\n", name, value);
}

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

domain::Value Text(const std::string& text) { return text; }

// Of items further down, so that content flows through some tiers.
void FeedInputs(int items, domain::WorldBuilder& builder) {
  const domain::TableSchema& table = *domain::FindTable("inputs");
  const auto at = [&table](const char* column) {
    return static_cast<std::size_t>(table.Find(column));
  };
  std::uint32_t random = 1;
  for (int i = 0; i + 1 < items; ++i) {
    for (int k = 0; k < kInputsEach; ++k) {
      random = random * 1664525u + 1013904223u;
      const int input =
          i + 1 +
          static_cast<int>((random >> 8) %
                           static_cast<std::uint32_t>(items - i - 1));
      domain::Row row(table.columns.size());
      row[at("item_id")] = Text(ItemId(i));
      row[at("input_item_id")] = Text(ItemId(input));
      row[at("cost_share")] = 0.1;
      if (!builder.ApplyRow(table, row).ok()) std::abort();
    }
  }
}

void FeedTarget(domain::WorldBuilder& builder) {
  const domain::TableSchema& table = *domain::FindTable("targets");
  domain::Row row(table.columns.size());
  const auto set = [&](const char* column, domain::Value value) {
    row[static_cast<std::size_t>(table.Find(column))] = std::move(value);
  };
  set("target_id", Text("t2025"));
  set("metric", Text("share"));
  set("year", std::int64_t{2025});
  set("value", 0.7);
  set("direction", Text("at_least"));
  if (!builder.ApplyRow(table, row).ok()) std::abort();
}

std::vector<CoverageRow> Table(const Analysis& analysis) {
  return ComputeCoverage(analysis, {.sector = true, .category = true});
}

void MustBeSame(const std::vector<CoverageRow>& a,
                const std::vector<CoverageRow>& b) {
  bool same = a.size() == b.size();
  for (std::size_t k = 0; same && k < a.size(); ++k) {
    same = a[k].share == b[k].share && a[k].share_upper == b[k].share_upper &&
           a[k].penetrated_share == b[k].penetrated_share &&
           a[k].value_share == b[k].value_share &&
           a[k].items_short == b[k].items_short;
  }
  if (same) return;
  std::fprintf(stderr, "the tables differ\n");
  std::abort();
}

void Run(int items) {
  DataOptions data;
  data.first_year = data.last_year = 2025;
  data.items = items;
  data.records = 10 * items;
  std::vector<SupplyRow> rows = MakeSupply(data);
  domain::WorldBuilder builder;
  Feed(data, rows, builder);
  FeedInputs(items, builder);
  FeedTarget(builder);
  domain::AnalysisOptions options;
  options.year = 2025;
  domain::AnalysisLine line(*Analyze(builder.Snapshot(), options));
  std::size_t rows_shown = Table(*line.last()).size();

  std::vector<double> after, picture;
  for (int k = 0; k < kChanges; ++k) {
    SupplyRow& row = rows[static_cast<std::size_t>(k) * 7919 % rows.size()];
    (row.quantity >= 0 ? row.quantity : row.share) *= 0.5;
    FeedSupply(row, builder);
    const double start = Now();
    const auto world = builder.Snapshot();
    const double pictured = Now();
    const auto next = line.Advance(world);
    if (next == nullptr) std::abort();
    rows_shown = Table(*next).size();
    after.push_back(Now() - pictured);
    picture.push_back(pictured - start);
  }
  std::vector<double> anew;
  for (int k = 0; k < kAnew; ++k) {
    const double start = Now();
    const auto analysis = *Analyze(line.last()->world, options);
    const auto table = Table(*analysis);
    anew.push_back(Now() - start);
    if (k == 0) MustBeSame(Table(*line.last()), table);
  }
  Print("items", items);
  Print("rows", static_cast<double>(rows_shown));
  Print("after_s", MedianOf(after));
  Print("after_worst_s", *std::max_element(after.begin(), after.end()));
  Print("picture_s", MedianOf(picture));
  Print("anew_s", MedianOf(anew));
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  std::printf("{\n");
  qiangji::bench::Run(argc > 1 ? std::atoi(argv[1]) : 100'000);
  std::printf("\"program\": \"bench_coverage\"\n}\n");
  return 0;
}
