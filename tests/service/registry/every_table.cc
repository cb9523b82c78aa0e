#include "tests/service/registry/every_table.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "clients/cpp/generic_call.h"
#include "services/registry/resource_type.h"
#include "services/rpc/names.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace pb = google::protobuf;

// Recursively, by name.
void Strip(pb::Message* message) {
  static const auto* const dropped = new std::set<std::string>{
      "etag", "create_time", "update_time", "read_seq", "seq"};
  const pb::Reflection& reflection = *message->GetReflection();
  std::vector<const pb::FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (dropped->count(field->name()) > 0) {
      reflection.ClearField(message, field);
    } else if (field->cpp_type() == pb::FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) {
        Strip(reflection.MutableMessage(message, field));
        continue;
      }
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Strip(reflection.MutableRepeatedMessage(message, field, i));
      }
    }
  }
}

// "items/-" for "items/{item}/inputs/{input}".
std::string AnyParent(const std::string& pattern) {
  std::string parent = rpc::ParentPattern(pattern);
  for (std::size_t at = parent.find('{'); at != std::string::npos;
       at = parent.find('{')) {
    parent.replace(at, parent.find('}', at) - at + 1, "-");
  }
  return parent;
}

// The rpc that lists the resources of `type`.
const pb::MethodDescriptor* ListMethod(const registry::ResourceType& type) {
  const std::string& message = type.message()->name();
  const pb::ServiceDescriptor* found =
      pb::DescriptorPool::generated_pool()->FindServiceByName(
          absl::StrCat("qiangji.registry.v1.", message, "Service"));
  const std::map<std::string, std::string> others = {
      {"SupplyRecord", "SupplyService"},
      {"WorldShare", "WorldProductionService"},
      {"EditionItem", "EditionService"},
      {"ChainItem", "ChainService"},
      {"RoundReport", "RoundService"},
      {"Merge", "MergeService"}};
  if (const auto other = others.find(message); other != others.end()) {
    found = pb::DescriptorPool::generated_pool()->FindServiceByName(
        absl::StrCat("qiangji.registry.v1.", other->second));
  }
  if (found == nullptr) return nullptr;
  for (int m = 0; m < found->method_count(); ++m) {
    const pb::MethodDescriptor* method = found->method(m);
    if (!absl::StartsWith(method->name(), "List") ||
        absl::EndsWith(method->name(), "History")) {
      continue;
    }
    for (int f = 0; f < method->output_type()->field_count(); ++f) {
      if (method->output_type()->field(f)->message_type() == type.message()) {
        return method;
      }
    }
  }
  return nullptr;
}

