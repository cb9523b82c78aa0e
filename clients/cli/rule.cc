// qiangji rule list|set|test|history
#include <google/protobuf/field_mask.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/alert_words.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/number_format.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/rule_options.h"
#include "clients/cli/session.h"
#include "clients/cli/words.h"
#include "qiangji/bottleneck/v1/rule_service.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::Comparison;
using bottleneck::v1::GetRuleRequest;
using bottleneck::v1::ListRuleHistoryRequest;
using bottleneck::v1::ListRuleHistoryResponse;
using bottleneck::v1::ListRulesRequest;
using bottleneck::v1::ListRulesResponse;
using bottleneck::v1::Rule;
using bottleneck::v1::RuleOverride;
using bottleneck::v1::TestRuleRequest;
using bottleneck::v1::TestRuleResponse;

constexpr Text kNothingToSet = {"没有要设定的内容；见 rule set --help",
                                "nothing to set; see rule set --help"};
constexpr Text kTestFoot = {
    "评估年份 $0，登记序号 $1：将新增 $2，解除 $3，变更 $4，保持 $5（未保存）",
    "assessed year $0, sequence $1: it would raise $2, close $3, change $4 and "
    "keep $5 (nothing was stored)"};

std::string NameOfRule(const std::string& word) {
  const std::string id =
      word.rfind("rules/", 0) == 0 ? word.substr(sizeof("rules/") - 1) : word;
  return absl::StrCat(
      "rules/", absl::StrReplaceAll(absl::AsciiStrToUpper(id), {{"-", "_"}}));
}

const char* Sign(Comparison comparison) {
  switch (comparison) {
    case bottleneck::v1::COMPARISON_LESS:
      return "<";
    case bottleneck::v1::COMPARISON_LESS_OR_EQUAL:
      return "<=";
    case bottleneck::v1::COMPARISON_GREATER:
      return ">";
    case bottleneck::v1::COMPARISON_GREATER_OR_EQUAL:
      return ">=";
    default:
      return "=";
  }
}

std::string SeverityCode(bottleneck::v1::Severity severity) {
  return EnumText(
      *bottleneck::v1::Severity_descriptor()->FindValueByNumber(severity));
}

// "sector=nev:foreign_share=0.5".
std::string OverrideText(const RuleOverride& each) {
  std::vector<std::string> whom, what;
  for (const std::string& sector : each.sectors()) {
    whom.push_back(absl::StrCat("sector=", sector));
  }
  for (const int category : each.categories()) {
    whom.push_back(absl::StrCat(
        "category=",
        EnumText(
            *type::v1::Category_descriptor()->FindValueByNumber(category))));
  }
  for (const std::string& item : each.item_ids()) {
    whom.push_back(absl::StrCat("item=", item));
  }
  for (const auto& parameter : each.parameters()) {
    what.push_back(absl::StrCat(parameter.parameter(), "=", parameter.value()));
  }
  return absl::StrCat(absl::StrJoin(whom, ","), ":",
                      each.disabled() ? "off" : absl::StrJoin(what, ","));
}

// What it tests, as `rule set` takes it.
std::string ConditionOf(const Rule& rule) {
  std::vector<std::string> parts;
  for (const auto& parameter : rule.parameters()) {
    parts.push_back(
        absl::StrCat(parameter.parameter(), "=", parameter.value()));
  }
  for (const auto& condition : rule.conditions()) {
    parts.push_back(absl::StrCat(
        condition.column(), Sign(condition.comparison()), condition.value()));
  }
  if (!rule.filter().empty()) parts.push_back(rule.filter());
  return absl::StrJoin(parts, "; ");
}

std::string StepsOf(const Rule& rule) {
  return absl::StrJoin(
      rule.steps(), "; ", [](std::string* out, const auto& step) {
        absl::StrAppend(out, step.column(), Sign(step.comparison()),
                        step.value(), ":", SeverityCode(step.severity()));
      });
}

std::string OverridesOf(const Rule& rule) {
  return absl::StrJoin(rule.overrides(), "; ",
                       [](std::string* out, const RuleOverride& each) {
                         absl::StrAppend(out, OverrideText(each));
                       });
}

