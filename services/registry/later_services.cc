// Services whose tables come with later issues (resource_services.h).
#include "qiangji/registry/v1/bom_service.grpc.pb.h"
#include "qiangji/registry/v1/capacity_service.grpc.pb.h"
#include "qiangji/registry/v1/chain_service.grpc.pb.h"
#include "qiangji/registry/v1/membership_service.grpc.pb.h"
#include "qiangji/registry/v1/need_service.grpc.pb.h"
#include "qiangji/registry/v1/offer_service.grpc.pb.h"
#include "qiangji/registry/v1/round_service.grpc.pb.h"
#include "qiangji/registry/v1/standard_service.grpc.pb.h"
#include "qiangji/registry/v1/test_result_service.grpc.pb.h"
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
QJ_LATER_SERVICE(CapacityService, Capacity, Capacities)
QJ_LATER_SERVICE(ChainService, ChainItem, ChainItems)
QJ_LATER_SERVICE(MembershipService, Membership, Memberships)
QJ_LATER_SERVICE(NeedService, Need, Needs)
QJ_LATER_SERVICE(OfferService, Offer, Offers)
QJ_LATER_SERVICE(RoundService, Round, Rounds)
QJ_LATER_SERVICE(StandardService, Standard, Standards)
QJ_LATER_SERVICE(TestResultService, TestResult, TestResults)

#undef QJ_LATER_SERVICE
#undef QJ_LATER

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<BomService>(runtime));
  services.push_back(std::make_unique<CapacityService>(runtime));
  services.push_back(std::make_unique<ChainService>(runtime));
  services.push_back(std::make_unique<MembershipService>(runtime));
  services.push_back(std::make_unique<NeedService>(runtime));
  services.push_back(std::make_unique<OfferService>(runtime));
  services.push_back(std::make_unique<RoundService>(runtime));
  services.push_back(std::make_unique<StandardService>(runtime));
  services.push_back(std::make_unique<TestResultService>(runtime));
  return services;
}

}  // namespace qiangji::registry
