#include "services/domain/coverage.h"

#include <algorithm>

#include "services/domain/coverage_sums.h"
#include "services/domain/target.h"

namespace qiangji::domain {
namespace {

bool Matches(const Item& item, const std::vector<bool>& sectors,
             const std::vector<bool>& categories) {
  if (!categories[static_cast<std::size_t>(item.category)]) return false;
  if (sectors.empty()) return true;
  return std::any_of(
      item.sectors.begin(), item.sectors.end(),
      [&](SectorIndex s) { return sectors[static_cast<std::size_t>(s)]; });
}

void CopyCounts(const CoverageSums& sums, CoverageRow& row) {
  row.items = sums.items;
  row.items_with_data = sums.items_with_data;
  row.items_blank = sums.items_blank;
  row.items_made = sums.items_made;
  row.assured_items = sums.assured_items;
  row.penetrated_items = sums.penetrated_items;
  row.weight = sums.weight;
  row.weight_with_data = sums.weight_with_data;
  row.assured_weight = sums.assured;
  row.value_cny = sums.value;
  row.items_with_value = sums.items_with_value;
  row.items_with_inputs = sums.items_with_inputs;
  row.items_with_complete_inputs = sums.items_with_complete_inputs;
  row.max_age = sums.max_age;
  row.newest_data_year = sums.newest_data_year;
  row.oldest_data_year = sums.oldest_data_year;
  row.data_years = sums.data_years;
  row.grade_items = sums.grade_items;
  row.grade_weight = sums.grade_weight;
  row.grade_assured_weight = sums.grade_assured_weight;
  row.grade_volume = sums.grade_volume;
}

// Shares from sums (METHOD 4.2): an empty scope has none, one without data
// only the upper ones.
void Finish(const CoverageSums& sums, CoverageRow& row) {
  if (row.weight <= 0) return;
  row.share_upper = sums.upper / row.weight;
  row.penetrated_upper = sums.penetrated_upper / row.weight;
  if (row.items_with_data == 0) return;
  row.share = sums.assured / row.weight;
  row.share_documented = sums.documented / row.weight;
  row.penetrated_share = sums.penetrated / row.weight;
  for (std::size_t t = 0; t < row.sensitivity.size(); ++t) {
    row.sensitivity[t] = sums.at_threshold[t] / row.weight;
    row.penetrated_sensitivity[t] =
        sums.penetrated_at_threshold[t] / row.weight;
  }
  if (row.weight_with_data > 0) {
    row.share_of_known = sums.assured / row.weight_with_data;
    row.mean_age = sums.age / row.weight_with_data;
  }
  if (sums.value > 0) row.value_share = sums.assured_value / sums.value;
}

CoverageRow PublishedRow(const Analysis& analysis, const std::string& sector,
                         const std::string& category) {
  Scope scope;
  if (!sector.empty()) scope.sectors = {sector};
  if (!category.empty()) scope.categories = {category};
  CoverageRow row = ComputeRow(analysis, scope);
  row.sector = sector;
  row.category = category;
  JudgeRow(analysis, row);
  return row;
}

bool OfHeadline(Category category) {
  return category == Category::kComponent || category == Category::kMaterial;
}

// The category rows of one sector ("" = all).
void AddCategories(const Analysis& analysis, const std::string& sector,
                   std::vector<CoverageRow>& rows) {
  for (int c = 0; c < kCategories; ++c) {
    const auto category = static_cast<Category>(c);
    CoverageRow row =
        PublishedRow(analysis, sector, std::string(ToText(category)));
    const bool always = sector.empty() && OfHeadline(category);
    if (row.items > 0 || always) rows.push_back(std::move(row));
  }
}

}  // namespace

absl::string_view ToText(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNone:
      return "";
    case Verdict::kNoData:
      return "no data";
    case Verdict::kMet:
      return "met";
    case Verdict::kUndecided:
      return "undecided";
    case Verdict::kMissed:
      return "missed";
  }
  return "";
}

std::vector<ItemIndex> ItemsOf(const Analysis& analysis, const Scope& scope) {
  const Structure& structure = analysis.world->structure();
  std::vector<bool> categories(kCategories, false), sectors;
  for (int c = 0; c < kCategories; ++c) {
    const auto category = static_cast<Category>(c);
    categories[static_cast<std::size_t>(c)] =
        scope.categories.empty()
            ? OfHeadline(category)
            : std::find(scope.categories.begin(), scope.categories.end(),
                        std::string(ToText(category))) !=
                  scope.categories.end();
  }
  if (!scope.sectors.empty()) sectors.resize(structure.sectors.size());
  for (const std::string& id : scope.sectors) {
    const SectorIndex s = structure.FindSector(id);
    if (s >= 0) sectors[static_cast<std::size_t>(s)] = true;
  }
  std::vector<ItemIndex> items;
  if (!scope.sectors.empty() && sectors.empty()) return items;
  for (std::size_t i = 0; i < structure.items.size(); ++i) {
    if (analysis.leaf[i] && Matches(structure.items[i], sectors, categories)) {
      items.push_back(static_cast<ItemIndex>(i));
    }
  }
  return items;
}

std::vector<ItemIndex> ItemsWithoutData(const Analysis& analysis,
                                        const Scope& scope, std::size_t most) {
  return ScopeSums(analysis, scope).WithoutData(most);
}

CoverageRow ComputeRow(const Analysis& analysis, const Scope& scope) {
  CoverageRow row;
  row.scope = scope;
  row.year = analysis.options.year;
  const CoverageSums sums = ScopeSums(analysis, scope).Total();
  CopyCounts(sums, row);
  Finish(sums, row);
  return row;
}

std::vector<CoverageRow> ComputeCoverage(const Analysis& analysis,
                                         CoverageBy by) {
  std::vector<CoverageRow> rows = {PublishedRow(analysis, "", "")};
  if (by.category) AddCategories(analysis, "", rows);
  if (!by.sector) return rows;
  for (const Sector& sector : analysis.world->structure().sectors) {
    CoverageRow row = PublishedRow(analysis, sector.id, "");
    if (!sector.ten && row.items == 0 && !by.category) continue;
    std::vector<CoverageRow> parts;
    if (by.category) AddCategories(analysis, sector.id, parts);
    if (!sector.ten && row.items == 0 && parts.empty()) continue;
    rows.push_back(std::move(row));
    std::move(parts.begin(), parts.end(), std::back_inserter(rows));
  }
  return rows;
}

}  // namespace qiangji::domain
