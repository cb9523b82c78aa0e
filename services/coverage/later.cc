#include "services/coverage/later.h"

#include "qiangji/coverage/v1/release_service.grpc.pb.h"
#include "qiangji/coverage/v1/report_service.grpc.pb.h"
#include "services/rpc/errors.h"
#include "services/rpc/stream.h"

namespace qiangji::coverage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using grpc::ServerWriteReactor;

#define QJ_LATER_RPC(owner, name, request_type, response_type)             \
  ServerUnaryReactor* name(CallbackServerContext* context,                 \
                           const request_type* request, response_type*)    \
      override {                                                           \
    return rpc::NotInThisBuild({.runtime = &runtime_,                      \
                                .service = v1::owner::service_full_name(), \
                                .method = #name},                          \
                               context, *request);                         \
  }

// A server stream that only says so.
template <typename Part>
ServerWriteReactor<Part>* LaterStream(
    const rpc::StreamSite& site, CallbackServerContext* context,
    const google::protobuf::Message& request) {
  return rpc::ServerStream<Part>(
      site, context, request,
      [method = site.method](rpc::RequestContext&, rpc::Writer<Part>&)
          -> absl::StatusOr<rpc::Next> { return rpc::NotInThisBuild(method); });
}

class LaterReports final : public v1::ReportService::CallbackService {
 public:
  explicit LaterReports(rpc::Runtime& runtime) : runtime_(runtime) {}

  QJ_LATER_RPC(ReportService, CreateReport, v1::CreateReportRequest,
               google::longrunning::Operation)
  QJ_LATER_RPC(ReportService, GetReport, v1::GetReportRequest, v1::Report)
  QJ_LATER_RPC(ReportService, ListReports, v1::ListReportsRequest,
               v1::ListReportsResponse)
  QJ_LATER_RPC(ReportService, VerifyReport, v1::VerifyReportRequest,
               v1::VerifyReportResponse)
  QJ_LATER_RPC(ReportService, CompareReports, v1::CompareReportsRequest,
               v1::CompareReportsResponse)

  ServerWriteReactor<v1::RenderReportResponse>* RenderReport(
      CallbackServerContext* context,
      const v1::RenderReportRequest* request) override {
    return LaterStream<v1::RenderReportResponse>(Site("RenderReport"), context,
                                                 *request);
  }
  ServerWriteReactor<v1::BundleReportResponse>* BundleReport(
      CallbackServerContext* context,
      const v1::BundleReportRequest* request) override {
    return LaterStream<v1::BundleReportResponse>(Site("BundleReport"), context,
                                                 *request);
  }

 private:
  rpc::StreamSite Site(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::ReportService::service_full_name(),
            .method = method};
  }
  rpc::Runtime& runtime_;
};

class LaterReleases final : public v1::ReleaseService::CallbackService {
 public:
  explicit LaterReleases(rpc::Runtime& runtime) : runtime_(runtime) {}

  QJ_LATER_RPC(ReleaseService, CreateRelease, v1::CreateReleaseRequest,
               v1::Release)
  QJ_LATER_RPC(ReleaseService, GetRelease, v1::GetReleaseRequest, v1::Release)
  QJ_LATER_RPC(ReleaseService, ListReleases, v1::ListReleasesRequest,
               v1::ListReleasesResponse)

 private:
  rpc::Runtime& runtime_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<LaterReports>(runtime));
  services.push_back(std::make_unique<LaterReleases>(runtime));
  return services;
}

}  // namespace qiangji::coverage