// $0 is the version; $1 what a merged laboratory leads to.
struct Sheet {
  const char* name;
  const char* rows;
};
constexpr Sheet kSheets[] = {
    {"organizations.csv",
     "organization_id,name_zh,name_en,kind,country,controller_country,uscc,"
     "sectors,tags\n"
     "maker,制造厂,\"Maker, "
     "\"\"Ltd\"\"\",,CHN,CHN,91110000802100433B,nev,a;b\n"
     "lab,检测所,Lab $0,laboratory,CHN,,,,\n"
     "league,联盟,,alliance,CHN,,,nev,\n"},
    {"items.csv",
     "item_id,name_zh,category,sectors,unit,weight,aliases,requirement,"
     "hs_codes\n"
     "gear,齿轮,component,nev;rail,件,0.1,别名;alias,$0,8483\n"
     "steel,\"钢\n材\",material,new-materials,t,1e-7,,=1+1,\n"},
    {"supply.csv",
     "item_id,year,origin_country,supplier_id,qualification,reporter_id,"
     "quantity,value_cny,source\n"
     "gear,2024,CHN,maker,series,maker,$0.1,3.25,\"a,b\"\n"
     "gear,2024,DEU,,,,2.5,,\n"},
    {"inputs.csv",
     "item_id,input_item_id,cost_share,essentiality,substitution_group\n"
     "gear,steel,0.3,1,g$0\n"},
    {"demand.csv",
     "item_id,year,quantity,value_cny,complete,stock_days\n"
     "gear,2024,20,1e9,true,3$0\n"},
    {"world_production.csv",
     "item_id,year,country,share\nsteel,2024,CHN,0.5$0\n"},
    {"country_risk.csv", "country,year,risk,trade_factor\nDEU,2024,1.$0,1\n"},
    {"milestones.csv",
     "item_id,stage,date,organization_id,document\n"
     "gear,series,2023-05-01,maker,doc $0\n"},
    {"projects.csv",
     "project_id,item_id,organization_id,title,completion_year,"
     "added_quantity,probability,cost_cny\n"
     "p1,gear,maker,项目,2027,5,0.$0,1e8\n"},
    {"targets.csv",
     "target_id,metric,sectors,year,value\nt1,share,nev,2030,0.$0\n"},
    {"indicators.csv",
     "indicator_id,name_zh,unit,year,target,observed\n"
     "rd,强度,%,2024,2.5,$0\n"},
    {"editions.csv",
     "edition_id,item_id,confidence,position\n2025,gear,A,$0\n"},
    {"tests.csv",
     "test_id,item_id,organization_id,lab_id,date,property,unit,value\n"
     "test1,gear,maker,lab,2024-01-01,life,h,$0\n"},
    {"standards.csv", "standard_id,title_zh,status\ngb-1,标准,v$0\n"},
    {"capacities.csv",
     "organization_id,item_id,year,capacity_quantity\nmaker,gear,2024,$0\n"},
    {"memberships.csv",
     "alliance_id,organization_id,role\nleague,maker,role $0\n"},
    {"chains.csv",
     "chain_id,name_zh,item_id,role,due_year\nc1,链,gear,r$0,2030\n"},
    {"needs.csv",
     "need_id,item_id,organization_id,quantity,year,specification,until,"
     "visibility\n"
     "n1,gear,maker,1$0,2025,quiet,2027-06-30,public\n"},
    {"offers.csv",
     "offer_id,need_id,organization_id,quantity,unit_price_cny,qualification,"
     "state\n"
     "o1,n1,lab,$0,2.5,series,open\n"},
    {"merges.csv", "kind,merged_id,kept_id\norganization,old-lab,$1\n"},
    {"rounds.csv",
     "round_id,name_zh,name_en,year,sectors,organization_ids,item_ids,"
     "open_time,close_time,state,frozen_seq\n"
     "2024-a,填报,Round "
     "$0,2024,nev,maker,gear;steel,2025-01-01,2025-03-31,frozen,1\n"
     "2025-a,再填报,,2025,,,,,,,\n"},
    {"round_reports.csv",
     "round_id,organization_id,item_id,state,reason,confirmed_quantity\n"
     "2024-a,maker,gear,accepted,\"reason, $0\",1.$0\n"
     "2024-a,maker,steel,returned,,\n"},
};

}  // namespace

Files EveryTable(int version) {
  Files files;
  for (const Sheet& sheet : kSheets) {
    files[sheet.name] = absl::Substitute(sheet.rows, version,
                                         version % 2 == 0 ? "lab" : "maker");
  }
  return files;
}

std::map<std::string, std::string> EveryRead(TestRegistry& registry,
                                             std::int64_t read_seq,
                                             bool plain) {
  std::map<std::string, std::string> reads;
  pb::DynamicMessageFactory factory;
  for (const registry::ResourceType& type : registry::ResourceTypes()) {
    const pb::MethodDescriptor* method = ListMethod(type);
    if (method == nullptr) continue;  // read by other rpcs; see Export
    const std::unique_ptr<pb::Message> request(
        factory.GetPrototype(method->input_type())->New());
    const std::unique_ptr<pb::Message> response(
        factory.GetPrototype(method->output_type())->New());
    const auto* parent = method->input_type()->FindFieldByName("parent");
    if (parent != nullptr) {
      request->GetReflection()->SetString(request.get(), parent,
                                          AnyParent(type.pattern()));
    }
    request->GetReflection()->SetInt64(
        request.get(), method->input_type()->FindFieldByName("read_seq"),
        read_seq);
    EXPECT_THAT(client::CallGeneric({}, registry.channel(), *method, "",
                                    *request, response.get()),
                IsOk())
        << method->full_name();
    if (plain) Strip(response.get());
    std::string json;
    EXPECT_TRUE(pb::util::MessageToJsonString(*response, &json).ok());
    reads[method->full_name()] = std::move(json);
  }
  EXPECT_GE(reads.size(), EveryTable(1).size());
  return reads;
}

}  // namespace qiangji::testing
