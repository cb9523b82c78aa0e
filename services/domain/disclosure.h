// What of a table of many enterprises may be shown (METHOD 4.6): the rules of
// one cell and of one item. suppression.h says what else must go with it.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/domain/analysis.h"

namespace qiangji::domain {

// Configuration, and secret: who knows p computes closer.
struct DisclosureRule {
  int least_contributors = 3;  // n
  double p = 0.15;
};

// Whether a cell with these contributions, one a group, has fewer than n
// contributors, or total − largest − second < p · largest. One without any
// has nothing to protect. Contributions of 0 are none.
bool IsSensitive(absl::Span<const double> contributions,
                 const DisclosureRule& rule);

// A share as it is given where it rests on private records of fewer than n
// groups.
enum class Band { kBelow5, kFrom5, kFrom15, kFrom30, kFrom50 };
Band BandOf(double share);
absl::string_view ToText(Band band);  // "<5%", "5-15%", … ">=50%"
// Whether a share that rests on private records of so many groups is banded.
bool IsBanded(int private_groups, const DisclosureRule& rule);

// An enterprise group, suppliers by their topmost parent, behind an item.
struct Contributor {
  Number group = kNoNumber;
  double share = 0;  // of what was bought, without volumes graded `published`
};
struct ItemContributors {
  std::vector<Contributor> groups;  // by number, shares above 0
  // Of them, those of which a record is not public.
  int private_groups = 0;
};
// By item index; none without data. Of the year whose data the item has.
// Supply without a supplier has no contributor.
std::vector<ItemContributors> ContributorsOf(const Analysis& analysis);

}  // namespace qiangji::domain