constexpr ColumnSpec kColumns[] = {
    {"rule_id"},
    {"built_in", Format::kBool, 3},
    {"enabled", Format::kBool},
    {"severity"},
    {"condition"},
    {"steps", Format::kText, 4},
    {"hysteresis", Format::kNumber, 5},
    {"overrides", Format::kText, 2},
    {"rule_title"},
};

template <typename Rules>
Table TableOfRules(const Rules& rules, Lang lang) {
  Table table;
  for (const ColumnSpec& spec : kColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const Rule& rule : rules) {
    // A built-in rule's title is its word.
    std::string title = NameOf(rule, lang, "title_");
    if (title.empty() && rule.built_in()) {
      title = WordFor("rule", rule.rule_id(), lang);
    }
    table.rows.push_back(
        {rule.rule_id(), rule.built_in(), !rule.has_enabled() || rule.enabled(),
         SeverityCode(rule.severity()), ConditionOf(rule), StepsOf(rule),
         rule.has_hysteresis() ? Cell(rule.hysteresis()) : Cell(),
         OverridesOf(rule), std::move(title)});
  }
  return table;
}

absl::StatusOr<int> List(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ListRulesRequest request;
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto all, AllPages<ListRulesResponse>(
                                          "ListRules", request, *session));
  PrintAsAsked(invocation, TableOfRules(all.rules(), invocation.lang()), all);
  return kDone;
}

// The rule as it is; one that is not there yet has its name alone.
absl::StatusOr<Rule> Current(const std::string& name, Session& session) {
  GetRuleRequest request;
  request.set_name(name);
  Rule rule;
  const absl::Status status = session.CallByName("GetRule", request, &rule);
  if (absl::IsNotFound(status)) {
    rule.set_name(name);
    rule.set_rule_id(name.substr(sizeof("rules/") - 1));
    return rule;
  }
  QJ_RETURN_IF_ERROR(status);
  return rule;
}

absl::StatusOr<int> Reset(const Invocation& invocation, const std::string& name,
                          Session& session) {
  bottleneck::v1::DeleteRuleRequest request;
  request.set_name(name);
  request.set_etag(invocation.Get("--etag").value_or(""));
  request.set_validate_only(invocation.Has("--dry-run"));
  request.set_request_id(NewUuid());
  type::v1::DeleteResponse response;
  QJ_RETURN_IF_ERROR(session.CallByName("DeleteRule", request, &response));
  if (invocation.settings.output == Output::kJson) {
    invocation.console.out << CanonicalJson(response);
  }
  return kDone;
}

absl::StatusOr<int> Set(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  const std::string name = NameOfRule(invocation.positionals[0]);
  if (invocation.Has("--reset")) return Reset(invocation, name, *session);
  bottleneck::v1::UpdateRuleRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_rule(), Current(name, *session));
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> fields,
                      ApplyRuleOptions(invocation, request.mutable_rule()));
  if (fields.empty()) {
    return UsageError(std::string(kNothingToSet.In(invocation.lang())));
  }
  for (const std::string& field : fields) {
    request.mutable_update_mask()->add_paths(field);
  }
  request.set_allow_missing(true);
  request.mutable_rule()->set_etag(
      invocation.Get("--etag").value_or(request.rule().etag()));
  request.set_validate_only(invocation.Has("--dry-run"));
  request.set_request_id(NewUuid());
  Rule rule;
  QJ_RETURN_IF_ERROR(session->CallByName("UpdateRule", request, &rule));
  PrintAsAsked(invocation,
               TableOfRules(std::vector<Rule>{rule}, invocation.lang()), rule);
  return kDone;
}

constexpr ColumnSpec kTrialColumns[] = {
    {"rule"}, {"subject"}, {"severity"}, {"shortfall", Format::kNumber}};

template <typename Alerts>
void AddRows(const char* effect, const Alerts& alerts, Lang lang,
             Table& table) {
  for (const Alert& alert : alerts) {
    std::vector<Cell> row = {std::string(effect)};
    for (Cell& cell : RowOf(kTrialColumns, alert)) {
      row.push_back(std::move(cell));
    }
    row.emplace_back(SummaryOf(alert, lang));
    table.rows.push_back(std::move(row));
  }
}

