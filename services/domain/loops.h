// Closed loops without value added (METHOD 3.1, 3.2).
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "services/domain/graph.h"

namespace qiangji::domain {

// An assured share this near to 1 keeps everything that enters an item.
inline constexpr double kWholeShare = 1 - 1e-12;

// Loops that nothing leaves: all of their a is 1, none of them adds value, and
// each of their inputs is in the loop. I − diag(a)·C is singular there, and
// their content 0. Loops by their first item, items of one ascending.
std::vector<std::vector<ItemIndex>> FindClosedLoops(const Graph& graph,
                                                    absl::Span<const double> a);

// Sets `a` (by place) to 0 where no content can come from: neither the item
// adds value nor, by any way of inputs, one that is made at home. What is left
// has one solution, which is not 0 anywhere that `a` is not.
void ZeroWithoutSource(const Graph& graph, std::vector<double>& a);

}  // namespace qiangji::domain
