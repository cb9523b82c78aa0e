#include "services/domain/release_table.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "services/base/status_macros.h"

namespace qiangji::domain {
namespace {

// Rows that sum up more are the last to go.
constexpr double kTotalLoss = 20;

// Sums of a part; the order of kNestings.
enum Measure : std::size_t {
  kMade,  // not blank
  kAssured,
  kDocumented,
  kUpper,
  kPenetrated,
  kPenetratedUpper,
  kItemMeasures,
};
constexpr TableNesting kNestings[] = {{kAssured, kMade},
                                      {kDocumented, kAssured},
                                      {kAssured, kUpper},
                                      {kPenetrated, kPenetratedUpper}};

std::array<bool, kItemMeasures> CountsOf(const Analysis& analysis,
                                         ItemIndex i) {
  const ItemFigures& f = analysis.balance[i];
  const double theta = analysis.options.threshold;
  const auto k = static_cast<std::size_t>(i);
  const bool data = f.has_data();
  const bool assured = data && AtLeast(f.assured, theta);
  return {data && (assured || f.located > kTolerance),
          assured,
          data && AtLeast(f.documented, theta),
          !data || AtLeast(f.upper, theta),
          data && AtLeast(analysis.lower.share[k], theta),
          AtLeast(analysis.upper.share[k], theta)};
}

class Builder {
 public:
  Builder(const Analysis& analysis, const DisclosureRule& rule)
      : analysis_(analysis),
        rule_(rule),
        items_(analysis.world->structure().items),
        contributors_(ContributorsOf(analysis)) {
    FindParts();
    AddMeasures();
    const auto sectors =
        static_cast<SectorIndex>(analysis.world->structure().sectors.size());
    for (SectorIndex s = -1; s < sectors; ++s) {
      for (int c = -1; c < kCategories; ++c) AddCell(s, c);
    }
  }

  ProtectedTable table;
  std::vector<ReleaseCell> cells;

 private:
  using PartKey = std::pair<std::vector<SectorIndex>, Category>;

  const Item& ItemAt(ItemIndex i) const {
    return items_[static_cast<std::size_t>(i)];
  }

  void FindParts() {
    for (std::size_t k = 0; k < items_.size(); ++k) {
      if (!analysis_.leaf[k]) continue;
      parts_[{items_[k].sectors, items_[k].category}].push_back(
          static_cast<ItemIndex>(k));
    }
  }

  void AddMeasures() {
    double lightest = std::numeric_limits<double>::infinity(), heaviest = 0;
    for (const auto& [key, items] : parts_) {
      for (const ItemIndex i : items) {
        lightest = std::min(lightest, ItemAt(i).weight);
        heaviest = std::max(heaviest, ItemAt(i).weight);
      }
    }
    AddItemMeasures(/*weighted=*/false, 1);
    // With one weight numbers say it all.
    if (lightest < heaviest) AddItemMeasures(/*weighted=*/true, lightest);
    AddMoney();
  }

  void AddItemMeasures(bool weighted, double step) {
    const std::size_t first = table.measures.size();
    table.measures.resize(first + kItemMeasures);
    for (const auto& [key, items] : parts_) {
      std::array<double, kItemMeasures> sums = {};
      double whole = 0, without = 0;
      for (const ItemIndex i : items) {
        const double weight = weighted ? ItemAt(i).weight : 1;
        const auto counts = CountsOf(analysis_, i);
        whole += weight;
        if (!analysis_.balance[i].has_data()) without += weight;
        for (std::size_t m = 0; m < kItemMeasures; ++m) {
          sums[m] += counts[m] ? weight : 0;
        }
      }
      for (std::size_t m = 0; m < kItemMeasures; ++m) {
        TableMeasure& measure = table.measures[first + m];
        measure.step = step;
        measure.values.push_back(sums[m]);
        const bool upper = m == kUpper || m == kPenetratedUpper;
        measure.most.push_back(upper ? whole : whole - without);
      }
    }
    for (const TableNesting& nesting : kNestings) {
      table.nestings.push_back({first + nesting.inner, first + nesting.outer});
    }
  }

