// Content after a few assured shares changed, without solving everything again
// (METHOD 3.1; ARCHITECTURE, "The engine").
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/content.h"
#include "services/domain/graph.h"

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

  double content(ItemIndex i) const { return d_[graph_->PlaceOf(i)]; }
  std::vector<double> Contents() const { return graph_->ByItem(d_); }
  // Proven bound of |content − solution|.
  double error() const { return error_; }

 private:
  std::shared_ptr<const Graph> graph_;
  std::vector<double> a_, d_;  // by place
  double error_ = 0;
};

}  // namespace qiangji::domain
