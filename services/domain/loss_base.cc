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
  for (Place p = 0; p < graph.size(); ++p) {
    double home = 0, rest = 0;
    for (const SupplySplit& split : supply.Of(graph.item[p])) {
      (supply.FacetOf(split).kind == OriginKind::kHome ? home : rest) +=
          split.share;
    }
    if (rest <= 0) continue;
    base.home[p] = std::min(1.0, home);
    base.rest[p] = std::min(1.0, rest);
  }
  return base;
}

}  // namespace qiangji::domain
