#include "services/bottleneck/rule_book.h"

#include <algorithm>
#include <map>
#include <utility>

#include "services/base/status_macros.h"
#include "services/bottleneck/rule_convert.h"
#include "services/rpc/etag.h"
#include "services/rpc/timestamp.h"

namespace qiangji::bottleneck {
namespace {

constexpr std::size_t kRuleIdColumn = 0;
constexpr std::size_t kDefinitionColumn = 1;

void AddColumns(const domain::Rule& rule, std::set<std::string>& out) {
  for (const domain::Clause& clause : rule.clauses) {
    if (!clause.column.empty()) out.insert(clause.column);
  }
  for (const domain::SeverityLevel& level : rule.levels) {
    if (!level.clause.column.empty()) out.insert(level.clause.column);
  }
  out.insert(rule.filter_columns.begin(), rule.filter_columns.end());
}

}  // namespace

const domain::TableSchema& RuleTable() {
  static const auto* const table = domain::FindTable(domain::TableId::kRules);
  return *table;
}

FigureNeeds NeedsOf(const std::vector<domain::Rule>& rules) {
  FigureNeeds needs;
  for (const domain::Rule& rule : rules) {
    if (!rule.enabled) continue;
    needs.unmet_needs |= rule.id == domain::RuleId::kUnmetNeed;
    if (rule.id != domain::RuleId::kCustom) continue;
    if (rule.subject == domain::SubjectKind::kRow) {
      needs.scopes.insert(rule.scope);
      AddColumns(rule, needs.coverage_columns);
      needs.coverage_columns.insert("items_with_data");
    } else {
      AddColumns(rule, needs.item_columns);
    }
  }
  return needs;
}

domain::Row ToRow(const v1::Rule& rule) {
  domain::Row row(RuleTable().columns.size());
  row[kRuleIdColumn] = rule.rule_id();
  row[kDefinitionColumn] = RuleJson(rule);
  return row;
}

bool RuleBook::IsShipped(absl::string_view rule_id) const {
  return std::any_of(
      shipped_.begin(), shipped_.end(),
      [&](const domain::Rule& rule) { return rule.name() == rule_id; });
}

std::optional<v1::Rule> RuleBook::Default(absl::string_view rule_id) const {
  for (const domain::Rule& rule : shipped_) {
    if (rule.name() != rule_id) continue;
    v1::Rule message = bottleneck::ToProto(rule);
    message.set_etag(rpc::MakeEtag(0));
    return message;
  }
  return std::nullopt;
}

absl::StatusOr<v1::Rule> RuleBook::ToMessage(
    store::Reader& reader, const store::Stored& stored) const {
  QJ_ASSIGN_OR_RETURN(
      v1::Rule message,
      RuleFromJson(domain::TextOf(stored.row[kDefinitionColumn])));
  QJ_ASSIGN_OR_RETURN(const store::Change change,
                      reader.ChangeAt(stored.seq_from));
  message.set_name(RuleNameOf(message.rule_id()));
  message.set_built_in(IsShipped(message.rule_id()));
  if (const auto shipped = Default(message.rule_id())) {
    for (int i = 0; i < message.parameters_size(); ++i) {
      for (const v1::RuleParameter& parameter : shipped->parameters()) {
        if (parameter.parameter() != message.parameters(i).parameter()) {
          continue;
        }
        v1::RuleParameter* own = message.mutable_parameters(i);
        own->set_description_zh(parameter.description_zh());
        own->set_description_en(parameter.description_en());
      }
    }
  }
  message.set_etag(rpc::MakeEtag(stored.seq_from));
  message.set_owner_id(stored.owner_id);
  message.set_seq(stored.seq_from);
  rpc::ToProto(change.time, message.mutable_update_time());
  return message;
}

absl::StatusOr<std::optional<BookedRule>> RuleBook::Find(
    store::Reader& reader, absl::string_view rule_id, store::Seq at) const {
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                      reader.Get(RuleTable(), {std::string(rule_id)},
                                 store::AccessScope::All(), at));
  BookedRule booked;
  if (stored) {
    QJ_ASSIGN_OR_RETURN(booked.message, ToMessage(reader, *stored));
    booked.set = true;
    return booked;
  }
  std::optional<v1::Rule> shipped = Default(rule_id);
  if (!shipped) return std::optional<BookedRule>();
  booked.message = *std::move(shipped);
  return booked;
}

absl::StatusOr<std::vector<v1::Rule>> RuleBook::All(store::Reader& reader,
                                                    store::Seq at) const {
  std::map<std::string, v1::Rule> rules;
  for (const domain::Rule& rule : shipped_) {
    rules.emplace(rule.name(), *Default(rule.name()));
  }
  store::ScanOptions options;
  options.at = at;
  std::vector<store::Stored> rows;
  QJ_RETURN_IF_ERROR(
      reader.Scan(RuleTable(), options, store::AccessScope::All(),
                  [&](const store::Stored& stored, absl::string_view) {
                    rows.push_back(stored);
                    return absl::OkStatus();
                  }));
  for (const store::Stored& stored : rows) {
    QJ_ASSIGN_OR_RETURN(v1::Rule message, ToMessage(reader, stored));
    std::string id = message.rule_id();
    rules.insert_or_assign(std::move(id), std::move(message));
  }
  std::vector<v1::Rule> all;
  all.reserve(rules.size());
  for (auto& [id, rule] : rules) all.push_back(std::move(rule));
  return all;
}

absl::StatusOr<std::vector<domain::Rule>> RuleBook::Rules(store::Reader& reader,
                                                          store::Seq at) const {
  QJ_ASSIGN_OR_RETURN(const std::vector<v1::Rule> all, All(reader, at));
  std::map<std::string, const v1::Rule*> left;
  for (const v1::Rule& rule : all) left[rule.rule_id()] = &rule;
  std::vector<domain::Rule> rules;
  const auto add = [&](const v1::Rule& message) -> absl::Status {
    absl::StatusOr<domain::Rule> rule = ToDomain(message, shipped_, "rule");
    if (!rule.ok()) {
      return absl::DataLossError("a rule cannot be read");
    }
    rules.push_back(*std::move(rule));
    return absl::OkStatus();
  };
  // Each after the one it excludes itself by.
  for (const domain::Rule& shipped : shipped_) {
    QJ_RETURN_IF_ERROR(add(*left[shipped.name()]));
    left.erase(shipped.name());
  }
  for (const auto& [id, rule] : left) QJ_RETURN_IF_ERROR(add(*rule));
  return rules;
}

absl::StatusOr<bool> RulesChangedAfter(store::Reader& reader,
                                       store::Seq after) {
  QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
  for (store::Seq seq = after + 1; seq <= head.seq; ++seq) {
    QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                        reader.ChangedCounts(seq));
    for (const store::TableCount& count : counts) {
      if (count.table == domain::TableId::kRules ||
          count.table == domain::TableId::kFlags) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace qiangji::bottleneck
