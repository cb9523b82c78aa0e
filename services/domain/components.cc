#include "services/domain/components.h"

#include <algorithm>
#include <utility>

namespace qiangji::domain {
namespace {

constexpr std::uint32_t kUnseen = 0;

// Tarjan's algorithm with a stack of its own: chains may be long.
class Tarjan {
 public:
  Tarjan(const Graph& graph, absl::Span<const double> a)
      : graph_(graph), a_(a), low_(a.size(), kUnseen), open_(a.size(), false) {
    out_.begin.push_back(0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (low_[i] == kUnseen) Visit(static_cast<std::uint32_t>(i));
    }
  }
  Components Take() { return std::move(out_); }

 private:
  struct Frame {
    std::uint32_t node, edge, order;
  };

  void Enter(std::uint32_t node) {
    low_[node] = ++counter_;
    open_[node] = true;
    path_.push_back(node);
    calls_.push_back({node, graph_.begin[node], counter_});
  }

  void Visit(std::uint32_t root) {
    Enter(root);
    while (!calls_.empty()) {
      Frame& frame = calls_.back();
      const std::uint32_t node = frame.node;
      if (a_[node] > 0 && frame.edge < graph_.begin[node + 1]) {
        const std::uint32_t edge = frame.edge++;
        if (graph_.cost[edge] == 0) continue;
        const auto next = graph_.input_of(edge);
        if (low_[next] == kUnseen) {
          Enter(next);
        } else if (open_[next]) {
          low_[node] = std::min(low_[node], low_[next]);
        }
        continue;
      }
      const bool root_of_component = low_[node] == frame.order;
      calls_.pop_back();
      if (!calls_.empty()) {
        std::uint32_t& above = low_[calls_.back().node];
        above = std::min(above, low_[node]);
      }
      if (root_of_component) Close(node);
    }
  }

  void Close(std::uint32_t node) {
    const std::size_t from = out_.members.size();
    std::uint32_t member = 0;
    do {
      member = path_.back();
      path_.pop_back();
      open_[member] = false;
      out_.members.push_back(member);
    } while (member != node);
    std::sort(out_.members.begin() + static_cast<std::ptrdiff_t>(from),
              out_.members.end());
    out_.begin.push_back(static_cast<std::uint32_t>(out_.members.size()));
  }

  const Graph& graph_;
  absl::Span<const double> a_;
  std::vector<std::uint32_t> low_;
  std::vector<bool> open_;
  std::vector<std::uint32_t> path_;
  std::vector<Frame> calls_;
  std::uint32_t counter_ = 0;
  Components out_;
};

}  // namespace

Components FindComponents(const Graph& graph, absl::Span<const double> a) {
  return Tarjan(graph, a).Take();
}

DenseComponent::DenseComponent(std::vector<double> a,
                               std::vector<double> leaves)
    : n_(leaves.size()), a_(std::move(a)), pivot_(n_) {
  std::vector<double>& s = leaves;
  for (std::size_t k = n_; k-- > 0;) {
    // 1 − A_kk: what goes to rows not yet eliminated, or leaves.
    pivot_[k] = s[k];
    for (std::size_t j = 0; j < k; ++j) pivot_[k] += at(k, j);
    if (pivot_[k] <= 0) {
      closed_ = true;
      return;
    }
    for (std::size_t i = 0; i < k; ++i) {
      if (at(i, k) == 0) continue;
      const double factor = at(i, k) / pivot_[k];
      for (std::size_t j = 0; j < k; ++j) at(i, j) += factor * at(k, j);
      s[i] += factor * s[k];
    }
  }
}

std::vector<double> DenseComponent::Solve(std::vector<double> b) const {
  for (std::size_t k = n_; k-- > 0;) {
    const double share = b[k] / pivot_[k];
    for (std::size_t i = 0; i < k; ++i) b[i] += at(i, k) * share;
  }
  for (std::size_t k = 0; k < n_; ++k) {
    for (std::size_t j = 0; j < k; ++j) b[k] += at(k, j) * b[j];
    b[k] /= pivot_[k];
  }
  return b;
}

std::vector<double> DenseComponent::SolveTransposed(
    std::vector<double> b) const {
  for (std::size_t k = n_; k-- > 0;) {
    const double share = b[k] / pivot_[k];
    for (std::size_t j = 0; j < k; ++j) b[j] += at(k, j) * share;
  }
  for (std::size_t k = 0; k < n_; ++k) {
    for (std::size_t i = 0; i < k; ++i) b[k] += at(i, k) * b[i];
    b[k] /= pivot_[k];
  }
  return b;
}

}  // namespace qiangji::domain
