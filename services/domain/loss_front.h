// The losses of all items when one is lost whole, by falling loss
// (METHOD 3.6).
//
// With a single item hit and p_i + m_i = 1 elsewhere, l_i = p_i·max over G of
// min over j in G of e_ij·l_j for every other item. Each of these functions is
// monotone, homogeneous of degree 1, and at most each operand that it needs:
// p_i·e_ij <= 1. So Knuth's generalization of Dijkstra's algorithm finds the
// least solution: items are settled by falling loss; a group is known when its
// last member is, an item when its first requirement is (a later one is
// smaller).
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/domain/loss_base.h"

namespace qiangji::domain {

// Substitution groups of two or more inputs: by edge (kNone = of no group),
// and by group the number of members. Empty where there are none.
struct LossGroups {
  static constexpr std::uint32_t kNone = 0xffffffffu;
  std::vector<std::uint32_t> of, size;
};

LossGroups FindLossGroups(const LossBase& base);

// One search after another; what a search leaves needs no clearing.
class LossFront {
 public:
  LossFront(const LossBase& base, const LossGroups& groups)
      : base_(base),
        groups_(groups),
        nodes_(base.home.size()),
        open_groups_(groups.size.size()) {}

  // Settles `hit` with the loss 1. `raised(item, by)` is called whenever the
  // loss of an item that is not settled grows.
  template <typename Raised>
  void Start(Place hit, Raised raised) {
    ++run_;
    hit_ = hit;
    returned_ = 0;
    grouped_ = false;
    followed_ = 0;
    heap_.clear();
    settled_ = 0;
    nodes_[hit] = {run_, settled_++, 1};
    Follow(hit, 1, raised);
  }

  // Whether an item is left that loses something: `next`, none loses more.
  bool Left() {
    while (!heap_.empty() && nodes_[heap_.front().second].rank != kOpen) Pop();
    return !heap_.empty();
  }
  Place next() const { return heap_.front().second; }
  double top() const { return heap_.front().first; }  // what `next` loses
  // Settles it.
  template <typename Raised>
  void Settle(Raised raised) {
    const auto [value, place] = heap_.front();
    Pop();
    nodes_[place].rank = settled_++;
    Follow(place, value, raised);
  }

  // Of what is settled; 0 of all else.
  double loss_of(Place p) const { return IsSettled(p) ? nodes_[p].value : 0; }
  // Whether `p` was settled before `by` was: what `by` loses by lies there.
  bool Before(Place p, Place by) const {
    return IsSettled(p) && nodes_[p].rank < nodes_[by].rank;
  }
  // ρ, the part of its loss that came back to the item hit.
  double returned() const { return returned_; }
  bool grouped() const { return grouped_; }             // a group was reached
  std::uint64_t followed() const { return followed_; }  // inputs, this search

 private:
  // Losses below it are left out: all together at most that of any mean.
  static constexpr double kNegligible = 1e-12;
  static constexpr std::uint32_t kOpen = 0xffffffffu;  // not settled

  struct Node {
    std::uint32_t run = 0;  // of `value`; others are 0
    std::uint32_t rank = kOpen;
    double value = 0;
  };
  struct OpenGroup {
    std::uint32_t run = 0, left = 0;
    double least = 0;
  };

  bool IsSettled(Place p) const {
    return nodes_[p].run == run_ && nodes_[p].rank != kOpen;
  }
  void Pop() {
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
  }

  template <typename Raised>
  void Follow(Place p, double value, Raised& raised) {
    const Graph& graph = *base_.graph;
    const Edge end = graph.user_begin[p + 1];
    followed_ += end - graph.user_begin[p];
    for (Edge k = graph.user_begin[p]; k < end; ++k) {
      Offer(graph.user[k], graph.user_edge[k], value, raised);
    }
  }

  // Offers a loss to the user at the other end of an edge.
  template <typename Raised>
  void Offer(Place user, Edge edge, double value, Raised& raised) {
    double loss = base_.graph->essentiality_of(edge) * value;
    if (!groups_.of.empty() && groups_.of[edge] != LossGroups::kNone) {
      grouped_ = true;
      const std::uint32_t g = groups_.of[edge];
      OpenGroup& group = open_groups_[g];
      if (group.run != run_) group = {run_, groups_.size[g], 2};
      group.least = std::min(group.least, loss);
      if (--group.left != 0) return;
      loss = group.least;
    }
    if (user == hit_) {
      returned_ = std::max(returned_, loss);
      return;
    }
    loss *= base_.home[user];
    if (loss < kNegligible) return;
    Node& node = nodes_[user];
    if (node.run != run_) node = {run_, kOpen, 0};
    if (node.rank != kOpen || loss <= node.value) return;
    raised(user, loss - node.value);
    node.value = loss;
    heap_.emplace_back(loss, user);
    std::push_heap(heap_.begin(), heap_.end());
  }

  const LossBase& base_;
  const LossGroups& groups_;
  std::vector<Node> nodes_;
  std::vector<OpenGroup> open_groups_;
  std::vector<std::pair<double, Place>> heap_;
  std::uint32_t run_ = 0, settled_ = 0;
  Place hit_ = 0;
  double returned_ = 0;
  bool grouped_ = false;
  std::uint64_t followed_ = 0;
};

}  // namespace qiangji::domain
