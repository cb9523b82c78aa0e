#include "services/bottleneck/rule_handlers.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_page.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/rule_convert.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/filter.h"
#include "services/rpc/names.h"
#include "services/rpc/timestamp.h"
#include "services/rpc/update_mask.h"
#include "services/writes/write_call.h"

namespace qiangji::bottleneck {
namespace {

// Whether the rule has every value that the filter asks for.
absl::StatusOr<bool> Matches(const v1::Rule& rule,
                             const std::vector<rpc::FilterTerm>& terms) {
  for (const rpc::FilterTerm& term : terms) {
    const auto is = [&](bool value) {
      return term.value == (value ? "true" : "false");
    };
    if (term.column == "rule_id") {
      if (rule.rule_id() != term.value) return false;
    } else if (term.column == "enabled") {
      if (!is(!rule.has_enabled() || rule.enabled())) return false;
    } else if (term.column == "built_in") {
      if (!is(rule.built_in())) return false;
    } else {
      return rpc::InvalidField(
          "filter", absl::StrCat("no column \"", term.column,
                                 "\"; rule_id, enabled and built_in are"));
    }
  }
  return true;
}

absl::StatusOr<std::string> IdOf(const std::string& name,
                                 absl::string_view field = "name") {
  QJ_ASSIGN_OR_RETURN(std::vector<std::string> parsed,
                      rpc::ParseName(rpc::pattern::kRule, name, false, field));
  return std::move(parsed[0]);
}

// The change at which the view's rules are read.
absl::StatusOr<std::optional<store::Seq>> SeqOf(store::Reader& reader,
                                                const RuleSources& sources,
                                                const View* view) {
  if (view == nullptr) return std::optional(store::kHead);
  QJ_ASSIGN_OR_RETURN(const auto point,
                      PointOf(reader, sources.alerts.log, *view));
  if (!point) return std::optional<store::Seq>();
  return std::optional(point->read_at());
}

// Checks the rule and writes it; a shipped one with all its thresholds.
absl::Status Put(const RuleSources& sources, store::Transaction& transaction,
                 v1::Rule rule) {
  QJ_ASSIGN_OR_RETURN(const domain::Rule checked,
                      ToDomain(rule, sources.book.shipped(), "rule"));
  if (checked.id != domain::RuleId::kCustom) {
    v1::Rule whole = ToProto(checked);
    rule.set_subject(whole.subject());
    rule.set_severity(whole.severity());
    *rule.mutable_parameters() = whole.parameters();
    *rule.mutable_steps() = whole.steps();
    if (whole.has_hysteresis()) rule.set_hysteresis(whole.hysteresis());
    if (rule.title_zh().empty()) rule.set_title_zh(whole.title_zh());
    if (rule.title_en().empty()) rule.set_title_en(whole.title_en());
  }
  return transaction.Put(RuleTable(), ToRow(rule), "").status();
}

// The rule as of the commit; of a dry run what it would be.
absl::Status Answer(const RuleSources& sources, const store::Commit& commit,
                    const std::string& id, const v1::Rule& written,
                    v1::Rule* response) {
  if (commit.seq == 0) {
    *response = written;
    response->set_name(RuleNameOf(id));
    response->set_built_in(sources.book.IsShipped(id));
    response->clear_etag();
    return absl::OkStatus();
  }
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    QJ_ASSIGN_OR_RETURN(
        const auto booked,
        sources.book.Find(reader, id,
                          commit.seq == head.seq ? store::kHead : commit.seq));
    if (!booked) return rpc::NotFound(RuleNameOf(id));
    *response = booked->message;
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status GetRule(const RuleSources& sources, const View* view,
                     const v1::GetRuleRequest& request, v1::Rule* response) {
  QJ_ASSIGN_OR_RETURN(const std::string id, IdOf(request.name()));
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const auto at, SeqOf(reader, sources, view));
    if (!at) return rpc::NotFound(request.name());
    QJ_ASSIGN_OR_RETURN(const auto booked, sources.book.Find(reader, id, *at));
    if (!booked) return rpc::NotFound(request.name());
    *response = booked->message;
    return absl::OkStatus();
  });
}

absl::Status ListRules(const RuleSources& sources,
                       const rpc::RequestContext& call, const View* view,
                       const v1::ListRulesRequest& request,
                       v1::ListRulesResponse* response) {
  if (!request.order_by().empty()) {
    return rpc::InvalidField("order_by",
                             "there is one order only; leave it empty");
  }
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor cursor,
                      sources.alerts.page_tokens.Open(
                          request, call.principal().id, request.page_token()));
  QJ_ASSIGN_OR_RETURN(const std::vector<rpc::FilterTerm> terms,
                      rpc::ParseEqualities(request.filter()));
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    response->set_read_seq(sources.alerts.log.evaluated());
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    QJ_ASSIGN_OR_RETURN(auto at, SeqOf(reader, sources, view));
    if (cursor.seq >= 0) at = cursor.seq;
    if (!at) return absl::OkStatus();
    const store::Seq seq = *at == store::kHead ? head.seq : *at;
    QJ_ASSIGN_OR_RETURN(
        const std::vector<v1::Rule> all,
        sources.book.All(reader, seq == head.seq ? store::kHead : seq));
    std::vector<const v1::Rule*> chosen;
    for (const v1::Rule& rule : all) {
      QJ_ASSIGN_OR_RETURN(const bool matches, Matches(rule, terms));
      if (matches) chosen.push_back(&rule);
    }
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources.alerts.page_tokens, call, request,
                               cursor, seq, chosen.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      *response->add_rules() = *chosen[i];
    }
    return absl::OkStatus();
  });
}

