#include "services/registry/identity_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "qiangji/registry/v1/identity_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/domain/duplicates.h"
#include "services/registry/fold.h"
#include "services/registry/merge.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"
#include "services/writes/write_call.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;
using domain::TableId;
using rpc::RequestContext;

constexpr double kDefaultScore = 0.5;
constexpr int kDefaultPairs = 1000;
constexpr int kMostPairs = 10000;

// An item or an organization by its name.
struct Subject {
  TableId table;
  std::string id;
};

absl::StatusOr<Subject> SubjectOf(const std::string& name, const char* field) {
  for (const TableId table : {TableId::kItems, TableId::kOrganizations}) {
    const absl::StatusOr<domain::Key> key =
        ResourceTypeOf(table).ParseName(name);
    if (key.ok()) return Subject{table, domain::TextOf((*key)[0])};
  }
  return rpc::InvalidField(field,
                           absl::StrCat(domain::Quoted(name),
                                        " is neither; accepted: items/{item} "
                                        "or organizations/{organization}"));
}

template <typename Rows, typename Out>
void FillCounts(const Rows& rows, Out* out) {
  for (const auto& [table, count] : rows) {
    v1::TableCount* to = out->Add();
    to->set_table(std::string(domain::FindTable(table)->name));
    to->set_row_count(count);
  }
}

// The rows that a change wrote, by table: a replay answers as the first call.
absl::StatusOr<TableRows> RowsOf(store::Store& store, store::Seq seq) {
  TableRows rows;
  QJ_RETURN_IF_ERROR(store.Read([&](store::Reader& reader) -> absl::Status {
    rows.clear();
    QJ_ASSIGN_OR_RETURN(const auto counts, reader.ChangedCounts(seq));
    for (const store::TableCount& count : counts) {
      rows[count.table] = static_cast<int>(count.rows);
    }
    return absl::OkStatus();
  }));
  return rows;
}

absl::Status Merge(RequestContext& call, store::Store& store,
                   const v1::MergeResourcesRequest& request,
                   v1::MergeResourcesResponse* response) {
  QJ_ASSIGN_OR_RETURN(const Subject kept,
                      SubjectOf(request.kept_name(), "kept_name"));
  QJ_ASSIGN_OR_RETURN(const Subject merged,
                      SubjectOf(request.merged_name(), "merged_name"));
  if (kept.table != merged.table) {
    return rpc::InvalidField(
        "merged_name",
        "is of another collection; accepted: two items or two organizations");
  }
  TableRows rows;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(call, store, request,
                        [&](store::Transaction& transaction,
                            std::vector<std::string>&) -> absl::Status {
                          QJ_ASSIGN_OR_RETURN(
                              rows, MergeRows(transaction, kept.table, kept.id,
                                              merged.id));
                          return absl::OkStatus();
                        }));
  if (commit.seq > 0) {
    QJ_ASSIGN_OR_RETURN(rows, RowsOf(store, commit.seq));
    ToProto(commit.time, response->mutable_time());
  }
  v1::Merge* merge = response->mutable_merge();
  merge->set_name(
      ResourceTypeOf(TableId::kMerges)
          .Name({std::string(MergedKindOf(merged.table)), merged.id}));
  merge->set_kind(merged.table == TableId::kItems
                      ? v1::MERGED_KIND_ITEM
                      : v1::MERGED_KIND_ORGANIZATION);
  merge->set_merged_id(merged.id);
  merge->set_kept_id(kept.id);
  FillCounts(rows, response->mutable_tables());
  response->set_seq(commit.seq);
  return absl::OkStatus();
}

