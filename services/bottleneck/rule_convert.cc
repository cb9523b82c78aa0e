#include "services/bottleneck/rule_convert.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/glossary.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/rule_columns.h"
#include "services/domain/rules_text.h"
#include "services/rpc/errors.h"
#include "services/rpc/names.h"
#include "services/rpc/update_mask.h"

namespace qiangji::bottleneck {
namespace {

constexpr int kMostConditions = 20;
constexpr int kMostOverrides = 1000;
constexpr std::size_t kMostTitle = 600;  // bytes
constexpr std::size_t kMostFilter = 4096;

v1::Comparison ToProto(domain::Comparison comparison) {
  switch (comparison) {
    case domain::Comparison::kGreater:
      return v1::COMPARISON_GREATER;
    case domain::Comparison::kAtLeast:
      return v1::COMPARISON_GREATER_OR_EQUAL;
    case domain::Comparison::kLess:
      return v1::COMPARISON_LESS;
    case domain::Comparison::kAtMost:
      return v1::COMPARISON_LESS_OR_EQUAL;
    case domain::Comparison::kEqual:
      return v1::COMPARISON_EQUAL;
  }
  return v1::COMPARISON_UNSPECIFIED;
}

std::optional<domain::Comparison> ToDomain(v1::Comparison comparison) {
  switch (comparison) {
    case v1::COMPARISON_GREATER:
      return domain::Comparison::kGreater;
    case v1::COMPARISON_GREATER_OR_EQUAL:
      return domain::Comparison::kAtLeast;
    case v1::COMPARISON_LESS:
      return domain::Comparison::kLess;
    case v1::COMPARISON_LESS_OR_EQUAL:
      return domain::Comparison::kAtMost;
    case v1::COMPARISON_EQUAL:
      return domain::Comparison::kEqual;
    default:
      return std::nullopt;
  }
}

std::string CategoryCode(int category) {
  std::string name =
      type::v1::Category_Name(static_cast<type::v1::Category>(category));
  return absl::AsciiStrToLower(name.substr(sizeof("CATEGORY_") - 1));
}

template <typename Message>
std::vector<std::string> CategoriesOf(const Message& message) {
  std::vector<std::string> codes;
  for (const int category : message.categories()) {
    codes.push_back(CategoryCode(category));
  }
  return codes;
}

template <typename Message>
std::vector<std::string> SectorsOf(const Message& message) {
  return {message.sectors().begin(), message.sectors().end()};
}

bool IsRuleId(absl::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         absl::ascii_isupper(static_cast<unsigned char>(id[0])) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return absl::ascii_isupper(u) || absl::ascii_isdigit(u) || c == '_';
         });
}

// Reads one message; what is wrong is collected.
class RuleReader {
 public:
  RuleReader(const v1::Rule& message, absl::string_view prefix)
      : message_(message), prefix_(prefix) {}

  domain::Rule Shipped(domain::Rule rule) {
    Refuse("conditions", !message_.conditions().empty());
    Refuse("filter", !message_.filter().empty());
    Refuse("scope", message_.scope() != v1::RULE_SCOPE_UNSPECIFIED);
    if (rule.id == domain::RuleId::kAllianceFlag) {
      // As severe as its flags.
      Refuse("severity", message_.severity() != v1::SEVERITY_UNSPECIFIED);
      Refuse("steps", !message_.steps().empty());
    }
    Common(rule);
    if (message_.has_hysteresis()) SetMargins(message_.hysteresis(), rule);
    SetParameters(message_.parameters(), "parameters", rule);
    if (!message_.steps().empty()) {
      rule.levels = Steps(message_.steps(), "steps", rule, MarginOf(rule));
    }
    if (rule.subject != domain::SubjectKind::kItem) {
      Refuse("overrides", !message_.overrides().empty());
    } else {
      AddOverrides(rule);
    }
    return rule;
  }

