#include "services/domain/residual_push.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace qiangji::domain {

void ResidualPush::Collect(const double* before, double least) {
  residual_ = LaneArray(block_.end - block_.begin);
  queued_.assign(block_.end - block_.begin, false);
  for (Place p = block_.begin; p < block_.end; ++p) {
    const double change = d_[p * stride_] - before[p * stride_];
    if (std::abs(change) <= least) continue;
    // Users after p were swept with its new value.
    for (Edge u = graph_.user_begin[p];
         u < graph_.user_begin[p + 1] && graph_.user[u] < p; ++u) {
      const Place user = graph_.user[u];
      residual_[user - block_.begin] +=
          factor_[user * stride_] * graph_.cost[graph_.user_edge[u]] * change;
    }
  }
  for (Place p = block_.begin; p < block_.end; ++p) {
    if (std::abs(residual_[p - block_.begin]) <= least) continue;
    queued_[p - block_.begin] = true;
    now_.push_back(p);  // ascending: a heap
  }
}

void ResidualPush::Push(Place p, double change, double least) {
  const Edge end = graph_.user_begin[p + 1];
  for (Edge u = graph_.user_begin[p]; u < end; ++u) {
    const Place user = graph_.user[u];
    if (user >= block_.end) break;
    ++edges_;
    const std::size_t at = user - block_.begin;
    residual_[at] +=
        factor_[user * stride_] * graph_.cost[graph_.user_edge[u]] * change;
    if (queued_[at] || std::abs(residual_[at]) <= least) continue;
    queued_[at] = true;
    std::vector<Place>& heap = user > p ? now_ : next_;
    heap.push_back(user);
    std::push_heap(heap.begin(), heap.end(), std::greater<>());
  }
}

bool ResidualPush::Run(const double* before, double least,
                       std::uint64_t most_edges) {
  Collect(before, least);
  while (!now_.empty()) {
    while (!now_.empty()) {
      if (edges_ > most_edges) return false;
      std::pop_heap(now_.begin(), now_.end(), std::greater<>());
      const Place p = now_.back();
      now_.pop_back();
      queued_[p - block_.begin] = false;
      const double change = std::exchange(residual_[p - block_.begin], 0.0);
      if (std::abs(change) <= least) {
        residual_[p - block_.begin] = change;
        continue;
      }
      d_[p * stride_] += change;
      Push(p, change, least);
    }
    std::swap(now_, next_);
  }
  return true;
}

}  // namespace qiangji::domain
