// METHOD 3.1: which items can have content at all, and lanes for the solver.
#include "services/domain/content.h"

#include <algorithm>
#include <utility>

#include "services/domain/lane_solver.h"
#include "services/domain/loops.h"
#include "services/domain/stop.h"

namespace qiangji::domain {
namespace {

// Where sweeps start: as if an item's inputs were as home-made as itself.
double FirstGuess(double a, double own_value) {
  const double left = 1 - a * (1 - own_value);
  return left > 0 ? a * own_value / left : 0;
}

template <std::size_t kLanes>
void SolveGroup(const Graph& graph, absl::Span<const std::vector<double>> group,
                const Stop* stop, std::vector<Content>& contents) {
  const std::size_t n = graph.size();
  LaneArray a(n * kLanes), b(n * kLanes), d(n * kLanes);
  for (std::size_t l = 0; l < group.size(); ++l) {
    std::vector<double> by_place = graph.ByPlace(group[l]);
    ZeroWithoutSource(graph, by_place);
    for (Place p = 0; p < n; ++p) {
      const std::size_t at = p * kLanes + l;
      a[at] = by_place[p];
      b[at] = by_place[p] * graph.own_value[p];
      d[at] = FirstGuess(by_place[p], graph.own_value[p]);
    }
  }
  const auto results = SolveLanes<kLanes>(graph, a, b, d, kSolvedTo, stop);
  for (std::size_t l = 0; l < group.size(); ++l) {
    Content content;
    content.share.resize(n);
    for (Place p = 0; p < n; ++p) {
      content.share[static_cast<std::size_t>(graph.item[p])] =
          std::min(1.0, d[p * kLanes + l]);
    }
    content.error = results[l].error;
    content.sweeps = results[l].sweeps;
    if (results[l].unsettled != LaneResult::kSettled) {
      content.unsettled = graph.item[results[l].unsettled];
    }
    contents.push_back(std::move(content));
  }
}

template <typename Of>
std::vector<double> OfEach(const Balance& balance, Of of) {
  std::vector<double> a;
  a.reserve(balance.size());
  for (const auto& page : balance.pages()) {
    for (const ItemFigures& f : page->items) a.push_back(of(f));
  }
  return a;
}

}  // namespace

Content SolveContent(const Graph& graph, absl::Span<const double> a) {
  const std::vector<double> one(a.begin(), a.end());
  // Nobody stops it: there is a solution.
  return std::move((*SolveContents(graph, absl::MakeConstSpan(&one, 1)))[0]);
}

absl::StatusOr<std::vector<Content>> SolveContents(
    const Graph& graph, absl::Span<const std::vector<double>> a,
    const Stop* stop) {
  constexpr std::size_t kWidest = 4;
  std::vector<Content> contents;
  for (std::size_t k = 0; k < a.size(); k += kWidest) {
    const auto group = a.subspan(k, kWidest);
    switch (group.size()) {
      case 1:
        SolveGroup<1>(graph, group, stop, contents);
        break;
      case 2:
        SolveGroup<2>(graph, group, stop, contents);
        break;
      default:
        SolveGroup<4>(graph, group, stop, contents);
    }
    if (Stopped(stop)) return absl::CancelledError("stopped");
  }
  return contents;
}

double AssuredLower(const ItemFigures& figures) {
  return figures.has_data() ? figures.assured_of_supply : 0;
}

double AssuredUpper(const ItemFigures& figures) {
  return figures.has_data() ? figures.upper_of_supply : 1;
}

double LocatedLower(const ItemFigures& figures) {
  return figures.has_data() ? figures.located_of_supply : 0;
}

std::vector<double> AssuredLower(const Balance& balance) {
  return OfEach(balance, [](const ItemFigures& f) { return AssuredLower(f); });
}

std::vector<double> AssuredUpper(const Balance& balance) {
  return OfEach(balance, [](const ItemFigures& f) { return AssuredUpper(f); });
}

std::vector<double> LocatedLower(const Balance& balance) {
  return OfEach(balance, [](const ItemFigures& f) { return LocatedLower(f); });
}

}  // namespace qiangji::domain
