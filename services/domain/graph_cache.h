// Graphs of one structure, made at first use and shared by the years in which
// the same inputs are valid.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "services/base/mutex.h"
#include "services/domain/world.h"

namespace qiangji::domain {

class GraphCache {
 public:
  explicit GraphCache(std::shared_ptr<const Structure> structure);
  std::shared_ptr<const Graph> Of(int year);

 private:
  const std::shared_ptr<const Structure> structure_;
  // Years at which the set of valid inputs may change, ascending: all years
  // between two of them have one graph.
  std::vector<int> breaks_;
  Mutex mutex_;
  std::map<std::size_t, std::shared_ptr<const Graph>> graphs_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::domain
