#include "clients/cli/noun_type.h"

#include <google/api/resource.pb.h>
#include <google/protobuf/message.h>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "qiangji/registry/v1/capacity_service.pb.h"
#include "qiangji/registry/v1/chain_service.pb.h"
#include "qiangji/registry/v1/country_risk_service.pb.h"
#include "qiangji/registry/v1/criteria_service.pb.h"
#include "qiangji/registry/v1/demand_service.pb.h"
#include "qiangji/registry/v1/edition_service.pb.h"
#include "qiangji/registry/v1/indicator_service.pb.h"
#include "qiangji/registry/v1/input_service.pb.h"
#include "qiangji/registry/v1/item_service.pb.h"
#include "qiangji/registry/v1/membership_service.pb.h"
#include "qiangji/registry/v1/milestone_service.pb.h"
#include "qiangji/registry/v1/need_service.pb.h"
#include "qiangji/registry/v1/offer_service.pb.h"
#include "qiangji/registry/v1/organization_service.pb.h"
#include "qiangji/registry/v1/project_service.pb.h"
#include "qiangji/registry/v1/round_service.pb.h"
#include "qiangji/registry/v1/sector_service.pb.h"
#include "qiangji/registry/v1/standard_service.pb.h"
#include "qiangji/registry/v1/supply_service.pb.h"
#include "qiangji/registry/v1/target_service.pb.h"
#include "qiangji/registry/v1/test_result_service.pb.h"
#include "qiangji/registry/v1/world_production_service.pb.h"

namespace qiangji::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// Fields from this number on are bookkeeping (etag, owner_id, seq, times).
constexpr int kFirstBookkeepingField = 100;

template <typename Request>
const ServiceDescriptor* ServiceOf() {
  return Request::descriptor()->file()->service(0);
}

const Descriptor* ResourceOf(const ServiceDescriptor& service) {
  for (int i = 0; i < service.method_count(); ++i) {
    if (absl::StartsWith(service.method(i)->name(), "Get")) {
      return service.method(i)->output_type();
    }
  }
  return nullptr;
}

Format FormatOf(const FieldDescriptor& field) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return Format::kBool;
  if (absl::EndsWith(field.name(), "year")) return Format::kYear;
  if (absl::EndsWith(field.name(), "_cny")) return Format::kMoney;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Format::kNumber;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return Format::kCount;
    default:
      return Format::kText;
  }
}

std::unique_ptr<Message> New(const Descriptor* type) {
  return std::unique_ptr<Message>(
      MessageFactory::generated_factory()->GetPrototype(type)->New());
}

}  // namespace

NounType::NounType(std::string noun, Text help,
                   const ServiceDescriptor* service)
    : noun_(std::move(noun)),
      help_(help),
      service_(service),
      resource_(ResourceOf(*service)),
      pattern_(
          resource_->options().GetExtension(google::api::resource).pattern(0)) {
  for (int i = 0; i < resource_->field_count(); ++i) {
    const FieldDescriptor* field = resource_->field(i);
    if (field->name() != "name" && field->number() < kFirstBookkeepingField) {
      columns_.push_back(field);
    }
  }
}

std::vector<ColumnSpec> NounType::ColumnSpecs() const {
  std::vector<ColumnSpec> specs;
  int position = 0;
  for (const FieldDescriptor* field : columns_) {
    // The key and the first columns identify a row; later ones may go.
    const int dispensable = position < 3 ? 0 : position;
    specs.push_back({field->name(), FormatOf(*field), dispensable});
    ++position;
  }
  return specs;
}

const FieldDescriptor* NounType::FindColumn(absl::string_view name) const {
  const std::string wanted = absl::StrReplaceAll(name, {{"-", "_"}});
  for (const FieldDescriptor* field : columns_) {
    if (field->name() == wanted) return field;
  }
  return nullptr;
}

bool NounType::KeepsDeleted() const {
  for (int i = 0; i < service_->method_count(); ++i) {
    if (absl::StartsWith(service_->method(i)->name(), "Undelete")) return true;
  }
  return false;
}

const MethodDescriptor& NounType::Method(absl::string_view verb) const {
  const bool history = verb == "History";
  const absl::string_view prefix = history ? "List" : verb;
  const MethodDescriptor* found = nullptr;
  for (int i = 0; i < service_->method_count(); ++i) {
    const std::string& name = service_->method(i)->name();
    if (absl::StartsWith(name, prefix) &&
        absl::EndsWith(name, "History") == history) {
      found = service_->method(i);
      break;
    }
  }
  return *found;
}

std::unique_ptr<Message> NounType::NewRequest(absl::string_view verb) const {
  return New(Method(verb).input_type());
}

std::unique_ptr<Message> NounType::NewResponse(absl::string_view verb) const {
  return New(Method(verb).output_type());
}

const FieldDescriptor* NounType::ResourceField(
    const Descriptor& message) const {
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->message_type() == resource_) return message.field(i);
  }
  return nullptr;
}

const std::vector<NounType>& NounTypes() {
  using namespace registry::v1;  // NOLINT(google-build-using-namespace)
  static const auto* const types = new std::vector<NounType>{
      {"sector", {"领域", "sectors"}, ServiceOf<GetSectorRequest>()},
      {"item", {"条目", "items"}, ServiceOf<GetItemRequest>()},
      {"organization",
       {"机构", "organizations"},
       ServiceOf<GetOrganizationRequest>()},
      {"supply",
       {"供应记录", "supply records"},
       ServiceOf<GetSupplyRecordRequest>()},
      {"input", {"投入关系", "inputs of items"}, ServiceOf<GetInputRequest>()},
      {"demand",
       {"国内需求", "domestic demand"},
       ServiceOf<GetDemandRequest>()},
      {"world-production",
       {"世界产量占比", "shares of world production"},
       ServiceOf<GetWorldShareRequest>()},
      {"country-risk",
       {"国别地区风险", "risks of countries"},
       ServiceOf<GetCountryRiskRequest>()},
      {"milestone", {"里程碑", "milestones"}, ServiceOf<GetMilestoneRequest>()},
      {"project",
       {"攻关项目", "localization projects"},
       ServiceOf<GetProjectRequest>()},
      {"target", {"目标", "targets"}, ServiceOf<GetTargetRequest>()},
      {"criteria", {"口径", "criteria"}, ServiceOf<GetCriteriaRequest>()},
      {"indicator", {"指标", "indicators"}, ServiceOf<GetIndicatorRequest>()},
      {"edition",
       {"目录版本", "catalogue editions"},
       ServiceOf<GetEditionItemRequest>()},
      {"test", {"检测结果", "test results"}, ServiceOf<GetTestResultRequest>()},
      {"standard", {"标准", "standards"}, ServiceOf<GetStandardRequest>()},
      {"capacity", {"产能", "capacities"}, ServiceOf<GetCapacityRequest>()},
      {"membership",
       {"联盟成员", "members of alliances"},
       ServiceOf<GetMembershipRequest>()},
      {"chain", {"产业链", "chains"}, ServiceOf<GetChainItemRequest>()},
      {"need", {"需求发布", "posted needs"}, ServiceOf<GetNeedRequest>()},
      {"offer", {"供给应答", "offers to needs"}, ServiceOf<GetOfferRequest>()},
      {"round",
       {"填报轮次", "rounds of reporting"},
       ServiceOf<GetRoundRequest>()},
  };
  return *types;
}

const NounType* FindNounType(absl::string_view noun) {
  for (const NounType& type : NounTypes()) {
    if (type.noun() == noun) return &type;
  }
  return nullptr;
}

}  // namespace qiangji::cli
