#include "services/domain/loss_weights.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

constexpr double kDelta = 0.2;
// Rows of a block that sweeps may visit to find its w, and the largest w times
// rows with which losses are swept: above it solving exactly is faster.
constexpr std::uint64_t kVisitsPerRow = 60, kVisits = 200'000;
constexpr double kSweepCost = 1e8, kSweepWeight = 100;

constexpr std::uint32_t kOne = 0x80000000u;  // essentiality 1 in units

class Weigher {
 public:
  Weigher(const LossBase& base, absl::Span<const double> hit_home)
      : base_(base),
        graph_(*base.graph),
        hit_home_(hit_home),
        w_(graph_.size()),
        dirty_(graph_.size(), 1) {
    out_.strict.assign(graph_.size(), 0);
    out_.slow.assign(graph_.blocks.size(), 0);
    out_.slow_weight.assign(graph_.blocks.size(), 0);
  }

  LossWeights Run() {
    for (std::size_t k = 0; k < graph_.blocks.size(); ++k) {
      const Block& block = graph_.blocks[k];
      if (!block.cyclic) {
        for (Place p = block.begin; p < block.end; ++p) w_[p] = Row(p, false);
        continue;
      }
      MarkStrict(block);
      if (!Sweep(block)) MarkSlow(k);
    }
    for (double& w : w_) {
      w /= 1 - kDelta;
      out_.largest = std::max(out_.largest, w);
    }
    out_.by_place = std::move(w_);
    return std::move(out_);
  }

 private:
  void MarkStrict(const Block& block) {
    for (Place p = block.begin; p < block.end; ++p) {
      if (base_.home[p] < 1) continue;
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        if (graph_.essentiality[e] == kOne &&
            graph_.input_of(e) >= block.begin) {
          out_.strict[p] = 1;
        }
      }
    }
  }

  double Row(Place p, bool may_freeze) const {
    const bool whole = base_.home[p] >= 1;
    const double home = whole ? hit_home_[p] : base_.home[p];
    double copied = may_freeze ? 0 : 1, gained = 0, most = 0;
    const Edge end = graph_.begin[p + 1];
    for (Edge e = graph_.begin[p]; e < end; ++e) {
      const double of = w_[graph_.input_of(e)];
      const double units = graph_.essentiality[e];
      most = std::max(most, units * of);
      if (!whole) continue;
      const bool copies = graph_.essentiality[e] == kOne;
      copied = std::max(copied, copies ? of + (may_freeze ? 1 : 0) : 0);
      gained = std::max(gained, copies ? 0 : units * of);
    }
    gained = std::max(gained, home * most) * kShareUnit + 1;
    return std::max(copied, gained);
  }

  // False: too slow.
  bool Sweep(const Block& block) {
    const std::uint64_t size = block.end - block.begin;
    std::uint64_t visits = kVisits + kVisitsPerRow * size;
    const double limit =
        std::max(kSweepWeight, kSweepCost / static_cast<double>(size));
    const double before = Before(block);
    for (bool again = true; again;) {
      again = false;
      for (Place p = block.begin; p < block.end; ++p) {
        if (dirty_[p] == 0) continue;
        dirty_[p] = 0;
        if (visits-- == 0) return false;
        const bool strict = out_.strict[p] != 0;
        const double w = Row(p, !strict);
        if (w <= w_[p] + (strict ? 0 : kDelta)) continue;
        w_[p] = w;
        if (w - before > limit) return false;
        for (Edge u = graph_.user_begin[p]; u < graph_.user_begin[p + 1]; ++u) {
          const Place user = graph_.user[u];
          dirty_[user] = 1;
          if (user < p) again = true;
        }
      }
    }
    return true;
  }

  // The largest of what the block takes from before it.
  double Before(const Block& block) const {
    double before = 0;
    for (Place p = block.begin; p < block.end; ++p) {
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place input = graph_.input_of(e);
        if (input < block.begin) before = std::max(before, w_[input]);
      }
    }
    return before;
  }

  // What is wrong before the block is no larger after it: gains are at most
  // 1. What the block itself adds is told by its exact solution.
  void MarkSlow(std::size_t k) {
    const Block& block = graph_.blocks[k];
    const double before = Before(block);
    double leak = 1;  // smallest 1 − g above 0
    for (Place p = block.begin; p < block.end; ++p) {
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place input = graph_.input_of(e);
        if (input < block.begin) continue;
        const double spare = (kOne - graph_.essentiality[e]) * kShareUnit;
        for (const double rest :
             {base_.rest[p], base_.rest[p] > 0 ? 0 : 1 - hit_home_[p]}) {
          const double lost = rest + (1 - rest) * spare;
          if (lost > 0) leak = std::min(leak, lost);
        }
      }
    }
    out_.slow[k] = 1;
    out_.slow_weight[k] = 1 / leak;
    for (Place p = block.begin; p < block.end; ++p) w_[p] = before;
  }

  const LossBase& base_;
  const Graph& graph_;
  absl::Span<const double> hit_home_;
  LossWeights out_;
  std::vector<double> w_;
  std::vector<std::uint8_t> dirty_;
};

}  // namespace

LossWeights ComputeLossWeights(const LossBase& base,
                               absl::Span<const double> hit_home) {
  return Weigher(base, hit_home).Run();
}

}  // namespace qiangji::domain
