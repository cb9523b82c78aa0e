// From the store of a running registry to a graph that answers, over the
// snapshot stream, against a scan of the same tables:
//   bench_store QIANGJID DATA ITEM REPEATS
// One JSON object on standard output: medians in seconds.
#include <grpcpp/grpcpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "tests/bench/server_process.h"

namespace qiangji::bench {
namespace {

namespace v1 = ::qiangji::coverage::v1;

double SecondsSince(absl::Time start) {
  return absl::ToDoubleSeconds(absl::Now() - start);
}

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Every cell of the tables that the graph and its supply are made of, on one
// thread: their columns are what the stream carries. Counts the rows.
double Scan(const std::string& path, std::int64_t& rows) {
  sqlite3* file = nullptr;
  if (sqlite3_open_v2(path.c_str(), &file, SQLITE_OPEN_READWRITE, nullptr) !=
      SQLITE_OK) {
    Fail("no database " + path);
  }
  const absl::Time start = absl::Now();
  rows = 0;
  volatile std::int64_t sink = 0;
  for (const char* table : {"organizations", "items", "inputs", "supply"}) {
    sqlite3_stmt* scan = nullptr;
    if (sqlite3_prepare_v2(file, absl::StrCat("SELECT * FROM ", table).c_str(),
                           -1, &scan, nullptr) != SQLITE_OK) {
      Fail(sqlite3_errmsg(file));
    }
    const int columns = sqlite3_column_count(scan);
    for (; sqlite3_step(scan) == SQLITE_ROW; ++rows) {
      for (int c = 0; c < columns; ++c) {
        switch (sqlite3_column_type(scan, c)) {
          case SQLITE_INTEGER:
            sink = sink + sqlite3_column_int64(scan, c);
            break;
          case SQLITE_FLOAT:
            sink = sink + (sqlite3_column_double(scan, c) > 0 ? 1 : 0);
            break;
          case SQLITE_TEXT:
            sink = sink + sqlite3_column_text(scan, c)[0];
            break;
          default:
            break;
        }
      }
    }
    sqlite3_finalize(scan);
  }
  const double seconds = SecondsSince(start);
  sqlite3_close_v2(file);
  return seconds;
}

struct Ready {
  double facts_s = 0;  // to the first answer about one item's supply
  double trace_s = 0;  // to the first chain of an item through all tiers
  double peak_mib = 0;
};

Ready StartCoverage(const std::string& program, const std::string& data,
                    const std::string& registry, const std::string& item) {
  const absl::Time start = absl::Now();
  const ServerProcess server(
      program, data + ".coverage",
      {"--services", "coverage", "--peer", "registry=" + registry});
  const auto stub =
      v1::CoverageService::NewStub(client::NewChannel(server.Address()));
  Ready ready;
  const absl::Time give_up = start + absl::Minutes(20);
  grpc::ClientContext first;
  first.set_deadline(absl::ToChronoTime(give_up));
  v1::ReconcileSupplyRequest reconcile;
  reconcile.set_item_id(item);
  v1::ReconcileSupplyResponse flows;
  const grpc::Status facts = stub->ReconcileSupply(&first, reconcile, &flows);
  if (!facts.ok()) Fail(facts.error_message());
  ready.facts_s = SecondsSince(start);
  grpc::ClientContext second;
  second.set_deadline(absl::ToChronoTime(give_up));
  v1::TraceItemRequest trace;
  trace.set_item_id(item);
  const auto reader = stub->TraceItem(&second, trace);
  v1::TraceItemResponse part;
  while (reader->Read(&part)) continue;
  const grpc::Status traced = reader->Finish();
  if (!traced.ok()) Fail(traced.error_message());
  ready.trace_s = SecondsSince(start);
  ready.peak_mib = server.Memory("VmHWM");
  return ready;
}

void Run(const std::string& program, const std::string& data,
         const std::string& item, int repeats) {
  const ServerProcess registry(program, data, {"--services", "registry"});
  const std::string address = registry.Address();
  std::vector<double> facts, trace, scan, peak;
  std::int64_t rows = 0;
  Scan(data + "/registry.db", rows);  // the pages come from the disk
  for (int k = 0; k < repeats; ++k) {
    scan.push_back(Scan(data + "/registry.db", rows));
    const Ready ready = StartCoverage(program, data, address, item);
    facts.push_back(ready.facts_s);
    trace.push_back(ready.trace_s);
    peak.push_back(ready.peak_mib);
  }
  std::printf(
      "{\"rows\": %lld, \"scan_s\": %.3f, \"facts_s\": %.3f, "
      "\"trace_s\": %.3f, \"peak_mib\": %.0f}\n",
      static_cast<long long>(rows), MedianOf(scan), MedianOf(facts),
      MedianOf(trace), MedianOf(peak));
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  int repeats = 0;
  if (argc != 5 || !absl::SimpleAtoi(argv[4], &repeats) || repeats < 1) {
    std::fprintf(stderr, "usage: %s QIANGJID DATA ITEM REPEATS\n", argv[0]);
    return 2;
  }
  qiangji::bench::Run(argv[1], argv[2], argv[3], repeats);
  return 0;
}
