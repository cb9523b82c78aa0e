// Supply of every item in one year (METHOD 2 but for 2.8).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/finding.h"
#include "services/domain/maybe.h"
#include "services/domain/options.h"
#include "services/domain/world.h"

namespace qiangji::domain {

enum class DataState : std::uint8_t {
  kEmpty,     // nothing on the domestic market
  kOneSided,  // records, but not both sides of the market (METHOD 2.4)
  kData,
  kError,  // the records contradict METHOD 2.2: no figure
};

// Criteria that a flow fails, as bits (METHOD 2.5).
enum CriterionBits : std::uint8_t {
  kFailsOrigin = 1,
  kFailsController = 2,
  kFailsLicences = 4,
  kFailsQualification = 8,
  kFailsTest = 16,
};

// Volume of one origin on the domestic market.
struct OriginVolume {
  Country origin;
  double volume = 0;
  double share = 0;  // of Q_i; 0 where Q_i = 0
};

// Home-origin volume of one supplier on the domestic market, by what it
// fails; supplier kNoNumber = not stated.
struct HomeMaker {
  Number supplier = kNoNumber;
  Country controller;      // resolved
  std::uint8_t fails = 0;  // CriterionBits; 0 = passes
  Qualification qualification = Qualification::kSeries;  // resolved
  double volume = 0;
};

// Figures of one item. Without data (state other than kData) everything but
// `state`, `data_year` and `value_cny` is empty or 0 and means nothing.
struct ItemFigures {
  DataState state = DataState::kEmpty;
  bool by_share = false;  // volumes are shares of domestic demand
  int data_year = 0;      // year of supply and demand; 0 without data

  double supply = 0;  // Q_i
  double demand = 0;  // D_i
  // Domestic-market volumes.
  double home_volume = 0, abroad_volume = 0, unknown_volume = 0;
  double assured_volume = 0, documented_volume = 0;
  double unqualified_home_volume = 0;  // fails only on qualification

  // METHOD 2.5, over D_i.
  double located = 0, assured = 0, documented = 0, upper = 0;
  // METHOD 3 takes them over Q_i; 0 where Q_i = 0.
  double located_of_supply = 0, assured_of_supply = 0, upper_of_supply = 0;

  // METHOD 2.6.
  Maybe ssr, ssr_upper, idr, idr_upper;
  // METHOD 2.8: IR, before clamping to [0,1]; undefined where P+M−X <= 0.
  Maybe import_reliance;
  // METHOD 2.7; undefined where Q_i = 0.
  Maybe hhi_country, hhi_country_low, hhi_country_high;
  Maybe hhi_supplier;
  Country top_foreign;           // not stated = none
  double top_foreign_share = 0;  // of Q_i

  // METHOD 2.9, and b_i of 4.2: the assured part of the value.
  Maybe value_cny;
  double assured_value_part = 0;

  // For the rules of METHOD 5. Shares of Q_i where not said otherwise.
  double abroad_share = 0;
  double hhi_abroad = 0;             // over the origins abroad alone; 0 = none
  double unqualified_home = 0;       // over D_i
  double named_coverage = 0;         // named suppliers, of assured volume
  double largest_group_share = 0;    // of what they cover
  Number largest_group = kNoNumber;  // organization (topmost parent)
  double shortfall = 0;              // max(0, θ·D_i − assured volume)

  // METHOD 4.7: volume of the domestic market by evidence grade, as shares
  // that sum to 1 (all 0 where Q_i = 0); the grade under which the item
  // counts.
  std::array<float, kGrades> grade_share = {};
  Grade grade = Grade::kDeclared;

  // Ranges of BalancePage::origins and BalancePage::makers.
  std::uint32_t origins_begin = 0, origins_end = 0;
  std::uint32_t makers_begin = 0, makers_end = 0;

  bool has_data() const { return state == DataState::kData; }
};

// The figures of some items that follow each other.
struct BalancePage {
  std::vector<ItemFigures> items;     // by ItemIndex
  std::vector<OriginVolume> origins;  // of an item: by falling volume, code
  std::vector<HomeMaker> makers;      // of an item: by origin, supplier id
  // Of the asked year and of carried years that are used; by item, then as
  // the flows come.
  std::vector<Finding> findings;
  bool illustrative = false;  // something rests on illustrative volume
};

// Immutable pages that balances of nearly equal worlds share. A page depends
// on the records of its items alone.
class Balance {
 public:
  static constexpr std::size_t kPageItems = 256;
  static std::size_t PageOf(ItemIndex i) {
    return static_cast<std::size_t>(i) / kPageItems;
  }

  Balance() = default;
  Balance(std::size_t items,
          std::vector<std::shared_ptr<const BalancePage>> pages)
      : size_(items), pages_(std::move(pages)) {}

  std::size_t size() const { return size_; }
  const std::vector<std::shared_ptr<const BalancePage>>& pages() const {
    return pages_;
  }
  const ItemFigures& operator[](ItemIndex i) const {
    return pages_[PageOf(i)]->items[static_cast<std::size_t>(i) % kPageItems];
  }
  absl::Span<const OriginVolume> OriginsOf(ItemIndex i) const;
  absl::Span<const HomeMaker> MakersOf(ItemIndex i) const;

 private:
  std::size_t size_ = 0;
  std::vector<std::shared_ptr<const BalancePage>> pages_;
};

Balance ComputeBalance(const World& world, const AnalysisOptions& options);
// The same where the records of `items` alone differ from those that `before`
// was made of, with the same structure: all other pages are shared.
Balance UpdateBalance(const World& world, const AnalysisOptions& options,
                      const Balance& before, absl::Span<const ItemIndex> items);

// Whether each item has data in `year` itself (METHOD 2.4), by ItemIndex.
std::vector<bool> HasData(const World& world, const AnalysisOptions& options,
                          int year);

}  // namespace qiangji::domain
