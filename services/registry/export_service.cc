#include "services/registry/export_service.h"

#include <utility>

#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "services/registry/document_stream.h"
#include "services/registry/export_stream.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;

class ExportService final : public v1::ExportService::CallbackService {
 public:
  ExportService(rpc::Runtime& runtime, store::Store& store,
                std::string directory)
      : runtime_(runtime), store_(store), directory_(std::move(directory)) {}

  grpc::ServerWriteReactor<v1::ExportResponse>* Export(
      grpc::CallbackServerContext* context,
      const v1::ExportRequest* request) override {
    rpc::StreamSite site;
    site.runtime = &runtime_;
    site.service = v1::ExportService::service_full_name();
    site.method = __func__;
    if (request->format() == v1::EXPORT_FORMAT_XLSX ||
        request->format() == v1::EXPORT_FORMAT_TEMPLATE ||
        request->format() == v1::EXPORT_FORMAT_CYCLONEDX) {
      site.pool = rpc::PoolKind::kLong;
      return rpc::ServerStream<v1::ExportResponse>(
          site, context, *request,
          [stream =
               std::make_shared<DocumentStream>(*request, store_, directory_)](
              rpc::RequestContext& call, rpc::Writer<v1::ExportResponse>& out) {
            return stream->Slice(call, out);
          });
    }
    return rpc::ServerStream<v1::ExportResponse>(
        site, context, *request,
        [stream = std::make_shared<ExportStream>(*request, store_)](
            rpc::RequestContext& call, rpc::Writer<v1::ExportResponse>& out) {
          return stream->Slice(call, out);
        });
  }

 private:
  rpc::Runtime& runtime_;
  store::Store& store_;
  const std::string directory_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewExportService(rpc::Runtime& runtime,
                                                store::Store& store,
                                                std::string directory) {
  return std::make_unique<ExportService>(runtime, store, std::move(directory));
}

}  // namespace qiangji::registry
