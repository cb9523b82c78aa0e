// What a bill's lines and tests say of themselves, in both languages.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/domain/bom_assess.h"

namespace qiangji::domain {
namespace {

std::string Percent(double share) {
  return absl::StrFormat("%.1f%%", 100 * share);
}

std::string Chinese(const BomReason& r) {
  switch (r.code) {
    case BomReasonCode::kNone:
      return "";
    case BomReasonCode::kHome:
      return "境内制造";
    case BomReasonCode::kAbroad:
      return r.text.empty() ? "该条目全部由境外制造"
                            : absl::StrCat("境外制造：", r.text);
    case BomReasonCode::kPartlyHome:
      return absl::StrCat("未注明产地，该条目供应中 ", Percent(r.x),
                          " 为境内制造");
    case BomReasonCode::kNoData:
      return "未注明产地，该条目无数据";
    case BomReasonCode::kUnknownOrigin:
      return "产地不明";
    case BomReasonCode::kNoPrice:
      return "没有成本";
    case BomReasonCode::kNoRate:
      return absl::StrCat("没有当年汇率：", r.text);
    case BomReasonCode::kDeeper:
      return "已计入上级行的成本";
    case BomReasonCode::kKeyNotHome:
      return absl::StrCat("关键件须全部在境内制造，现为 ", Percent(r.x));
    case BomReasonCode::kUnmatched:
      return "没有对应的条目";
    case BomReasonCode::kReached:
      return absl::StrCat("含量 ", Percent(r.x), "，达到 ", Percent(r.against));
    case BomReasonCode::kShort:
      return absl::StrCat("含量至多 ", Percent(r.x), "，未达到 ",
                          Percent(r.against));
    case BomReasonCode::kBetween:
      return absl::StrCat("含量在 ", Percent(r.x), " 与 ", Percent(r.upper),
                          " 之间，标准为 ", Percent(r.against));
    case BomReasonCode::kNoRatio:
      return "没有生效的含量标准";
    case BomReasonCode::kMadeAbroad:
      return "产品本身不在境内制造";
    case BomReasonCode::kMakingUnknown:
      return "不知产品在何处制造";
    case BomReasonCode::kKeyPart:
      return absl::StrCat("关键件未全部在境内制造：", r.text);
    case BomReasonCode::kKeyUnknown:
      return absl::StrCat("关键件的产地不明或清单中没有：", r.text);
    case BomReasonCode::kNoCosts:
      return "各行都没有成本";
  }
  return "";
}

std::string English(const BomReason& r) {
  switch (r.code) {
    case BomReasonCode::kNone:
      return "";
    case BomReasonCode::kHome:
      return "made at home";
    case BomReasonCode::kAbroad:
      return r.text.empty() ? "all supply of the item is made abroad"
                            : absl::StrCat("made abroad: ", r.text);
    case BomReasonCode::kPartlyHome:
      return absl::StrCat("origin not stated; ", Percent(r.x),
                          " of the item's supply is made at home");
    case BomReasonCode::kNoData:
      return "origin not stated, and the item has no data";
    case BomReasonCode::kUnknownOrigin:
      return "origin not known";
    case BomReasonCode::kNoPrice:
      return "no cost";
    case BomReasonCode::kNoRate:
      return absl::StrCat("no exchange rate of the year for ", r.text);
    case BomReasonCode::kDeeper:
      return "in the cost of a line above";
    case BomReasonCode::kKeyNotHome:
      return absl::StrCat("a key part must be home-made in full; it is ",
                          Percent(r.x));
    case BomReasonCode::kUnmatched:
      return "matches no item";
    case BomReasonCode::kReached:
      return absl::StrCat("content ", Percent(r.x), " reaches ",
                          Percent(r.against));
    case BomReasonCode::kShort:
      return absl::StrCat("content of at most ", Percent(r.x), " stays below ",
                          Percent(r.against));
    case BomReasonCode::kBetween:
      return absl::StrCat("content between ", Percent(r.x), " and ",
                          Percent(r.upper), ", ratio ", Percent(r.against));
    case BomReasonCode::kNoRatio:
      return "no ratio in force";
    case BomReasonCode::kMadeAbroad:
      return "the product itself is not made at home";
    case BomReasonCode::kMakingUnknown:
      return "not known where the product is made";
    case BomReasonCode::kKeyPart:
      return absl::StrCat("key part not home-made in full: ", r.text);
    case BomReasonCode::kKeyUnknown:
      return absl::StrCat("key part of unknown origin, or not in the bill: ",
                          r.text);
    case BomReasonCode::kNoCosts:
      return "no line states a cost";
  }
  return "";
}

}  // namespace

std::string Describe(const BomReason& reason, bool chinese) {
  return chinese ? Chinese(reason) : English(reason);
}

}  // namespace qiangji::domain
