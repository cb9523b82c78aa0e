// What the rules of METHOD 5 look at: figures of one registry sequence and
// one assessed year. Plain values; where they come from is not known here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

namespace qiangji::domain {

// A home maker of an item and the criteria of METHOD 2.5 that its supply
// fails: names of "controller", "licences", "qualification", "test", sorted.
// Empty = passes.
struct MakerFigures {
  std::string organization_id;
  double volume = 0;  // domestic-market volume, in the item's measure
  std::vector<std::string> failed_criteria;
};

// A localization project (METHOD 1).
struct ProjectFigures {
  std::string project_id;
  std::string item_id;
  std::string organization_id;
  int completion_year = 0;
  std::optional<double> added;        // in the item's measure, a year
  std::optional<double> probability;  // of success, [0,1]
  // Whether the project's organization is controlled from home.
  bool home_controlled = false;
  // The organization reached `first_batch` or better of the item. A project
  // states no start, so a milestone of any date counts as since its start.
  bool reached_first_batch = false;
};

// One item. Shares are in [0,1]; nullopt = undefined (METHOD 2.4). (Not
// ItemFigures: that name is balance.h's, and one namespace has one of each.)
struct RuleItem {
  std::string item_id;
  std::string unit;  // "" where supply is measured in shares of demand
  // Leaf component or material (METHOD 4.1).
  bool in_scope = false;
  // Has data in the assessed year, or in `data_year` where the rules read
  // carried-forward data.
  bool has_data = false;
  std::optional<int> data_year;  // of the figures below
  // The newest year up to the assessed one with data.
  std::optional<int> newest_data_year;

  std::optional<double> market_volume;  // Q_i
  std::optional<double> demand;         // D_i
  std::optional<double> located_share;
  std::optional<double> assured_share;
  std::optional<double> assured_share_upper;
  // Assured, with the home volume that fails only on qualification (of D_i).
  std::optional<double> qualifiable_share;
  std::optional<double> import_share;  // volume from abroad of Q_i
  std::string top_foreign_origin;      // "" = none
  std::optional<double> top_foreign_share;
  // HHI over the origins abroad alone, shares of the volume from abroad.
  std::optional<double> import_hhi;
  // Share of the assured volume whose supplier is named, and the largest
  // supplier group's share of that.
  std::optional<double> named_share;
  std::string top_supplier_group;
  std::optional<double> top_supplier_share;
  std::optional<double> assured_content_lower;
  std::optional<double> assured_content_upper;
  // The data year before `data_year` and the assured share then.
  std::optional<int> previous_data_year;
  std::optional<double> previous_assured_share;
  // max(0, θ·D_i − assured volume) in the item's measure.
  std::optional<double> shortfall;

  // The furthest stage reached by anybody, and the first day it was reached;
  // "" = no milestone.
  std::string stage;
  std::optional<absl::CivilDay> stage_since;

  std::vector<MakerFigures> makers;        // home makers, by organization id
  std::vector<std::string> equipment_ids;  // whose bill of materials reaches it
};

// The headline or another scope with a target of metric `share` (METHOD 4.3).
struct ScopeFigures {
  // Both empty: the total. Sorted.
  std::vector<std::string> sectors;
  std::vector<std::string> categories;
  std::optional<double> share;
  std::optional<double> share_upper;
  double target = 0;               // the path in the assessed year
  std::optional<int> items_short;  // fewest items that close the gap
};

// All that one evaluation looks at. Each list without repetition.
struct RuleFigures {
  std::optional<int> year;  // assessed year; nullopt = nothing to assess
  absl::CivilDay today;     // evaluation day in Asia/Shanghai
  std::vector<RuleItem> items;
  std::vector<ProjectFigures> projects;
  std::vector<ScopeFigures> scopes;
};

// "items/ID", "projects/ID", and for scopes "sectors/-" (the total),
// "sectors/A", "sectors/A+B/categories/C".
std::string SubjectOfItem(const std::string& item_id);
std::string SubjectOfProject(const std::string& project_id);
std::string SubjectOfScope(const ScopeFigures& scope);

}  // namespace qiangji::domain
