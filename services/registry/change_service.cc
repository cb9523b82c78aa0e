#include "services/registry/change_service.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/registry/change_stream.h"
#include "services/registry/diff_stream.h"
#include "services/registry/request_fields.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"
#include "services/rpc/unary.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;
using rpc::RequestContext;
using type::v1::FeedFrame;

void AddCount(domain::TableId id, std::int64_t rows, v1::TableCount* out) {
  out->set_table(std::string(domain::FindTable(id)->name));
  out->set_row_count(rows);
}

void ToProto(const store::Change& change,
             absl::Span<const store::TableCount> counts, v1::Change* out) {
  std::int64_t rows = 0;
  for (const store::TableCount& count : counts) {
    AddCount(count.table, count.rows, out->add_tables());
    rows += count.rows;
  }
  out->set_row_count(rows);
  out->set_seq(change.seq);
  if (change.seq > 0) registry::ToProto(change.time, out->mutable_time());
  out->set_caller(change.caller);
  out->set_method(change.method);
  out->set_request_id(change.request_id);
  out->set_digest(change.digest);
  out->set_previous_digest(change.previous);
}

class ChangeService final : public v1::ChangeService::CallbackService {
 public:
  ChangeService(rpc::Runtime& runtime, store::Store& store, rpc::ChangeHub& hub)
      : runtime_(runtime), store_(store), hub_(hub) {}