  domain::Rule Custom() {
    domain::Rule rule;
    rule.id = domain::RuleId::kCustom;
    rule.custom_name = message_.rule_id();
    Common(rule);
    Refuse("parameters", !message_.parameters().empty());
    Refuse("overrides", !message_.overrides().empty());
    SetSubject(rule);
    const double margin = message_.has_hysteresis() ? message_.hysteresis()
                                                    : domain::kShareMargin;
    Most("conditions", message_.conditions_size(), kMostConditions);
    for (int i = 0; i < message_.conditions_size(); ++i) {
      const v1::RuleCondition& condition = message_.conditions(i);
      const std::string path = absl::StrCat("conditions[", i, "]");
      if (auto clause = ClauseOf(condition, path, rule, margin)) {
        rule.clauses.push_back(*std::move(clause));
      }
    }
    rule.levels = Steps(message_.steps(), "steps", rule, margin);
    AddFilter(rule);
    if (message_.conditions().empty() && message_.filter().empty()) {
      Add("conditions", "must be stated, or a filter");
    }
    return rule;
  }

  absl::Status status() const { return violations_.ToStatus(); }

 private:
  void Add(absl::string_view field, absl::string_view what) {
    violations_.Add(absl::StrCat(prefix_, ".", field), what);
  }
  void Refuse(absl::string_view field, bool stated) {
    if (stated) Add(field, "does not apply to this rule");
  }
  void Most(absl::string_view field, int n, int most) {
    if (n > most) Add(field, absl::StrCat("has more than ", most, " entries"));
  }

  void Common(domain::Rule& rule) {
    rule.enabled = !message_.has_enabled() || message_.enabled();
    if (message_.severity() != v1::SEVERITY_UNSPECIFIED) {
      rule.severity = static_cast<domain::Severity>(message_.severity());
    }
    rule.sectors = SectorsOf(message_);
    rule.categories = CategoriesOf(message_);
    if (message_.has_hysteresis() && message_.hysteresis() < 0) {
      Add("hysteresis", "is negative");
    }
    if (message_.title_zh().size() > kMostTitle) Add("title_zh", "is too long");
    if (message_.title_en().size() > kMostTitle) Add("title_en", "is too long");
    if (message_.filter().size() > kMostFilter) {
      Add("filter", absl::StrCat("is longer than ", kMostFilter));
    }
  }

  static double MarginOf(const domain::Rule& rule) {
    return rule.clauses.empty() ? domain::kShareMargin : rule.clauses[0].margin;
  }

  // Rules without a share close at once whatever is asked, an HHI by its own.
  void SetMargins(double margin, domain::Rule& rule) {
    const double of_shares = MarginOf(rule);
    const auto set = [&](domain::Clause& clause) {
      if (clause.margin == of_shares) clause.margin = margin;
    };
    for (domain::Clause& clause : rule.clauses) set(clause);
    for (domain::SeverityLevel& level : rule.levels) set(level.clause);
  }

  template <typename Parameters>
  void SetParameters(const Parameters& parameters, const std::string& path,
                     domain::Rule& rule) {
    for (int i = 0; i < parameters.size(); ++i) {
      bool found = false;
      for (domain::Clause& clause : rule.clauses) {
        if (clause.name() != parameters[i].parameter()) continue;
        clause.threshold = parameters[i].value();
        found = true;
      }
      if (found) continue;
      Add(absl::StrCat(path, "[", i, "].parameter"),
          absl::StrCat("is none of this rule; accepted: ",
                       absl::StrJoin(rule.clauses, ", ",
                                     [](std::string* out, const auto& clause) {
                                       absl::StrAppend(out, clause.name());
                                     })));
    }
  }

  // A shipped rule tests figures by name, one of a user columns.
  template <typename Condition>
  std::optional<domain::Clause> ClauseOf(const Condition& condition,
                                         const std::string& path,
                                         const domain::Rule& rule,
                                         double margin) {
    domain::Clause clause{domain::Figure::kColumn, domain::Comparison::kLess,
                          condition.value(), margin, condition.column()};
    const auto comparison = ToDomain(condition.comparison());
    if (!comparison) {
      Add(absl::StrCat(path, ".comparison"), "must be stated");
    } else {
      clause.comparison = *comparison;
    }
    if (!Testable(condition.column(), rule, clause)) {
      Add(absl::StrCat(path, ".column"),
          absl::StrCat("is no number of the table; accepted: ", Columns(rule)));
      return std::nullopt;
    }
    return comparison ? std::optional(clause) : std::nullopt;
  }

