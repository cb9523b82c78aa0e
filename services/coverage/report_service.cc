#include "services/coverage/report_service.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "qiangji/coverage/v1/report_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/coverage/file_stream.h"
#include "services/coverage/report_answers.h"
#include "services/coverage/report_bundle.h"
#include "services/coverage/report_check.h"
#include "services/coverage/report_content.h"
#include "services/report/canonical_json.h"
#include "services/report/render.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::coverage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using grpc::ServerWriteReactor;

constexpr std::size_t kMostDocumentBytes = 1'000'000;

// A check under way: what is kept, and what has been found.
struct Check {
  std::string content;  // canonical JSON, kept or brought
  std::string digest;   // of a document that was not brought whole
  v1::Report report;    // the same, read
};

class ReportServiceImpl final : public v1::ReportService::CallbackService {
 public:
  ReportServiceImpl(store::Store& store,
                    std::shared_ptr<grpc::Channel> registry, Engine engine,
                    rpc::Runtime& runtime)
      : store_(store),
        registry_(std::move(registry)),
        engine_(engine),
        runtime_(runtime) {}

  ServerUnaryReactor* CreateReport(
      CallbackServerContext* context, const v1::CreateReportRequest* request,
      google::longrunning::Operation* response) override {
    return rpc::Unary(
        Site("CreateReport", rpc::kLongDeadline), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::CreateReportRequest& q,
               google::longrunning::Operation* a, const rpc::Done& done) {
          const absl::Status valid = ValidateCreate(q);
          if (!valid.ok()) return done(valid);
          Compute(call, q.report(), done,
                  [this, &call, &q, a, done](const v1::Report& computed) {
                    // The write waits for the writer: not on this pool.
                    call.Resume(rpc::PoolKind::kWrite, [this, &call, &q, a,
                                                        done, computed] {
                      done(KeepReport(store_, call, q, computed, a));
                    });
                  });
        });
  }

  ServerUnaryReactor* GetReport(CallbackServerContext* context,
                                const v1::GetReportRequest* request,
                                v1::Report* response) override {
    return Read("GetReport", context, request, response,
                [this](rpc::RequestContext&, const v1::GetReportRequest& q,
                       v1::Report* a) {
                  return coverage::GetReport(store_, q.name(), a);
                });
  }

  ServerUnaryReactor* ListReports(CallbackServerContext* context,
                                  const v1::ListReportsRequest* request,
                                  v1::ListReportsResponse* response) override {
    return Read(
        "ListReports", context, request, response,
        [this](rpc::RequestContext& call, const v1::ListReportsRequest& q,
               v1::ListReportsResponse* a) {
          return coverage::ListReports(store_, runtime_.page_tokens(), call, q,
                                       a);
        });
  }

  ServerUnaryReactor* CompareReports(
      CallbackServerContext* context, const v1::CompareReportsRequest* request,
      v1::CompareReportsResponse* response) override {
    return Read("CompareReports", context, request, response,
                [this](rpc::RequestContext&, const v1::CompareReportsRequest& q,
                       v1::CompareReportsResponse* a) {
                  return coverage::CompareReports(store_, q, a);
                });
  }

  ServerUnaryReactor* VerifyReport(
      CallbackServerContext* context, const v1::VerifyReportRequest* request,
      v1::VerifyReportResponse* response) override {
    return rpc::Unary(
        Site("VerifyReport", rpc::kLongDeadline), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::VerifyReportRequest& q,
               v1::VerifyReportResponse* a, const rpc::Done& done) {
          absl::StatusOr<std::optional<Check>> check = Begin(call, q, a);
          if (!check.ok()) return done(check.status());
          if (!*check) return done(absl::OkStatus());
          const auto kept = std::make_shared<const Check>(**std::move(check));
          Compute(call, kept->report, done,
                  [a, done, kept](const v1::Report& computed) {
                    if (kept->digest.empty()) {
                      CheckComputed(kept->content, computed, a);
                    } else {
                      CheckDigest(kept->digest, computed, a);
                    }
                    a->set_valid(a->findings().empty());
                    a->set_read_seq(computed.context().read_seq());
                    done(absl::OkStatus());
                  });
        });
  }

  ServerWriteReactor<v1::RenderReportResponse>* RenderReport(
      CallbackServerContext* context,
      const v1::RenderReportRequest* request) override {
    return File<v1::RenderReportResponse>(
        "RenderReport", context, *request,
        [this, q = *request](rpc::RequestContext& call) {
          return PrepareRender(call, q);
        });
  }

  ServerWriteReactor<v1::BundleReportResponse>* BundleReport(
      CallbackServerContext* context,
      const v1::BundleReportRequest* request) override {
    auto bundle = std::make_shared<BundleStream>(store_, registry_,
                                                 engine_.searches, *request);
    return rpc::ServerStream<v1::BundleReportResponse>(
        StreamSite("BundleReport"), context, *request,
        [bundle](rpc::RequestContext& call,
                 rpc::Writer<v1::BundleReportResponse>& out) {
          return bundle->Slice(call, out);
        });
  }

 private:
  rpc::CallSite Site(const char* method,
                     absl::Duration most = rpc::kDefaultDeadline) {
    return {.runtime = &runtime_,
            .service = v1::ReportService::service_full_name(),
            .method = method,
            .max_deadline = most};
  }
  rpc::StreamSite StreamSite(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::ReportService::service_full_name(),
            .method = method,
            .pool = rpc::PoolKind::kRead,
            .max_deadline = rpc::kLongDeadline};
  }

  template <typename Request, typename Response, typename Answer>
  ServerUnaryReactor* Read(const char* method, CallbackServerContext* context,
                           const Request* request, Response* response,
                           Answer answer) {
    return rpc::Unary(Site(method), context, request, response,
                      rpc::PoolKind::kRead,
                      [answer](rpc::RequestContext& call, const Request& q,
                               Response* a) -> absl::Status {
                        QJ_RETURN_IF_ERROR(MayRead(call));
                        return answer(call, q, a);
                      });
  }

  // Waits for the picture without a thread, computes on the pool of searches
  // and hands over the content; or ends the call.
  void Compute(rpc::RequestContext& call, const v1::Report& asked,
               const rpc::Done& done,
               std::function<void(const v1::Report&)> then) {
    engine_.pictures.Acquire(
        call, asked.options(),
        [this, &call, &asked, done,
         then = std::move(then)](absl::StatusOr<Picture> picture) {
          if (!picture.ok()) return done(picture.status());
          const bool posted = engine_.searches.TryPost(
              [this, &call, &asked, done, then, picture = *std::move(picture)] {
                const absl::Status alive = call.Check();
                if (!alive.ok()) return done(alive);
                const auto stop = engine_.stops.Of(call);
                const auto computed = ComputeReport(asked, picture, stop.get());
                if (!computed.ok()) {
                  return done(OfStopped(call, computed.status()));
                }
                then(*computed);
              });
          if (!posted) done(rpc::QueueFull(engine_.searches.name()));
        });
  }

  // What is to be computed again; nullopt where the answer is there already.
  absl::StatusOr<std::optional<Check>> Begin(const rpc::RequestContext& call,
                                             const v1::VerifyReportRequest& q,
                                             v1::VerifyReportResponse* a) {
    QJ_RETURN_IF_ERROR(MayRead(call));
    if (q.name().empty() == q.document().empty()) {
      return rpc::InvalidField("name", "give a name or a document");
    }
    Check check;
    if (!q.document().empty()) {
      if (q.document().size() > kMostDocumentBytes) {
        return rpc::InvalidField("document", "must be at most 1000000 bytes");
      }
      check.content = q.document();
      check.digest = q.document_digest();
      const absl::Status read = report::ParseJson(check.content, &check.report);
      if (!read.ok()) return rpc::InvalidField("document", read.message());
    } else {
      QJ_ASSIGN_OR_RETURN(KeptReport kept, FindReport(store_, q.name()));
      absl::StatusOr<v1::Report> content = CheckKept(kept, a);
      if (!content.ok()) return std::optional<Check>();  // says why
      check.report = *std::move(content);
      check.content = std::move(kept.content);
    }
    const absl::Status valid = ValidateReport(check.report, "");
    if (!valid.ok()) {
      if (!q.document().empty()) return valid;
      a->add_findings(absl::StrCat("content: ", std::string(valid.message())));
      return std::optional<Check>();
    }
    return check;
  }

  using Render = FileStream<v1::RenderReportResponse>;
  absl::StatusOr<Render::Make> PrepareRender(rpc::RequestContext& call,
                                             const v1::RenderReportRequest& q) {
    QJ_RETURN_IF_ERROR(MayRead(call));
    if (!v1::ReportFormat_IsValid(q.format())) {
      return rpc::InvalidField("format", "must be a format of reports");
    }
    QJ_ASSIGN_OR_RETURN(KeptReport kept, FindReport(store_, q.name()));
    QJ_ASSIGN_OR_RETURN(v1::Report content, ReadContent(kept));
    return [q, kept = std::move(kept),
            content = std::move(content)]() -> absl::StatusOr<MadeFile> {
      QJ_ASSIGN_OR_RETURN(std::string bytes,
                          report::Render(content, q.format(), q.language()));
      return MadeFile{
          absl::StrCat(kept.head.report_id(), ".",
                       std::string(report::ExtensionOf(q.format()))),
          std::move(bytes)};
    };
  }

  template <typename Part, typename Request>
  ServerWriteReactor<Part>* File(const char* method,
                                 CallbackServerContext* context,
                                 const Request& request,
                                 typename FileStream<Part>::Prepare prepare) {
    auto file = std::make_shared<FileStream<Part>>(engine_.searches,
                                                   std::move(prepare));
    return rpc::ServerStream<Part>(
        StreamSite(method), context, request,
        [file](rpc::RequestContext& call, rpc::Writer<Part>& out) {
          return file->Slice(call, out);
        });
  }

  store::Store& store_;
  const std::shared_ptr<grpc::Channel> registry_;
  Engine engine_;
  rpc::Runtime& runtime_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewReportService(
    store::Store& store, std::shared_ptr<grpc::Channel> registry, Engine engine,
    rpc::Runtime& runtime) {
  return std::make_unique<ReportServiceImpl>(store, std::move(registry), engine,
                                             runtime);
}

}  // namespace qiangji::coverage
