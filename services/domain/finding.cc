#include "services/domain/finding.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace qiangji::domain {
namespace {

// The flow or origin that is meant: " (JPN, maker-j)", or nothing.
std::string Where(const Finding& f) {
  if (!f.origin.stated()) return "";
  std::string where = absl::StrCat(" (", f.origin.ToString());
  if (!f.supplier_id.empty()) absl::StrAppend(&where, ", ", f.supplier_id);
  return where + ")";
}

std::string English(const Finding& f) {
  switch (f.code) {
    case FindingCode::kMixedMeasure:
      return "records of one item and year state quantities and shares; use "
             "one of them";
    case FindingCode::kNoMeasure:
      return "a record states neither quantity nor share";
    case FindingCode::kSharesAboveLimit:
      return absl::StrFormat(
          "domestic shares sum to %.6g; at most 1.05 is accepted", f.found);
    case FindingCode::kCostSharesAboveOne:
      return absl::StrFormat(
          "cost shares of the inputs sum to %.10g; at most "
          "1 is accepted",
          f.found);
    case FindingCode::kSidesDiffer:
      return absl::StrFormat(
          "reports of one flow differ by more than 10 %%%s: %.6g and %.6g",
          Where(f), f.found, f.against);
    case FindingCode::kPartsAboveTotal:
      return absl::StrFormat("parts sum to %.6g, above the total of %.6g%s",
                             f.found, f.against, Where(f));
    case FindingCode::kSharesScaled:
      return absl::StrFormat("domestic shares sum to %.6g: scaled to 1",
                             f.found);
    case FindingCode::kDemandBelowSupply:
      return absl::StrFormat(
          "declared demand %.6g is below domestic supply %.6g: supply is used",
          f.against, f.found);
    case FindingCode::kClosedLoop:
      return absl::StrCat("a closed loop without value added: ", f.loop);
    case FindingCode::kContentNotSettled:
      return absl::StrFormat(
          "content is known to %.2g only: the inputs form a slow loop",
          f.found);
  }
  return "";
}

std::string Chinese(const Finding& f) {
  switch (f.code) {
    case FindingCode::kMixedMeasure:
      return "同一条目同一年份的记录混用数量与占比，只能用其一";
    case FindingCode::kNoMeasure:
      return "记录既无数量也无占比";
    case FindingCode::kSharesAboveLimit:
      return absl::StrFormat("国内市场占比合计 %.6g，最多 1.05", f.found);
    case FindingCode::kCostSharesAboveOne:
      return absl::StrFormat("投入成本占比合计 %.10g，最多 1", f.found);
    case FindingCode::kSidesDiffer:
      return absl::StrFormat("同一流向各方填报相差超过 10%%%s：%.6g 与 %.6g",
                             Where(f), f.found, f.against);
    case FindingCode::kPartsAboveTotal:
      return absl::StrFormat("分项合计 %.6g 超过总量 %.6g%s", f.found,
                             f.against, Where(f));
    case FindingCode::kSharesScaled:
      return absl::StrFormat("国内市场占比合计 %.6g，已按比例折算为 1",
                             f.found);
    case FindingCode::kDemandBelowSupply:
      return absl::StrFormat("申报需求 %.6g 低于国内供应 %.6g，按供应计",
                             f.against, f.found);
    case FindingCode::kClosedLoop:
      return absl::StrCat("没有增加值的封闭环：", f.loop);
    case FindingCode::kContentNotSettled:
      return absl::StrFormat("穿透结果只精确到 %.2g：投入构成收敛很慢的环",
                             f.found);
  }
  return "";
}

}  // namespace

bool IsError(FindingCode code) {
  return code <= FindingCode::kCostSharesAboveOne;
}

absl::string_view ToText(FindingCode code) {
  switch (code) {
    case FindingCode::kMixedMeasure:
      return "mixed_measure";
    case FindingCode::kNoMeasure:
      return "no_measure";
    case FindingCode::kSharesAboveLimit:
      return "shares_above_limit";
    case FindingCode::kCostSharesAboveOne:
      return "cost_shares_above_one";
    case FindingCode::kSidesDiffer:
      return "sides_differ";
    case FindingCode::kPartsAboveTotal:
      return "parts_above_total";
    case FindingCode::kSharesScaled:
      return "shares_scaled";
    case FindingCode::kDemandBelowSupply:
      return "demand_below_supply";
    case FindingCode::kClosedLoop:
      return "closed_loop";
    case FindingCode::kContentNotSettled:
      return "content_not_settled";
  }
  return "";
}

std::string Describe(const Finding& finding, bool chinese) {
  return chinese ? Chinese(finding) : English(finding);
}

}  // namespace qiangji::domain
