// Services whose tables come with later issues (resource_services.h).
#include "qiangji/registry/v1/bom_service.grpc.pb.h"
#include "services/registry/resource_services.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;

#define QJ_LATER(Service, Method, Response)                               \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,  \
                                   const v1::Method##Request* request,    \
                                   Response*) override {                  \
    return rpc::NotInThisBuild(                                           \
        {&runtime_, v1::Service::service_full_name(), __func__}, context, \
        *request);                                                        \
  }

#define QJ_LATER_SERVICE(Service, Resource, Resources)                \
  class Service final : public v1::Service::CallbackService {         \
   public:                                                            \
    explicit Service(rpc::Runtime& runtime) : runtime_(runtime) {}    \
    QJ_LATER(Service, Get##Resource, v1::Resource)                    \
    QJ_LATER(Service, List##Resources, v1::List##Resources##Response) \
    QJ_LATER(Service, Create##Resource, v1::Resource)                 \
    QJ_LATER(Service, Update##Resource, v1::Resource)                 \
    QJ_LATER(Service, Delete##Resource, type::v1::DeleteResponse)     \
    QJ_LATER(Service, List##Resource##History,                        \
             v1::List##Resource##HistoryResponse)                     \
                                                                      \
   private:                                                           \
    rpc::Runtime& runtime_;                                           \
  };

QJ_LATER_SERVICE(BomService, Bom, Boms)

#undef QJ_LATER_SERVICE
#undef QJ_LATER

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<BomService>(runtime));
  return services;
}

}  // namespace qiangji::registry
