// A seeded supply network of any size: CSV files of FORMATS, read back by a
// reader of our own, as the rivals read them with theirs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/domain/graph.h"

namespace qiangji::bench {

struct NetworkOptions {
  int items = 1'000'000;
  double inputs_each = 10;  // on average
  int records_each = 10;    // at most, of supply
  std::uint64_t seed = 1;
};

// Writes items.csv, organizations.csv, inputs.csv and supply.csv, which import
// as they are: twelve tiers, a Pareto number of
// inputs, popular and unpopular ones, a quarter of them substitutes, one input
// in fifty from further up (most items then form one component), ids in no
// order. False where a file cannot be written.
bool WriteNetwork(const NetworkOptions& options, const std::string& directory);

// What the engine starts from: the inputs of 2025 as a graph, and the home
// share of what was bought of each item.
struct Network {
  std::shared_ptr<const domain::Graph> graph;
  std::vector<double> home_share;  // by item index
  std::uint64_t records = 0;
  // Where the time went.
  double read_seconds = 0, graph_seconds = 0;
};
// Aborts where a file is not what WriteNetwork writes.
Network ReadNetwork(const std::string& directory);

}  // namespace qiangji::bench
