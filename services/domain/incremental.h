// Content after a few assured shares changed, without solving everything again
// (METHOD 3.1; ARCHITECTURE, "The engine").
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/content.h"
#include "services/domain/graph.h"
#include "services/domain/lanes.h"

namespace qiangji::domain {

struct ShareChange {
  ItemIndex item = -1;
  double a = 0;
};

// The content of one vector `a`, kept current. Every figure is within `error()`
// of a fresh solution of the same `a`. Not thread-safe.
class ContentUpdater {
 public:
  // `content` solves `a`; both by item index.
  ContentUpdater(std::shared_ptr<const Graph> graph, absl::Span<const double> a,
                 const Content& content);

  struct Update {
    std::vector<ItemIndex> touched;  // whose content changed; any order
    std::uint64_t edges = 0;         // that were pushed
    bool solved = false;             // pushing was dearer: solved as a whole
  };
  // Pushes what changed along users until no item is off by more than
  // `tolerance`; when more than all inputs were pushed, sweeps from there.
  Update Apply(absl::Span<const ShareChange> changes, double tolerance = 1e-13);

  double content(ItemIndex i) const {
    return std::clamp(d_[graph_->PlaceOf(i)], 0.0, 1.0);
  }
  std::vector<double> Contents() const;
  // Proven bound of |content − solution|.
  double error() const { return error_; }

 private:
  struct Node {
    double factor = 0;    // a · row_unit
    double residual = 0;  // a·(v + Σ c·d) − d
  };

  // W > 0 with W − diag(a)·C·W >= least_ everywhere: max W / least_ bounds the
  // row sums of (I − diag(a)·C)^-1. Empty = 1 everywhere.
  bool FindWeights();
  double MarginOf(Place p) const;
  double Bound() const { return most_ / least_; }

  double Inside(Place p) const;
  void Enqueue(Place p);
  void SetShare(Place p, double a);
  bool Push(double least, Update& update);
  void SolveWhole(double tolerance, Update& update);

  std::shared_ptr<const Graph> graph_;
  std::vector<double> a_, d_;  // by place
  std::vector<Node> nodes_;
  LaneArray weights_;
  double most_ = 1, least_ = 0;
  bool bounded_ = false;  // else every change is solved as a whole
  double rounding_ = 0;   // of one row

  // Heaps of places, this round's and the next one's; what is in one of them;
  // what changed; what has a residual that was too small to be pushed.
  std::vector<Place> now_, next_, left_;
  std::vector<bool> queued_, changed_, is_left_;
  double largest_left_ = 0, drift_ = 0;
  double error_ = 0, solved_error_ = 0;
};

}  // namespace qiangji::domain
