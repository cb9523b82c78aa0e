// In which order items are swept.
#pragma once

#include <vector>

#include "services/domain/graph.h"

namespace qiangji::domain {

// Inputs by item index, as registered.
struct ItemRows {
  std::vector<Edge> begin;  // size items + 1
  std::vector<ItemIndex> input;

  std::size_t size() const { return begin.size() - 1; }
};

struct GraphOrder {
  std::vector<ItemIndex> item;  // by place
  std::vector<Block> blocks;
};
GraphOrder OrderItems(const ItemRows& rows);

}  // namespace qiangji::domain
