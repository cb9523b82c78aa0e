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

// A home maker and the criteria that its supply fails, sorted.
struct ClosingMaker {
  std::string organization_id;
  double volume = 0;
  std::vector<std::string> failed_criteria;
  bool operator==(const ClosingMaker&) const = default;
};

// An unfinished project of the item: completed after the year of the data.
struct ClosingProject {
  std::string project_id;
  int completion_year = 0;
  std::optional<double> added;
  std::optional<double> probability;
  bool operator==(const ClosingProject&) const = default;
};

struct Closing {
  // Volume that must change hands for the condition to fail by its margin, in
  // `unit`; nullopt where no volume of the item itself closes the alert.
  std::optional<double> missing;
  std::string unit;  // "" = share of demand
  std::vector<ClosingMaker> makers;
  std::vector<ClosingProject> projects;  // by id
  // Whether what the home-controlled projects add reaches `missing` (the
  // shortfall where there is no `missing`); nullopt where neither is known.
  std::optional<bool> projects_suffice;
  std::vector<std::string> equipment_ids;  // that it stops
  bool operator==(const Closing&) const = default;
};

struct Evidence {
  std::vector<FigureValue> figures;  // tested ones first
  std::vector<std::string> chain;    // item ids; empty = not known
  Closing closes;
  std::optional<double> shortfall;
  std::optional<int> data_year;
  bool operator==(const Evidence&) const = default;
};

// Projects of each item, by project id. Points into the figures.
using ProjectIndex =
    absl::flat_hash_map<std::string, std::vector<const ProjectFigures*>>;
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
