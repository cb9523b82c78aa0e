// METHOD 3.1. Components are solved one after the other, inputs first. Small
// ones directly; larger ones by iterates from below (the least solution) and
// from above, which bracket it: both maps are monotone, and 1 everywhere is
// never below its own image. Where nothing enters a component, the least
// solution is 0, also in a closed loop without value added.
#include "services/domain/content.h"

#include <algorithm>
#include <utility>

#include "services/domain/component_solver.h"
#include "services/domain/components.h"

namespace qiangji::domain {
namespace {

// Bracket at which iteration stops: far below METHOD's 1e-9, since the errors
// of components on one chain add up.
constexpr double kBracket = 1e-13;
constexpr int kSweeps = 20000;

// Solves one component after the other into `d`.
class ContentSolver {
 public:
  ContentSolver(const Graph& graph, absl::Span<const double> a)
      : graph_(graph), a_(a), d_(a.size(), 0), error_(a.size(), 0) {}

  Content Solve() {
    const Components components = FindComponents(graph_, a_);
    LocalIndex local(a_.size());
    for (std::size_t c = 0; c < components.size(); ++c) {
      const absl::Span<const Place> members = components[c];
      if (members.size() == 1) {
        SolveOne(members[0]);
      } else {
        local.Set(members);
        SolveMany(MakeSystem(graph_, a_, members, local));
        local.Reset(members);
      }
    }
    Content content;
    content.error = *std::max_element(error_.begin(), error_.end());
    content.share = graph_.ByItem(d_);
    return content;
  }

 private:
  void SolveOne(Place i) {
    if (a_[i] <= 0) return;
    double inside = graph_.own_value[i];
    for (std::uint32_t e = graph_.begin[i]; e < graph_.begin[i + 1]; ++e) {
      const auto j = graph_.input_of(e);
      inside += graph_.cost[e] * graph_.row_unit[i] * d_[j];
      if (graph_.cost[e] > 0) error_[i] = std::max(error_[i], error_[j]);
    }
    d_[i] = std::min(1.0, a_[i] * inside);
  }

  void SolveMany(const ComponentSystem& system) {
    const std::size_t n = system.size();
    std::vector<double> b(n);
    double outside_error = 0, largest = 0;
    for (std::size_t r = 0; r < n; ++r) {
      const Place i = system.members[r];
      b[r] = graph_.own_value[i];
      for (std::uint32_t e : system.OutsideOf(r)) {
        const auto j = graph_.input_of(e);
        b[r] += graph_.cost[e] * graph_.row_unit[i] * d_[j];
        outside_error = std::max(outside_error, error_[j]);
      }
      b[r] *= a_[i];
      largest = std::max(largest, b[r]);
    }
    if (largest <= 0) return;
    double bracket = 0;
    const std::vector<double> x = SolveBracketed(system, b, bracket);
    for (std::size_t r = 0; r < n; ++r) {
      const Place i = system.members[r];
      d_[i] = std::clamp(x[r], 0.0, 1.0);
      error_[i] = outside_error + bracket;
    }
  }

  std::vector<double> SolveBracketed(const ComponentSystem& system,
                                     const std::vector<double>& b,
                                     double& bracket) const {
    if (system.size() <= kDirectSize) return Direct(system, b);
    std::vector<double> low(system.size(), 0), high(system.size(), 1);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      bracket = 0;
      for (std::size_t r = 0; r < system.size(); ++r) {
        double below = b[r], above = b[r];
        for (std::uint32_t k = system.begin[r]; k < system.begin[r + 1]; ++k) {
          below += system.weight[k] * low[system.column[k]];
          above += system.weight[k] * high[system.column[k]];
        }
        low[r] = std::max(low[r], below);
        high[r] = std::min(high[r], above);
        bracket = std::max(bracket, high[r] - low[r]);
      }
      if (bracket <= kBracket) return low;
    }
    if (system.size() <= kDirectLimit) {
      bracket = 0;
      return Direct(system, b);
    }
    return low;
  }

  static std::vector<double> Direct(const ComponentSystem& system,
                                    const std::vector<double>& b) {
    return Factor(system).Solve(b);
  }

  const Graph& graph_;
  const absl::Span<const double> a_;
  std::vector<double> d_, error_;
};

template <typename OfData>
std::vector<double> Shares(const Balance& balance, double without_data,
                           OfData of_data) {
  std::vector<double> a;
  a.reserve(balance.items.size());
  for (const ItemFigures& f : balance.items) {
    a.push_back(f.has_data() ? of_data(f) : without_data);
  }
  return a;
}

}  // namespace

Content SolveContent(const Graph& graph, absl::Span<const double> a) {
  if (a.empty()) return Content();
  const std::vector<double> by_place = graph.ByPlace(a);
  return ContentSolver(graph, by_place).Solve();
}

std::vector<double> AssuredLower(const Balance& balance) {
  return Shares(balance, 0,
                [](const ItemFigures& f) { return f.assured_of_supply; });
}

std::vector<double> AssuredUpper(const Balance& balance) {
  return Shares(balance, 1,
                [](const ItemFigures& f) { return f.upper_of_supply; });
}

std::vector<double> LocatedLower(const Balance& balance) {
  return Shares(balance, 0,
                [](const ItemFigures& f) { return f.located_of_supply; });
}

}  // namespace qiangji::domain
