#include "services/registry/resource_services.h"

#include "qiangji/registry/v1/capacity_service.grpc.pb.h"
#include "qiangji/registry/v1/chain_service.grpc.pb.h"
#include "qiangji/registry/v1/country_risk_service.grpc.pb.h"
#include "qiangji/registry/v1/criteria_service.grpc.pb.h"
#include "qiangji/registry/v1/demand_service.grpc.pb.h"
#include "qiangji/registry/v1/edition_service.grpc.pb.h"
#include "qiangji/registry/v1/indicator_service.grpc.pb.h"
#include "qiangji/registry/v1/input_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/membership_service.grpc.pb.h"
#include "qiangji/registry/v1/milestone_service.grpc.pb.h"
#include "qiangji/registry/v1/need_service.grpc.pb.h"
#include "qiangji/registry/v1/offer_service.grpc.pb.h"
#include "qiangji/registry/v1/organization_service.grpc.pb.h"
#include "qiangji/registry/v1/project_service.grpc.pb.h"
#include "qiangji/registry/v1/sector_service.grpc.pb.h"
#include "qiangji/registry/v1/standard_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "qiangji/registry/v1/target_service.grpc.pb.h"
#include "qiangji/registry/v1/test_result_service.grpc.pb.h"
#include "qiangji/registry/v1/world_production_service.grpc.pb.h"
#include "services/registry/resource_methods.h"
#include "services/rpc/runtime.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;
using domain::TableId;

// What the services below have in common.
template <typename Base>
class Serving : public Base {
 public:
  Serving(rpc::Runtime& runtime, store::Store& store, TableId table)
      : runtime_(runtime), methods_(ResourceTypeOf(table), store) {}

 protected:
  rpc::Runtime& runtime_;
  ResourceMethods methods_;
};

// One override; `Body` is the method of ResourceMethods behind it.
#define QJ_METHOD(Service, Method, Response, Pool, Body)                     \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,     \
                                   const v1::Method##Request* request,       \
                                   Response* response) override {            \
    return StartMethod(runtime_, v1::Service::service_full_name(), __func__, \
                       context, request, response, rpc::PoolKind::Pool,      \
                       methods_, &ResourceMethods::Body);                    \
  }

