#include "clients/cli/rule_options.h"

#include <google/protobuf/message.h>

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/reflect.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Comparison;
using bottleneck::v1::Rule;
using bottleneck::v1::RuleOverride;
using bottleneck::v1::RuleStep;

constexpr Text kBadThreshold = {"$0：“$1” 应为 名称=数值",
                                "$0: '$1' must be NAME=NUMBER"};
constexpr Text kBadCondition = {
    "$0：“$1” 应为 列<数值（或 <= > >= =）",
    "$0: '$1' must be COLUMN<NUMBER (or <= > >= =)"};
constexpr Text kBadStep = {"$0：“$1” 应为 列>数值:严重程度",
                           "$0: '$1' must be COLUMN>NUMBER:SEVERITY"};
constexpr Text kBadOverride = {
    "$0：“$1” 应为 sector=S,category=C,item=I:名称=数值,…（或 :off）",
    "$0: '$1' must be sector=S,category=C,item=I:NAME=NUMBER,… (or :off)"};
constexpr Text kBadNumber = {"$0：“$1” 应为数值", "$0: '$1' is no number"};
constexpr Text kBadScope = {
    "$0：“$1” 应为 total、sector、category 或 sector,category",
    "$0: '$1' must be total, sector, category or sector,category"};

absl::Status Bad(const Invocation& invocation, const Text& text,
                 const char* option, const std::string& value) {
  return UsageError(Say(invocation.lang(), text, option, value));
}

struct Term {
  std::string column;
  Comparison comparison = bottleneck::v1::COMPARISON_UNSPECIFIED;
  double value = 0;
};

// "share<0.4".
std::optional<Term> ParseTerm(absl::string_view text) {
  const std::size_t at = text.find_first_of("<>=");
  if (at == 0 || at == absl::string_view::npos) return std::nullopt;
  Term term;
  term.column = std::string(absl::StripAsciiWhitespace(text.substr(0, at)));
  const char sign = text[at];
  text.remove_prefix(at + 1);
  const bool equal = absl::ConsumePrefix(&text, "=");
  if (sign == '=') {
    term.comparison = bottleneck::v1::COMPARISON_EQUAL;
  } else if (sign == '<') {
    term.comparison = equal ? bottleneck::v1::COMPARISON_LESS_OR_EQUAL
                            : bottleneck::v1::COMPARISON_LESS;
  } else {
    term.comparison = equal ? bottleneck::v1::COMPARISON_GREATER_OR_EQUAL
                            : bottleneck::v1::COMPARISON_GREATER;
  }
  if (!absl::SimpleAtod(text, &term.value)) return std::nullopt;
  return term;
}

// Sets the threshold of that name, or adds it.
template <typename Owner>
bool SetThreshold(absl::string_view text, Owner* owner) {
  const std::vector<std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  double value = 0;
  if (parts.size() != 2 || parts[0].empty() ||
      !absl::SimpleAtod(parts[1], &value)) {
    return false;
  }
  for (auto& parameter : *owner->mutable_parameters()) {
    if (parameter.parameter() != parts[0]) continue;
    parameter.set_value(value);
    return true;
  }
  auto* parameter = owner->add_parameters();
  parameter->set_parameter(parts[0]);
  parameter->set_value(value);
  return true;
}

template <typename Message>
absl::Status AddCode(const char* field, const std::string& text, Lang lang,
                     Message* message) {
  Message one;
  QJ_RETURN_IF_ERROR(SetField(*Message::descriptor()->FindFieldByName(field),
                              text, lang, &one));
  message->MergeFrom(one);
  return absl::OkStatus();
}

absl::Status AddOverride(const Invocation& invocation, const std::string& text,
                         Rule* rule) {
  const std::vector<std::string> halves =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  if (halves.size() != 2) {
    return Bad(invocation, kBadOverride, "--override", text);
  }
  RuleOverride& out = *rule->add_overrides();
  for (absl::string_view each : absl::StrSplit(halves[0], ',')) {
    if (absl::ConsumePrefix(&each, "sector=")) {
      out.add_sectors(std::string(each));
    } else if (absl::ConsumePrefix(&each, "item=")) {
      out.add_item_ids(std::string(each));
    } else if (absl::ConsumePrefix(&each, "category=")) {
      QJ_RETURN_IF_ERROR(
          AddCode("categories", std::string(each), invocation.lang(), &out));
    } else {
      return Bad(invocation, kBadOverride, "--override", text);
    }
  }
  if (halves[1] == "off") {
    out.set_disabled(true);
    return absl::OkStatus();
  }
  for (absl::string_view each : absl::StrSplit(halves[1], ',')) {
    if (!SetThreshold(each, &out)) {
      return Bad(invocation, kBadOverride, "--override", text);
    }
  }
  return absl::OkStatus();
}

