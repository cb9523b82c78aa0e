// Get and lists of FlagService (flag_handlers.h).
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_page.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/flag_handlers.h"
#include "services/bottleneck/flag_view.h"
#include "services/rpc/filter.h"

namespace qiangji::bottleneck {
namespace {

using rpc::FilterTerm;
using rpc::OrderTerm;
using store::AccessScope;

// A page ends early where its texts are long: an answer has a limit.
constexpr std::size_t kMostPageBytes = 1 << 20;

// "contested" of FLAG_STATE_CONTESTED.
std::string StateCode(const domain::Flag& flag) {
  if (flag.status == domain::FlagStatus::kOpen && flag.contests > 0) {
    return "contested";
  }
  return std::string(domain::FlagStatusName(flag.status));
}

absl::StatusOr<bool> Matches(const StoredFlag& stored, const FilterTerm& term) {
  const domain::Flag& flag = stored.flag;
  if (term.column == "flag_id") return flag.id == term.value;
  if (term.column == "item_id") return flag.item_id == term.value;
  if (term.column == "alliance_id") return flag.alliance_id == term.value;
  if (term.column == "state") return StateCode(flag) == term.value;
  if (term.column == "severity") {
    return domain::SeverityName(flag.severity) == term.value;
  }
  if (term.column == "overdue") {
    return term.value == (flag.overdue ? "true" : "false");
  }
  if (term.column == "sector") {
    return std::find(stored.sectors.begin(), stored.sectors.end(),
                     term.value) != stored.sectors.end();
  }
  return rpc::InvalidField(
      "filter", absl::StrCat("no column \"", term.column,
                             "\"; flag_id, item_id, alliance_id, sector, "
                             "severity, state and overdue are"));
}

// Negative, zero or positive.
absl::StatusOr<int> Compare(const StoredFlag& a, const StoredFlag& b,
                            const std::string& column) {
  const auto compare = [](const auto& x, const auto& y) {
    return x < y ? -1 : (y < x ? 1 : 0);
  };
  if (column == "flag_id") return compare(a.flag.id, b.flag.id);
  if (column == "create_time") return compare(a.create_time, b.create_time);
  if (column == "severity") return compare(a.flag.severity, b.flag.severity);
  if (column == "due") {
    return compare(a.flag.due.value_or(absl::InfiniteFuture()),
                   b.flag.due.value_or(absl::InfiniteFuture()));
  }
  return rpc::InvalidField(
      "order_by", absl::StrCat("no column \"", column,
                               "\"; flag_id, create_time, due and severity "
                               "are"));
}

struct Entry {
  StoredFlag flag;
  store::Stored stored;
};

void Sort(const std::vector<OrderTerm>& order, std::vector<Entry>& entries) {
  // By name they are as they come.
  std::stable_sort(
      entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
        for (const OrderTerm& term : order) {
          const int n = Compare(a.flag, b.flag, term.column).value_or(0);
          if (n != 0) return term.descending ? n > 0 : n < 0;
        }
        return false;
      });
}

absl::StatusOr<std::vector<Entry>> Select(
    store::Reader& reader, store::Seq at,
    const std::vector<FilterTerm>& terms) {
  std::vector<Entry> entries;
  store::ScanOptions options;
  options.at = at;
  for (const FilterTerm& term : terms) {
    if (term.column != "item_id" && term.column != "alliance_id") continue;
    const int column = FlagTable().Find(term.column);
    options.equals.emplace_back(column, term.value.empty()
                                            ? domain::Value()
                                            : domain::Value(term.value));
  }
  QJ_RETURN_IF_ERROR(reader.Scan(
      FlagTable(), options, AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(StoredFlag flag, FlagFromRow(stored.row));
        for (const FilterTerm& term : terms) {
          QJ_ASSIGN_OR_RETURN(const bool matches, Matches(flag, term));
          if (!matches) return absl::OkStatus();
        }
        entries.push_back({std::move(flag), stored});
        return absl::OkStatus();
      }));
  return entries;
}

}  // namespace

absl::Status GetFlag(const FlagSources& sources, const View& view,
                     const v1::GetFlagRequest& request, v1::Flag* response) {
  QJ_ASSIGN_OR_RETURN(const std::string id, ParseFlagName(request.name()));
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const auto point,
                        PointOf(reader, sources.alerts.log, view));
    if (!point) return rpc::NotFound(request.name());
    QJ_ASSIGN_OR_RETURN(
        const auto stored,
        reader.Get(FlagTable(), {id}, AccessScope::All(), point->read_at()));
    if (!stored) return rpc::NotFound(request.name());
    QJ_RETURN_IF_ERROR(ToProto(reader, *stored, response));
    response->set_read_seq(point->evaluation.registry_seq);
    return AddVoices(reader, point->read_at(), response);
  });
}

