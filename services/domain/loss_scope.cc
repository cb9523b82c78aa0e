#include "services/domain/loss_scope.h"

#include <map>

namespace qiangji::domain {
namespace {

// Sums of one list of sectors, lane by lane. One fixed order: by place.
template <std::size_t kLanes>
struct LaneSums {
  double loss[kLanes] = {}, value[kLanes] = {}, stopped[kLanes] = {};

  template <typename T>
  void Add(const T* losses, double weight, double of_value) {
    // METHOD 3.4: not κ >= 0.5.
    constexpr double kStopped = 0.5 + kTolerance;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto l = static_cast<double>(losses[lane]);
      loss[lane] += weight * l;
      value[lane] += of_value * l;
      stopped[lane] += l > kStopped ? 1 : 0;
    }
  }
  void Add(const LaneSums& other) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      loss[lane] += other.loss[lane];
      value[lane] += other.value[lane];
      stopped[lane] += other.stopped[lane];
    }
  }
};

}  // namespace

LossScope::LossScope(const Analysis& analysis, bool by_sector)
    : analysis_(analysis), by_sector_(by_sector) {
  const Graph& graph = *analysis.graph;
  const std::vector<Item>& items = analysis.world->structure().items;
  list_.assign(graph.size(), kNone);
  weight_.assign(graph.size(), 0);
  value_.assign(graph.size(), 0);
  std::map<std::vector<SectorIndex>, std::uint32_t> lists;
  for (Place p = 0; p < graph.size(); ++p) {
    const auto i = static_cast<std::size_t>(graph.item[p]);
    if (!analysis.leaf[i]) continue;
    const auto& sectors =
        by_sector ? items[i].sectors : std::vector<SectorIndex>();
    const auto [at, added] =
        lists.try_emplace(sectors, static_cast<std::uint32_t>(lists_.size()));
    if (added) {
      lists_.push_back(sectors);
      of_list_.emplace_back();
    }
    list_[p] = at->second;
    weight_[p] = items[i].weight;
    const auto& value = analysis.balance[static_cast<ItemIndex>(i)].value_cny;
    value_[p] = value.value_or(0);
    Sums& sums = of_list_[at->second];
    sums.weight += items[i].weight;
    sums.value += value_[p];
    ++sums.items;
    sums.valued += value.has_value() ? 1 : 0;
  }
}

LossMeans LossScope::MeansOf(const Sums& whole, double loss, double value,
                             double stopped) const {
  LossMeans means;
  means.items = whole.items;
  means.valued_items = whole.valued;
  means.stopped_items = static_cast<int>(stopped);
  if (whole.weight > 0) means.mean_loss = loss / whole.weight;
  if (whole.value > 0) means.mean_loss_value = value / whole.value;
  return means;
}

template <typename T>
std::vector<LaneMeans> LossScope::Means(const LossLanes<T>& lanes) const {
  constexpr std::size_t kLanes = LossLanes<T>::kLanes;
  using Lane = LaneSums<kLanes>;
  std::vector<Lane> by_list(lists_.size());
  const T* loss = lanes.loss.data();
  for (std::size_t p = 0; p < list_.size(); ++p) {
    if (list_[p] == kNone) continue;
    by_list[list_[p]].Add(loss + p * kLanes, weight_[p], value_[p]);
  }
  const std::size_t sectors =
      by_sector_ ? analysis_.world->structure().sectors.size() : 0;
  // The total comes last.
  std::vector<Lane> sums(sectors + 1);
  std::vector<Sums> whole(sectors + 1);
  const auto add = [&](std::size_t to, std::size_t list) {
    sums[to].Add(by_list[list]);
    whole[to].weight += of_list_[list].weight;
    whole[to].value += of_list_[list].value;
    whole[to].items += of_list_[list].items;
    whole[to].valued += of_list_[list].valued;
  };
  for (std::size_t list = 0; list < lists_.size(); ++list) {
    add(sectors, list);
    for (const SectorIndex s : lists_[list]) {
      add(static_cast<std::size_t>(s), list);
    }
  }
  std::vector<LaneMeans> means(kLanes);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t s = 0; s <= sectors; ++s) {
      const LossMeans of = MeansOf(whole[s], sums[s].loss[lane],
                                   sums[s].value[lane], sums[s].stopped[lane]);
      if (s == sectors) {
        means[lane].total = of;
      } else {
        means[lane].sectors.push_back(of);
      }
    }
  }
  return means;
}

template std::vector<LaneMeans> LossScope::Means(const LossLanes<float>&) const;
template std::vector<LaneMeans> LossScope::Means(
    const LossLanes<double>&) const;

}  // namespace qiangji::domain
