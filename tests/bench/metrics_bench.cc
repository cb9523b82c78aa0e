// Figures of 100,000 items with 1,000,000 records of one year against one sum
// by item in SQLite over the same records, both warm and in memory.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "services/domain/analysis.h"
#include "tests/bench/data.h"

namespace qiangji::bench {
namespace {

DataOptions OneYear() {
  DataOptions options;
  options.first_year = options.last_year = 2025;
  return options;
}

const std::vector<SupplyRow>& Rows() {
  static const auto* const rows =
      new std::vector<SupplyRow>(MakeSupply(OneYear()));
  return *rows;
}

std::shared_ptr<const domain::World> World() {
  static const auto* const world = [] {
    domain::WorldBuilder builder;
    Feed(OneYear(), Rows(), builder);
    return new std::shared_ptr<const domain::World>(builder.Snapshot());
  }();
  return *world;
}

void Check(int code, sqlite3* db) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
  std::abort();
}

constexpr char kCreate[] =
    "CREATE TABLE supply (item INTEGER NOT NULL, year INTEGER NOT NULL, "
    "supplier INTEGER NOT NULL, reporter INTEGER NOT NULL, facet INTEGER NOT "
    "NULL, quantity REAL, share REAL, value_cny REAL, source TEXT, evidence "
    "TEXT, visibility TEXT, PRIMARY KEY (item, year, supplier, reporter, "
    "facet)) WITHOUT ROWID; BEGIN";

void BindAmount(sqlite3_stmt* insert, int at, double amount, sqlite3* db) {
  Check(amount < 0 ? sqlite3_bind_null(insert, at)
                   : sqlite3_bind_double(insert, at, amount),
        db);
}

void Insert(const SupplyRow& row, int facet, sqlite3_stmt* insert,
            sqlite3* db) {
  const int keys[] = {row.item, row.year, row.supplier, row.reporter, facet};
  int at = 0;
  for (const int key : keys) Check(sqlite3_bind_int(insert, ++at, key), db);
  for (const double amount : {row.quantity, row.share, row.value_cny}) {
    BindAmount(insert, ++at, amount, db);
  }
  for (const char* text : {"bench", row.evidence, row.visibility}) {
    Check(sqlite3_bind_text(insert, ++at, text, -1, SQLITE_STATIC), db);
  }
  Check(sqlite3_step(insert), db);
  Check(sqlite3_reset(insert), db);
}

// The columns and the integer key of the registry's own table. It is clustered
// by item, so that SQLite sums in one pass without sorting.
sqlite3* Database() {
  static sqlite3* const database = [] {
    sqlite3* db = nullptr;
    Check(sqlite3_open(":memory:", &db), db);
    Check(sqlite3_exec(db, kCreate, nullptr, nullptr, nullptr), db);
    sqlite3_stmt* insert = nullptr;
    Check(sqlite3_prepare_v2(
              db, "INSERT INTO supply VALUES (?,?,?,?,?,?,?,?,?,?,?)", -1,
              &insert, nullptr),
          db);
    int facet = 0;  // one of its own for each row: keys differ in it, too
    for (const SupplyRow& row : Rows()) Insert(row, facet++, insert, db);
    sqlite3_finalize(insert);
    Check(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr), db);
    return db;
  }();
  return database;
}

domain::AnalysisOptions Options() {
  domain::AnalysisOptions options;
  options.year = 2025;
  return options;
}

void SqliteSums(benchmark::State& state) {
  sqlite3* const db = Database();
  sqlite3_stmt* query = nullptr;
  Check(sqlite3_prepare_v2(
            db,
            "SELECT item, sum(quantity) FROM supply WHERE year = 2025 "
            "GROUP BY item",
            -1, &query, nullptr),
        db);
  int items = 0;
  for ([[maybe_unused]] auto _ : state) {
    items = 0;
    double total = 0;
    while (sqlite3_step(query) == SQLITE_ROW) {
      ++items;
      total += sqlite3_column_double(query, 1);
    }
    benchmark::DoNotOptimize(total);
    Check(sqlite3_reset(query), db);
  }
  sqlite3_finalize(query);
  state.counters["items"] = items;
}

// METHOD 2 of every item.
void Balance(benchmark::State& state) {
  const auto world = World();
  std::size_t items = 0;
  for ([[maybe_unused]] auto _ : state) {
    const domain::Balance balance = domain::ComputeBalance(*world, Options());
    items = balance.size();
    benchmark::DoNotOptimize(balance.pages().data());
  }
  state.counters["items"] = static_cast<double>(items);
}

// METHOD 2 and 3.1 of every item: all of `qiangji metrics`.
void Metrics(benchmark::State& state) {
  const auto world = World();
  for ([[maybe_unused]] auto _ : state) {
    const auto analysis = *domain::Analyze(world, Options());
    benchmark::DoNotOptimize(analysis.get());
  }
}

BENCHMARK(SqliteSums)->Unit(benchmark::kMillisecond);
BENCHMARK(Balance)->Unit(benchmark::kMillisecond);
BENCHMARK(Metrics)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qiangji::bench

BENCHMARK_MAIN();
