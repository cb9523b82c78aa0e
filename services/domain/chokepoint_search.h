// The losses of all items when one is hit, in one search (METHOD 3.6).
//
// With a single item hit and p_i + m_i = 1 elsewhere, l_i = p_i·max over G of
// min over j in G of e_ij·l_j for every other item. Each of these functions is
// monotone, homogeneous of degree 1, and at most each operand that it needs:
// p_i·e_ij <= 1. So Knuth's generalization of Dijkstra's algorithm finds the
// least solution: items are settled by falling loss; a group is known when its
// last member is, an item when its first requirement is (a later one is
// smaller). By homogeneity the search sets the hit item's loss to 1, and all
// losses scale with what it really is, b / (1 − a·ρ) (chokepoint_model.h).
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "services/domain/chokepoint_model.h"

namespace qiangji::domain {

// Sums over the other items in scope. What is not settled yet adds at most
// `rest`, also in each sector `sector_rest`.
struct SearchResult {
  double own = 0;  // loss of the item hit; not complete: at least that much
  double sum = 0, rest = 0;                     // Σ w_i·s_i
  std::vector<double> sector_sum, sector_rest;  // by SectorIndex
  bool complete = false;  // every rest is 0, every figure exact (to 1e-12)
  bool grouped = false;   // a substitution group was reached
  std::uint64_t settled = 0;
};

class LossSearch {
 public:
  // Reads `model.bound` while it runs.
  explicit LossSearch(const ChokepointModel& model);

  // Settles at most `limit` items. Ends early where `hopeless` says so of
  // what is proven so far.
  using Hopeless = std::function<bool(const SearchResult&)>;
  const SearchResult& Run(Place hit, std::uint64_t limit,
                          const Hopeless& hopeless);

 private:
  struct Node {
    std::uint32_t run = 0;  // of `value`; others are 0
    bool settled = false;
    double value = 0;
  };
  struct Group {
    std::uint32_t run = 0, left = 0;
    double least = 0;
  };

  void Settle(Place p, double value);
  void Offer(Place user, Edge edge, double value);
  void Bound(double top);

  const ChokepointModel& model_;
  const Graph& graph_;
  std::vector<Node> nodes_;
  std::vector<Group> groups_;
  std::vector<std::pair<double, Place>> heap_;
  std::uint32_t run_ = 0;
  Place hit_ = 0;
  double returned_ = 0;  // ρ
  double open_weight_ = 0;
  std::vector<double> open_sector_;
  // Σ value·bound over items that are reached and not settled: everything
  // else loses through them. And the largest it was, for its rounding.
  double frontier_ = 0, frontier_peak_ = 0;
  SearchResult result_;
};

}  // namespace qiangji::domain
