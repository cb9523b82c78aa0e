// METHOD 3.1 and 3.3 on a network of CSV files: prints one JSON object.
//   bench_content generate DIR ITEMS
//   bench_content run DIR [REPEATS]
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "services/domain/content.h"
#include "services/domain/incremental.h"
#include "services/domain/marginal.h"
#include "tests/bench/network.h"

namespace qiangji::bench {
namespace {

using domain::Content;
using domain::Graph;
using domain::ItemIndex;

// Seconds of this thread's processor: everything here runs on one, and other
// work on the machine does not count.
double Now() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         1e-9 * static_cast<double>(now.tv_nsec);
}

double Quantile(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(
      q * static_cast<double>(values.size() - 1))];
}

double MedianSeconds(int repeats, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int k = 0; k < repeats; ++k) {
    const double start = Now();
    work();
    seconds.push_back(Now() - start);
  }
  return Quantile(seconds, 0.5);
}

double ResidentMib() {
  malloc_trim(0);
  long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
  if (file != nullptr) std::fclose(file);
  return static_cast<double>(pages) *
         static_cast<double>(sysconf(_SC_PAGESIZE)) / 1048576;
}

void Print(const char* name, double value) {
  std::printf("\"%s\": %.9g,\n", name, value);
}

std::uint32_t Scramble(std::uint32_t x) {
  x = (x ^ (x >> 16)) * 0x45d9f3bu;
  x = (x ^ (x >> 16)) * 0x45d9f3bu;
  return x ^ (x >> 16);
}

// What a sweep cannot avoid if its order is bad: one read of a table of the
// items at a random place for each input. Nanoseconds a read.
double RandomGather(const Graph& graph, int repeats) {
  const auto items = static_cast<std::uint32_t>(graph.size());
  std::vector<std::uint32_t> places(graph.input.size());
  for (std::uint32_t e = 0; e < places.size(); ++e) {
    places[e] = Scramble(e) % items;
  }
  std::vector<double> table(items, 0.5);
  volatile double sink = 0;
  const double seconds = MedianSeconds(repeats, [&] {
    double even = 0, odd = 0;
    for (std::size_t e = 0; e + 1 < places.size(); e += 2) {
      even += table[places[e]];
      odd += table[places[e + 1]];
    }
    sink = even + odd;
  });
  return seconds / static_cast<double>(places.size()) * 1e9;
}

struct Changed {
  std::vector<double> seconds;
  int solved = 0;
};

// One assured share at a time falls by a fifth, and is put back unmeasured.
Changed ChangeOne(domain::ContentUpdater& updater, const std::vector<double>& a,
                  const std::vector<ItemIndex>& items, double tolerance) {
  Changed changed;
  for (ItemIndex i : items) {
    const double share = a[static_cast<std::size_t>(i)];
    const domain::ShareChange less{i, 0.8 * share}, back{i, share};
    const double start = Now();
    const auto update = updater.Apply(absl::MakeConstSpan(&less, 1), tolerance);
    changed.seconds.push_back(Now() - start);
    changed.solved += update.solved ? 1 : 0;
    updater.Apply(absl::MakeConstSpan(&back, 1), tolerance);
  }
  return changed;
}

std::vector<ItemIndex> RandomItems(const std::vector<double>& a, int count) {
  std::vector<ItemIndex> items;
  for (std::uint32_t k = 1; static_cast<int>(items.size()) < count; ++k) {
    const std::uint32_t i = Scramble(k) % static_cast<std::uint32_t>(a.size());
    if (a[i] >= 0.01) items.push_back(static_cast<ItemIndex>(i));
  }
  return items;
}

std::vector<ItemIndex> MostUsed(const Graph& graph, std::size_t count) {
  std::vector<ItemIndex> items(graph.size());
  std::iota(items.begin(), items.end(), 0);
  const auto users = [&](ItemIndex i) {
    const domain::Place p = graph.PlaceOf(i);
    return graph.user_begin[p + 1] - graph.user_begin[p];
  };
  std::partial_sort(
      items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count),
      items.end(),
      [&](ItemIndex x, ItemIndex y) { return users(x) > users(y); });
  items.resize(count);
  return items;
}

void PrintChanged(const char* name, const Changed& changed) {
  const std::string prefix = std::string("change_") + name;
  Print((prefix + "_median_s").c_str(), Quantile(changed.seconds, 0.5));
  Print((prefix + "_p99_s").c_str(), Quantile(changed.seconds, 0.99));
  Print((prefix + "_max_s").c_str(), Quantile(changed.seconds, 1));
  Print((prefix + "_solved").c_str(), changed.solved);
}

void Run(const std::string& directory, int repeats) {
  const double before = ResidentMib();
  const Network network = ReadNetwork(directory);
  const Graph& graph = *network.graph;
  const auto edges = static_cast<double>(graph.input.size());
  const std::vector<double>& a = network.home_share;
  Print("items", static_cast<double>(graph.size()));
  Print("inputs", edges);
  Print("records", static_cast<double>(network.records));
  Print("read_s", network.read_seconds);
  Print("graph_s", network.graph_seconds);
  const Content content = SolveContent(graph, a);
  {
    // Graph, lower, upper and located content, and their shares.
    const std::vector<std::vector<double>> kept(4, content.share);
    Print("resident_mib", ResidentMib() - before);
  }
  const double solve = MedianSeconds(repeats, [&] { SolveContent(graph, a); });
  Print("solve_s", solve);
  Print("sweeps", content.sweeps);
  Print("error", content.error);
  Print("mean",
        std::accumulate(content.share.begin(), content.share.end(), 0.0) /
            static_cast<double>(graph.size()));
  const double gather = RandomGather(graph, repeats);
  Print("gather_ns", gather);
  Print("sweep_ns", solve / content.sweeps / edges * 1e9);
  const std::vector<std::vector<double>> three(3, a);
  Print("three_s",
        MedianSeconds(repeats, [&] { SolveContents(graph, three).value(); }));
  const std::vector<double> weights(graph.size(),
                                    1 / static_cast<double>(graph.size()));
  Print("marginal_s", MedianSeconds(repeats, [&] {
          SolveMarginal(graph, a, content.share, weights);
        }));
  domain::ContentUpdater updater(network.graph, a, content);
  PrintChanged("random", ChangeOne(updater, a, RandomItems(a, 300), 1e-6));
  PrintChanged("used", ChangeOne(updater, a, MostUsed(graph, 20), 1e-6));
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "generate" && argc == 4) {
    qiangji::bench::NetworkOptions options;
    options.items = std::atoi(argv[3]);
    return qiangji::bench::WriteNetwork(options, argv[2]) ? 0 : 1;
  }
  if (what == "run") {
    std::printf("{\n");
    qiangji::bench::Run(argv[2], argc > 3 ? std::atoi(argv[3]) : 5);
    std::printf("\"program\": \"bench_content\"\n}\n");
    return 0;
  }
  std::fprintf(stderr, "usage: %s generate DIR ITEMS | run DIR [REPEATS]\n",
               argv[0]);
  return 2;
}
