// The way down from an item that carries most content (METHOD 3.2).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "services/domain/graph.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

// Equal but for rounding: orders by the leading 36 bits. Products of the same
// factors in another order compare equal.
double Comparable(double value);

// The simple path with the greatest product of a·c to each item: ties by fewer
// links, then by ids. Products are at most 1, so that the best path to an item
// only ever grows from best paths.
class ChainSearch {
 public:
  // `a` by place.
  ChainSearch(const Graph& graph, absl::Span<const double> a, ItemIndex from);

  // Goes on until the paths to all of `targets` are settled. CANCELLED when
  // stopped.
  absl::Status Settle(absl::Span<const ItemIndex> targets,
                      const Stop* stop = nullptr);
  // By item index; -1 = none.
  const std::vector<ItemIndex>& above() const { return above_; }

 private:
  struct Reached {
    double product = 0;  // 0 = not reached
    std::uint32_t links = 0;
    bool settled = false;
  };
  struct Candidate {
    double key;
    std::uint32_t links;
    Place place;
    bool operator<(const Candidate& other) const;
  };

  void Relax(Place from);
  bool Better(Place from, Place to, double product) const;

  const Graph& graph_;
  const absl::Span<const double> a_;
  std::vector<Reached> reached_;  // by place
  std::vector<ItemIndex> above_;  // by item index
  std::vector<Candidate> open_;   // a heap
};

// The path to `end` by `above`, both ends included; only `end` where nothing is
// above it.
std::vector<ItemIndex> ChainFrom(absl::Span<const ItemIndex> above,
                                 ItemIndex end);

}  // namespace qiangji::domain
