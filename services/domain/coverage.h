// Assurance rates of a scope (METHOD 4.1, 4.2, 4.7).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/domain/analysis.h"

namespace qiangji::domain {

// The items of a row. Empty lists = all; no category = component, material.
struct Scope {
  std::vector<std::string> sectors, categories;
};

enum class Verdict : std::uint8_t { kNone, kNoData, kMet, kUndecided, kMissed };
absl::string_view ToText(Verdict verdict);  // "no data"; kNone = ""

struct CoverageRow {
  Scope scope;           // of a published row: at most one of each
  std::string sector;    // "" = all
  std::string category;  // "" = component and material
  int year = 0;

  int items = 0, items_with_data = 0;
  // Ladder, over the items with data; penetrated counts among all of them.
  int items_blank = 0, items_made = 0, assured_items = 0, penetrated_items = 0;
  double weight = 0, weight_with_data = 0;  // response rate (METHOD 4.7)
  double assured_weight = 0;                // numerator of H

  std::optional<double> share, share_documented, share_of_known, share_upper;
  std::optional<double> value_share;
  std::optional<double> penetrated_share, penetrated_upper;
  double value_cny = 0;  // Σ value_i behind V
  int items_with_value = 0;
  // H and Hd for θ = 0.1 … 0.9; undefined where share is.
  std::array<std::optional<double>, 9> sensitivity, penetrated_sensitivity;

  // Against the path of metric `share` in the year (METHOD 4.3). A reference
  // line (of the national target, on a row of its own scope) has no verdict.
  std::optional<double> target, gap;
  Verdict verdict = Verdict::kNone;
  bool reference_line = false;
  bool target_expired = false;
  std::string target_id;
  std::optional<int> items_short;

  // METHOD 4.7, items with data: weight by the grade under which each counts;
  // the part of it that is assured; age in years (year − data year).
  std::array<double, kGrades> grade_weight = {}, grade_assured_weight = {};
  double mean_age = 0;
  int max_age = 0;
  int newest_data_year = 0, oldest_data_year = 0;  // 0 = no data
  std::vector<std::pair<int, int>> data_years;     // year, items; ascending
  // Items by that grade, and weight pro rata of volume.
  std::array<int, kGrades> grade_items = {};
  std::array<double, kGrades> grade_volume = {};
  // METHOD 3.1: how many items have inputs, and all their cost shares.
  int items_with_inputs = 0, items_with_complete_inputs = 0;
};

// The leaf items of a scope, ascending.
std::vector<ItemIndex> ItemsOf(const Analysis& analysis, const Scope& scope);

// The first items of a scope that have no data, ascending; at most `most`.
std::vector<ItemIndex> ItemsWithoutData(const Analysis& analysis,
                                        const Scope& scope, std::size_t most);

// One row, without target columns. After a change only what it touched is
// summed anew (coverage_sums.h).
CoverageRow ComputeRow(const Analysis& analysis, const Scope& scope);

struct CoverageBy {
  bool sector = false, category = false;
};
// The total row first; by sector the ten and every other that has an item;
// by category every one that has an item (component and material always); by
// both: total, categories, then each sector followed by its categories that
// have an item. Target columns are filled in.
std::vector<CoverageRow> ComputeCoverage(const Analysis& analysis,
                                         CoverageBy by);

}  // namespace qiangji::domain
