// Where the part of an item that is not assured comes from (METHOD 3.2).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/finding.h"
#include "services/domain/stop.h"
#include "services/domain/supply_layer.h"

namespace qiangji::domain {

// Charged instead of a country.
inline constexpr char kUnqualified[] = "unqualified";
// Stands for an input: the missing rest of closed loops.
inline constexpr char kLoopInput[] = "loop";

struct TraceRow {
  ItemIndex input = -1;     // -1 = kLoopInput
  std::string country;      // code, ZZZ or kUnqualified
  double contribution = 0;  // above kLeastContribution
  ItemIndex end = -1;       // of the chain: the input, or where the loop begins
};
inline constexpr double kLeastContribution = 1e-12;

struct Trace {
  ItemIndex item = -1;
  double content = 0;          // lower d
  std::vector<TraceRow> rows;  // by falling contribution, input id, country
  double rest = 0;             // of 1 − content, in rows that are not listed
  std::vector<Finding> findings;  // warnings: closed loops, slow components
  // Who is above each item in its chain; -1 = none, or not needed for a row.
  std::vector<ItemIndex> above;

  // From the item to the row's end, both included. Chains of all rows together
  // may be far larger than the trace: ask for those that are shown.
  std::vector<ItemIndex> ChainOf(const TraceRow& row) const;
};

// `explain` in (0, 1]: rows stop once they make up that share of 1 − content.
// CANCELLED when stopped.
absl::StatusOr<Trace> TraceItem(const Analysis& analysis,
                                const SupplyLayer& supply, ItemIndex item,
                                double explain = 1, const Stop* stop = nullptr);

// The simple path from `from` to `to` with the greatest product of a·c: ties by
// fewer links, then by ids. Empty where no content flows that way.
std::vector<ItemIndex> ChainTo(const Analysis& analysis, ItemIndex from,
                               ItemIndex to);
// The path to the input whose not-assured part takes most of the item's
// content (the item alone where nothing below takes any).
std::vector<ItemIndex> WorstChain(const Analysis& analysis, ItemIndex item);

}  // namespace qiangji::domain
