// What a target of H still lacks, from the sums of blocks (METHOD 4.3).
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <queue>

#include "services/domain/analysis.h"
#include "services/domain/coverage_sums.h"

namespace qiangji::domain {
namespace {

double LevelOf(const Analysis& analysis, ItemIndex i) {
  const ItemFigures& f = analysis.balance[i];
  return f.has_data() ? f.assured : -1;
}

double WeightOf(const Analysis& analysis, ItemIndex i) {
  return analysis.world->structure().items[static_cast<std::size_t>(i)].weight;
}

// Open items of one cell from `next` on.
struct Run {
  const std::vector<ItemIndex>* items;
  std::size_t next = 0;
  ItemIndex first() const { return (*items)[next]; }
};

}  // namespace

bool ClosesFirst(const Analysis& analysis, ItemIndex a, ItemIndex b) {
  const double weight_a = WeightOf(analysis, a);
  const double weight_b = WeightOf(analysis, b);
  if (weight_a != weight_b) return weight_a > weight_b;
  const double level_a = LevelOf(analysis, a);
  const double level_b = LevelOf(analysis, b);
  return level_a != level_b ? level_a > level_b : a < b;
}

bool ScopeSums::Reaches(double weight, double target) const {
  return AtLeast((assured_ + weight) / weight_, target);
}

CoverageCell::AtLeastWeight ScopeSums::OpenFrom(double weight) const {
  CoverageCell::AtLeastWeight all;
  for (const Part& part : parts_) {
    const auto& weights = part.cell->open_weights;
    // Falling: the last that is not lighter says it.
    auto at = std::partition_point(
        weights.begin(), weights.end(),
        [weight](const auto& one) { return one.weight >= weight; });
    if (at == weights.begin()) continue;
    --at;
    all.items += at->items;
    all.sum += at->sum;
  }
  return all;
}

double ScopeSums::LightestNeeded(double target) const {
  double light = std::numeric_limits<double>::infinity(), heavy = 0;
  for (const Part& part : parts_) {
    const auto& weights = part.cell->open_weights;
    if (weights.empty()) continue;
    heavy = std::max(heavy, weights.front().weight);
    light = std::min(light, weights.back().weight);
  }
  if (heavy <= 0 || !Reaches(OpenFrom(light).sum, target)) return 0;
  // The greatest weight from which on they reach it. Numbers above 0 are
  // ordered as their bits are.
  auto low = std::bit_cast<std::uint64_t>(light);
  auto high = std::bit_cast<std::uint64_t>(heavy);
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    if (Reaches(OpenFrom(std::bit_cast<double>(middle)).sum, target)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return std::bit_cast<double>(low);
}

int ScopeSums::ItemsShort(double target) const {
  if (weight_ <= 0 || Reaches(0, target)) return 0;
  const double last = LightestNeeded(target);
  if (last <= 0) return OpenFrom(0).items;
  const CoverageCell::AtLeastWeight heavier =
      OpenFrom(std::nextafter(last, std::numeric_limits<double>::infinity()));
  const int most = OpenFrom(last).items - heavier.items;
  const auto reached_with = [&](int count) {
    return Reaches(heavier.sum + count * last, target);
  };
  const double lacks = (target - kTolerance) * weight_ - assured_ - heavier.sum;
  int count = std::clamp(
      static_cast<int>(std::min(lacks / last, static_cast<double>(most))), 1,
      most);
  while (count > 1 && reached_with(count - 1)) --count;
  while (count < most && !reached_with(count)) ++count;
  return heavier.items + count;
}

std::vector<ItemIndex> ScopeSums::Closing(double target,
                                          std::size_t most) const {
  std::vector<ItemIndex> closing;
  if (weight_ <= 0) return closing;
  const auto later = [this](const Run& a, const Run& b) {
    return ClosesFirst(analysis_, b.first(), a.first());
  };
  std::priority_queue<Run, std::vector<Run>, decltype(later)> runs(later);
  for (const Part& part : parts_) {
    if (!part.cell->open.empty()) runs.push({&part.cell->open});
  }
  double added = 0;
  while (!runs.empty() && closing.size() < most && !Reaches(added, target)) {
    Run run = runs.top();
    runs.pop();
    closing.push_back(run.first());
    added += WeightOf(analysis_, run.first());
    if (++run.next < run.items->size()) runs.push(run);
  }
  return closing;
}

std::vector<ItemIndex> ScopeSums::WithoutData(std::size_t most) const {
  std::vector<ItemIndex> items;
  std::size_t looked_at = 0;  // blocks
  for (const Part& part : parts_) {
    const CoverageSums& sums = part.cell->sums;
    if (sums.items == sums.items_with_data || part.block < looked_at) continue;
    looked_at = part.block + 1;
    const std::size_t first = part.block * CoverageBlocks::kBlockItems;
    const std::size_t end =
        std::min(analysis_.leaf.size(), first + CoverageBlocks::kBlockItems);
    for (std::size_t k = first; k < end; ++k) {
      const auto i = static_cast<ItemIndex>(k);
      if (!Has(i) || analysis_.balance[i].has_data()) continue;
      if (items.size() == most) return items;
      items.push_back(i);
    }
  }
  return items;
}

}  // namespace qiangji::domain