  static bool Testable(const std::string& column, const domain::Rule& rule,
                       domain::Clause& clause) {
    if (rule.id != domain::RuleId::kCustom) {
      for (int f = 0; f < domain::kFigureCount; ++f) {
        const auto figure = static_cast<domain::Figure>(f);
        if (domain::FigureName(figure) != column) continue;
        clause.figure = figure;
        clause.column.clear();
        return true;
      }
      return false;
    }
    const auto kind = rule.subject == domain::SubjectKind::kRow
                          ? CoverageColumn(column)
                          : ItemColumn(column);
    return kind == ColumnKind::kNumber || kind == ColumnKind::kFlag;
  }

  static std::string Columns(const domain::Rule& rule) {
    if (rule.id != domain::RuleId::kCustom) return "the rule's figures";
    return rule.subject == domain::SubjectKind::kRow ? CoverageColumns()
                                                     : ItemColumns(true);
  }

  template <typename RuleSteps>
  std::vector<domain::SeverityLevel> Steps(const RuleSteps& steps,
                                           const std::string& path,
                                           const domain::Rule& rule,
                                           double margin) {
    std::vector<domain::SeverityLevel> levels;
    for (int i = 0; i < steps.size(); ++i) {
      const std::string at = absl::StrCat(path, "[", i, "]");
      if (steps[i].severity() == v1::SEVERITY_UNSPECIFIED) {
        Add(absl::StrCat(at, ".severity"), "must be stated");
        continue;
      }
      if (auto clause = ClauseOf(steps[i], at, rule, margin)) {
        levels.push_back({static_cast<domain::Severity>(steps[i].severity()),
                          *std::move(clause)});
      }
    }
    std::stable_sort(
        levels.begin(), levels.end(),
        [](const auto& a, const auto& b) { return a.severity > b.severity; });
    return levels;
  }

  void SetSubject(domain::Rule& rule) {
    if (message_.subject() == v1::RULE_SUBJECT_SCOPE) {
      rule.subject = domain::SubjectKind::kRow;
      rule.scope = static_cast<domain::RowScope>(
          std::max(0, static_cast<int>(message_.scope()) -
                          static_cast<int>(v1::RULE_SCOPE_TOTAL)));
      Refuse("filter", !message_.filter().empty());
      return;
    }
    if (message_.subject() != v1::RULE_SUBJECT_ITEM) {
      Add("subject", "accepted: item or scope");
    }
    Refuse("scope", message_.scope() != v1::RULE_SCOPE_UNSPECIFIED);
  }

  void AddFilter(domain::Rule& rule) {
    if (message_.filter().empty() ||
        rule.subject != domain::SubjectKind::kItem) {
      return;
    }
    absl::StatusOr<ItemFilter> filter = ParseItemFilter(message_.filter());
    if (!filter.ok()) {
      for (const auto& [field, what] : rpc::ViolationsOf(filter.status())) {
        Add("filter", what);
      }
      return;
    }
    rule.filter_columns = std::move(filter->columns);
    rule.filter = std::move(filter->condition);
  }

  void AddOverrides(domain::Rule& rule) {
    Most("overrides", message_.overrides_size(), kMostOverrides);
    const domain::Rule base = rule;
    for (int i = 0; i < message_.overrides_size(); ++i) {
      const v1::RuleOverride& each = message_.overrides(i);
      const std::string path = absl::StrCat("overrides[", i, "]");
      domain::RuleVariant variant;
      variant.sectors = SectorsOf(each);
      variant.categories = CategoriesOf(each);
      variant.item_ids = {each.item_ids().begin(), each.item_ids().end()};
      if (variant.sectors.empty() && variant.categories.empty() &&
          variant.item_ids.empty()) {
        Add(path, "names no sector, category or item");
      }
      if (!each.disabled()) {
        domain::Rule own = base;
        SetParameters(each.parameters(), absl::StrCat(path, ".parameters"),
                      own);
        if (!each.steps().empty()) {
          own.levels = Steps(each.steps(), absl::StrCat(path, ".steps"), own,
                             MarginOf(own));
        }
        variant.rule = std::make_shared<const domain::Rule>(std::move(own));
      }
      rule.variants.push_back(std::move(variant));
    }
  }