  void AddMoney() {
    TableMeasure value, assured;
    for (const auto& [key, items] : parts_) {
      double sum = 0, of_assured = 0;
      for (const ItemIndex i : items) {
        const ItemFigures& f = analysis_.balance[i];
        if (!f.has_data() || !f.value_cny) continue;
        sum += *f.value_cny;
        of_assured += *f.value_cny * f.assured_value_part;
      }
      value.values.push_back(sum);
      value.most.push_back(kUnbounded);
      assured.values.push_back(of_assured);
      assured.most.push_back(kUnbounded);
    }
    table.measures.push_back(std::move(value));
    table.measures.push_back(std::move(assured));
    const std::size_t end = table.measures.size();
    table.nestings.push_back({end - 1, end - 2});
  }

  static bool Covers(int category, Category of) {
    if (category >= 0) return static_cast<Category>(category) == of;
    return of == Category::kComponent || of == Category::kMaterial;
  }

  void AddCell(SectorIndex sector, int category) {
    ReleaseCell cell;
    TableCell in_table;
    int part = 0;
    for (const auto& [key, items] : parts_) {
      const bool inside =
          Covers(category, key.second) &&
          (sector < 0 ||
           std::binary_search(key.first.begin(), key.first.end(), sector));
      if (inside) {
        in_table.parts.push_back(part);
        cell.items.insert(cell.items.end(), items.begin(), items.end());
      }
      ++part;
    }
    if (cell.items.empty()) return;
    std::sort(cell.items.begin(), cell.items.end());
    if (sector >= 0) {
      cell.sector = analysis_.world->structure()
                        .sectors[static_cast<std::size_t>(sector)]
                        .id;
    }
    if (category >= 0) {
      cell.category = std::string(ToText(static_cast<Category>(category)));
    }
    cell.sensitive = in_table.sensitive = Sensitive(cell.items);
    in_table.loss = static_cast<double>(cell.items.size()) *
                    (sector < 0 ? kTotalLoss : 1) *
                    (category < 0 ? kTotalLoss : 1);
    in_table.keep = sector < 0 || category < 0;
    table.cells.push_back(std::move(in_table));
    cells.push_back(std::move(cell));
  }

  bool Sensitive(const std::vector<ItemIndex>& items) const {
    std::map<Number, double> groups;
    for (const ItemIndex i : items) {
      for (const Contributor& contributor :
           contributors_[static_cast<std::size_t>(i)].groups) {
        groups[contributor.group] += ItemAt(i).weight * contributor.share;
      }
    }
    std::vector<double> contributions;
    contributions.reserve(groups.size());
    for (const auto& [group, amount] : groups) contributions.push_back(amount);
    return IsSensitive(contributions, rule_);
  }

  const Analysis& analysis_;
  const DisclosureRule& rule_;
  const std::vector<Item>& items_;
  const std::vector<ItemContributors> contributors_;
  std::map<PartKey, std::vector<ItemIndex>> parts_;
};

}  // namespace

bool ReleaseTable::Withholds(absl::string_view sector,
                             absl::string_view category) const {
  return std::any_of(cells.begin(), cells.end(), [&](const ReleaseCell& cell) {
    return cell.withheld && cell.sector == sector && cell.category == category;
  });
}

absl::StatusOr<ReleaseTable> ControlTable(
    const Analysis& analysis, const DisclosureRule& rule,
    const std::vector<EarlierCell>& earlier, const Stop* stop) {
  Builder built(analysis, rule);
  for (const EarlierCell& before : earlier) {
    for (std::size_t c = 0; c < built.cells.size(); ++c) {
      if (built.cells[c].sector != before.sector ||
          built.cells[c].category != before.category) {
        continue;
      }
      // What was withheld stays so in every later table.
      bool& flag = before.withheld ? built.table.cells[c].sensitive
                                   : built.table.cells[c].shown_before;
      flag = true;
    }
  }
  QJ_ASSIGN_OR_RETURN(Suppression suppression,
                      Suppress(built.table, rule.p, stop));
  ReleaseTable out;
  for (std::size_t c = 0; c < built.cells.size(); ++c) {
    built.cells[c].withheld = suppression.withheld[c];
  }
  out.cells = std::move(built.cells);
  out.exposed = std::move(suppression.exposed);
  return out;
}

void Withhold(CoverageRow& row) {
  CoverageRow bare;
  bare.scope = row.scope;
  bare.sector = row.sector;
  bare.category = row.category;
  bare.year = row.year;
  bare.items = row.items;
  row = std::move(bare);
}

}  // namespace qiangji::domain
