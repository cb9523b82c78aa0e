// Structure and the other facts, from the keyed rows.
#include "services/domain/structure.h"

#include <algorithm>
#include <iterator>

namespace qiangji::domain {
namespace {

// The ten in the plan's order (FORMATS).
constexpr absl::string_view kTen[] = {
    "next-gen-it",   "cnc-robotics", "aerospace", "marine",
    "rail",          "nev",          "power",     "agri-machinery",
    "new-materials", "biomedical"};

std::ptrdiff_t PlanPlace(const Sector& sector) {
  if (!sector.ten) return std::ssize(kTen) + 1;
  return std::find(std::begin(kTen), std::end(kTen), sector.id) -
         std::begin(kTen);
}

void AddSectors(const FactTables& tables, Structure& structure) {
  for (const auto& [id, sector] : tables.sectors) {
    structure.sectors.push_back(sector);
  }
  std::stable_sort(structure.sectors.begin(), structure.sectors.end(),
                   [](const Sector& a, const Sector& b) {
                     return PlanPlace(a) < PlanPlace(b);
                   });
}

void AddItems(const FactTables& tables, Structure& structure) {
  std::vector<std::pair<absl::string_view, Number>> order;
  order.reserve(tables.item_rows.size());
  for (const auto& [number, fact] : tables.item_rows) {
    order.emplace_back(fact.item.id, number);
  }
  std::sort(order.begin(), order.end());
  structure.item_of_number.assign(tables.items.size(), -1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    structure.item_of_number[order[i].second] = static_cast<ItemIndex>(i);
  }
  absl::flat_hash_map<absl::string_view, SectorIndex> sectors;
  for (std::size_t s = 0; s < structure.sectors.size(); ++s) {
    sectors[structure.sectors[s].id] = static_cast<SectorIndex>(s);
  }
  structure.items.reserve(order.size());
  for (const auto& [id, number] : order) {
    const ItemFact& fact = tables.item_rows.at(number);
    Item item = fact.item;
    item.number = number;
    item.parent = structure.item_of_number[fact.parent];
    for (const std::string& sector : fact.sectors) {
      auto it = sectors.find(sector);
      if (it != sectors.end()) item.sectors.push_back(it->second);
    }
    std::sort(item.sectors.begin(), item.sectors.end());
    structure.items.push_back(std::move(item));
  }
}

// The topmost parent. Where parents form a circle, its smallest id.
Number GroupOf(const FactTables& tables, Number start) {
  Number at = start;
  std::vector<Number> seen;
  while (true) {
    auto it = tables.organization_rows.find(at);
    const Number parent = it->second.parent;
    if (!tables.organization_rows.contains(parent)) return at;
    auto loop = std::find(seen.begin(), seen.end(), at);
    if (loop != seen.end()) {
      return *std::min_element(loop, seen.end(), [&](Number a, Number b) {
        return tables.organizations.text(a) < tables.organizations.text(b);
      });
    }
    seen.push_back(at);
    at = parent;
  }
}

void AddOrganizations(const FactTables& tables, Structure& structure) {
  structure.organizations.resize(tables.organizations.size());
  for (const auto& [number, fact] : tables.organization_rows) {
    structure.organizations[number] = fact.organization;
    structure.organizations[number].group = GroupOf(tables, number);
  }
}

void AddInputs(const FactTables& tables, Structure& structure) {
  structure.inputs.reserve(tables.input_rows.size());
  for (const auto& [key, fact] : tables.input_rows) {
    Input input = fact.input;
    input.item = structure.item_of_number[key.first];
    input.input = structure.item_of_number[key.second];
    if (input.item < 0 || input.input < 0) continue;  // waits for its item
    structure.inputs.push_back(input);
  }
  std::sort(structure.inputs.begin(), structure.inputs.end(),
            [](const Input& a, const Input& b) {
              return std::tie(a.item, a.input) < std::tie(b.item, b.input);
            });
}

ItemIndex IndexOf(const Structure& structure, Number item) {
  return item < structure.item_of_number.size() ? structure.item_of_number[item]
                                                : -1;
}

void AddMilestones(const FactTables& tables, const Structure& structure,
                   Facts& facts) {
  for (const auto& [key, row] : tables.milestones) {
    Milestone milestone = row;
    milestone.item = IndexOf(structure, std::get<0>(key));
    if (milestone.item >= 0) facts.milestones.push_back(std::move(milestone));
  }
  const Interner& bodies = tables.organizations;
  std::sort(facts.milestones.begin(), facts.milestones.end(),
            [&](const Milestone& a, const Milestone& b) {
              return std::tie(a.item, a.stage, bodies.text(a.organization)) <
                     std::tie(b.item, b.stage, bodies.text(b.organization));
            });
}

void AddRisks(const FactTables& tables, const Structure& structure,
              Facts& facts) {
  for (const auto& [key, row] : tables.world_production) {
    WorldShare share = row;
    share.item = IndexOf(structure, std::get<0>(key));
    if (share.item >= 0) facts.world_production.push_back(share);
  }
  // Numbers go by first sight; year and country are in order already.
  std::stable_sort(
      facts.world_production.begin(), facts.world_production.end(),
      [](const WorldShare& a, const WorldShare& b) { return a.item < b.item; });
  for (const auto& [key, risk] : tables.country_risks) {
    facts.country_risks.push_back(risk);
  }
}

}  // namespace

Structure BuildStructure(const FactTables& tables) {
  Structure structure;
  AddSectors(tables, structure);
  AddItems(tables, structure);
  AddOrganizations(tables, structure);
  AddInputs(tables, structure);
  return structure;
}

Facts BuildFacts(const FactTables& tables, const Structure& structure) {
  Facts facts;
  AddMilestones(tables, structure, facts);
  for (const auto& [id, row] : tables.projects) {
    Project project = row.project;
    project.item = IndexOf(structure, row.item);
    if (project.item >= 0) facts.projects.push_back(std::move(project));
  }
  for (const auto& [id, row] : tables.tests) {
    Test test = row.test;
    test.item = IndexOf(structure, row.item);
    if (test.item >= 0) facts.tests.push_back(std::move(test));
  }
  std::stable_sort(
      facts.tests.begin(), facts.tests.end(),
      [](const Test& a, const Test& b) { return a.item < b.item; });
  for (const auto& [id, target] : tables.targets) {
    facts.targets.push_back(target);
  }
  for (const auto& [key, criteria] : tables.criteria) {
    facts.criteria.push_back(criteria);
  }
  for (const auto& [key, indicator] : tables.indicators) {
    facts.indicators.push_back(indicator);
  }
  for (const auto& [key, confidence] : tables.editions) {
    const ItemIndex item = IndexOf(structure, key.second);
    if (item >= 0) facts.editions.push_back({key.first, item, confidence});
  }
  std::sort(facts.editions.begin(), facts.editions.end(),
            [](const EditionItem& a, const EditionItem& b) {
              return std::tie(a.edition, a.item) < std::tie(b.edition, b.item);
            });
  AddRisks(tables, structure, facts);
  return facts;
}

}  // namespace qiangji::domain