absl::Status AddStep(const Invocation& invocation, const std::string& text,
                     Rule* rule) {
  const std::vector<std::string> halves =
      absl::StrSplit(text, absl::MaxSplits(':', 1));
  const auto term = ParseTerm(halves[0]);
  if (halves.size() != 2 || !term) {
    return Bad(invocation, kBadStep, "--step", text);
  }
  RuleStep step;
  QJ_RETURN_IF_ERROR(
      SetField(*RuleStep::descriptor()->FindFieldByName("severity"), halves[1],
               invocation.lang(), &step));
  step.set_column(term->column);
  step.set_comparison(term->comparison);
  step.set_value(term->value);
  *rule->add_steps() = std::move(step);
  return absl::OkStatus();
}

absl::Status AddCondition(const Invocation& invocation, const std::string& text,
                          Rule* rule) {
  const auto term = ParseTerm(text);
  if (!term) return Bad(invocation, kBadCondition, "--condition", text);
  auto* condition = rule->add_conditions();
  condition->set_column(term->column);
  condition->set_comparison(term->comparison);
  condition->set_value(term->value);
  return absl::OkStatus();
}

absl::Status SetScope(const Invocation& invocation, const std::string& text,
                      Rule* rule) {
  constexpr const char* kScopes[] = {"", "total", "sector", "category",
                                     "sector,category"};
  for (int i = 1; i < 5; ++i) {
    if (text != kScopes[i]) continue;
    rule->set_subject(bottleneck::v1::RULE_SUBJECT_SCOPE);
    rule->set_scope(static_cast<bottleneck::v1::RuleScope>(i));
    return absl::OkStatus();
  }
  return Bad(invocation, kBadScope, "--scope", text);
}

// A repeated option, which replaces the list.
template <typename Add>
absl::Status Replace(const Invocation& invocation, const char* option,
                     const char* field, std::vector<std::string>& fields,
                     Rule* rule, Add add) {
  if (!invocation.Has(option)) return absl::OkStatus();
  fields.emplace_back(field);
  rule->GetReflection()->ClearField(rule,
                                    Rule::descriptor()->FindFieldByName(field));
  for (const std::string& text : invocation.All(option)) {
    QJ_RETURN_IF_ERROR(add(invocation, text, rule));
  }
  return absl::OkStatus();
}

// One value, by its field's type.
absl::Status Set(const Invocation& invocation, const char* option,
                 const char* field, std::vector<std::string>& fields,
                 Rule* rule) {
  const auto text = invocation.Get(option);
  if (!text) return absl::OkStatus();
  fields.emplace_back(field);
  return SetField(*Rule::descriptor()->FindFieldByName(field), *text,
                  invocation.lang(), rule);
}

