#include "services/domain/world.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/domain/graph_cache.h"

namespace qiangji::domain {
namespace {

// Place in `sorted` (by id) of the entry with `id`, or -1.
template <typename T>
std::int32_t FindById(const std::vector<T>& sorted, absl::string_view id) {
  auto it = std::lower_bound(
      sorted.begin(), sorted.end(), id,
      [](const T& entry, absl::string_view key) { return entry.id < key; });
  if (it == sorted.end() || it->id != id) return -1;
  return static_cast<std::int32_t>(it - sorted.begin());
}

}  // namespace

ItemIndex Structure::FindItem(absl::string_view id) const {
  return FindById(items, id);
}

SectorIndex Structure::FindSector(absl::string_view id) const {
  for (std::size_t s = 0; s < sectors.size(); ++s) {
    if (sectors[s].id == id) return static_cast<SectorIndex>(s);
  }
  return -1;
}

const Organization* Structure::FindOrganization(absl::string_view id) const {
  for (const Organization& organization : organizations) {
    if (!organization.id.empty() && organization.id == id) {
      return &organization;
    }
  }
  return nullptr;
}

absl::Span<const SupplyRecord> SupplyYear::Of(Number item) const {
  const std::size_t k = item;
  if (k + 1 >= begin.size()) return {};
  return absl::MakeConstSpan(records).subspan(begin[k],
                                              begin[k + 1] - begin[k]);
}

bool SupplyYear::ChangedSince(const SupplyYear* earlier,
                              std::vector<Number>& items) const {
  const auto step = std::find_if(
      steps.rbegin(), steps.rend(),
      [earlier](const Step& s) { return s.from.lock().get() == earlier; });
  if (step == steps.rend()) return false;
  for (auto it = steps.rbegin(); it != std::next(step); ++it) {
    items.insert(items.end(), it->items.begin(), it->items.end());
  }
  return true;
}

void DemandYear::ChangedSince(const DemandYear& earlier,
                              std::vector<Number>& items) const {
  auto old = earlier.rows.begin();
  for (const Demand& row : rows) {
    for (; old != earlier.rows.end() && old->item < row.item; ++old) {
      items.push_back(old->item);
    }
    const bool same = old != earlier.rows.end() && old->item == row.item;
    if (!same || !(*old == row)) items.push_back(row.item);
    if (same) ++old;
  }
  for (; old != earlier.rows.end(); ++old) items.push_back(old->item);
}

const Demand* DemandYear::Of(Number item) const {
  auto it = std::lower_bound(
      rows.begin(), rows.end(), item,
      [](const Demand& d, Number number) { return d.item < number; });
  return it == rows.end() || it->item != item ? nullptr : &*it;
}

absl::Span<const Milestone> Facts::MilestonesOf(ItemIndex item) const {
  Milestone key;
  key.item = item;
  auto [low, high] = std::equal_range(
      milestones.begin(), milestones.end(), key,
      [](const Milestone& a, const Milestone& b) { return a.item < b.item; });
  return absl::MakeConstSpan(milestones)
      .subspan(static_cast<std::size_t>(low - milestones.begin()),
               static_cast<std::size_t>(high - low));
}

bool Facts::HasEdition(absl::string_view id) const {
  return std::any_of(editions.begin(), editions.end(),
                     [&](const EditionItem& e) { return e.edition == id; });
}

World::World(std::shared_ptr<const Structure> structure,
             std::shared_ptr<const Facts> facts,
             std::shared_ptr<const std::vector<LicenceSet>> licences,
             std::map<int, std::shared_ptr<const SupplyYear>> supply,
             std::map<int, std::shared_ptr<const DemandYear>> demand,
             std::shared_ptr<GraphCache> graphs)
    : structure_(std::move(structure)),
      facts_(std::move(facts)),
      licences_(std::move(licences)),
      supply_(std::move(supply)),
      demand_(std::move(demand)),
      graphs_(std::move(graphs)) {}

std::shared_ptr<const Graph> World::GraphOf(int year) const {
  return graphs_->Of(year);
}

const SupplyYear* World::Supply(int year) const {
  auto it = supply_.find(year);
  return it == supply_.end() ? nullptr : it->second.get();
}

const DemandYear* World::DemandOf(int year) const {
  auto it = demand_.find(year);
  return it == demand_.end() ? nullptr : it->second.get();
}

std::vector<int> World::SupplyYears() const {
  std::vector<int> years;
  for (const auto& [year, supply] : supply_) {
    if (!supply->records.empty()) years.push_back(year);
  }
  return years;
}

}  // namespace qiangji::domain
