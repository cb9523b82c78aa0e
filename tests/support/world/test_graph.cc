#include "tests/support/world/test_graph.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "services/domain/world.h"

namespace qiangji::test {

std::shared_ptr<const domain::Graph> MakeGraph(int items,
                                               std::vector<TestInput> inputs) {
  std::sort(inputs.begin(), inputs.end(),
            [](const TestInput& a, const TestInput& b) {
              return std::tie(a.item, a.input) < std::tie(b.item, b.input);
            });
  domain::Structure structure;
  structure.items.resize(static_cast<std::size_t>(items));
  structure.inputs.reserve(inputs.size());
  for (const TestInput& input : inputs) {
    domain::Input edge;
    edge.item = input.item;
    edge.input = input.input;
    edge.cost_share = input.cost;
    structure.inputs.push_back(edge);
  }
  return std::make_shared<const domain::Graph>(
      domain::BuildGraph(structure, 2025));
}

std::shared_ptr<const domain::Graph> RandomGraph(std::uint64_t seed, int items,
                                                 int most_inputs, double spent,
                                                 bool some_whole) {
  TestRandom random(seed);
  std::vector<TestInput> inputs;
  for (int i = 0; i < items; ++i) {
    std::set<int> from;
    for (int k = random.Below(most_inputs + 1); k > 0; --k) {
      const int j = random.Below(items);
      if (j != i) from.insert(j);
    }
    const bool whole = some_whole && random.Below(10) == 0;
    // Powers of two add up exactly: a whole row leaves exactly nothing.
    double left = whole ? 1 : spent;
    std::size_t open = from.size();
    for (int j : from) {
      const double cost = --open == 0 && whole ? left : left / 2;
      left -= cost;
      inputs.push_back({i, j, cost});
    }
  }
  return MakeGraph(items, std::move(inputs));
}

std::vector<double> RandomShares(std::uint64_t seed, int items) {
  TestRandom random(seed);
  std::vector<double> shares;
  for (int i = 0; i < items; ++i) {
    const int kind = random.Below(6);
    shares.push_back(kind == 0 ? 0 : kind == 1 ? 1 : random.Unit());
  }
  return shares;
}

}  // namespace qiangji::test
