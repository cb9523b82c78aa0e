#include "services/bottleneck/closing_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/base/glossary.h"

namespace qiangji::bottleneck {
namespace {

using domain::Closing;
using domain::Language;
using domain::RuleId;

// A volume with three figures after the point at most; shares as percentages.
std::string Volume(double x, const std::string& unit, bool zh) {
  if (unit.empty()) {
    const std::string share = absl::StrFormat("%.1f%%", x * 100);
    return zh ? absl::StrCat("国内需求的 ", share)
              : absl::StrCat(share, " of demand");
  }
  return absl::StrCat(
      x >= 100 ? absl::StrFormat("%.0f", x) : absl::StrFormat("%.3g", x), " ",
      unit);
}

std::string MissingText(RuleId rule, const Closing& closes, bool zh) {
  const std::string volume = Volume(*closes.missing, closes.unit, zh);
  switch (rule) {
    case RuleId::kImportDependence:
    case RuleId::kSingleForeignOrigin:
    case RuleId::kConcentratedSupply:
      return zh ? absl::StrCat("由其他来源替代 ", volume)
                : absl::StrCat("replace ", volume, " by other sources");
    case RuleId::kSoleDomesticSupplier:
      return zh ? absl::StrCat("由其他国内供应商承接 ", volume)
                : absl::StrCat("move ", volume, " to other home suppliers");
    case RuleId::kNotQualified:
      return zh ? absl::StrCat("再有 ", volume, " 通过验证")
                : absl::StrCat("qualify another ", volume);
    default:
      return zh ? absl::StrCat("再增加自主供应 ", volume)
                : absl::StrCat("add ", volume, " of assured supply");
  }
}

// Rules that no volume of the subject closes.
std::string OtherText(RuleId rule, const Closing& closes, bool zh) {
  switch (rule) {
    case RuleId::kHiddenDependence:
      return zh ? "提高投入品的自主保障占比"
                : "raise the assured share of its inputs";
    case RuleId::kChokepoint:
      return zh ? "减少其非自主供应，或为其用户登记可替代的投入"
                : "cut what is not assured of its supply, or register "
                  "substitutes for its users";
    case RuleId::kProjectLate:
      return zh ? "登记首台套/首批次或更高的里程碑"
                : "register a first batch or a later milestone";
    case RuleId::kStalled:
      return zh ? "登记更高阶段的里程碑" : "register the next stage";
    case RuleId::kNoData:
    case RuleId::kStaleData:
      return zh ? "填报近两年的供应数据" : "report supply of recent years";
    case RuleId::kUnmetNeed:
      return zh ? "久无报价的需求均有人报价或撤回"
                : "an offer to each need that waits so long, or its withdrawal";
    case RuleId::kAllianceFlag:
      return zh ? "各标记达到目标或撤回"
                : "its flags reach their goals, or are withdrawn";
    case RuleId::kBehindTarget:
      if (!closes.items_short) return "";
      return zh ? absl::StrCat("再有 ", *closes.items_short, " 项达到自主保障")
                : absl::StrCat("assure ", *closes.items_short, " more items");
    case RuleId::kCustom: {
      if (!closes.column_target) return "";
      const absl::string_view column =
          OutputHeader(closes.column, zh ? "zh" : "en");
      const std::string value = absl::StrFormat("%.6g", *closes.column_target);
      return zh ? absl::StrCat("使", column, "达到 ", value)
                : absl::StrCat("bring ", column, " to ", value);
    }
    default:
      return "";
  }
}

}  // namespace

std::string ClosingText(absl::string_view rule_name, const Closing& closes,
                        Language language) {
  const bool zh = language == Language::kZh;
  const RuleId rule = domain::ParseRule(rule_name).value_or(RuleId::kCustom);
  std::vector<std::string> parts;
  const std::string first = closes.missing ? MissingText(rule, closes, zh)
                                           : OtherText(rule, closes, zh);
  if (!first.empty()) parts.push_back(first);
  if (!closes.projects.empty()) {
    const std::size_t n = closes.projects.size();
    parts.push_back(
        zh ? absl::StrCat("在研项目 ", n, " 个，",
                          closes.projects_suffice ? "全部成功即可满足"
                                                  : "全部成功仍不足")
           : absl::StrCat(n, n == 1 ? " project" : " projects", " registered, ",
                          closes.projects_suffice ? "enough if all succeed"
                                                  : "not enough"));
  }
  return absl::StrJoin(parts, zh ? "；" : "; ");
}

}  // namespace qiangji::bottleneck
