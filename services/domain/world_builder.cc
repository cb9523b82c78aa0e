#include "services/domain/world_builder.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/fact_tables.h"
#include "services/domain/graph_cache.h"
#include "services/domain/structure.h"

namespace qiangji::domain {

class WorldBuilder::Impl {
 public:
  std::shared_ptr<const World> Snapshot() {
    if (!changed_ && world_ != nullptr) return world_;
    if (tables.dirty.structure || Unnumbered()) RefreshStructure();
    if (tables.dirty.facts) RefreshFacts();
    if (licences_ == nullptr ||
        licences_->size() != tables.licence_sets.size()) {
      licences_ =
          std::make_shared<const std::vector<LicenceSet>>(tables.licence_sets);
    }
    RefreshSupply();
    RefreshDemand();
    world_ = std::make_shared<const World>(structure_, facts_, licences_,
                                           supply_, demand_, graphs_);
    changed_ = false;
    return world_;
  }

  FactTables tables;

  void Touch() { changed_ = true; }

 private:
  // Whether rows have named organizations that the structure has no place
  // for: pictures look them up by number.
  bool Unnumbered() const {
    return structure_ == nullptr ||
           structure_->organizations.size() < tables.organizations.size();
  }

  void RefreshStructure() {
    structure_ = std::make_shared<const Structure>(BuildStructure(tables));
    graphs_ = std::make_shared<GraphCache>(structure_);
    tables.dirty.structure = false;
    tables.dirty.facts = true;  // facts name items by index
  }

  void RefreshFacts() {
    facts_ = std::make_shared<const Facts>(BuildFacts(tables, *structure_));
    tables.dirty.facts = false;
  }

  void RefreshSupply() {
    if (ranks_.organizations.size() != tables.organizations.size()) {
      ranks_.organizations = tables.organizations.Ranks();
    }
    if (ranks_.licences.size() != tables.licences.size()) {
      ranks_.licences = tables.licences.Ranks();
    }
    for (auto& [year, log] : tables.supply) {
      if (log.changed()) supply_[year] = log.Merge(ranks_, tables.items.size());
    }
  }

  void RefreshDemand() {
    for (int year : tables.demand_changed) {
      DemandYear fresh;
      fresh.year = year;
      for (const auto& [item, demand] : tables.demand[year]) {
        fresh.rows.push_back(demand);
      }
      demand_[year] = std::make_shared<const DemandYear>(std::move(fresh));
    }
    tables.demand_changed.clear();
  }

  bool changed_ = true;
  KeyRanks ranks_;
  std::shared_ptr<const Structure> structure_;
  std::shared_ptr<const Facts> facts_;
  std::shared_ptr<const std::vector<LicenceSet>> licences_;
  std::shared_ptr<GraphCache> graphs_;
  std::map<int, std::shared_ptr<const SupplyYear>> supply_;
  std::map<int, std::shared_ptr<const DemandYear>> demand_;
  std::shared_ptr<const World> world_;
};

WorldBuilder::WorldBuilder() : impl_(std::make_unique<Impl>()) {}
WorldBuilder::~WorldBuilder() = default;

absl::Status WorldBuilder::ApplyRow(const TableSchema& table, const Row& row) {
  impl_->Touch();
  return impl_->tables.Apply(table, row);
}

absl::Status WorldBuilder::DeleteRow(const TableSchema& table, const Key& key) {
  const absl::Span<const int> columns = table.key_columns();
  if (key.size() != columns.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(table.name, ": key of ", key.size(), " cells"));
  }
  Row row(table.columns.size());
  for (std::size_t k = 0; k < key.size(); ++k) {
    row[static_cast<std::size_t>(columns[k])] = key[k];
  }
  impl_->Touch();
  return impl_->tables.Delete(table, row);
}

void WorldBuilder::Clear() { impl_ = std::make_unique<Impl>(); }

std::shared_ptr<const World> WorldBuilder::Snapshot() {
  return impl_->Snapshot();
}

}  // namespace qiangji::domain