absl::Status Undo(RequestContext& call, store::Store& store,
                  const v1::UndoMergeRequest& request,
                  v1::UndoMergeResponse* response) {
  QJ_ASSIGN_OR_RETURN(const Subject merged,
                      SubjectOf(request.merged_name(), "merged_name"));
  TableRows rows;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(call, store, request,
                        [&](store::Transaction& transaction,
                            std::vector<std::string>&) -> absl::Status {
                          QJ_ASSIGN_OR_RETURN(
                              rows, UndoMergeRows(transaction, merged.table,
                                                  merged.id));
                          return absl::OkStatus();
                        }));
  if (commit.seq > 0) {
    QJ_ASSIGN_OR_RETURN(rows, RowsOf(store, commit.seq));
    ToProto(commit.time, response->mutable_time());
  }
  FillCounts(rows, response->mutable_tables());
  response->set_seq(commit.seq);
  return absl::OkStatus();
}

class DuplicateSearch {
 public:
  DuplicateSearch(TableId table, const store::AccessScope& scope)
      : table_(*domain::FindTable(table)), scope_(scope) {}

  absl::Status Read(store::Reader& reader, store::Seq at) {
    store::ScanOptions options;
    options.at = at;
    return reader.Scan(table_, options, scope_,
                       [&](const store::Stored& stored, absl::string_view) {
                         Add(stored.row);
                         return absl::OkStatus();
                       });
  }

  void Find(double minimum, std::vector<v1::Duplicate>* out) const {
    for (const domain::DuplicatePair& pair :
         domain::FindDuplicates(candidates_, minimum)) {
      v1::Duplicate& duplicate = out->emplace_back();
      duplicate.set_name(NameOf(pair.first));
      duplicate.set_other_name(NameOf(pair.second));
      duplicate.set_name_zh(names_zh_[pair.first]);
      duplicate.set_other_name_zh(names_zh_[pair.second]);
      duplicate.set_score(pair.score);
      for (const domain::DuplicateReason reason : pair.reasons) {
        // The contract's reasons are the domain's, after the unspecified zero.
        duplicate.add_reasons(
            static_cast<v1::DuplicateReason>(static_cast<int>(reason) + 1));
      }
    }
  }

 private:
  const std::string& Text(const domain::Row& row,
                          absl::string_view column) const {
    static const auto* const none = new std::string;
    const int at = table_.Find(column);
    return at < 0 ? *none : domain::TextOf(row[static_cast<std::size_t>(at)]);
  }

  void Add(const domain::Row& row) {
    domain::DuplicateCandidate candidate;
    candidate.id = domain::TextOf(row[0]);
    std::vector<std::string> names =
        absl::StrSplit(Text(row, "aliases"), ';', absl::SkipEmpty());
    names.push_back(Text(row, "name_zh"));
    names.push_back(Text(row, "name_en"));
    for (const std::string& name : names) {
      if (!name.empty()) candidate.names.push_back(FoldName(name));
    }
    candidate.uscc = Text(row, "uscc");
    candidate.lei = Text(row, "lei");
    candidate.parent =
        Text(row, table_.id == TableId::kItems ? "parent_item_id"
                                               : "parent_organization_id");
    candidates_.push_back(std::move(candidate));
    names_zh_.push_back(Text(row, "name_zh"));
  }

  std::string NameOf(std::size_t k) const {
    return ResourceTypeOf(table_.id).Name({candidates_[k].id});
  }

  const domain::TableSchema& table_;
  const store::AccessScope scope_;
  std::vector<domain::DuplicateCandidate> candidates_;
  std::vector<std::string> names_zh_;
};

absl::Status CheckSearch(const v1::FindDuplicatesRequest& request) {
  rpc::Violations wrong;
  if (!v1::MergedKind_IsValid(request.kind())) {
    wrong.Add("kind", "is no kind; accepted: ITEM or ORGANIZATION");
  }
  if (!(request.minimum_score() >= 0 && request.minimum_score() <= 1)) {
    wrong.Add("minimum_score", "accepted: 0 to 1");
  }
  if (request.limit() < 0 || request.limit() > kMostPairs) {
    wrong.Add("limit", absl::StrCat("accepted: 0 to ", kMostPairs));
  }
  return wrong.ToStatus();
}

