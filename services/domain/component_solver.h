// The equations of one strongly connected component, in its own numbering.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/components.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// Components up to this size are solved directly at once; up to the limit
// when iteration does not get there.
constexpr std::size_t kDirectSize = 200;
constexpr std::size_t kDirectLimit = 2000;

// Place of an item in the component at hand; -1 outside.
class LocalIndex {
 public:
  explicit LocalIndex(std::size_t items) : place_(items, -1) {}
  void Set(absl::Span<const Place> members);
  void Reset(absl::Span<const Place> members);
  std::int32_t operator[](Place p) const { return place_[p]; }

 private:
  std::vector<std::int32_t> place_;
};

// A of d = A·d + b within the component: A_rk = a_i·c_ij.
struct ComponentSystem {
  std::vector<Place> members;
  std::vector<std::uint32_t> begin;   // CSR over the members
  std::vector<std::uint32_t> column;  // local
  std::vector<double> weight;
  std::vector<std::uint32_t> outside_begin;  // edges that leave it, c > 0
  std::vector<std::uint32_t> outside;        // places in the graph
  std::vector<double> leaves;                // 1 − Σ_k A_rk, not computed so

  std::size_t size() const { return members.size(); }
  absl::Span<const std::uint32_t> OutsideOf(std::size_t row) const {
    return absl::MakeConstSpan(outside).subspan(
        outside_begin[row], outside_begin[row + 1] - outside_begin[row]);
  }
};
ComponentSystem MakeSystem(const Graph& graph, absl::Span<const double> a,
                           absl::Span<const Place> members,
                           const LocalIndex& local);
DenseComponent Factor(const ComponentSystem& system);

}  // namespace qiangji::domain
