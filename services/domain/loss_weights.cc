#include "services/domain/loss_weights.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

constexpr double kDelta = 0.25;
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
    for (const Weight& w : w_) {
      out_.freeze = std::max(out_.freeze, w.freeze / (1 - kDelta));
      out_.rounding = std::max(out_.rounding, w.rounding / (1 - kDelta));
    }
    return std::move(out_);
  }

 private:
  struct Weight {
    double freeze = 0, rounding = 0;
  };

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

  Weight Row(Place p, bool may_freeze) const {
    const double slack = may_freeze ? 1 : 0;
    const bool whole = base_.home[p] >= 1;
    const double home = whole ? hit_home_[p] : base_.home[p];
    Weight w{slack, 1};
    for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
      const Weight& of = w_[graph_.input_of(e)];
      if (whole && graph_.essentiality[e] == kOne) {
        w.freeze = std::max(w.freeze, of.freeze + slack);
        w.rounding = std::max(w.rounding, of.rounding);
      } else if (whole) {
        Raise(graph_.essentiality_of(e), slack, of, w);
      }
      Raise(home * graph_.essentiality_of(e), slack, of, w);
    }
    return w;
  }
  static void Raise(double gain, double slack, const Weight& of, Weight& w) {
    w.freeze = std::max(w.freeze, gain * of.freeze + slack);
    w.rounding = std::max(w.rounding, gain * of.rounding + 1);
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
        const Weight w = Row(p, !strict);
        const double delta = strict ? 0 : kDelta;
        if (w.freeze <= w_[p].freeze + delta &&
            w.rounding <= w_[p].rounding + delta) {
          continue;
        }
        w_[p] = {std::max(w.freeze, w_[p].freeze),
                 std::max(w.rounding, w_[p].rounding)};
        if (w.rounding - before > limit) return false;
        for (Edge u = graph_.user_begin[p]; u < graph_.user_begin[p + 1]; ++u) {
          const Place user = graph_.user[u];
          dirty_[user] = 1;
          if (user < p) again = true;
        }
      }
    }
    return true;
  }

  double Before(const Block& block) const {
    double before = 0;
    for (Place p = block.begin; p < block.end; ++p) {
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place input = graph_.input_of(e);
        if (input < block.begin) before = std::max(before, w_[input].rounding);
      }
    }
    return before;
  }

  // What is wrong before the block is no larger after it: gains are at most
  // 1. What the block itself adds is told by its exact solution.
  void MarkSlow(std::size_t k) {
    const Block& block = graph_.blocks[k];
    Weight before;
    double leak = 1;  // smallest 1 − g above 0
    for (Place p = block.begin; p < block.end; ++p) {
      for (Edge e = graph_.begin[p]; e < graph_.begin[p + 1]; ++e) {
        const Place input = graph_.input_of(e);
        if (input < block.begin) {
          before.freeze = std::max(before.freeze, w_[input].freeze);
          before.rounding = std::max(before.rounding, w_[input].rounding);
          continue;
        }
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
  std::vector<Weight> w_;
  std::vector<std::uint8_t> dirty_;
};

}  // namespace

LossWeights ComputeLossWeights(const LossBase& base,
                               absl::Span<const double> hit_home) {
  return Weigher(base, hit_home).Run();
}

}  // namespace qiangji::domain