absl::Status ListRuleHistory(const RuleSources& sources,
                             const rpc::RequestContext& call,
                             const v1::ListRuleHistoryRequest& request,
                             v1::ListRuleHistoryResponse* response) {
  QJ_ASSIGN_OR_RETURN(const std::string id, IdOf(request.name()));
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor cursor,
                      sources.alerts.page_tokens.Open(
                          request, call.principal().id, request.page_token()));
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    response->set_read_seq(sources.alerts.log.evaluated());
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    const store::Seq at = cursor.seq >= 0 ? cursor.seq : head.seq;
    QJ_ASSIGN_OR_RETURN(
        std::vector<store::Stored> versions,
        reader.History(RuleTable(), {id}, store::AccessScope::All()));
    versions.erase(std::remove_if(versions.begin(), versions.end(),
                                  [at](const store::Stored& version) {
                                    return version.seq_from > at;
                                  }),
                   versions.end());
    if (versions.empty() && !sources.book.IsShipped(id)) {
      return rpc::NotFound(request.name());
    }
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources.alerts.page_tokens, call, request,
                               cursor, at, versions.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      const store::Stored& version = versions[i];
      v1::RuleVersion* out = response->add_versions();
      QJ_ASSIGN_OR_RETURN(*out->mutable_resource(),
                          sources.book.ToMessage(reader, version));
      QJ_ASSIGN_OR_RETURN(const store::Change change,
                          reader.ChangeAt(version.seq_from));
      out->set_seq_from(version.seq_from);
      rpc::ToProto(change.time, out->mutable_start_time());
      out->set_caller(change.caller);
      if (version.seq_to == 0 || version.seq_to > at) continue;
      out->set_seq_to(version.seq_to);
      QJ_ASSIGN_OR_RETURN(const store::Change ended,
                          reader.ChangeAt(version.seq_to));
      rpc::ToProto(ended.time, out->mutable_end_time());
      out->set_deleted(i == 0 || versions[i - 1].seq_from != version.seq_to);
    }
    return absl::OkStatus();
  });
}

absl::Status CreateRule(const RuleSources& sources,
                        const rpc::RequestContext& call,
                        const v1::CreateRuleRequest& request,
                        v1::Rule* response, bool* changed) {
  v1::Rule rule = request.rule();
  if (!request.rule_id().empty()) rule.set_rule_id(request.rule_id());
  const std::string id = rule.rule_id();
  if (sources.book.IsShipped(id)) return rpc::AlreadyExists(RuleNameOf(id));
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.alerts.store, request,
          [&](store::Transaction& transaction,
              std::vector<std::string>& names) -> absl::Status {
            QJ_RETURN_IF_ERROR(
                ToDomain(rule, sources.book.shipped(), "rule").status());
            QJ_ASSIGN_OR_RETURN(const auto booked,
                                sources.book.Find(transaction, id));
            if (booked) return rpc::AlreadyExists(RuleNameOf(id));
            names = {RuleNameOf(id)};
            return Put(sources, transaction, rule);
          }));
  *changed = commit.changed;
  return Answer(sources, commit, id, rule, response);
}

absl::Status UpdateRule(const RuleSources& sources,
                        const rpc::RequestContext& call,
                        const v1::UpdateRuleRequest& request,
                        v1::Rule* response, bool* changed) {
  QJ_ASSIGN_OR_RETURN(const std::string id,
                      IdOf(request.rule().name(), "rule.name"));
  v1::Rule rule;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(call, sources.alerts.store, request,
                        [&](store::Transaction& transaction,
                            std::vector<std::string>& names) -> absl::Status {
                          QJ_ASSIGN_OR_RETURN(
                              const auto booked,
                              sources.book.Find(transaction, id));
                          if (!booked && !request.allow_missing()) {
                            return rpc::NotFound(RuleNameOf(id));
                          }
                          if (booked) {
                            QJ_RETURN_IF_ERROR(rpc::CheckEtag(
                                RuleNameOf(id), request.rule().etag(),
                                booked->message.seq()));
                          }
                          rule = booked ? booked->message : v1::Rule();
                          QJ_RETURN_IF_ERROR(rpc::ApplyUpdateMask(
                              request.update_mask(), request.rule(), &rule));
                          rule.set_rule_id(id);
                          names = {RuleNameOf(id)};
                          return Put(sources, transaction, rule);
                        }));
  *changed = commit.changed;
  return Answer(sources, commit, id, rule, response);
}

absl::Status DeleteRule(const RuleSources& sources,
                        const rpc::RequestContext& call,
                        const v1::DeleteRuleRequest& request,
                        type::v1::DeleteResponse* response, bool* changed) {
  QJ_ASSIGN_OR_RETURN(const std::string id, IdOf(request.name()));
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.alerts.store, request,
          [&](store::Transaction& transaction,
              std::vector<std::string>& names) -> absl::Status {
            QJ_ASSIGN_OR_RETURN(const auto booked,
                                sources.book.Find(transaction, id));
            if (!booked || !booked->set) {
              return request.allow_missing() ? absl::OkStatus()
                                             : rpc::NotFound(request.name());
            }
            QJ_RETURN_IF_ERROR(rpc::CheckEtag(request.name(), request.etag(),
                                              booked->message.seq()));
            names = {request.name()};
            return transaction.Delete(RuleTable(), {id}).status();
          }));
  *changed = commit.changed;
  response->set_seq(commit.seq);
  if (commit.seq > 0) rpc::ToProto(commit.time, response->mutable_time());
  return absl::OkStatus();
}

}  // namespace qiangji::bottleneck
