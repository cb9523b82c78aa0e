// Content through the tiers (METHOD 3.1).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/domain/balance.h"
#include "services/domain/world.h"

namespace qiangji::domain {

class Stop;

// METHOD 3.1 asks for this; what iterates stops at about 1e-12.
inline constexpr double kContentError = 1e-9;

// The least non-negative solution of d = diag(a)·(v + C·d), by item index.
struct Content {
  std::vector<double> share;
  // Proven bound of |share − solution|, of rounding too. Where it is above
  // kContentError the solution is in [share, share + error]: a component that
  // hardly contracts and is too entangled to be solved directly.
  double error = 0;
  bool settled() const { return error <= kContentError; }
  ItemIndex unsettled = -1;  // one of such a component

  int sweeps = 0;  // over the component that took most
};
Content SolveContent(const Graph& graph, absl::Span<const double> a);
// Several at once, four at a time over one reading of the graph. Each is to the
// bit what SolveContent gives for it alone. CANCELLED when stopped.
absl::StatusOr<std::vector<Content>> SolveContents(
    const Graph& graph, absl::Span<const std::vector<double>> a,
    const Stop* stop = nullptr);

// a of METHOD 3.1: over Q_i. Items without data: 0, in the upper bound 1.
double AssuredLower(const ItemFigures& figures);
double AssuredUpper(const ItemFigures& figures);
double LocatedLower(const ItemFigures& figures);
std::vector<double> AssuredLower(const Balance& balance);
std::vector<double> AssuredUpper(const Balance& balance);
std::vector<double> LocatedLower(const Balance& balance);

}  // namespace qiangji::domain
