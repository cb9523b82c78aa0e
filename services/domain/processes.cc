#include "services/domain/processes.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

bool InSectors(const Structure& structure, const Item& item,
               const std::vector<std::string>& sectors) {
  return sectors.empty() ||
         std::any_of(item.sectors.begin(), item.sectors.end(),
                     [&](SectorIndex s) {
                       const std::string& id =
                           structure.sectors[static_cast<std::size_t>(s)].id;
                       return std::find(sectors.begin(), sectors.end(), id) !=
                              sectors.end();
                     });
}

// The items of the edition and of the sectors that `wanted` holds for.
template <typename Wanted>
std::vector<ItemIndex> Select(const World& world,
                              const AnalysisOptions& options,
                              const std::vector<std::string>& sectors,
                              Wanted wanted) {
  const Structure& structure = world.structure();
  std::vector<bool> in(structure.items.size(), options.edition.empty());
  for (const EditionItem& entry : world.facts().editions) {
    if (entry.edition == options.edition) {
      in[static_cast<std::size_t>(entry.item)] = true;
    }
  }
  std::vector<ItemIndex> selected;
  for (std::size_t i = 0; i < structure.items.size(); ++i) {
    const Item& item = structure.items[i];
    if (in[i] && wanted(item) && InSectors(structure, item, sectors)) {
      selected.push_back(static_cast<ItemIndex>(i));
    }
  }
  return selected;
}

// METHOD 4.2: at least one home body at series.
bool IsServed(const World& world, const AnalysisOptions& options,
              ItemIndex foundation) {
  const absl::Span<const Milestone> milestones =
      world.facts().MilestonesOf(foundation);
  return std::any_of(
      milestones.begin(), milestones.end(), [&](const Milestone& m) {
        const Organization& body =
            world.structure().organization(m.organization);
        return m.year <= options.year && m.stage >= Stage::kSeries &&
               options.IsHome(body.controlled_by());
      });
}

}  // namespace

ProcessCount CountProcesses(const World& world, const AnalysisOptions& options,
                            const std::vector<std::string>& sectors) {
  ProcessCount count;
  for (const ItemIndex i : SignatureProcesses(world, options, sectors)) {
    ++count.signature_processes;
    if (StageReached(world.facts(), i, options.year) == Stage::kPromoted) {
      ++count.promoted;
    }
  }
  const auto foundations = Select(
      world, options, sectors,
      [](const Item& item) { return item.category == Category::kFoundation; });
  for (const ItemIndex i : foundations) {
    ++count.foundations;
    if (IsServed(world, options, i)) ++count.foundations_served;
  }
  return count;
}

std::vector<ItemIndex> SignatureProcesses(
    const World& world, const AnalysisOptions& options,
    const std::vector<std::string>& sectors) {
  return Select(world, options, sectors, [](const Item& item) {
    return item.category == Category::kProcess && item.signature;
  });
}

std::optional<Stage> StageReached(const Facts& facts, ItemIndex item,
                                  int year) {
  std::optional<Stage> highest;
  for (const Milestone& milestone : facts.MilestonesOf(item)) {
    if (milestone.year > year) continue;
    highest = std::max(highest.value_or(milestone.stage), milestone.stage);
  }
  return highest;
}

}  // namespace qiangji::domain