absl::StatusOr<int> Test(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  TestRuleRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_rule(),
                      Current(NameOfRule(invocation.positionals[0]), *session));
  QJ_RETURN_IF_ERROR(
      ApplyRuleOptions(invocation, request.mutable_rule()).status());
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  TestRuleResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("TestRule", request, &response));
  Table table;
  table.columns.push_back(ColumnOf({"effect"}, lang));
  for (const ColumnSpec& spec : kTrialColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  table.columns.push_back(ColumnOf({"summary"}, lang));
  AddRows("raise", response.alerts(), lang, table);
  AddRows("close", response.closed(), lang, table);
  AddRows("change", response.changed(), lang, table);
  PrintAsAsked(invocation, table, response);
  invocation.console.err << Say(lang, kTestFoot, response.year(),
                                response.read_seq(), response.alerts_size(),
                                response.closed_size(), response.changed_size(),
                                response.kept_count())
                         << '\n';
  return kDone;
}

absl::StatusOr<int> History(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ListRuleHistoryRequest request;
  request.set_name(NameOfRule(invocation.positionals[0]));
  QJ_ASSIGN_OR_RETURN(
      const auto all,
      AllPages<ListRuleHistoryResponse>("ListRuleHistory", request, *session));
  constexpr ColumnSpec kVersion[] = {{"seq_from", Format::kYear},
                                     {"start_time"},
                                     {"caller"},
                                     {"deleted", Format::kBool}};
  Table table = TableOf(kVersion, all.versions(), lang);
  std::vector<Rule> rules;
  for (const auto& version : all.versions()) {
    rules.push_back(version.resource());
  }
  Table of_rules = TableOfRules(rules, lang);
  for (std::size_t c = 2; c + 1 < of_rules.columns.size(); ++c) {
    table.columns.push_back(of_rules.columns[c]);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      table.rows[r].push_back(of_rules.rows[r][c]);
    }
  }
  PrintAsAsked(invocation, table, all);
  return kDone;
}

using Runner = absl::StatusOr<int> (*)(const Invocation&);

CommandSpec Leaf(Lang lang, const char* name, const Text& help, Runner run,
                 std::vector<OptionSpec> options, bool of_rule) {
  CommandSpec spec;
  spec.name = name;
  spec.help = std::string(help.In(lang));
  if (of_rule) {
    spec.positionals = {
        {"RULE", std::string(Text{"规则，如 IMPORT_DEPENDENCE",
                                  "a rule, such as IMPORT_DEPENDENCE"}
                                 .In(lang))}};
  }
  spec.options = std::move(options);
  spec.run = run;
  return spec;
}

}  // namespace

CommandSpec RuleCommand(Lang lang) {
  const auto option = [lang](const char* name, const char* value,
                             const Text& help) {
    return OptionSpec{name, value, std::string(help.In(lang))};
  };
  std::vector<OptionSpec> set = RuleOptions(lang);
  set.push_back(option("--reset", "",
                       {"恢复内置规则的默认值；删除自定义规则",
                        "sets a shipped rule back; deletes one of your own"}));
  set.push_back(option("--etag", "ETAG",
                       {"仅当无人改动时", "only if nobody changed it since"}));
  set.push_back(
      option("--dry-run", "", {"只检查，不写入", "checks, writes nothing"}));
  std::vector<OptionSpec> test = RuleOptions(lang);
  test.push_back(AsOfOption(lang));
  CommandSpec spec;
  spec.name = "rule";
  spec.help = std::string(Text{"预警规则", "alert rules"}.In(lang));
  spec.subcommands = {
      Leaf(lang, "list", {"各规则及其阈值", "the rules with their thresholds"},
           List, {AsOfOption(lang)}, false),
      Leaf(lang, "set",
           {"设定规则：内置规则的阈值，或自定义条件",
            "sets a rule: thresholds of a shipped one, or conditions of your "
            "own"},
           Set, std::move(set), true),
      Leaf(lang, "test",
           {"试算：规则将新增、解除哪些预警，不保存",
            "tries a rule: what it would raise and close; stores nothing"},
           Test, std::move(test), true),
      Leaf(lang, "history", {"规则的各个版本", "the versions of a rule"},
           History, {}, true),
  };
  return spec;
}

}  // namespace qiangji::cli
