// The content of an annual report over a network of CSV files, without writing
// it, against content solves of that network: prints one JSON object.
//   bench_report DIR
// DIR as `bench_content generate` writes it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "services/coverage/report_content.h"
#include "services/domain/content.h"
#include "tests/bench/tiers_world.h"

namespace qiangji::bench {
namespace {

constexpr int kReports = 3;
constexpr int kSolves = 21;

template <typename Work>
double MedianSeconds(int repeats, Work work) {
  std::vector<double> seconds;
  for (int k = 0; k < repeats; ++k) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

void Print(const char* name, double value) {
  std::printf("\"%s\": %.9g,\n", name, value);
}

void Run(const std::string& directory) {
  coverage::Picture picture;
  picture.seq = 1;
  picture.world = MakeTiersWorld(directory, 10, 200);
  domain::AnalysisOptions options;
  options.year = kTiersYear;
  const auto analysis = *Analyze(picture.world, options);
  const std::vector<double> shares[] = {AssuredLower(analysis->balance)};
  const double solve = MedianSeconds(kSolves, [&] {
    if (!SolveContents(*analysis->graph, shares).ok()) std::abort();
  });
  coverage::v1::Report asked;
  asked.set_kind(coverage::v1::REPORT_KIND_ANNUAL);
  asked.mutable_options()->set_year(kTiersYear);
  std::size_t bytes = 0;
  const double report = MedianSeconds(kReports, [&] {
    const auto made = coverage::ComputeReport(asked, picture, nullptr);
    if (!made.ok()) std::abort();
    bytes = made->ByteSizeLong();
  });
  Print("items", static_cast<double>(analysis->graph->size()));
  Print("solve_s", solve);
  Print("report_s", report);
  Print("report_bytes", static_cast<double>(bytes));
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DIR\n", argv[0]);
    return 2;
  }
  std::printf("{\n");
  qiangji::bench::Run(argv[1]);
  std::printf("\"program\": \"bench_report\"\n}\n");
  return 0;
}
