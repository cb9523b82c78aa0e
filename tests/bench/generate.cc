// Writes the CSV files of the import benchmark:
//   bench_generate DIR [RECORDS [changed]]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/bench/data.h"

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s DIR [RECORDS [changed]]\n", argv[0]);
    return 2;
  }
  qiangji::bench::DataOptions options;
  if (argc > 2) {
    // Smaller worlds keep the ten records an item.
    options.records = std::atoi(argv[2]);
    options.items = options.records / 10;
    options.organizations = options.records / 50;
  }
  auto rows = qiangji::bench::MakeSupply(options);
  if (argc > 3 && std::string(argv[3]) == "changed") {
    qiangji::bench::ChangeOnePercent(rows);
  }
  return qiangji::bench::WriteCsv(options, rows, argv[1]) ? 0 : 1;
}