absl::Status FindPairs(RequestContext& call, store::Store& store,
                       const v1::FindDuplicatesRequest& request,
                       v1::FindDuplicatesResponse* response) {
  QJ_RETURN_IF_ERROR(CheckSearch(request));
  const double minimum =
      request.minimum_score() > 0 ? request.minimum_score() : kDefaultScore;
  const auto limit = static_cast<std::size_t>(
      request.limit() == 0 ? kDefaultPairs : request.limit());
  std::vector<v1::Duplicate> found;
  const absl::Status read =
      store.Read([&](store::Reader& reader) -> absl::Status {
        found.clear();
        QJ_ASSIGN_OR_RETURN(const ReadState state,
                            ResolveReadState(reader, request));
        response->set_read_seq(state.change.seq);
        for (const TableId table : {TableId::kItems, TableId::kOrganizations}) {
          const bool items = table == TableId::kItems;
          if (request.kind() != v1::MERGED_KIND_UNSPECIFIED &&
              (request.kind() == v1::MERGED_KIND_ITEM) != items) {
            continue;
          }
          DuplicateSearch search(table, ScopeOf(call.principal()));
          QJ_RETURN_IF_ERROR(search.Read(reader, state.at));
          QJ_RETURN_IF_ERROR(call.Check());
          search.Find(minimum, &found);
        }
        return absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(read);
  std::stable_sort(found.begin(), found.end(),
                   [](const v1::Duplicate& a, const v1::Duplicate& b) {
                     return a.score() > b.score();
                   });
  response->set_truncated(found.size() > limit);
  if (found.size() > limit) found.resize(limit);
  for (v1::Duplicate& duplicate : found) {
    *response->add_duplicates() = std::move(duplicate);
  }
  return absl::OkStatus();
}

class IdentityService final : public v1::IdentityService::CallbackService {
 public:
  IdentityService(rpc::Runtime& runtime, store::Store& store)
      : runtime_(runtime),
        store_(store),
        merges_(ResourceTypeOf(TableId::kMerges), store) {}

  grpc::ServerUnaryReactor* MergeResources(
      grpc::CallbackServerContext* context,
      const v1::MergeResourcesRequest* request,
      v1::MergeResourcesResponse* response) override {
    return Start(__func__, context, request, response, rpc::PoolKind::kWrite,
                 Merge);
  }
  grpc::ServerUnaryReactor* UndoMerge(
      grpc::CallbackServerContext* context, const v1::UndoMergeRequest* request,
      v1::UndoMergeResponse* response) override {
    return Start(__func__, context, request, response, rpc::PoolKind::kWrite,
                 Undo);
  }
  grpc::ServerUnaryReactor* ListMerges(
      grpc::CallbackServerContext* context,
      const v1::ListMergesRequest* request,
      v1::ListMergesResponse* response) override {
    return StartMethod(runtime_, v1::IdentityService::service_full_name(),
                       __func__, context, request, response,
                       rpc::PoolKind::kRead, merges_, &ResourceMethods::List);
  }
  grpc::ServerUnaryReactor* FindDuplicates(
      grpc::CallbackServerContext* context,
      const v1::FindDuplicatesRequest* request,
      v1::FindDuplicatesResponse* response) override {
    return Start(__func__, context, request, response, rpc::PoolKind::kRead,
                 FindPairs);
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Start(
      const char* method, grpc::CallbackServerContext* context,
      const Request* request, Response* response, rpc::PoolKind pool,
      absl::Status (*body)(RequestContext&, store::Store&, const Request&,
                           Response*)) {
    return rpc::Unary(
        {&runtime_, v1::IdentityService::service_full_name(), method}, context,
        request, response, pool,
        [this, body](RequestContext& call, const Request& asked,
                     Response* out) { return body(call, store_, asked, out); });
  }

  rpc::Runtime& runtime_;
  store::Store& store_;
  ResourceMethods merges_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewIdentityService(rpc::Runtime& runtime,
                                                  store::Store& store) {
  return std::make_unique<IdentityService>(runtime, store);
}

}  // namespace qiangji::registry
