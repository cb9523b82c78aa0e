// How long a server takes from its start to its first answers, and what it
// holds when idle:
//   bench_start QIANGJID DATA ITEM SECONDS_IDLE
// One JSON object on standard output; DATA holds what it is to answer about.
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "tests/bench/server_process.h"

namespace qiangji::bench {
namespace {

double MilliSince(absl::Time start) {
  return absl::ToDoubleMilliseconds(absl::Now() - start);
}

void Require(const grpc::Status& status) {
  if (!status.ok()) Fail(status.error_message());
}

void Run(const std::string& program, const std::string& data,
         const std::string& item, int idle_seconds) {
  const absl::Time start = absl::Now();
  const ServerProcess server(program, data);
  const auto channel = client::NewChannel(server.Address());
  registry::v1::GetItemRequest get;
  get.set_name("items/" + item);
  registry::v1::Item answer;
  grpc::ClientContext first;
  Require(registry::v1::ItemService::NewStub(channel)->GetItem(&first, get,
                                                               &answer));
  const double item_ms = MilliSince(start);
  coverage::v1::ComputeCoverageRequest compute;
  coverage::v1::ComputeCoverageResponse table;
  grpc::ClientContext second;
  Require(coverage::v1::CoverageService::NewStub(channel)->ComputeCoverage(
      &second, compute, &table));
  const double coverage_ms = MilliSince(start);
  absl::SleepFor(absl::Seconds(idle_seconds));
  const double idle = server.Memory("VmRSS");
  const double peak = server.Memory("VmHWM");
  std::printf(
      "{\"get_item_ms\": %.1f, \"coverage_ms\": %.1f, \"idle_mib\": %.1f, "
      "\"peak_mib\": %.1f, \"rows\": %d}\n",
      item_ms, coverage_ms, idle, peak, table.rows_size());
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  int idle_seconds = 0;
  if (argc != 5 || !absl::SimpleAtoi(argv[4], &idle_seconds)) {
    std::fprintf(stderr, "usage: %s QIANGJID DATA ITEM SECONDS_IDLE\n",
                 argv[0]);
    return 2;
  }
  qiangji::bench::Run(argv[1], argv[2], argv[3], idle_seconds);
  return 0;
}
