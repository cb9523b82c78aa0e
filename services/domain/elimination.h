// Exact solution of slow components (ARCHITECTURE, "The engine").
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/graph.h"

namespace qiangji::domain {

// A of x = A·x + b within one block, A_rk = a_r·c_rk, in the block's own
// numbering: r = place − block.begin.
struct BlockSystem {
  using Entry = std::pair<std::uint32_t, double>;
  std::vector<std::vector<Entry>> rows;
  // 1 − Σ_k A_rk as a sum of what leaves: not computed by subtraction.
  std::vector<double> leaves;
};
// `a` by place, `stride` apart (lanes).
BlockSystem MakeBlockSystem(const Graph& graph, const Block& block,
                            const double* a, std::size_t stride = 1);

// I − A factored without subtraction (Grassmann, Taksar and Heyman), cheapest
// members first: rings, trees and ladders of any size take linear time. Every
// entry of a solution has a small relative error however nearly closed the
// component is (Alfa, Xue and Ye 2002).
class Elimination {
 public:
  // nullopt where the members are too entangled, or where nothing leaves the
  // component (I − A is singular).
  static std::optional<Elimination> Of(BlockSystem system);

  // x of (I − A)·x = b, b >= 0.
  std::vector<double> Solve(std::vector<double> b) const;
  // x of (I − A)ᵀ·x = b.
  std::vector<double> SolveTransposed(std::vector<double> b) const;
  // Bound of the relative error of a solution.
  double relative_error() const;

 private:
  friend class Eliminator;

  struct Step {
    std::uint32_t member;
    double pivot;
    std::uint32_t users_end, inputs_end;  // of the entries below
  };
  absl::Span<const BlockSystem::Entry> UsersOf(std::size_t step) const;
  absl::Span<const BlockSystem::Entry> InputsOf(std::size_t step) const;

  std::vector<Step> steps_;
  // Entries of column and row of each member when it was eliminated.
  std::vector<BlockSystem::Entry> users_, inputs_;
};

}  // namespace qiangji::domain