// A service with the ten standard methods of one resource, what Delete answers
// with, and what it has beside. (The generated methods carry the resource's
// name, so this is a macro and no template.)
#define QJ_SERVICE(Service, Resource, Resources, Deleted, More)                \
  class Service final : public Serving<v1::Service::CallbackService> {         \
   public:                                                                     \
    using Serving::Serving;                                                    \
    QJ_METHOD(Service, Get##Resource, v1::Resource, kRead, Get)                \
    QJ_METHOD(Service, List##Resources, v1::List##Resources##Response, kRead,  \
              List)                                                            \
    QJ_METHOD(Service, Create##Resource, v1::Resource, kWrite, Create)         \
    QJ_METHOD(Service, Update##Resource, v1::Resource, kWrite, Update)         \
    QJ_METHOD(Service, Delete##Resource, Deleted, kWrite, Delete)              \
    QJ_METHOD(Service, BatchGet##Resources, v1::BatchGet##Resources##Response, \
              kRead, BatchGet)                                                 \
    QJ_METHOD(Service, BatchCreate##Resources,                                 \
              v1::BatchCreate##Resources##Response, kWrite, BatchCreate)       \
    QJ_METHOD(Service, BatchUpdate##Resources,                                 \
              v1::BatchUpdate##Resources##Response, kWrite, BatchUpdate)       \
    QJ_METHOD(Service, BatchDelete##Resources, type::v1::DeleteResponse,       \
              kWrite, BatchDelete)                                             \
    QJ_METHOD(Service, List##Resource##History,                                \
              v1::List##Resource##HistoryResponse, kRead, History)             \
    More                                                                       \
  };

#define QJ_RESOURCE_SERVICE(Service, Resource, Resources) \
  QJ_SERVICE(Service, Resource, Resources, type::v1::DeleteResponse, )
// Deleted ones are kept (AIP-164).
#define QJ_KEPT_RESOURCE_SERVICE(Service, Resource, Resources) \
  QJ_SERVICE(                                                  \
      Service, Resource, Resources, v1::Resource,              \
      QJ_METHOD(Service, Undelete##Resource, v1::Resource, kWrite, Undelete))

QJ_RESOURCE_SERVICE(SectorService, Sector, Sectors)
QJ_KEPT_RESOURCE_SERVICE(ItemService, Item, Items)
QJ_KEPT_RESOURCE_SERVICE(OrganizationService, Organization, Organizations)
QJ_RESOURCE_SERVICE(SupplyService, SupplyRecord, SupplyRecords)
QJ_RESOURCE_SERVICE(InputService, Input, Inputs)
QJ_RESOURCE_SERVICE(DemandService, Demand, Demands)
QJ_RESOURCE_SERVICE(WorldProductionService, WorldShare, WorldShares)
QJ_RESOURCE_SERVICE(CountryRiskService, CountryRisk, CountryRisks)
QJ_RESOURCE_SERVICE(MilestoneService, Milestone, Milestones)
QJ_KEPT_RESOURCE_SERVICE(ProjectService, Project, Projects)
QJ_RESOURCE_SERVICE(TargetService, Target, Targets)
QJ_RESOURCE_SERVICE(CriteriaService, Criteria, Criteria)
QJ_RESOURCE_SERVICE(IndicatorService, Indicator, Indicators)
QJ_RESOURCE_SERVICE(EditionService, EditionItem, EditionItems)
QJ_RESOURCE_SERVICE(TestResultService, TestResult, TestResults)
QJ_RESOURCE_SERVICE(StandardService, Standard, Standards)
QJ_RESOURCE_SERVICE(CapacityService, Capacity, Capacities)
QJ_RESOURCE_SERVICE(MembershipService, Membership, Memberships)
QJ_RESOURCE_SERVICE(ChainService, ChainItem, ChainItems)
QJ_RESOURCE_SERVICE(NeedService, Need, Needs)
QJ_RESOURCE_SERVICE(OfferService, Offer, Offers)

#undef QJ_KEPT_RESOURCE_SERVICE
#undef QJ_RESOURCE_SERVICE
#undef QJ_SERVICE
#undef QJ_METHOD

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> NewResourceServices(
    rpc::Runtime& runtime, store::Store& store) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  const auto add = [&]<typename Service>(TableId table) {
    services.push_back(std::make_unique<Service>(runtime, store, table));
  };
  add.operator()<SectorService>(TableId::kSectors);
  add.operator()<ItemService>(TableId::kItems);
  add.operator()<OrganizationService>(TableId::kOrganizations);
  add.operator()<SupplyService>(TableId::kSupply);
  add.operator()<InputService>(TableId::kInputs);
  add.operator()<DemandService>(TableId::kDemand);
  add.operator()<WorldProductionService>(TableId::kWorldProduction);
  add.operator()<CountryRiskService>(TableId::kCountryRisk);
  add.operator()<MilestoneService>(TableId::kMilestones);
  add.operator()<ProjectService>(TableId::kProjects);
  add.operator()<TargetService>(TableId::kTargets);
  add.operator()<CriteriaService>(TableId::kCriteria);
  add.operator()<IndicatorService>(TableId::kIndicators);
  add.operator()<EditionService>(TableId::kEditions);
  add.operator()<TestResultService>(TableId::kTests);
  add.operator()<StandardService>(TableId::kStandards);
  add.operator()<CapacityService>(TableId::kCapacities);
  add.operator()<MembershipService>(TableId::kMemberships);
  add.operator()<ChainService>(TableId::kChains);
  add.operator()<NeedService>(TableId::kNeeds);
  add.operator()<OfferService>(TableId::kOffers);
  return services;
}

}  // namespace qiangji::registry
