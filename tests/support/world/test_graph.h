// Graphs of any size without rows, texts and a world around them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "services/domain/graph.h"

namespace qiangji::test {

struct TestInput {
  domain::ItemIndex item = -1, input = -1;
  double cost = 0;
};

// Inputs in any order, no pair twice.
std::shared_ptr<const domain::Graph> MakeGraph(int items,
                                               std::vector<TestInput> inputs);

// SplitMix64: the same numbers with every standard library.
class TestRandom {
 public:
  explicit TestRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int Below(int n) {
    return static_cast<int>(Next() % static_cast<std::uint64_t>(n));
  }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

// Up to `most_inputs` inputs an item from all over, so that most items form one
// component. Cost shares of an item sum to `spent` at most; one item in ten
// adds no value at all where `some_whole`.
std::shared_ptr<const domain::Graph> RandomGraph(std::uint64_t seed, int items,
                                                 int most_inputs, double spent,
                                                 bool some_whole = false);
// Shares in [0, 1], some of them exactly 0 and 1.
std::vector<double> RandomShares(std::uint64_t seed, int items);

}  // namespace qiangji::test
