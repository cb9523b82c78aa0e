#include "services/domain/prospects.h"

namespace qiangji::domain {
namespace {

constexpr auto kIllustrative = static_cast<std::size_t>(Grade::kIllustrative);

}  // namespace

std::vector<ProspectItem> NewestData(const Analysis& analysis,
                                     const std::vector<ItemIndex>& items,
                                     const AnalysisOfYear& analysis_of) {
  std::vector<ProspectItem> newest;
  newest.reserve(items.size());
  for (const ItemIndex i : items) newest.push_back({.item = i});
  std::size_t without = newest.size();
  const std::vector<int> years = analysis.world->SupplyYears();
  for (auto year = years.rbegin(); year != years.rend() && without > 0;
       ++year) {
    if (*year > analysis.options.year) continue;
    const auto of_year = analysis_of(*year);
    for (ProspectItem& prospect : newest) {
      const ItemFigures& f = of_year->balance[prospect.item];
      if (prospect.data_year != 0 || !f.has_data() || f.data_year != *year) {
        continue;
      }
      prospect = {prospect.item,    *year,    f.by_share,
                  f.assured_volume, f.demand, f.grade_share[kIllustrative] > 0};
      --without;
    }
  }
  return newest;
}

}  // namespace qiangji::domain
