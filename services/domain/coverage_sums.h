// Sums behind the rows of a coverage table (METHOD 4.2, 4.3, 4.7). They are
// kept by blocks of items that follow each other, so that after a change only
// the blocks which it touches are summed anew. A row is the sum over its blocks
// in their order, whether they are kept or new: both are the same to the bit.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "services/domain/codes.h"
#include "services/domain/world.h"

namespace qiangji::domain {

struct Analysis;
struct Scope;

// Over some leaf items.
struct CoverageSums {
  int items = 0, items_with_data = 0, items_blank = 0, items_made = 0;
  int assured_items = 0, penetrated_items = 0, items_with_value = 0;
  int items_with_inputs = 0, items_with_complete_inputs = 0;
  int max_age = 0, newest_data_year = 0, oldest_data_year = 0;  // 0 = no data
  double weight = 0, weight_with_data = 0;
  double assured = 0, documented = 0, upper = 0;
  double penetrated = 0, penetrated_upper = 0;
  double value = 0, assured_value = 0, age = 0;
  // θ = 0.1 … 0.9.
  std::array<double, 9> at_threshold = {}, penetrated_at_threshold = {};
  // By grade: items and weight that count under it, the assured part of that
  // weight, and weight pro rata of volume.
  std::array<int, kGrades> grade_items = {};
  std::array<double, kGrades> grade_weight = {}, grade_assured_weight = {},
                              grade_volume = {};
  std::vector<std::pair<int, int>> data_years;  // year, items; ascending

  void Add(const CoverageSums& other);
};

// The leaf items of one category of a block, of one sector or of all.
struct CoverageCell {
  SectorIndex sector = -1;  // -1 = all
  Category category = Category::kComponent;
  CoverageSums sums;
  // Items that a target of H still lacks: below θ or without data, weight
  // above 0. Heaviest first, then nearest to θ, then by index.
  std::vector<ItemIndex> open;
  // How many of them weigh at least so much, and together.
  struct AtLeastWeight {
    double weight = 0;
    int items = 0;
    double sum = 0;
  };
  std::vector<AtLeastWeight> open_weights;  // falling
};

struct CoverageBlock {
  std::vector<CoverageCell> cells;  // by (sector, category); those with items
};

// The blocks of one analysis, summed at first use; those that a change did not
// touch are shared with the analysis before it.
class CoverageBlocks {
 public:
  static constexpr std::size_t kBlockItems = 1024;

  CoverageBlocks() = default;
  explicit CoverageBlocks(std::size_t items);

  std::size_t size() const { return slots_.size(); }
  // `analysis`: the one that the blocks belong to. Thread-safe.
  const CoverageBlock& Get(const Analysis& analysis, std::size_t block) const;
  // The figures of the item differ from those of the analysis before.
  void Renew(ItemIndex item);

 private:
  struct Slot {
    std::once_flag once;
    std::unique_ptr<const CoverageBlock> block;
  };
  std::vector<std::shared_ptr<Slot>> slots_;
};

// Whether `a` of the items below θ comes before `b` among those that close a
// gap: heavier, or of equal weight nearer to θ (without data: the farthest).
bool ClosesFirst(const Analysis& analysis, ItemIndex a, ItemIndex b);

// Contents of one class count alike in every sum.
int ContentClass(double content, double threshold);

// The sums of a scope. The analysis outlives it.
class ScopeSums {
 public:
  ScopeSums(const Analysis& analysis, const Scope& scope);

  CoverageSums Total() const;
  // METHOD 4.3: the fewest items, heaviest first, that lift H to `target`;
  // 0 when it is reached.
  int ItemsShort(double target) const;
  // The same by name, of equal weight those nearest to θ first; at most `most`.
  std::vector<ItemIndex> Closing(double target, std::size_t most) const;
  // Ascending; at most `most`.
  std::vector<ItemIndex> WithoutData(std::size_t most) const;

 private:
  struct Part {
    std::size_t block;
    const CoverageCell* cell;
  };
  bool Reaches(double weight, double target) const;
  CoverageCell::AtLeastWeight OpenFrom(double weight) const;
  // The weight of the last item that it takes; 0 = all together do not reach.
  double LightestNeeded(double target) const;
  void Choose(const Scope& scope);
  bool Has(ItemIndex item) const;
  void AddMixed(std::size_t block);

  const Analysis& analysis_;
  std::array<bool, kCategories> categories_ = {};
  std::vector<bool> sectors_;       // empty = all
  std::vector<Part> parts_;         // by block, then category
  std::deque<CoverageCell> mixed_;  // of several sectors at a time
  double weight_ = 0, assured_ = 0;
};

}  // namespace qiangji::domain
