#include "services/domain/reach.h"

#include <cstddef>

namespace qiangji::domain {

std::vector<std::vector<ItemIndex>> EquipmentReachedByAll(
    const Structure& structure, const Graph& graph) {
  const std::size_t count = structure.items.size();
  std::vector<std::vector<ItemIndex>> reached(count);
  // The equipment item that saw an item last; visits need no clearing.
  std::vector<ItemIndex> seen_by(count, -1);
  std::vector<ItemIndex> open;
  for (std::size_t e = 0; e < count; ++e) {
    if (structure.items[e].category != Category::kEquipment) continue;
    const auto equipment = static_cast<ItemIndex>(e);
    open.assign(1, equipment);
    while (!open.empty()) {
      const Place item = graph.PlaceOf(open.back());
      open.pop_back();
      for (Edge k = graph.begin[item]; k < graph.begin[item + 1]; ++k) {
        const ItemIndex input = graph.item[graph.input_of(k)];
        ItemIndex& seen = seen_by[static_cast<std::size_t>(input)];
        if (seen == equipment) continue;
        seen = equipment;
        reached[static_cast<std::size_t>(input)].push_back(equipment);
        open.push_back(input);
      }
    }
  }
  return reached;
}

}  // namespace qiangji::domain
