// What the rules of METHOD 5 look at: figures of one registry sequence and
// one assessed year. Plain values; where they come from is not known here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/civil_time.h"

namespace qiangji::domain {

// A home maker of an item.
struct MakerFigures {
  std::string organization_id;
  std::string name_zh;
  std::string name_en;
  double share = 0;  // of domestic demand
  // Criterion of METHOD 2.5 that its volume fails: "controller", "licence",
  // "qualification", "test"; "" = none, it is assured.
  std::string failed_criterion;
  bool operator==(const MakerFigures&) const = default;
};

// A localization project (METHOD 1).
struct ProjectFigures {
  std::string project_id;
  std::string item_id;
  std::string organization_id;
  std::string title;
  int completion_year = 0;
  std::optional<double> added;        // in the item's measure, a year
  std::optional<double> probability;  // of success, [0,1]
  // The organization reached `first_batch` or better of the item since the
  // project's start, up to the assessed year.
  bool reached_first_batch = false;
  bool operator==(const ProjectFigures&) const = default;
};

// A posted need to which no offer stands, and the day in Asia/Shanghai on which
// it was posted.
struct UnmetNeed {
  std::string need_id;
  absl::CivilDay since;
  bool operator==(const UnmetNeed&) const = default;
};

// Columns by name that rules of users ask for: numbers (yes = 1, no = 0), codes
// and texts, lists joined by ';'. What is undefined is not there.
using ColumnValues = std::map<std::string, std::variant<double, std::string>>;

// One item. Shares are in [0,1]; nullopt = undefined (METHOD 2.4). (Not
// ItemFigures: that name is balance.h's, and one namespace has one of each.)
struct RuleItem {
  std::string item_id;
  std::string name_zh;
  std::string name_en;
  std::string category;
  std::vector<std::string> sectors;  // sorted
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
  std::optional<double> not_assured_value_cny;  // (1 − a_i)·value_i

  // The furthest stage reached by anybody up to the assessed year, and the
  // first day it was reached in Asia/Shanghai; "" = no milestone.
  std::string stage;
  std::optional<absl::CivilDay> stage_since;

  // METHOD 3.6, CHOKEPOINT and NO_DATA. A figure that is undefined although
  // `scores_known` is far below every threshold.
  bool scores_known = true;  // else the search ended before it was proven
  std::optional<double> score, third_sector_loss, largest_sector_loss;
  std::optional<double> whole_score;
  int sectors_hit = 0;

  std::vector<MakerFigures> makers;        // largest first
  std::vector<std::string> equipment_ids;  // that its loss stops
  // Whose bill of materials reaches it.
  std::vector<std::string> reached_equipment_ids;
  // Projects that complete after the data year, and what they add a year.
  std::vector<std::string> unfinished_project_ids;
  std::optional<double> unfinished_added;
  // Ids from the item down to where most of its content is not assured; empty
  // = not known.
  std::vector<std::string> chain;
  // Ids from the product that the item's loss hits hardest down to the item;
  // empty = not known.
  std::vector<std::string> failure_chain;
  // Names of the supply records behind its figures.
  std::vector<std::string> records;
  std::vector<UnmetNeed> unmet_needs;  // the oldest first
  ColumnValues columns;
  bool operator==(const RuleItem&) const = default;
};

// The headline or another scope with a target of metric `share` (METHOD 4.3).
struct ScopeFigures {
  std::vector<std::string> sectors;     // sorted; empty = all
  std::vector<std::string> categories;  // sorted; empty = the headline's
  std::string name_zh;
  std::string name_en;
  std::optional<double> share;
  std::optional<double> share_upper;
  std::optional<double> target;    // the path in the assessed year
  std::optional<double> gap;       // positive = behind; nullopt = undefined
  std::optional<int> items_short;  // fewest items that close the gap
  std::vector<std::string> closing_item_ids;  // those, heaviest first
};

// A row of the coverage table (METHOD 4.2).
struct CoverageFigures {
  std::string sector;    // "" = all
  std::string category;  // "" = the headline's
  std::string name_zh;   // of the sector
  std::string name_en;
  ColumnValues columns;
};

// All that one evaluation looks at. Each list without repetition.
//
// The assessed year is the day of every rule but UNMET_NEED: what has passed or
// stood still is told at its end. So an evaluation depends on the facts alone,
// and the same sequence gives the same alerts whenever it is evaluated. A need
// waits from day to day: that rule looks at `day`.
struct RuleFigures {
  std::optional<int> year;  // assessed year; nullopt = nothing to assess
  // On which it is evaluated, in Asia/Shanghai; nullopt = no need waits long.
  std::optional<absl::CivilDay> day;
  std::vector<RuleItem> items;
  std::vector<ProjectFigures> projects;
  std::vector<ScopeFigures> scopes;
  std::vector<CoverageFigures> rows;  // where a rule looks at them
};

// "items/ID", "projects/ID", and for scopes "sectors/-" (the total),
// "sectors/A", "sectors/A+B/categories/C".
std::string SubjectOfItem(const std::string& item_id);
std::string SubjectOfProject(const std::string& project_id);
std::string SubjectOfScope(const ScopeFigures& scope);
std::string SubjectOfRow(const CoverageFigures& row);

}  // namespace qiangji::domain
