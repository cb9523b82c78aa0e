// The three content tests of one bill of materials (METHOD 3.7).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/bom_policy.h"
#include "services/domain/bom_share.h"

namespace qiangji::domain {

enum class BomVerdict { kNone, kPass, kFail, kUndecided, kUnmatched };

enum class BomReasonCode {
  kNone,
  // Of a line.
  kHome,           // made at home
  kAbroad,         // made abroad; text = where, "" = by the item's supply
  kPartlyHome,     // origin not stated, part of the supply is; x = h
  kNoData,         // neither the line nor the item says where
  kUnknownOrigin,  // of the line: ZZZ
  kNoPrice,
  kNoRate,      // text = currency
  kDeeper,      // in the cost of a line above
  kKeyNotHome,  // key part not made at home in full
  kUnmatched,
  // Of a test.
  kReached,        // x reaches against
  kShort,          // x stays below against
  kBetween,        // x .. upper around against
  kNoRatio,        // none in force; made at home
  kMadeAbroad,     // the product itself
  kMakingUnknown,  // of the product
  kKeyPart,        // text = item id; made abroad or in part
  kKeyUnknown,     // text = item id; not known, or not in the bill
  kNoCosts,        // no line states a cost
};

struct BomReason {
  BomReasonCode code = BomReasonCode::kNone;
  double x = 0, upper = 0, against = 0;
  std::string text;
};
// One sentence; "" = none.
std::string Describe(const BomReason& reason, bool chinese);

struct BomLineResult {
  std::optional<double> cost_share;
  std::optional<double> home;  // h of the line; nullopt = not known
  BomVerdict verdict = BomVerdict::kUndecided;
  BomReason reason;
};

struct BomTestResult {
  std::optional<Bounds> content;
  std::optional<double> ratio;
  BomVerdict verdict = BomVerdict::kNone;
  BomReason reason;
};

struct BomAssessment {
  bool of_lines = false;             // BomShares
  std::vector<BomLineResult> lines;  // as in the bill
  BomTestResult direct, roll_up, look_through;
  std::optional<double> located_content;  // lower (METHOD 3.1)
};

// The registered inputs of an item in the year.
Bom BillOf(const Analysis& analysis, ItemIndex item);

// INVALID_ARGUMENT as SharesOf.
absl::StatusOr<BomAssessment> AssessBom(const Analysis& analysis,
                                        const Bom& bom,
                                        const BomPolicy& policy);

}  // namespace qiangji::domain
