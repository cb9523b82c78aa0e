// Strongly connected components of the inputs that carry content, and exact
// solution of small ones (ARCHITECTURE, "The engine").
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// Components in the order in which content is solved: an item's inputs come
// before it, or in its own component. Members ascending.
struct Components {
  std::vector<Place> members;
  std::vector<std::uint32_t> begin;  // size components + 1

  std::size_t size() const { return begin.size() - 1; }
  absl::Span<const Place> operator[](std::size_t c) const {
    return absl::MakeConstSpan(members).subspan(begin[c],
                                                begin[c + 1] - begin[c]);
  }
};
// Over the edges with a_i·c_ij > 0. `a` by place.
Components FindComponents(const Graph& graph, absl::Span<const double> a);

// I − A of one component, factored without subtraction (Grassmann, Taksar and
// Heyman): A ≥ 0, and what leaves a row, s_i = 1 − Σ_j A_ij ≥ 0, is given
// instead of being computed, so that nearly closed loops lose no digits.
class DenseComponent {
 public:
  // `a` row by row (n × n), `leaves` = s. Cubic in n.
  DenseComponent(std::vector<double> a, std::vector<double> leaves);

  // Nothing leaves the component: I − A is singular.
  bool closed() const { return closed_; }
  // x of (I − A)·x = b. b ≥ 0. Not for a closed component.
  std::vector<double> Solve(std::vector<double> b) const;
  // x of (I − A)ᵀ·x = b.
  std::vector<double> SolveTransposed(std::vector<double> b) const;

 private:
  double& at(std::size_t i, std::size_t j) { return a_[i * n_ + j]; }
  double at(std::size_t i, std::size_t j) const { return a_[i * n_ + j]; }

  std::size_t n_;
  std::vector<double> a_;      // as it was when each row was eliminated
  std::vector<double> pivot_;  // 1 − A_kk then
  bool closed_ = false;
};

}  // namespace qiangji::domain
