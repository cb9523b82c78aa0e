// How long a server takes from its start to its first answers, and what it
// holds when idle:
//   bench_start QIANGJID DATA ITEM SECONDS_IDLE
// One JSON object on standard output; DATA holds what it is to answer about.
#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"

namespace qiangji::bench {
namespace {

constexpr absl::Duration kMost = absl::Seconds(60);

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "bench_start: %s\n", what.c_str());
  std::exit(1);
}

pid_t StartServer(const std::string& program, const std::string& data,
                  const std::string& ready) {
  const pid_t pid = fork();
  if (pid < 0) Fail("fork");
  if (pid > 0) return pid;
  execl(program.c_str(), program.c_str(), "serve", "--data", data.c_str(),
        "--listen", "127.0.0.1:0", "--ready-file", ready.c_str(),
        static_cast<char*>(nullptr));
  _exit(127);
}

std::string WaitForAddress(const std::string& ready, pid_t pid) {
  const absl::Time give_up = absl::Now() + kMost;
  for (std::string address; absl::Now() < give_up;) {
    std::ifstream in(ready);
    if (in >> address) return address;
    if (waitpid(pid, nullptr, WNOHANG) != 0) Fail("the server has ended");
    absl::SleepFor(absl::Milliseconds(1));
  }
  Fail("the server is not up");
}

double MilliSince(absl::Time start) {
  return absl::ToDoubleMilliseconds(absl::Now() - start);
}

// "VmRSS" or "VmHWM" in MiB.
double MemoryOf(pid_t pid, const std::string& what) {
  std::ifstream in(absl::StrCat("/proc/", pid, "/status"));
  for (std::string name, value, rest; in >> name; std::getline(in, rest)) {
    double kib = 0;
    if (name == what + ":" && in >> value && absl::SimpleAtod(value, &kib)) {
      return kib / 1024;
    }
  }
  Fail("no " + what);
}

void Require(const grpc::Status& status) {
  if (!status.ok()) Fail(status.error_message());
}

void Run(const std::string& program, const std::string& data,
         const std::string& item, int idle_seconds) {
  const std::string ready = data + ".ready";
  unlink(ready.c_str());
  const absl::Time start = absl::Now();
  const pid_t pid = StartServer(program, data, ready);
  const auto channel = client::NewChannel(WaitForAddress(ready, pid));
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
  const double idle = MemoryOf(pid, "VmRSS");
  const double peak = MemoryOf(pid, "VmHWM");
  kill(pid, SIGTERM);
  waitpid(pid, nullptr, 0);
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
