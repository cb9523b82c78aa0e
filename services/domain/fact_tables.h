// The registry's rows, typed and keyed, as WorldBuilder keeps them between
// pictures. References are numbers: what they name may come later.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "services/domain/interner.h"
#include "services/domain/schema.h"
#include "services/domain/supply_log.h"
#include "services/domain/value.h"
#include "services/domain/world.h"

namespace qiangji::domain {

struct ItemFact {
  Item item;  // parent and sectors still to be resolved
  Number parent = kNoNumber;
  std::vector<std::string> sectors;
};
struct OrganizationFact {
  Organization organization;
  Number parent = kNoNumber;
};
struct InputFact {
  Input input;  // ends still to be resolved
};
struct TestFact {
  Test test;
  Number item = kNoNumber;
};
struct ProjectFact {
  Project project;
  Number item = kNoNumber;
};

// Which layers a change touches.
struct Dirty {
  bool structure = true, facts = true;
};

class FactTables {
 public:
  // InvalidArgument where a cell does not parse; nothing changes then.
  absl::Status Apply(const TableSchema& table, const Row& row);
  absl::Status Delete(const TableSchema& table, const Row& key_row);

  Interner items, organizations;
  Interner substitution_groups;
  // Entries joined by ';' as stored; and their countries.
  Interner licences;
  std::vector<LicenceSet> licence_sets = {{}};

  std::map<std::string, Sector> sectors;
  absl::flat_hash_map<Number, ItemFact> item_rows;
  absl::flat_hash_map<Number, OrganizationFact> organization_rows;
  absl::flat_hash_map<std::pair<Number, Number>, InputFact> input_rows;
  std::map<int, SupplyLog> supply;
  std::map<int, std::map<Number, Demand>> demand;
  std::set<int> demand_changed;  // years
  std::map<std::tuple<Number, Stage, Number>, Milestone> milestones;
  std::map<std::string, ProjectFact> projects;
  std::map<std::string, TestFact> tests;
  std::map<std::string, Target> targets;
  std::map<std::pair<std::string, int>, Criteria> criteria;
  std::map<std::pair<std::string, int>, Indicator> indicators;
  std::map<std::pair<std::string, Number>, std::string> editions;
  std::map<std::tuple<Number, int, Country>, WorldShare> world_production;
  std::map<std::pair<int, Country>, CountryRisk> country_risks;
  Dirty dirty;

 private:
  absl::Status ApplySupply(const Row& row);
  void ApplyDemand(const Row& row);
  void ApplyStructure(const TableSchema& table, const Row& row);
  absl::Status ApplyFact(const TableSchema& table, const Row& row);
  absl::Status DeleteFact(const TableSchema& table, const Row& key_row);
  absl::Status SupplyOf(const Row& row, SupplyRecord& record, int& year);
};

// Decodes rows of table supply and demand without their references' texts:
// organizations and licence sets get numbers from the interners.
absl::Status DecodeSupply(const Row& row, Interner& organizations,
                          Interner& licences, SupplyRecord& record);
Demand DecodeDemand(const Row& row);
// Entries of a canonical list cell.
std::vector<std::string> EntriesOf(const Value& cell);

}  // namespace qiangji::domain
