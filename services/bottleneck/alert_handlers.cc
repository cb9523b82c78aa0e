#include "services/bottleneck/alert_handlers.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_event.h"
#include "services/bottleneck/alert_filter.h"
#include "services/bottleneck/alert_page.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/alert_read.h"
#include "services/bottleneck/alert_shown.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/rule_book.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::bottleneck {
namespace {

using store::AccessScope;

// What the order of a listing needs of an alert.
struct Entry {
  int rank = 0;
  double value = 0;
  std::string name;
  domain::Key key;

  // Hardest first, then the largest value that is not assured, then the name.
  bool operator<(const Entry& other) const {
    return std::tie(other.rank, other.value, name) <
           std::tie(rank, value, other.name);
  }
};

absl::StatusOr<std::vector<Entry>> Select(store::Reader& reader,
                                          const AlertFilter& filter,
                                          std::int64_t at) {
  std::vector<Entry> entries;
  store::ScanOptions options;
  options.at = at;
  QJ_RETURN_IF_ERROR(reader.Scan(
      AlertTable(), options, AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) {
        const domain::Row& row = stored.row;
        if (!filter.Matches(row)) return absl::OkStatus();
        const auto severity = domain::ParseSeverity(
            domain::TextOf(Cell(row, AlertColumn::kSeverity)));
        if (!severity) {
          return absl::DataLossError("an alert's severity cannot be read");
        }
        const domain::AlertKey key{
            domain::TextOf(Cell(row, AlertColumn::kRule)),
            domain::TextOf(Cell(row, AlertColumn::kSubject))};
        const bool overdue =
            domain::IntOf(Cell(row, AlertColumn::kOverdue)) != 0;
        entries.push_back({RankOf(*severity, overdue),
                           domain::NumberOf(Cell(row, AlertColumn::kValue)),
                           AlertName(key), KeyOf(key)});
        return absl::OkStatus();
      }));
  std::sort(entries.begin(), entries.end());
  return entries;
}

// Names of the rules that are evaluated.
absl::StatusOr<std::vector<std::string>> EnabledRules(store::Reader& reader,
                                                      const RuleBook& book,
                                                      store::Seq at) {
  QJ_ASSIGN_OR_RETURN(const std::vector<v1::Rule> rules, book.All(reader, at));
  std::vector<std::string> names;
  for (const v1::Rule& rule : rules) {
    if (!rule.has_enabled() || rule.enabled()) names.push_back(rule.rule_id());
  }
  return names;
}

}  // namespace

absl::Status GetAlert(const AlertSources& sources,
                      const rpc::RequestContext& call, const View& view,
                      const v1::GetAlertRequest& request, v1::Alert* response) {
  QJ_ASSIGN_OR_RETURN(const domain::AlertKey key,
                      ParseAlertName(request.name()));
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const auto point, PointOf(reader, sources.log, view));
    if (!point) return rpc::NotFound(request.name());
    QJ_RETURN_IF_ERROR(
        ReadAlert(reader, key, *point, call.clock().Now(), response));
    ShowTo(call.principal(), response);
    return absl::OkStatus();
  });
}

absl::Status ListAlerts(const AlertSources& sources,
                        const rpc::RequestContext& call, const View& view,
                        const v1::ListAlertsRequest& request,
                        v1::ListAlertsResponse* response) {
  QJ_ASSIGN_OR_RETURN(const AlertFilter filter, AlertFilter::Make(request));
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor cursor,
                      sources.page_tokens.Open(request, call.principal().id,
                                               request.page_token()));
  QJ_RETURN_IF_ERROR(rpc::PageSize(request.page_size(), 1, 1).status());
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    response->set_stale(view.stale);
    QJ_ASSIGN_OR_RETURN(const auto point,
                        cursor.seq >= 0 ? PointOfChange(reader, cursor.seq)
                                        : PointOf(reader, sources.log, view));
    if (!point) return absl::OkStatus();
    response->set_read_seq(point->evaluation.registry_seq);
    QJ_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                        Select(reader, filter, point->read_at()));
    response->set_total_count(static_cast<std::int32_t>(entries.size()));
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources.page_tokens, call, request, cursor,
                               point->at, entries.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      QJ_ASSIGN_OR_RETURN(
          const std::optional<AlertVersionOf> version,
          ReadVersion(reader, entries[i].key, point->read_at()));
      if (!version) return absl::DataLossError("an alert cannot be read again");
      *response->add_alerts() =
          ToProto(*version, point->evaluation, call.clock().Now());
      ShowTo(call.principal(),
             response->mutable_alerts(response->alerts_size() - 1));
    }
    QJ_ASSIGN_OR_RETURN(const store::Change change,
                        reader.ChangeAt(point->evaluation.seq));
    QJ_ASSIGN_OR_RETURN(const std::vector<std::string> rules,
                        EnabledRules(reader, sources.book, point->read_at()));
    *response->mutable_evaluation() =
        ToProto(point->evaluation, change.time, rules);
    return absl::OkStatus();
  });
}

absl::Status ListAlertHistory(const AlertSources& sources,
                              const rpc::RequestContext& call,
                              const v1::ListAlertHistoryRequest& request,
                              v1::ListAlertHistoryResponse* response) {
  QJ_ASSIGN_OR_RETURN(const domain::AlertKey key,
                      ParseAlertName(request.name()));
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor cursor,
                      sources.page_tokens.Open(request, call.principal().id,
                                               request.page_token()));
  View newest;
  newest.newest = true;
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const auto point,
                        cursor.seq >= 0 ? PointOfChange(reader, cursor.seq)
                                        : PointOf(reader, sources.log, newest));
    if (!point) return rpc::NotFound(request.name());
    response->set_read_seq(point->evaluation.registry_seq);
    QJ_ASSIGN_OR_RETURN(std::vector<AlertVersionOf> versions,
                        VersionsUpTo(reader, key, point->at));
    if (versions.empty()) return rpc::NotFound(request.name());
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources.page_tokens, call, request, cursor,
                               point->at, versions.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      // Newest first.
      const std::size_t v = versions.size() - 1 - i;
      const AlertVersionOf* next = i == 0 ? nullptr : &versions[v + 1];
      // A version was last seen by the evaluation before what ended it.
      const EvaluationPoint last =
          next == nullptr
              ? point->evaluation
              : sources.log.OfChange(next->seq - 1).value_or(point->evaluation);
      v1::AlertVersion* out = response->add_versions();
      *out->mutable_resource() = ToProto(versions[v], last, call.clock().Now());
      *out->mutable_resource()->add_events() =
          EventOf(v == 0 ? nullptr : &versions[v - 1], versions[v]);
      ShowTo(call.principal(), out->mutable_resource());
      out->set_seq_from(versions[v].seq);
      *out->mutable_start_time() = ToTimestamp(versions[v].recorded);
      if (next == nullptr) continue;
      out->set_seq_to(next->seq);
      *out->mutable_end_time() = ToTimestamp(next->recorded);
    }
    return absl::OkStatus();
  });
}

absl::Status GetEvaluation(const AlertSources& sources, const View& view,
                           v1::Evaluation* response) {
  if (!view.point) return rpc::NotFound("evaluations/head");
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change change,
                        reader.ChangeAt(view.point->seq));
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    QJ_ASSIGN_OR_RETURN(
        const std::vector<std::string> rules,
        EnabledRules(
            reader, sources.book,
            view.point->seq == head.seq ? store::kHead : view.point->seq));
    *response = ToProto(*view.point, change.time, rules);
    return absl::OkStatus();
  });
}

}  // namespace qiangji::bottleneck
