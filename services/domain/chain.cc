#include "services/domain/chain.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace qiangji::domain {
namespace {

constexpr int kStopEvery = 4096;  // items settled between two looks at Stop

}  // namespace

double Comparable(double value) {
  constexpr std::uint64_t kDropped = 16;  // of 52 bits
  constexpr std::uint64_t kHalf = std::uint64_t{1} << (kDropped - 1);
  const auto bits = std::bit_cast<std::uint64_t>(value) + kHalf;
  return std::bit_cast<double>(bits >> kDropped << kDropped);
}

bool ChainSearch::Candidate::operator<(const Candidate& other) const {
  if (key != other.key) return key < other.key;
  return std::tie(links, place) > std::tie(other.links, other.place);
}

ChainSearch::ChainSearch(const Graph& graph, absl::Span<const double> a,
                         ItemIndex from)
    : graph_(graph), a_(a), reached_(graph.size()), above_(graph.size(), -1) {
  const Place p = graph.PlaceOf(from);
  reached_[p].product = 1;
  open_.push_back({Comparable(1), 0, p});
}

absl::Status ChainSearch::Settle(absl::Span<const ItemIndex> targets,
                                 const Stop* stop) {
  std::vector<bool> wanted(graph_.size(), false);
  std::size_t left = 0;
  for (ItemIndex i : targets) {
    const Place p = graph_.PlaceOf(i);
    if (reached_[p].settled || wanted[p]) continue;
    wanted[p] = true;
    ++left;
  }
  for (int settled = 0; left > 0 && !open_.empty();) {
    std::pop_heap(open_.begin(), open_.end());
    const Candidate best = open_.back();
    open_.pop_back();
    Reached& reached = reached_[best.place];
    if (reached.settled) continue;
    reached.settled = true;
    if (wanted[best.place]) --left;
    if (++settled % kStopEvery == 0 && Stopped(stop)) {
      return absl::CancelledError("stopped");
    }
    Relax(best.place);
  }
  return absl::OkStatus();
}

void ChainSearch::Relax(Place from) {
  for (Edge e = graph_.begin[from]; e < graph_.begin[from + 1]; ++e) {
    const Place to = graph_.input_of(e);
    const double product =
        reached_[from].product * a_[from] * graph_.cost_of(from, e);
    if (product <= 0 || reached_[to].settled || !Better(from, to, product)) {
      continue;
    }
    reached_[to].product = product;
    reached_[to].links = reached_[from].links + 1;
    above_[static_cast<std::size_t>(graph_.item[to])] = graph_.item[from];
    open_.push_back({Comparable(product), reached_[to].links, to});
    std::push_heap(open_.begin(), open_.end());
  }
}

bool ChainSearch::Better(Place from, Place to, double product) const {
  const Reached& now = reached_[to];
  if (now.product == 0) return true;
  const double old_key = Comparable(now.product), key = Comparable(product);
  if (key != old_key) return key > old_key;
  const std::uint32_t links = reached_[from].links + 1;
  if (links != now.links) return links < now.links;
  const auto k = static_cast<std::size_t>(graph_.item[to]);
  return ChainFrom(above_, graph_.item[from]) < ChainFrom(above_, above_[k]);
}

std::vector<ItemIndex> ChainFrom(absl::Span<const ItemIndex> above,
                                 ItemIndex end) {
  std::vector<ItemIndex> chain;
  for (ItemIndex i = end; i >= 0; i = above[static_cast<std::size_t>(i)]) {
    chain.push_back(i);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

}  // namespace qiangji::domain
