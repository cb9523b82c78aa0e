#include "services/bottleneck/rule_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/glossary.h"
#include "services/base/status_macros.h"
#include "services/domain/rules_text.h"
#include "services/rpc/errors.h"
#include "services/rpc/filter.h"
#include "services/rpc/limits.h"
#include "services/rpc/names.h"

namespace qiangji::bottleneck {
namespace {

v1::Comparison ToProto(domain::Comparison comparison) {
  switch (comparison) {
    case domain::Comparison::kGreater:
      return v1::COMPARISON_GREATER;
    case domain::Comparison::kAtLeast:
      return v1::COMPARISON_GREATER_OR_EQUAL;
    case domain::Comparison::kLess:
      return v1::COMPARISON_LESS;
  }
  return v1::COMPARISON_UNSPECIFIED;
}

std::string Name(const domain::Rule& rule) {
  return rpc::MakeName(rpc::pattern::kRule,
                       {std::string(domain::RuleName(rule.id))});
}

std::string Header(domain::Figure figure, absl::string_view lang) {
  return std::string(OutputHeader(domain::FigureName(figure), lang));
}

// Whether the rule has every value that the filter asks for.
absl::StatusOr<bool> Matches(const v1::Rule& rule,
                             const std::vector<rpc::FilterTerm>& terms) {
  for (const rpc::FilterTerm& term : terms) {
    if (term.column == "rule_id") {
      if (rule.rule_id() != term.value) return false;
    } else if (term.column == "enabled") {
      if (term.value != (rule.enabled() ? "true" : "false")) return false;
    } else {
      return rpc::InvalidField("filter",
                               absl::StrCat("no column \"", term.column,
                                            "\"; rule_id and enabled are"));
    }
  }
  return true;
}

}  // namespace

v1::Rule ToProto(const domain::Rule& rule) {
  v1::Rule out;
  out.set_name(Name(rule));
  out.set_rule_id(std::string(domain::RuleName(rule.id)));
  out.set_title_zh(
      std::string(domain::RuleTitle(rule.id, domain::Language::kZh)));
  out.set_title_en(
      std::string(domain::RuleTitle(rule.id, domain::Language::kEn)));
  out.set_subject(
      static_cast<v1::RuleSubject>(static_cast<int>(rule.subject) +
                                   static_cast<int>(v1::RULE_SUBJECT_ITEM)));
  out.set_enabled(rule.enabled);
  out.set_built_in(true);
  out.set_severity(static_cast<v1::Severity>(static_cast<int>(rule.severity)));
  for (const domain::Clause& clause : rule.clauses) {
    v1::RuleParameter* parameter = out.add_parameters();
    parameter->set_parameter(std::string(domain::FigureName(clause.figure)));
    parameter->set_value(clause.threshold);
    parameter->set_description_zh(Header(clause.figure, "zh"));
    parameter->set_description_en(Header(clause.figure, "en"));
  }
  for (const domain::SeverityLevel& level : rule.levels) {
    v1::RuleStep* step = out.add_steps();
    step->set_column(std::string(domain::FigureName(level.clause.figure)));
    step->set_comparison(ToProto(level.clause.comparison));
    step->set_value(level.clause.threshold);
    step->set_severity(
        static_cast<v1::Severity>(static_cast<int>(level.severity)));
  }
  if (!rule.clauses.empty()) out.set_hysteresis(rule.clauses[0].margin);
  return out;
}

absl::Status GetRule(const std::vector<domain::Rule>& rules,
                     const v1::GetRuleRequest& request, v1::Rule* response) {
  QJ_RETURN_IF_ERROR(
      rpc::ParseName(rpc::pattern::kRule, request.name()).status());
  for (const domain::Rule& rule : rules) {
    if (Name(rule) != request.name()) continue;
    *response = ToProto(rule);
    return absl::OkStatus();
  }
  return rpc::NotFound(request.name());
}

absl::Status ListRules(const std::vector<domain::Rule>& rules,
                       const rpc::PageTokens& page_tokens,
                       const rpc::RequestContext& call,
                       const v1::ListRulesRequest& request,
                       v1::ListRulesResponse* response) {
  if (!request.order_by().empty()) {
    return rpc::InvalidField("order_by",
                             "there is one order only; leave it empty");
  }
  QJ_ASSIGN_OR_RETURN(const int size,
                      rpc::PageSize(request.page_size(), rpc::kDefaultPageSize,
                                    rpc::kMaxPageSize));
  QJ_ASSIGN_OR_RETURN(
      const rpc::PageCursor cursor,
      page_tokens.Open(request, call.principal().id, request.page_token()));
  QJ_ASSIGN_OR_RETURN(const std::vector<rpc::FilterTerm> terms,
                      rpc::ParseEqualities(request.filter()));
  std::vector<v1::Rule> all;
  for (const domain::Rule& rule : rules) {
    v1::Rule message = ToProto(rule);
    QJ_ASSIGN_OR_RETURN(const bool matches, Matches(message, terms));
    if (matches && message.name() > cursor.after) {
      all.push_back(std::move(message));
    }
  }
  std::sort(all.begin(), all.end(), [](const v1::Rule& a, const v1::Rule& b) {
    return a.name() < b.name();
  });
  for (v1::Rule& rule : all) {
    if (response->rules_size() == size) {
      response->set_next_page_token(
          page_tokens.Make(request, call.principal().id,
                           {response->rules(size - 1).name(), /*seq=*/0}));
      break;
    }
    *response->add_rules() = std::move(rule);
  }
  return absl::OkStatus();
}

}  // namespace qiangji::bottleneck