absl::Status ApplyLists(const Invocation& invocation,
                        std::vector<std::string>& fields, Rule* rule) {
  QJ_RETURN_IF_ERROR(Replace(invocation, "--condition", "conditions", fields,
                             rule, AddCondition));
  QJ_RETURN_IF_ERROR(
      Replace(invocation, "--step", "steps", fields, rule, AddStep));
  QJ_RETURN_IF_ERROR(Replace(invocation, "--override", "overrides", fields,
                             rule, AddOverride));
  QJ_RETURN_IF_ERROR(
      Replace(invocation, "--sector", "sectors", fields, rule,
              [](const Invocation&, const std::string& text, Rule* out) {
                out->add_sectors(text);
                return absl::OkStatus();
              }));
  return Replace(
      invocation, "--category", "categories", fields, rule,
      [](const Invocation& from, const std::string& text, Rule* out) {
        return AddCode("categories", text, from.lang(), out);
      });
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ApplyRuleOptions(
    const Invocation& invocation, Rule* rule) {
  std::vector<std::string> fields;
  for (const std::string& text : invocation.All("--threshold")) {
    if (!SetThreshold(text, rule)) {
      return Bad(invocation, kBadThreshold, "--threshold", text);
    }
  }
  if (invocation.Has("--threshold")) fields.emplace_back("parameters");
  QJ_RETURN_IF_ERROR(ApplyLists(invocation, fields, rule));
  QJ_RETURN_IF_ERROR(Set(invocation, "--filter", "filter", fields, rule));
  QJ_RETURN_IF_ERROR(Set(invocation, "--severity", "severity", fields, rule));
  QJ_RETURN_IF_ERROR(Set(invocation, "--title-zh", "title_zh", fields, rule));
  QJ_RETURN_IF_ERROR(Set(invocation, "--title-en", "title_en", fields, rule));
  QJ_RETURN_IF_ERROR(
      Set(invocation, "--hysteresis", "hysteresis", fields, rule));
  if (const auto scope = invocation.Get("--scope")) {
    QJ_RETURN_IF_ERROR(SetScope(invocation, *scope, rule));
    fields.insert(fields.end(), {"subject", "scope"});
  }
  if (invocation.Has("--enable") || invocation.Has("--disable")) {
    rule->set_enabled(!invocation.Has("--disable"));
    fields.emplace_back("enabled");
  }
  const bool on_items = !rule->filter().empty() || !rule->conditions().empty();
  if (rule->subject() == bottleneck::v1::RULE_SUBJECT_UNSPECIFIED && on_items) {
    rule->set_subject(bottleneck::v1::RULE_SUBJECT_ITEM);
    fields.emplace_back("subject");
  }
  return fields;
}

std::vector<OptionSpec> RuleOptions(Lang lang) {
  const auto option = [lang](const char* name, const char* value,
                             const Text& help, bool repeated = false) {
    OptionSpec spec{name, value, std::string(help.In(lang))};
    spec.repeated = repeated;
    return spec;
  };
  std::vector<OptionSpec> options = {
      option("--threshold", "NAME=NUMBER",
             {"内置规则的阈值（名称见 rule list）",
              "a threshold of a shipped rule (names: rule list)"},
             true),
      option("--override", "SCOPE:NAME=NUMBER",
             {"某领域、类别或条目的阈值：sector=S,category=C,item=I:名称=数值"
              "（或 :off）；替换原有各项",
              "thresholds of a sector, category or item: "
              "sector=S,category=C,item=I:NAME=NUMBER (or :off); replaces "
              "those there are"},
             true),
      option("--condition", "COLUMN<NUMBER",
             {"自定义规则的条件（须全部成立）",
              "a condition of a rule of your own (all must hold)"},
             true),
      option("--filter", "FILTER",
             {"条目指标上的过滤式，如 assured_share < 0.3 AND "
              "top_foreign_origin = \"JPN\"",
              "a filter over item metrics: assured_share < 0.3 AND "
              "top_foreign_origin = \"JPN\""}),
      option("--scope", "SCOPE",
             {"针对保障率表的行：total、sector、category 或 sector,category",
              "on rows of the coverage table: total, sector, category or "
              "sector,category"}),
      option("--step", "COLUMN>NUMBER:SEVERITY",
             {"达到此值时的严重程度", "the severity from a value on"}, true),
      option("--severity", "SEVERITY",
             {"其余情形的严重程度", "the severity otherwise"}),
      option("--hysteresis", "NUMBER",
             {"条件落空超过此值才解除",
              "it closes when the condition fails by this much"}),
      option("--sector", "SECTOR", {"只管此领域", "only this sector"}, true),
      option("--category", "CATEGORY", {"只管此类别", "only this category"},
             true),
      option("--title-zh", "TEXT", {"中文名称", "its title in Chinese"}),
      option("--title-en", "TEXT", {"英文名称", "its title in English"}),
      option("--enable", "", {"启用", "switches it on"}),
      option("--disable", "", {"停用", "switches it off"}),
  };
  for (OptionSpec& spec : options) {
    if (spec.name == "--severity") {
      spec.choices = {"low", "medium", "high", "critical"};
    }
  }
  return options;
}

}  // namespace qiangji::cli
