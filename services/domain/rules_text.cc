#include "services/domain/rules_text.h"

#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace qiangji::domain {
namespace {

// Phrases joined by '|'; {name} is the figure, {name%} as a percentage,
// {name±} as percentage points. A phrase whose figure is missing is left out.
struct Wording {
  RuleId rule;
  absl::string_view title_zh;
  absl::string_view title_en;
  absl::string_view zh;
  absl::string_view en;
};

constexpr Wording kWordings[] = {
    {RuleId::kImportDependence, "进口依赖", "Import dependence",
     "境外供应占国内市场 {import_share%}|最大来源 {top_foreign_origin} 占 "
     "{top_foreign_share%}",
     "{import_share%} of the domestic market comes from abroad|"
     "{top_foreign_origin} alone {top_foreign_share%}"},
    {RuleId::kLowAssurance, "自主保障不足", "Low assurance",
     "自主保障占比至多 {assured_share_upper%}|国产化率 {located_share%}",
     "at most {assured_share_upper%} is assured|{located_share%} is made at "
     "home"},
    {RuleId::kSingleForeignOrigin, "境外来源单一", "Single foreign origin",
     "{top_foreign_origin} 一地占国内市场 {top_foreign_share%}",
     "{top_foreign_origin} alone supplies {top_foreign_share%} of the "
     "domestic market"},
    {RuleId::kConcentratedSupply, "进口来源集中", "Concentrated imports",
     "境外供应占 {import_share%}|其来源集中度 HHI 为 {import_hhi}",
     "{import_share%} comes from abroad|HHI of its origins {import_hhi}"},
    {RuleId::kSoleDomesticSupplier, "国内供应商单一", "Sole domestic supplier",
     "{top_supplier_group} 一家占具名自主供应的 {top_supplier_share%}|"
     "自主保障占比 {assured_share%}",
     "{top_supplier_group} alone makes {top_supplier_share%} of the assured "
     "supply that is named|{assured_share%} is assured"},
    {RuleId::kForeignControl, "境外控制", "Foreign control",
     "国产化率 {located_share%}|不受境外控制和许可约束的只有 "
     "{qualifiable_share%}",
     "{located_share%} is made at home|only {qualifiable_share%} is free of "
     "foreign control and licences"},
    {RuleId::kNotQualified, "未通过验证", "Not qualified",
     "国产化率 {located_share%}|达到验证要求的只有 {assured_share%}",
     "{located_share%} is made at home|only {assured_share%} is qualified"},
    {RuleId::kHiddenDependence, "隐性依赖", "Hidden dependence",
     "自主保障占比 {assured_share%}|穿透自主率至多 {assured_content_upper%}",
     "{assured_share%} is assured|its assured content is at most "
     "{assured_content_upper%}"},
    {RuleId::kDeclining, "保障水平下降", "Declining",
     "自主保障占比较 {previous_data_year} 年下降 {decline±}|现为 "
     "{assured_share%}",
     "the assured share fell by {decline±} since {previous_data_year}|now "
     "{assured_share%}"},
    {RuleId::kProjectLate, "项目逾期", "Project late",
     "应于 {completion_year} 年完成|{item_id} 尚无首台套/首批次里程碑",
     "due in {completion_year}|no first batch of {item_id} yet"},
    {RuleId::kStalled, "进展停滞", "Stalled",
     "自 {stage_since} 起停留在 {stage} 阶段|已满 {stage_age} 年",
     "at stage {stage} since {stage_since}|for {stage_age} years"},
    {RuleId::kBehindTarget, "落后于目标", "Behind target",
     "自主保障率 {share%}|目标路径 {target%}|差 {gap±}|尚缺 {items_short} 项",
     "assurance rate {share%}|path {target%}|behind by {gap±}|{items_short} "
     "items short"},
    {RuleId::kNoData, "没有数据", "No data",
     "评估年份及前两年均无数据|最近的数据为 {newest_data_year} 年",
     "no data for the assessed year and the two before|newest data of "
     "{newest_data_year}"},
    {RuleId::kStaleData, "数据陈旧", "Stale data",
     "最近的数据为 {newest_data_year} 年|距评估年份 {data_age} 年",
     "newest data of {newest_data_year}|{data_age} years before the assessed "
     "year"},
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

std::string Number(double x) {
  return x == static_cast<double>(static_cast<long long>(x))
             ? absl::StrCat(static_cast<long long>(x))
             : absl::StrFormat("%.0f", x);
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
    if (number == nullptr) return std::get<std::string>(figure.value);
    if (percent) return absl::StrFormat("%.1f%%", *number * 100);
    if (points) {
      return absl::StrFormat(
          "%.1f%s", *number * 100,
          language == Language::kZh ? " 个百分点" : " percentage points");
    }
    return Number(*number);
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

absl::string_view RuleTitle(RuleId rule, Language language) {
  return language == Language::kZh ? Of(rule).title_zh : Of(rule).title_en;
}

std::string Condition(const Rule& rule) {
  std::vector<std::string> parts;
  for (const Clause& clause : rule.clauses) {
    parts.push_back(absl::StrCat(FigureName(clause.figure),
                                 Sign(clause.comparison), clause.threshold));
  }
  if (rule.unless)
    parts.push_back(absl::StrCat("not ", RuleName(*rule.unless)));
  return absl::StrJoin(parts, " and ");
}

}  // namespace qiangji::domain
