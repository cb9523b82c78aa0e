#include "services/bottleneck/alert_handlers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_filter.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::bottleneck {
namespace {

using store::AccessScope;

absl::StatusOr<AlertVersionOf> ToVersion(const store::Stored& stored) {
  AlertVersionOf version;
  QJ_ASSIGN_OR_RETURN(version.alert, AlertFromRow(stored.row));
  version.seq = stored.seq_from;
  version.owner_id = stored.owner_id;
  return version;
}

absl::Status SetTime(store::Reader& reader, std::int64_t seq,
                     google::protobuf::Timestamp* out) {
  QJ_ASSIGN_OR_RETURN(const store::Change change, reader.ChangeAt(seq));
  *out = ToTimestamp(change.time);
  return absl::OkStatus();
}

// The versions of an alert that were written up to `seq`, oldest first.
absl::StatusOr<std::vector<store::Stored>> VersionsUpTo(
    store::Reader& reader, const domain::AlertKey& key, std::int64_t seq) {
  QJ_ASSIGN_OR_RETURN(
      std::vector<store::Stored> versions,
      reader.History(AlertTable(), KeyOf(key), AccessScope::All()));
  versions.erase(std::remove_if(versions.begin(), versions.end(),
                                [seq](const store::Stored& version) {
                                  return version.seq_from > seq;
                                }),
                 versions.end());
  std::reverse(versions.begin(), versions.end());
  return versions;
}

// What the order of a listing needs of an alert.
struct Entry {
  int severity = 0;
  double value = 0;
  std::string name;
  domain::Key key;

  // Hardest first, then the largest value that is not assured, then the name.
  bool operator<(const Entry& other) const {
    return std::tie(other.severity, other.value, name) <
           std::tie(severity, value, other.name);
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
        const auto rule =
            domain::ParseRule(domain::TextOf(Cell(row, AlertColumn::kRule)));
        const auto severity = domain::ParseSeverity(
            domain::TextOf(Cell(row, AlertColumn::kSeverity)));
        if (!rule || !severity) {
          return absl::DataLossError("an alert's rule cannot be read");
        }
        const domain::AlertKey key{
            *rule, domain::TextOf(Cell(row, AlertColumn::kSubject))};
        entries.push_back({static_cast<int>(*severity),
                           domain::NumberOf(Cell(row, AlertColumn::kValue)),
                           AlertName(key), KeyOf(key)});
        return absl::OkStatus();
      }));
  std::sort(entries.begin(), entries.end());
  return entries;
}

// Pages are numbered by how many alerts came before.
absl::StatusOr<std::size_t> Offset(const rpc::PageCursor& cursor) {
  std::size_t offset = 0;
  if (cursor.after.empty()) return offset;
  if (!absl::SimpleAtoi(cursor.after, &offset)) return rpc::BadPageToken();
  return offset;
}

// One page of [0, n) from the cursor on; sets the next token.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
};

template <typename Request, typename Response>
absl::StatusOr<Page> PageOf(const AlertSources& sources,
                            const rpc::RequestContext& call,
                            const Request& request,
                            const rpc::PageCursor& cursor, std::int64_t seq,
                            std::size_t n, Response* response) {
  Page page;
  QJ_ASSIGN_OR_RETURN(const std::size_t offset, Offset(cursor));
  QJ_ASSIGN_OR_RETURN(const int size,
                      rpc::PageSize(request.page_size(), rpc::kDefaultPageSize,
                                    rpc::kMaxPageSize));
  page.begin = std::min(offset, n);
  page.end = std::min(n, page.begin + static_cast<std::size_t>(size));
  if (page.end < n) {
    response->set_next_page_token(sources.page_tokens.Make(
        request, call.principal().id, {absl::StrCat(page.end), seq}));
  }
  return page;
}

}  // namespace

