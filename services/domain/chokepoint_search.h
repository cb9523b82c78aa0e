// What a search of losses (loss_front.h) proves of an item's score
// (METHOD 3.6): by homogeneity it sets the hit item's loss to 1, and all
// losses scale with what it really is, b / (1 − a·ρ) (chokepoint_model.h).
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "services/domain/chokepoint_model.h"
#include "services/domain/loss_front.h"

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
  void Add(Place p, double value);
  void Bound(double top);

  const ChokepointModel& model_;
  LossFront front_;
  Place hit_ = 0;
  double open_weight_ = 0;
  std::vector<double> open_sector_;
  // Σ value·bound over items that are reached and not settled: everything
  // else loses through them. And the largest it was, for its rounding.
  double frontier_ = 0, frontier_peak_ = 0;
  SearchResult result_;
};

}  // namespace qiangji::domain
