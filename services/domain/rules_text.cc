#include "services/domain/rules_text.h"

#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/base/glossary.h"

namespace qiangji::domain {
namespace {

// Phrases joined by '|'; {name} is the figure, {name%} as a percentage,
// {name±} as percentage points. A phrase whose figure is missing is left out.
struct Wording {
  RuleId rule;
  absl::string_view zh;
  absl::string_view en;
};

constexpr Wording kWordings[] = {
    {RuleId::kImportDependence,
     "境外供应占国内市场 {foreign_share%}|最大来源 {top_foreign_origin} 占 "
     "{top_foreign_share%}",
     "{foreign_share%} of the domestic market comes from abroad|"
     "{top_foreign_origin} alone {top_foreign_share%}"},
    {RuleId::kLowAssurance,
     "自主保障占比至多 {assured_share_upper%}|国产化率 {located_share%}",
     "at most {assured_share_upper%} is assured|{located_share%} is made at "
     "home"},
    {RuleId::kSingleForeignOrigin,
     "{top_foreign_origin} 一地占国内市场 {top_foreign_share%}",
     "{top_foreign_origin} alone supplies {top_foreign_share%} of the "
     "domestic market"},
    {RuleId::kConcentratedSupply,
     "境外供应占 {foreign_share%}|其来源集中度 HHI 为 {hhi_foreign}",
     "{foreign_share%} comes from abroad|HHI of its origins {hhi_foreign}"},
    {RuleId::kSoleDomesticSupplier,
     "{largest_supplier_group} 一家占具名自主供应的 "
     "{largest_supplier_group_share%}|"
     "自主保障占比 {assured_share%}",
     "{largest_supplier_group} alone makes {largest_supplier_group_share%} of "
     "the assured "
     "supply that is named|{assured_share%} is assured"},
    {RuleId::kForeignControl,
     "国产化率 {located_share%}|不受境外控制和许可约束的只有 "
     "{assured_share_if_qualified%}",
     "{located_share%} is made at home|only {assured_share_if_qualified%} is "
     "free of "
     "foreign control and licences"},
    {RuleId::kNotQualified,
     "国产化率 {located_share%}|达到验证要求的只有 {assured_share%}",
     "{located_share%} is made at home|only {assured_share%} is qualified"},
    {RuleId::kHiddenDependence,
     "自主保障占比 {assured_share%}|穿透自主率至多 {assured_content_upper%}",
     "{assured_share%} is assured|its assured content is at most "
     "{assured_content_upper%}"},
    {RuleId::kChokepoint,
     "其非自主供应一旦中断，其他条目平均损失 {score%}|损失最重的领域 "
     "{largest_sector_loss%}|波及 {sectors_hit} 个领域",
     "the loss of its supply that is not assured costs all other items "
     "{score%} on average|{largest_sector_loss%} in the sector hit "
     "hardest|sectors hit: {sectors_hit}"},
    {RuleId::kDeclining,
     "自主保障占比较 {previous_year} 年下降 {decline±}|现为 "
     "{assured_share%}",
     "the assured share fell by {decline±} since {previous_year}|now "
     "{assured_share%}"},
    {RuleId::kProjectLate,
     "应于 {completion_year} 年完成|{item_id} 尚无首台套/首批次里程碑",
     "due in {completion_year}|no first batch of {item_id} yet"},
    {RuleId::kStalled,
     "自 {stage_since} 起停留在 {stage} 阶段|已满 {stage_age} 年",
     "at stage {stage} since {stage_since}|for {stage_age} years"},
    {RuleId::kBehindTarget,
     "自主保障率 {share%}|目标路径 {target%}|差 {gap±}|尚缺 {items_short} 项",
     "assurance rate {share%}|path {target%}|behind by {gap±}|{items_short} "
     "items short"},
    {RuleId::kNoData,
     "评估年份及前两年均无数据|最近的数据为 {newest_data_year} 年",
     "no data for the assessed year and the two before|newest data of "
     "{newest_data_year}"},
    {RuleId::kStaleData,
     "最近的数据为 {newest_data_year} 年|距评估年份 {data_age} 年",
     "newest data of {newest_data_year}|{data_age} years before the assessed "
     "year"},
    {RuleId::kUnmetNeed, "需求 {unmet_needs} 无报价|最早发布于 {unmet_since}",
     "no offer to {unmet_needs}|the oldest posted on {unmet_since}"},
    {RuleId::kAllianceFlag,
     "联盟标记 {flags} 个|提出联盟 {flagged_by}|附议 {endorsements}|异议 "
     "{contests}|目标 {goal}|期限 {flag_due}",
     "flags: {flags}|by {flagged_by}|endorsements: {endorsements}|contests: "
     "{contests}|goal: {goal}|due {flag_due}"},
};
constexpr bool InOrder() {
  for (std::size_t i = 0; i < std::size(kWordings); ++i) {
    if (static_cast<std::size_t>(kWordings[i].rule) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "one wording a rule, in the order of RuleId");

const Wording& Of(RuleId rule) {
  return kWordings[static_cast<std::size_t>(rule)];
}

absl::string_view Code(Language language) {
  return language == Language::kZh ? "zh" : "en";
}

// One placeholder as text; nullopt where the figure is missing.
std::optional<std::string> Fill(absl::string_view placeholder,
                                absl::Span<const FigureValue> figures,
                                Language language) {
  const bool percent = absl::ConsumeSuffix(&placeholder, "%");
  const bool points = absl::ConsumeSuffix(&placeholder, "±");
  for (const FigureValue& figure : figures) {
    if (figure.name != placeholder) continue;
    const auto* number = std::get_if<double>(&figure.value);
    if (number == nullptr) {
      // Stages are codes; ids and countries stand as they are.
      return std::string(WordIn(
          figure.name, std::get<std::string>(figure.value), Code(language)));
    }
    if (percent) return absl::StrFormat("%.1f%%", *number * 100);
    if (points) {
      return absl::StrFormat(
          "%.1f%s", *number * 100,
          language == Language::kZh ? " 个百分点" : " percentage points");
    }
    return absl::StrFormat("%.0f", *number);
  }
  return std::nullopt;
}

std::optional<std::string> Phrase(absl::string_view wording,
                                  absl::Span<const FigureValue> figures,
                                  Language language) {
  std::string out;
  while (!wording.empty()) {
    const std::size_t open = wording.find('{');
    absl::StrAppend(&out, wording.substr(0, open));
    if (open == absl::string_view::npos) break;
    const std::size_t close = wording.find('}', open);
    const auto value =
        Fill(wording.substr(open + 1, close - open - 1), figures, language);
    if (!value) return std::nullopt;
    absl::StrAppend(&out, *value);
    wording.remove_prefix(close + 1);
  }
  return out;
}

absl::string_view Sign(Comparison comparison) {
  switch (comparison) {
    case Comparison::kGreater:
      return " > ";
    case Comparison::kAtLeast:
      return " >= ";
    case Comparison::kLess:
      return " < ";
    case Comparison::kAtMost:
      return " <= ";
    case Comparison::kEqual:
      return " = ";
  }
  return "";
}

}  // namespace

std::string Summary(RuleId rule, absl::Span<const FigureValue> figures,
                    Language language) {
  const bool zh = language == Language::kZh;
  std::vector<std::string> phrases;
  for (absl::string_view wording :
       absl::StrSplit(zh ? Of(rule).zh : Of(rule).en, '|')) {
    std::optional<std::string> phrase = Phrase(wording, figures, language);
    if (phrase) phrases.push_back(*std::move(phrase));
  }
  return absl::StrJoin(phrases, zh ? "，" : ", ");
}

std::string Summary(absl::string_view rule,
                    absl::Span<const FigureValue> figures, Language language) {
  if (const auto id = ParseRule(rule)) return Summary(*id, figures, language);
  std::vector<std::string> phrases;
  for (const FigureValue& figure : figures) {
    const absl::string_view header = OutputHeader(figure.name, Code(language));
    const auto* number = std::get_if<double>(&figure.value);
    std::string phrase =
        absl::StrCat(header, " ",
                     number == nullptr ? std::get<std::string>(figure.value)
                                       : absl::StrFormat("%.6g", *number));
    if (figure.threshold) {
      absl::StrAppend(&phrase, language == Language::kZh ? "（界限 " : " (",
                      absl::StrFormat("%.6g", *figure.threshold),
                      language == Language::kZh ? "）" : ")");
    }
    phrases.push_back(std::move(phrase));
  }
  return absl::StrJoin(phrases, language == Language::kZh ? "，" : ", ");
}

absl::string_view RuleTitle(RuleId rule, Language language) {
  return WordIn("rule", RuleName(rule), Code(language));
}

std::string ConditionText(const Rule& rule) {
  std::vector<std::string> parts;
  for (const Clause& clause : rule.clauses) {
    parts.push_back(
        absl::StrCat(clause.name(), Sign(clause.comparison), clause.threshold));
  }
  if (rule.any) return absl::StrJoin(parts, " or ");
  if (rule.unless)
    parts.push_back(absl::StrCat("not ", RuleName(*rule.unless)));
  return absl::StrJoin(parts, " and ");
}

}  // namespace qiangji::domain
