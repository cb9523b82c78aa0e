// Resource names, made and parsed by pattern (AIP-122); nothing else splits
// them. Every pattern is here.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qiangji::rpc {

namespace pattern {
constexpr char kItem[] = "items/{item}";
constexpr char kSupplyRecord[] = "items/{item}/supplyRecords/{supply_record}";
constexpr char kInput[] = "items/{item}/inputs/{input_item}";
constexpr char kDemand[] = "items/{item}/demands/{year}";
constexpr char kWorldShare[] = "items/{item}/worldShares/{world_share}";
constexpr char kMilestone[] = "items/{item}/milestones/{milestone}";
constexpr char kOrganization[] = "organizations/{organization}";
constexpr char kProject[] = "projects/{project}";
constexpr char kTarget[] = "targets/{target}";
constexpr char kSector[] = "sectors/{sector}";
constexpr char kCountryRisk[] = "countryRisks/{country_risk}";
constexpr char kCriteria[] = "criteria/{criteria}";
constexpr char kIndicator[] = "indicators/{indicator}";
constexpr char kEditionItem[] = "editions/{edition}/items/{item}";
constexpr char kTest[] = "tests/{test}";
constexpr char kStandard[] = "standards/{standard}";
constexpr char kCapacity[] =
    "organizations/{organization}/capacities/{capacity}";
constexpr char kMembership[] =
    "organizations/{alliance}/memberships/{organization}";
constexpr char kChainItem[] = "chains/{chain}/items/{item}";
constexpr char kRound[] = "rounds/{round}";
constexpr char kBom[] = "boms/{bom}";
constexpr char kNeed[] = "needs/{need}";
constexpr char kOffer[] = "offers/{offer}";
constexpr char kReport[] = "reports/{report}";
constexpr char kRule[] = "rules/{rule}";
constexpr char kAlert[] = "alerts/{alert}";
constexpr char kFlag[] = "flags/{flag}";
constexpr char kSubscription[] = "subscriptions/{subscription}";
constexpr char kDeadLetter[] =
    "subscriptions/{subscription}/deadLetters/{dead_letter}";
}  // namespace pattern

// All of the above.
absl::Span<const absl::string_view> AllPatterns();

// The values of the pattern's variables. INVALID_ARGUMENT (naming `field`)
// where `name` does not match: another collection, an empty, too long or
// ill-formed segment. "-" stands for any where `wildcard` says so (AIP-159).
absl::StatusOr<std::vector<std::string>> ParseName(
    absl::string_view pattern, absl::string_view name, bool wildcard = false,
    absl::string_view field = "name");

// The inverse. `values` are valid segments, one a variable.
std::string MakeName(absl::string_view pattern,
                     absl::Span<const std::string> values);

// "items/{item}" of "items/{item}/inputs/{input_item}"; "" at the top.
std::string ParentPattern(absl::string_view pattern);
// "items/a" of "items/a/inputs/b"; "" at the top.
std::string ParentName(absl::string_view name);
// "b" of "items/a/inputs/b": the id of CSV files.
std::string LastSegment(absl::string_view name);

// Ids made of several cells, readable and reversible: cells joined by '~',
// the ';' of a list written '+', other characters outside [A-Za-z0-9-._] as
// '=XX'. Empty cells stay: "2023~domestic~JPN~~JPN~~series~~seller".
// `separator` is '~', or '-' where no cell can hold one ("2023-JPN").
std::string JoinKey(absl::Span<const std::string> cells, char separator = '~');
// INVALID_ARGUMENT unless `id` is what JoinKey gives for `count` cells.
absl::StatusOr<std::vector<std::string>> SplitKey(absl::string_view id,
                                                  std::size_t count,
                                                  char separator = '~');

}  // namespace qiangji::rpc
