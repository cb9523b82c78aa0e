#include "services/domain/loss_front.h"

namespace qiangji::domain {

LossGroups FindLossGroups(const LossBase& base) {
  LossGroups groups;
  const Graph& graph = *base.graph;
  if (!base.substitution) return groups;
  Edge begin = 0;
  for (Edge e = 0; e < graph.input.size(); ++e) {
    if (!graph.ends_requirement(e)) continue;
    if (e > begin) {
      if (groups.of.empty()) {
        groups.of.assign(graph.input.size(), LossGroups::kNone);
      }
      std::fill(groups.of.begin() + begin, groups.of.begin() + e + 1,
                static_cast<std::uint32_t>(groups.size.size()));
      groups.size.push_back(e + 1 - begin);
    }
    begin = e + 1;
  }
  return groups;
}

}  // namespace qiangji::domain