absl::Status GetAlert(const AlertSources& sources,
                      const rpc::RequestContext& call, const View& view,
                      const v1::GetAlertRequest& request, v1::Alert* response) {
  QJ_ASSIGN_OR_RETURN(const domain::AlertKey key,
                      ParseAlertName(request.name()));
  if (!view.point) return rpc::NotFound(request.name());
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const std::vector<store::Stored> stored,
                        VersionsUpTo(reader, key, view.point->seq));
    if (stored.empty()) return rpc::NotFound(request.name());
    std::vector<AlertVersionOf> versions;
    for (const store::Stored& version : stored) {
      QJ_ASSIGN_OR_RETURN(versions.emplace_back(), ToVersion(version));
    }
    *response = ToProto(versions.back(), *view.point, call.clock().Now());
    for (v1::AlertEvent& event : EventsOf(versions, sources.log)) {
      *response->add_events() = std::move(event);
    }
    return SetTime(reader, versions.back().seq,
                   response->mutable_update_time());
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
  std::optional<EvaluationPoint> point = view.point;
  if (cursor.seq >= 0) point = sources.log.OfChange(cursor.seq);
  response->set_stale(view.stale);
  if (!point) return rpc::PageSize(request.page_size(), 1, 1).status();
  response->set_read_seq(point->registry_seq);
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->clear_alerts();
    QJ_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                        Select(reader, filter, point->seq));
    response->set_total_count(static_cast<std::int32_t>(entries.size()));
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources, call, request, cursor, point->seq,
                               entries.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                          reader.Get(AlertTable(), entries[i].key,
                                     AccessScope::All(), point->seq));
      if (!stored) return absl::DataLossError("an alert cannot be read again");
      QJ_ASSIGN_OR_RETURN(const AlertVersionOf version, ToVersion(*stored));
      v1::Alert* alert = response->add_alerts();
      *alert = ToProto(version, *point, call.clock().Now());
      QJ_RETURN_IF_ERROR(
          SetTime(reader, version.seq, alert->mutable_update_time()));
    }
    QJ_ASSIGN_OR_RETURN(const store::Change change,
                        reader.ChangeAt(point->seq));
    *response->mutable_evaluation() =
        ToProto(*point, change.time, sources.rules);
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
  const std::optional<EvaluationPoint> newest =
      cursor.seq >= 0 ? sources.log.OfChange(cursor.seq) : sources.log.Newest();
  if (!newest) return rpc::NotFound(request.name());
  response->set_read_seq(newest->registry_seq);
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->clear_versions();
    QJ_ASSIGN_OR_RETURN(std::vector<store::Stored> versions,
                        VersionsUpTo(reader, key, newest->seq));
    if (versions.empty()) return rpc::NotFound(request.name());
    std::reverse(versions.begin(), versions.end());
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(sources, call, request, cursor, newest->seq,
                               versions.size(), response));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      const store::Stored& stored = versions[i];
      QJ_ASSIGN_OR_RETURN(const AlertVersionOf version, ToVersion(stored));
      const std::int64_t until = i == 0 ? 0 : versions[i - 1].seq_from;
      // A version was last seen by the evaluation before the one that ended it.
      const EvaluationPoint last =
          until == 0 ? *newest
                     : sources.log.OfChange(until - 1).value_or(*newest);
      v1::AlertVersion* out = response->add_versions();
      *out->mutable_resource() = ToProto(version, last, call.clock().Now());
      out->set_seq_from(version.seq);
      out->set_seq_to(until);
      QJ_RETURN_IF_ERROR(
          SetTime(reader, version.seq, out->mutable_start_time()));
      *out->mutable_resource()->mutable_update_time() = out->start_time();
      if (until != 0) {
        QJ_RETURN_IF_ERROR(SetTime(reader, until, out->mutable_end_time()));
      }
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
    *response = ToProto(*view.point, change.time, sources.rules);
    return absl::OkStatus();
  });
}

}  // namespace qiangji::bottleneck
