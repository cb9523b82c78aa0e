// What moved the assurance rate between two states (docs/COMPARE.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/domain/coverage.h"
#include "services/domain/source_change.h"

namespace qiangji::domain {

struct CompareRow {
  Cause cause = Cause::kVolume;
  std::string item_id;
  double change = 0;  // of H; never 0
  // a_i; undefined without data, or outside the scope.
  std::optional<double> assured_from, assured_to;
  std::vector<std::string> sources;  // as in SourceChange
  std::vector<Cause> corrected;      // as in SourceChange
};

struct CauseSum {
  Cause cause = Cause::kVolume;
  double change = 0;
  int items = 0;
};

struct Comparison {
  std::optional<double> share_from, share_to;  // H (METHOD 4.2)
  // By falling size of the change, then cause, item. They sum to share_to −
  // share_from (1e-12); none where one of the two is undefined.
  std::vector<CompareRow> rows;
  std::vector<CauseSum> causes;  // by falling size of the change, then cause
};

// Two analyses of one world, of two years or by two criteria, or of two
// worlds; θ and home of both are the same. Neither the order in which causes
// came about nor that of rows matters, and the way back is the negative.
Comparison CompareShares(const Analysis& from, const Analysis& to,
                         const Scope& scope);

}  // namespace qiangji::domain
