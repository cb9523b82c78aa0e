#include "services/domain/chokepoint_search.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

// Losses below it are left out: all together at most that of any mean.
constexpr double kNegligible = 1e-12;
constexpr std::uint64_t kLookEvery = 32;
constexpr double kFrontierRounding = 1e-12;

}  // namespace

LossSearch::LossSearch(const ChokepointModel& model)
    : model_(model),
      graph_(*model.base.graph),
      nodes_(graph_.size()),
      groups_(model.group_size.size()) {}

// Offers a loss to the user at the other end of an edge.
void LossSearch::Offer(Place user, Edge edge, double value) {
  double loss = graph_.essentiality_of(edge) * value;
  if (!model_.group_of.empty() &&
      model_.group_of[edge] != ChokepointModel::kNoGroup) {
    result_.grouped = true;
    const std::uint32_t g = model_.group_of[edge];
    Group& group = groups_[g];
    if (group.run != run_) group = {run_, model_.group_size[g], 2};
    group.least = std::min(group.least, loss);
    if (--group.left != 0) return;
    loss = group.least;
  }
  if (user == hit_) {
    returned_ = std::max(returned_, loss);
    return;
  }
  loss *= model_.base.home[user];
  if (loss < kNegligible) return;
  Node& node = nodes_[user];
  if (node.run != run_) node = {run_, false, 0};
  if (node.settled || loss <= node.value) return;
  frontier_ += (loss - node.value) * model_.bound[user];
  frontier_peak_ = std::max(frontier_peak_, frontier_);
  node.value = loss;
  heap_.emplace_back(loss, user);
  std::push_heap(heap_.begin(), heap_.end());
}

void LossSearch::Settle(Place p, double value) {
  nodes_[p].settled = true;
  ++result_.settled;
  const double weight = model_.weight[p];
  if (p != hit_) {
    frontier_ -= value * model_.bound[p];
    result_.sum += weight * value;
    open_weight_ -= weight;
    for (const SectorIndex s : model_.SectorsOf(p)) {
      const auto k = static_cast<std::size_t>(s);
      result_.sector_sum[k] += weight * value;
      open_sector_[k] -= weight;
    }
  }
  const Edge end = graph_.user_begin[p + 1];
  for (Edge k = graph_.user_begin[p]; k < end; ++k) {
    Offer(graph_.user[k], graph_.user_edge[k], value);
  }
}

// What is proven when all that is not settled loses at most `top`.
void LossSearch::Bound(double top) {
  const double frontier = frontier_ + kFrontierRounding * frontier_peak_;
  result_.rest = std::min(top * std::max(0.0, open_weight_), frontier);
  for (std::size_t s = 0; s < open_sector_.size(); ++s) {
    result_.sector_rest[s] =
        std::min(top * std::max(0.0, open_sector_[s]), result_.rest);
  }
  result_.own = model_.OwnLoss(hit_, std::max(returned_, top));
}

const SearchResult& LossSearch::Run(Place hit, std::uint64_t limit,
                                    const Hopeless& hopeless) {
  ++run_;
  hit_ = hit;
  returned_ = frontier_ = frontier_peak_ = 0;
  heap_.clear();
  const double own_weight = model_.weight[hit];
  open_weight_ = model_.all_weight - own_weight;
  open_sector_ = model_.sector_weight;
  for (const SectorIndex s : model_.SectorsOf(hit)) {
    open_sector_[static_cast<std::size_t>(s)] -= own_weight;
  }
  result_ = SearchResult();
  result_.sector_sum.assign(open_sector_.size(), 0);
  result_.sector_rest.assign(open_sector_.size(), 0);
  nodes_[hit] = {run_, false, 1};
  Settle(hit, 1);
  while (!heap_.empty()) {
    const auto [value, place] = heap_.front();
    if (nodes_[place].settled) {  // offered more before
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
      continue;
    }
    const bool spent = result_.settled >= limit;
    if (spent || result_.settled % kLookEvery == 0) {
      Bound(value);
      if (spent || hopeless(result_)) return result_;
    }
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
    Settle(place, value);
  }
  frontier_ = frontier_peak_ = 0;
  Bound(0);
  result_.complete = true;
  return result_;
}

}  // namespace qiangji::domain