  grpc::ServerUnaryReactor* GetHead(grpc::CallbackServerContext* context,
                                    const v1::GetHeadRequest* request,
                                    v1::GetHeadResponse* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext&, const v1::GetHeadRequest& asked,
               v1::GetHeadResponse* out) { return Head(asked, out); });
  }

  grpc::ServerUnaryReactor* ListChanges(
      grpc::CallbackServerContext* context,
      const v1::ListChangesRequest* request,
      v1::ListChangesResponse* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext& call, const v1::ListChangesRequest& asked,
               v1::ListChangesResponse* out) {
          return List(call, asked, out);
        });
  }

  grpc::ServerUnaryReactor* VerifyChain(
      grpc::CallbackServerContext* context,
      const v1::VerifyChainRequest* request,
      v1::VerifyChainResponse* response) override {
    rpc::CallSite site = Site(__func__);
    site.max_deadline = rpc::kLongDeadline;
    return rpc::Unary(
        site, context, request, response, rpc::PoolKind::kLong,
        [this](RequestContext&, const v1::VerifyChainRequest& asked,
               v1::VerifyChainResponse* out) { return Verify(asked, out); });
  }

  grpc::ServerWriteReactor<FeedFrame>* WatchChanges(
      grpc::CallbackServerContext* context,
      const v1::WatchChangesRequest* request) override {
    rpc::StreamSite site = StreamSite(__func__);
    site.wake_always = true;
    return rpc::ServerStream<FeedFrame>(
        site, context, *request,
        [stream = std::make_shared<WatchStream>(*request, store_, hub_)](
            RequestContext& call, rpc::Writer<FeedFrame>& out) {
          return stream->Slice(call, out);
        });
  }

  grpc::ServerWriteReactor<v1::DiffResourcesResponse>* DiffResources(
      grpc::CallbackServerContext* context,
      const v1::DiffResourcesRequest* request) override {
    return rpc::ServerStream<v1::DiffResourcesResponse>(
        StreamSite(__func__), context, *request,
        [stream = std::make_shared<DiffStream>(*request, store_)](
            RequestContext& call, rpc::Writer<v1::DiffResourcesResponse>& out) {
          return stream->Slice(call, out);
        });
  }

  grpc::ServerWriteReactor<FeedFrame>* ReadSnapshot(
      grpc::CallbackServerContext* context,
      const v1::ReadSnapshotRequest* request) override {
    return rpc::ServerStream<FeedFrame>(
        StreamSite(__func__), context, *request,
        [stream = std::make_shared<SnapshotStream>(*request, store_)](
            RequestContext& call, rpc::Writer<FeedFrame>& out) {
          return stream->Slice(call, out);
        });
  }

 private:
  rpc::CallSite Site(const char* method) {
    return {&runtime_, v1::ChangeService::service_full_name(), method};
  }
  rpc::StreamSite StreamSite(const char* method) {
    rpc::StreamSite site;
    site.runtime = &runtime_;
    site.service = v1::ChangeService::service_full_name();
    site.method = method;
    return site;
  }

  absl::Status Head(const v1::GetHeadRequest& asked, v1::GetHeadResponse* out) {
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      out->Clear();
      QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
      out->set_seq(head.seq);
      out->set_digest(head.digest);
      if (head.seq > 0) registry::ToProto(head.time, out->mutable_time());
      if (!asked.count_rows()) return absl::OkStatus();
      for (const domain::TableSchema* table : domain::RegistryTables()) {
        QJ_ASSIGN_OR_RETURN(const std::int64_t rows,
                            reader.Count(*table, store::AccessScope::All()));
        AddCount(table->id, rows, out->add_tables());
      }
      return absl::OkStatus();
    });
  }

  absl::Status List(RequestContext& call, const v1::ListChangesRequest& asked,
                    v1::ListChangesResponse* out) {
    QJ_ASSIGN_OR_RETURN(const int size,
                        rpc::PageSize(asked.page_size(), rpc::kDefaultPageSize,
                                      rpc::kMaxPageSize));
    QJ_ASSIGN_OR_RETURN(const rpc::PageCursor start,
                        runtime_.page_tokens().Open(asked, call.principal().id,
                                                    asked.page_token()));
    store::Seq before = 0;
    if (!start.after.empty() && !absl::SimpleAtoi(start.after, &before)) {
      return rpc::BadPageToken();
    }
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      out->Clear();
      QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
      const store::Seq seq = start.seq < 0 ? head.seq : start.seq;
      store::Seq at = before > 0 ? before - 1 : seq;
      if (before == 0 && asked.before_seq() > 0) {
        at = std::min(at, asked.before_seq() - 1);
      }
      for (; at > asked.after_seq() && at > 0; --at) {
        if (out->changes_size() == size) {
          out->set_next_page_token(runtime_.page_tokens().Make(
              asked, call.principal().id, {absl::StrCat(at + 1), seq}));
          break;
        }
        QJ_ASSIGN_OR_RETURN(const store::Change change, reader.ChangeAt(at));
        QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                            reader.ChangedCounts(at));
        ToProto(change, counts, out->add_changes());
      }
      out->set_read_seq(seq);
      return absl::OkStatus();
    });
  }

  absl::Status Verify(const v1::VerifyChainRequest& asked,
                      v1::VerifyChainResponse* out) {
    QJ_ASSIGN_OR_RETURN(const store::Verification found, store_.Verify());
    QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                          reader.ChangedCounts(found.head.seq));
      out->clear_head();
      ToProto(found.head, counts, out->mutable_head());
      return absl::OkStatus();
    }));
    out->set_change_count(found.changes);
    out->set_row_count(found.rows);
    for (const store::Finding& finding : found.findings) {
      v1::VerifyFinding& added = *out->add_findings();
      added.set_seq(finding.seq);
      added.set_where(finding.where);
      added.set_what(finding.what);
    }
    if (asked.expect_seq() == 0) return absl::OkStatus();
    return store_.Read([&](store::Reader& reader) -> absl::Status {
      const absl::StatusOr<store::Change> kept =
          reader.ChangeAt(asked.expect_seq());
      if (!kept.ok() && !absl::IsNotFound(kept.status())) {
        return kept.status();
      }
      if (kept.ok() && kept->digest == asked.expect_digest()) {
        return absl::OkStatus();
      }
      v1::VerifyFinding& added = *out->add_findings();
      added.set_seq(asked.expect_seq());
      added.set_where("chain");
      added.set_what(kept.ok() ? "the digest is not the one that was kept"
                               : "the change that was kept is gone");
      return absl::OkStatus();
    });
  }

  rpc::Runtime& runtime_;
  store::Store& store_;
  rpc::ChangeHub& hub_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewChangeService(rpc::Runtime& runtime,
                                                store::Store& store,
                                                rpc::ChangeHub& hub) {
  return std::make_unique<ChangeService>(runtime, store, hub);
}

}  // namespace qiangji::registry
