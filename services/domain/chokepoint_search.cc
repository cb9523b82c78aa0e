#include "services/domain/chokepoint_search.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

constexpr std::uint64_t kLookEvery = 32;
constexpr double kFrontierRounding = 1e-12;

}  // namespace

LossSearch::LossSearch(const ChokepointModel& model)
    : model_(model), front_(model.base, model.groups) {}

// One more item is settled.
void LossSearch::Add(Place p, double value) {
  ++result_.settled;
  const double weight = model_.weight[p];
  frontier_ -= value * model_.bound[p];
  result_.sum += weight * value;
  open_weight_ -= weight;
  for (const SectorIndex s : model_.SectorsOf(p)) {
    const auto k = static_cast<std::size_t>(s);
    result_.sector_sum[k] += weight * value;
    open_sector_[k] -= weight;
  }
}

// What is proven when all that is not settled loses at most `top`.
void LossSearch::Bound(double top) {
  result_.grouped = front_.grouped();
  const double frontier = frontier_ + kFrontierRounding * frontier_peak_;
  result_.rest = std::min(top * std::max(0.0, open_weight_), frontier);
  for (std::size_t s = 0; s < open_sector_.size(); ++s) {
    result_.sector_rest[s] =
        std::min(top * std::max(0.0, open_sector_[s]), result_.rest);
  }
  result_.own = model_.OwnLoss(hit_, std::max(front_.returned(), top));
}

const SearchResult& LossSearch::Run(Place hit, std::uint64_t limit,
                                    const Hopeless& hopeless) {
  hit_ = hit;
  frontier_ = frontier_peak_ = 0;
  const double own_weight = model_.weight[hit];
  open_weight_ = model_.all_weight - own_weight;
  open_sector_ = model_.sector_weight;
  for (const SectorIndex s : model_.SectorsOf(hit)) {
    open_sector_[static_cast<std::size_t>(s)] -= own_weight;
  }
  result_ = SearchResult();
  result_.sector_sum.assign(open_sector_.size(), 0);
  result_.sector_rest.assign(open_sector_.size(), 0);
  const auto raised = [this](Place p, double by) {
    frontier_ += by * model_.bound[p];
    frontier_peak_ = std::max(frontier_peak_, frontier_);
  };
  front_.Start(hit, raised);
  result_.settled = 1;
  while (front_.Left()) {
    const double value = front_.top();
    const bool spent = result_.settled >= limit;
    if (spent || result_.settled % kLookEvery == 0) {
      Bound(value);
      if (spent || hopeless(result_)) return result_;
    }
    // Before its users are offered anything: sums round in that order.
    const Place p = front_.next();
    Add(p, value);
    front_.Settle(raised);
  }
  frontier_ = frontier_peak_ = 0;
  Bound(0);
  result_.complete = true;
  return result_;
}

}  // namespace qiangji::domain
