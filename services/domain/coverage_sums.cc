#include "services/domain/coverage_sums.h"

#include <algorithm>

#include "services/domain/analysis.h"
#include "services/domain/coverage.h"

namespace qiangji::domain {
namespace {

constexpr int kTenths = 9;

// How many of θ = 0.1 … 0.9 a share reaches.
int TenthsOf(double share) {
  int tenths = 0;
  while (tenths < kTenths &&
         AtLeast(share, static_cast<double>(tenths + 1) / 10)) {
    ++tenths;
  }
  return tenths;
}

void AddTenths(double share, double weight, std::array<double, 9>& sums) {
  const int tenths = TenthsOf(share);
  for (int t = 0; t < tenths; ++t) sums[static_cast<std::size_t>(t)] += weight;
}

void AddYear(int year, int items, std::vector<std::pair<int, int>>& years) {
  const auto at = std::lower_bound(
      years.begin(), years.end(), year,
      [](const auto& entry, int wanted) { return entry.first < wanted; });
  if (at != years.end() && at->first == year) {
    at->second += items;
  } else {
    years.insert(at, {year, items});
  }
}

// 0 = none.
int EarlierYear(int a, int b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

template <typename T, std::size_t n>
void AddEach(const std::array<T, n>& from, std::array<T, n>& to) {
  for (std::size_t k = 0; k < n; ++k) to[k] += from[k];
}

class ItemAdder {
 public:
  explicit ItemAdder(const Analysis& analysis)
      : analysis_(analysis), items_(analysis.world->structure().items) {}

  void Add(ItemIndex i, CoverageCell& cell) const {
    const auto k = static_cast<std::size_t>(i);
    const double theta = analysis_.options.threshold;
    const ItemFigures& f = analysis_.balance[i];
    const double weight = items_[k].weight;
    CoverageSums& s = cell.sums;
    ++s.items;
    s.weight += weight;
    if (analysis_.graph->HasInputs(i)) {
      ++s.items_with_inputs;
      if (!analysis_.graph->CostIncomplete(i)) ++s.items_with_complete_inputs;
    }
    if (AtLeast(analysis_.upper.share[k], theta)) s.penetrated_upper += weight;
    if (f.has_data()) {
      AddWithData(i, weight, s);
    } else {
      s.upper += weight;
    }
    const bool assured = f.has_data() && AtLeast(f.assured, theta);
    if (!assured && weight > 0) cell.open.push_back(i);
  }

  // After the last item of the cell.
  void Finish(CoverageCell& cell) const {
    std::sort(cell.open.begin(), cell.open.end(),
              [this](ItemIndex a, ItemIndex b) {
                return ClosesFirst(analysis_, a, b);
              });
    CoverageCell::AtLeastWeight sum;
    for (const ItemIndex i : cell.open) {
      sum.weight = items_[static_cast<std::size_t>(i)].weight;
      ++sum.items;
      sum.sum += sum.weight;
      auto& weights = cell.open_weights;
      if (!weights.empty() && weights.back().weight == sum.weight) {
        weights.back() = sum;
      } else {
        weights.push_back(sum);
      }
    }
  }

 private:
  void AddWithData(ItemIndex i, double weight, CoverageSums& s) const {
    const ItemFigures& f = analysis_.balance[i];
    const double theta = analysis_.options.threshold;
    const double content = analysis_.lower.share[static_cast<std::size_t>(i)];
    const auto grade = static_cast<std::size_t>(f.grade);
    ++s.items_with_data;
    s.weight_with_data += weight;
    ++s.grade_items[grade];
    s.grade_weight[grade] += weight;
    if (AtLeast(f.assured, theta)) {
      ++s.assured_items;
      s.assured += weight;
      s.grade_assured_weight[grade] += weight;
    } else if (f.located <= kTolerance) {
      ++s.items_blank;
    } else {
      ++s.items_made;
    }
    if (AtLeast(f.documented, theta)) s.documented += weight;
    if (AtLeast(f.upper, theta)) s.upper += weight;
    if (AtLeast(content, theta)) {
      ++s.penetrated_items;
      s.penetrated += weight;
    }
    AddTenths(f.assured, weight, s.at_threshold);
    AddTenths(content, weight, s.penetrated_at_threshold);
    if (f.value_cny) {
      ++s.items_with_value;
      s.value += *f.value_cny;
      s.assured_value += *f.value_cny * f.assured_value_part;
    }
    for (std::size_t g = 0; g < kGrades; ++g) {
      s.grade_volume[g] += weight * f.grade_share[g];
    }
    const int age = analysis_.options.year - f.data_year;
    s.age += weight * age;
    s.max_age = std::max(s.max_age, age);
    s.newest_data_year = std::max(s.newest_data_year, f.data_year);
    s.oldest_data_year = EarlierYear(s.oldest_data_year, f.data_year);
    AddYear(f.data_year, 1, s.data_years);
  }

  const Analysis& analysis_;
  const std::vector<Item>& items_;
};

template <typename Use>
void ForEachLeaf(const Analysis& analysis, std::size_t block, Use use) {
  const std::size_t first = block * CoverageBlocks::kBlockItems;
  const std::size_t end =
      std::min(analysis.leaf.size(), first + CoverageBlocks::kBlockItems);
  for (std::size_t k = first; k < end; ++k) {
    if (analysis.leaf[k]) use(static_cast<ItemIndex>(k));
  }
}

CoverageBlock SumBlock(const Analysis& analysis, std::size_t block) {
  const Structure& structure = analysis.world->structure();
  const ItemAdder adder(analysis);
  constexpr std::size_t kNone = ~std::size_t{0};
  std::vector<std::size_t> places((structure.sectors.size() + 1) * kCategories,
                                  kNone);
  CoverageBlock out;
  const auto add = [&](ItemIndex i, SectorIndex sector, Category category) {
    std::size_t& place =
        places[static_cast<std::size_t>(sector + 1) * kCategories +
               static_cast<std::size_t>(category)];
    if (place == kNone) {
      place = out.cells.size();
      CoverageCell& cell = out.cells.emplace_back();
      cell.sector = sector;
      cell.category = category;
    }
    adder.Add(i, out.cells[place]);
  };
  ForEachLeaf(analysis, block, [&](ItemIndex i) {
    const Item& item = structure.items[static_cast<std::size_t>(i)];
    add(i, -1, item.category);
    for (const SectorIndex sector : item.sectors) {
      add(i, sector, item.category);
    }
  });
  for (CoverageCell& cell : out.cells) adder.Finish(cell);
  std::sort(out.cells.begin(), out.cells.end(),
            [](const CoverageCell& a, const CoverageCell& b) {
              return std::pair(a.sector, a.category) <
                     std::pair(b.sector, b.category);
            });
  return out;
}

const CoverageCell* FindCell(const CoverageBlock& block, SectorIndex sector,
                             Category category) {
  const auto at = std::lower_bound(
      block.cells.begin(), block.cells.end(), std::pair(sector, category),
      [](const CoverageCell& cell, const auto& wanted) {
        return std::pair(cell.sector, cell.category) < wanted;
      });
  return at != block.cells.end() && at->sector == sector &&
                 at->category == category
             ? &*at
             : nullptr;
}

}  // namespace

void CoverageSums::Add(const CoverageSums& other) {
  items += other.items;
  items_with_data += other.items_with_data;
  items_blank += other.items_blank;
  items_made += other.items_made;
  assured_items += other.assured_items;
  penetrated_items += other.penetrated_items;
  items_with_value += other.items_with_value;
  items_with_inputs += other.items_with_inputs;
  items_with_complete_inputs += other.items_with_complete_inputs;
  max_age = std::max(max_age, other.max_age);
  newest_data_year = std::max(newest_data_year, other.newest_data_year);
  oldest_data_year = EarlierYear(oldest_data_year, other.oldest_data_year);
  weight += other.weight;
  weight_with_data += other.weight_with_data;
  assured += other.assured;
  documented += other.documented;
  upper += other.upper;
  penetrated += other.penetrated;
  penetrated_upper += other.penetrated_upper;
  value += other.value;
  assured_value += other.assured_value;
  age += other.age;
  AddEach(other.at_threshold, at_threshold);
  AddEach(other.penetrated_at_threshold, penetrated_at_threshold);
  AddEach(other.grade_items, grade_items);
  AddEach(other.grade_weight, grade_weight);
  AddEach(other.grade_assured_weight, grade_assured_weight);
  AddEach(other.grade_volume, grade_volume);
  for (const auto& [year, count] : other.data_years) {
    AddYear(year, count, data_years);
  }
}

CoverageBlocks::CoverageBlocks(std::size_t items)
    : slots_((items + kBlockItems - 1) / kBlockItems) {
  for (auto& slot : slots_) slot = std::make_shared<Slot>();
}

const CoverageBlock& CoverageBlocks::Get(const Analysis& analysis,
                                         std::size_t block) const {
  Slot& slot = *slots_[block];
  std::call_once(slot.once, [&] {
    slot.block =
        std::make_unique<const CoverageBlock>(SumBlock(analysis, block));
  });
  return *slot.block;
}

void CoverageBlocks::Renew(ItemIndex item) {
  slots_[static_cast<std::size_t>(item) / kBlockItems] =
      std::make_shared<Slot>();
}

int ContentClass(double content, double threshold) {
  return 2 * TenthsOf(content) + (AtLeast(content, threshold) ? 1 : 0);
}

ScopeSums::ScopeSums(const Analysis& analysis, const Scope& scope)
    : analysis_(analysis) {
  Choose(scope);
  // Named sectors that are not there have no items.
  const auto named = std::count(sectors_.begin(), sectors_.end(), true);
  if (!scope.sectors.empty() && named == 0) return;
  const auto sector =
      sectors_.empty() ? SectorIndex{-1}
                       : static_cast<SectorIndex>(
                             std::find(sectors_.begin(), sectors_.end(), true) -
                             sectors_.begin());
  for (std::size_t block = 0; block < analysis.coverage.size(); ++block) {
    if (named > 1) {
      AddMixed(block);
      continue;
    }
    const CoverageBlock& sums = analysis.coverage.Get(analysis, block);
    for (std::size_t c = 0; c < kCategories; ++c) {
      if (!categories_[c]) continue;
      const CoverageCell* cell =
          FindCell(sums, sector, static_cast<Category>(c));
      if (cell != nullptr) parts_.push_back({block, cell});
    }
  }
  for (const Part& part : parts_) {
    weight_ += part.cell->sums.weight;
    assured_ += part.cell->sums.assured;
  }
}

void ScopeSums::Choose(const Scope& scope) {
  const Structure& structure = analysis_.world->structure();
  for (std::size_t c = 0; c < kCategories; ++c) {
    const auto category = static_cast<Category>(c);
    const std::string text(ToText(category));
    categories_[c] =
        scope.categories.empty()
            ? category == Category::kComponent ||
                  category == Category::kMaterial
            : std::find(scope.categories.begin(), scope.categories.end(),
                        text) != scope.categories.end();
  }
  if (!scope.sectors.empty()) sectors_.resize(structure.sectors.size());
  for (const std::string& id : scope.sectors) {
    const SectorIndex s = structure.FindSector(id);
    if (s >= 0) sectors_[static_cast<std::size_t>(s)] = true;
  }
}

bool ScopeSums::Has(ItemIndex i) const {
  const auto k = static_cast<std::size_t>(i);
  const Item& item = analysis_.world->structure().items[k];
  return analysis_.leaf[k] &&
         categories_[static_cast<std::size_t>(item.category)] &&
         (sectors_.empty() ||
          std::any_of(item.sectors.begin(), item.sectors.end(),
                      [this](SectorIndex s) {
                        return sectors_[static_cast<std::size_t>(s)];
                      }));
}

void ScopeSums::AddMixed(std::size_t block) {
  const std::vector<Item>& items = analysis_.world->structure().items;
  const ItemAdder adder(analysis_);
  std::array<CoverageCell, kCategories> cells;
  ForEachLeaf(analysis_, block, [&](ItemIndex i) {
    if (!Has(i)) return;
    const Category category = items[static_cast<std::size_t>(i)].category;
    adder.Add(i, cells[static_cast<std::size_t>(category)]);
  });
  for (CoverageCell& cell : cells) {
    if (cell.sums.items == 0) continue;
    adder.Finish(cell);
    mixed_.push_back(std::move(cell));
    parts_.push_back({block, &mixed_.back()});
  }
}

CoverageSums ScopeSums::Total() const {
  CoverageSums total;
  for (const Part& part : parts_) total.Add(part.cell->sums);
  return total;
}

}  // namespace qiangji::domain
