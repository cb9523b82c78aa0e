// What an alert carries beside its state: the figures it rests on and what
// would close it (METHOD 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/domain/rules_subject.h"

namespace qiangji::domain {

// An unfinished project of the item.
struct ClosingProject {
  std::string project_id;
  std::string title;
  int completion_year = 0;
  std::optional<double> added;
  std::optional<double> probability;
  bool suffices = false;  // it closes the alert alone
  bool operator==(const ClosingProject&) const = default;
};

struct Closing {
  // The figure that is nearest to closing it, and the value, hysteresis
  // included, at which it does; "" where the rule tests no share.
  std::string column;
  std::optional<double> column_target;
  // Volume that must change hands for that, in `unit`; nullopt where no volume
  // of the item itself closes the alert.
  std::optional<double> missing;
  std::string unit;                      // "" = share of demand
  std::vector<MakerFigures> makers;      // largest first
  std::vector<ClosingProject> projects;  // by id
  // Together they add what is missing (the shortfall, where no volume is).
  bool projects_suffice = false;
  // Of a target: the fewest items that close the gap.
  std::optional<int> items_short;
  std::vector<std::string> item_ids;
  std::vector<std::string> equipment_ids;  // that it stops
  std::vector<std::string> reached_equipment_ids;
  bool operator==(const Closing&) const = default;
};

struct Evidence {
  std::string name_zh;  // of the subject
  std::string name_en;
  std::string category;              // "" for other subjects than items
  std::vector<std::string> sectors;  // sorted
  std::vector<FigureValue> figures;  // tested ones first
  std::vector<std::string> chain;    // item ids; empty = not known
  std::vector<std::string> records;  // supply records behind the figures
  Closing closes;
  std::optional<double> shortfall;
  std::optional<double> not_assured_value_cny;
  std::optional<int> year;       // assessed
  std::optional<int> data_year;  // of the figures
  bool operator==(const Evidence&) const = default;
};

// Projects by id. Points into the figures.
using ProjectIndex = absl::flat_hash_map<std::string, const ProjectFigures*>;
ProjectIndex IndexProjects(const RuleFigures& all);

// `item` is the item behind the subject: the item itself, a project's item,
// null for a scope or where it is not known.
Evidence EvidenceFor(const Rule& rule, const RuleSubject& subject,
                     const RuleItem* item, const ProjectIndex& projects,
                     const RuleFigures& all);

// Equal evidence has equal fingerprints; others differ but for one in 2^64.
// The same in every process, so that it may be compared with stored evidence.
std::uint64_t Fingerprint(const Evidence& evidence);

}  // namespace qiangji::domain
