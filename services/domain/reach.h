// Which finished products an item ends up in, for every item at once.
#pragma once

#include <vector>

#include "services/domain/world.h"

namespace qiangji::domain {

// Equipment whose bill of materials reaches each item through the graph's
// inputs, ascending; by item index. An equipment item does not reach itself
// unless a cycle leads back. One walk per equipment item.
std::vector<std::vector<ItemIndex>> EquipmentReachedByAll(
    const Structure& structure, const Graph& graph);

}  // namespace qiangji::domain
