#include "services/domain/loss_base.h"

#include <algorithm>

namespace qiangji::domain {

LossBase MakeLossBase(const Analysis& analysis, bool substitution) {
  const SupplyLayer& supply = analysis.supply();
  const Graph& graph = *analysis.graph;
  LossBase base;
  base.graph = &graph;
  base.substitution = substitution;
  base.home.assign(graph.size(), 1);
  base.rest.assign(graph.size(), 0);
  // In the order of the layer, which is larger than what is filled.
  for (std::size_t i = 0; i < graph.size(); ++i) {
    double home = 0, rest = 0;
    for (const SupplySplit& split : supply.Of(static_cast<ItemIndex>(i))) {
      (supply.FacetOf(split).kind == OriginKind::kHome ? home : rest) +=
          split.share;
    }
    if (rest <= 0) continue;
    base.home[graph.place[i]] = std::min(1.0, home);
    base.rest[graph.place[i]] = std::min(1.0, rest);
  }
  return base;
}

}  // namespace qiangji::domain