absl::Status ListFlags(const FlagSources& sources,
                       const rpc::RequestContext& call, const View& view,
                       const v1::ListFlagsRequest& request,
                       v1::ListFlagsResponse* response) {
  const rpc::PageTokens& tokens = sources.alerts.page_tokens;
  QJ_ASSIGN_OR_RETURN(
      const rpc::PageCursor cursor,
      tokens.Open(request, call.principal().id, request.page_token()));
  QJ_ASSIGN_OR_RETURN(const std::vector<FilterTerm> terms,
                      rpc::ParseEqualities(request.filter()));
  QJ_ASSIGN_OR_RETURN(const std::vector<OrderTerm> order,
                      rpc::ParseOrderBy(request.order_by()));
  // Also where there is nothing to match or sort.
  const StoredFlag none;
  for (const FilterTerm& term : terms) {
    QJ_RETURN_IF_ERROR(Matches(none, term).status());
  }
  for (const OrderTerm& term : order) {
    QJ_RETURN_IF_ERROR(Compare(none, none, term.column).status());
  }
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const auto point,
                        cursor.seq >= 0
                            ? PointOfChange(reader, cursor.seq)
                            : PointOf(reader, sources.alerts.log, view));
    if (!point) return absl::OkStatus();
    response->set_read_seq(point->evaluation.registry_seq);
    QJ_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                        Select(reader, point->read_at(), terms));
    Sort(order, entries);
    QJ_ASSIGN_OR_RETURN(const Page page,
                        PageOf(tokens, call, request, cursor, point->at,
                               entries.size(), response));
    std::size_t bytes = 0;
    for (std::size_t i = page.begin; i < page.end; ++i) {
      v1::Flag* flag = response->add_flags();
      QJ_RETURN_IF_ERROR(ToProto(reader, entries[i].stored, flag));
      bytes += flag->ByteSizeLong();
      if (bytes > kMostPageBytes && i + 1 < entries.size()) {
        response->set_next_page_token(tokens.Make(
            request, call.principal().id, {absl::StrCat(i + 1), point->at}));
        break;
      }
    }
    return absl::OkStatus();
  });
}

absl::Status ListFlagHistory(const FlagSources& sources,
                             const rpc::RequestContext& call,
                             const v1::ListFlagHistoryRequest& request,
                             v1::ListFlagHistoryResponse* response) {
  const rpc::PageTokens& tokens = sources.alerts.page_tokens;
  QJ_ASSIGN_OR_RETURN(const std::string id, ParseFlagName(request.name()));
  QJ_ASSIGN_OR_RETURN(
      const rpc::PageCursor cursor,
      tokens.Open(request, call.principal().id, request.page_token()));
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    response->set_read_seq(sources.alerts.log.evaluated());
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    const store::Seq at = cursor.seq >= 0 ? cursor.seq : head.seq;
    QJ_ASSIGN_OR_RETURN(std::vector<store::Stored> versions,
                        reader.History(FlagTable(), {id}, AccessScope::All()));
    versions.erase(std::remove_if(versions.begin(), versions.end(),
                                  [at](const store::Stored& version) {
                                    return version.seq_from > at;
                                  }),
                   versions.end());
    if (versions.empty()) return rpc::NotFound(request.name());
    QJ_ASSIGN_OR_RETURN(const Page page, PageOf(tokens, call, request, cursor,
                                                at, versions.size(), response));
    std::size_t bytes = 0;
    for (std::size_t i = page.begin; i < page.end; ++i) {
      QJ_ASSIGN_OR_RETURN(const StoredFlag flag, FlagFromRow(versions[i].row));
      v1::FlagVersion* out = response->add_versions();
      QJ_RETURN_IF_ERROR(ToProto(reader, versions[i], out->mutable_resource()));
      out->set_seq_from(versions[i].seq_from);
      *out->mutable_start_time() = out->resource().update_time();
      out->set_kind(ToProto(flag.happening));
      out->set_caller(flag.actor);
      out->set_organization_id(flag.speaker);
      out->set_comment(flag.comment);
      if (i > 0) {
        out->set_seq_to(versions[i - 1].seq_from);
        QJ_ASSIGN_OR_RETURN(const store::Change ended,
                            reader.ChangeAt(out->seq_to()));
        *out->mutable_end_time() = ToTimestamp(ended.time);
      }
      bytes += out->ByteSizeLong();
      if (bytes > kMostPageBytes && i + 1 < versions.size()) {
        response->set_next_page_token(tokens.Make(request, call.principal().id,
                                                  {absl::StrCat(i + 1), at}));
        break;
      }
    }
    return absl::OkStatus();
  });
}

}  // namespace qiangji::bottleneck