  const v1::Rule& message_;
  const absl::string_view prefix_;
  rpc::Violations violations_;
};

std::string Header(const domain::Clause& clause, absl::string_view lang) {
  return std::string(OutputHeader(clause.name(), lang));
}

}  // namespace

std::string RuleNameOf(absl::string_view rule_id) {
  return rpc::MakeName(rpc::pattern::kRule, {std::string(rule_id)});
}

v1::Rule ToProto(const domain::Rule& rule) {
  v1::Rule out;
  out.set_name(RuleNameOf(rule.name()));
  out.set_rule_id(rule.name());
  out.set_title_zh(
      std::string(domain::RuleTitle(rule.id, domain::Language::kZh)));
  out.set_title_en(
      std::string(domain::RuleTitle(rule.id, domain::Language::kEn)));
  out.set_subject(
      static_cast<v1::RuleSubject>(static_cast<int>(rule.subject) +
                                   static_cast<int>(v1::RULE_SUBJECT_ITEM)));
  out.set_enabled(rule.enabled);
  out.set_built_in(true);
  if (rule.id != domain::RuleId::kAllianceFlag) {
    out.set_severity(
        static_cast<v1::Severity>(static_cast<int>(rule.severity)));
  }
  for (const domain::Clause& clause : rule.clauses) {
    v1::RuleParameter* parameter = out.add_parameters();
    parameter->set_parameter(clause.name());
    parameter->set_value(clause.threshold);
    parameter->set_description_zh(Header(clause, "zh"));
    parameter->set_description_en(Header(clause, "en"));
  }
  for (const domain::SeverityLevel& level : rule.levels) {
    v1::RuleStep* step = out.add_steps();
    step->set_column(level.clause.name());
    step->set_comparison(ToProto(level.clause.comparison));
    step->set_value(level.clause.threshold);
    step->set_severity(
        static_cast<v1::Severity>(static_cast<int>(level.severity)));
  }
  if (!rule.clauses.empty()) out.set_hysteresis(rule.clauses[0].margin);
  return out;
}

absl::StatusOr<domain::Rule> ToDomain(const v1::Rule& message,
                                      const std::vector<domain::Rule>& shipped,
                                      absl::string_view prefix) {
  RuleReader reader(message, prefix);
  for (const domain::Rule& rule : shipped) {
    if (rule.name() != message.rule_id()) continue;
    domain::Rule own = reader.Shipped(rule);
    QJ_RETURN_IF_ERROR(reader.status());
    return own;
  }
  if (!IsRuleId(message.rule_id())) {
    return rpc::InvalidField(
        absl::StrCat(prefix, ".rule_id"),
        "accepted: A-Z, then A-Z 0-9 _, at most 64, and no name of METHOD 5");
  }
  domain::Rule own = reader.Custom();
  QJ_RETURN_IF_ERROR(reader.status());
  return own;
}

std::string RuleJson(v1::Rule rule) {
  rpc::ClearOutputOnly(&rule);
  rule.clear_name();
  rule.clear_etag();
  for (v1::RuleParameter& parameter : *rule.mutable_parameters()) {
    parameter.clear_description_zh();
    parameter.clear_description_en();
  }
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // A message without extensions always has a JSON form.
  if (!google::protobuf::util::MessageToJsonString(rule, &json, options).ok()) {
    return "{}";
  }
  return json;
}

absl::StatusOr<v1::Rule> RuleFromJson(absl::string_view json) {
  v1::Rule rule;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &rule)
           .ok()) {
    return absl::DataLossError("rules.definition cannot be read");
  }
  return rule;
}

}  // namespace qiangji::bottleneck
