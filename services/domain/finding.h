// What is wrong or doubtful in the records, with the records named.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/domain/codes.h"

namespace qiangji::domain {

enum class FindingCode : std::uint8_t {
  // Errors: the item has no figure for the year.
  kMixedMeasure,        // METHOD 2.2: quantities and shares
  kNoMeasure,           // METHOD 2.2: neither
  kSharesAboveLimit,    // METHOD 2.2: domestic shares above 1.05
  kCostSharesAboveOne,  // METHOD 3.1: Σ c > 1 + 1e-9
  // Warnings.
  kSidesDiffer,        // METHOD 2.1: by more than 10 %
  kPartsAboveTotal,    // METHOD 2.1
  kSharesScaled,       // METHOD 2.2: above 1, at most 1.05
  kDemandBelowSupply,  // METHOD 2.3
  kClosedLoop,         // METHOD 3.2: no value added, nothing leaves it
  kContentNotSettled,  // METHOD 3.1: above 1e-9 from the solution
};

struct Finding {
  FindingCode code = FindingCode::kMixedMeasure;
  std::string item_id;
  int year = 0;
  Market market = Market::kDomestic;
  Country origin;           // where one flow or origin is meant
  std::string supplier_id;  // where one flow is meant
  // Larger side, sum of parts, sum of shares, Q; the bound that was reached.
  double found = 0;
  double against = 0;  // smaller side, total, limit, demand
  // The records concerned: places in SupplyYear::Of(item), or in the rows
  // that were checked. At most kMaxNamedRecords.
  std::vector<std::uint32_t> records;
  std::string loop;  // its items, joined by " > "
};
inline constexpr std::size_t kMaxNamedRecords = 20;

bool IsError(FindingCode code);
// "mixed_measure": stable name of the code.
absl::string_view ToText(FindingCode code);
// One sentence, without the item's name and the records.
std::string Describe(const Finding& finding, bool chinese);

}  // namespace qiangji::domain
