#include "tests/service/registry/conformance_fixture.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <cmath>
#include <future>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "google/api/resource.pb.h"
#include "services/registry/row_parser.h"
#include "services/rpc/read_mask.h"

namespace qiangji::testing {

namespace pb = google::protobuf;
using domain::Column;
using domain::Kind;

namespace {

// One entry a resource. A new resource needs one; mostly an empty one.
const std::map<std::string, ResourceEntry>& Entries() {
  static const auto* const entries = new std::map<std::string, ResourceEntry>{
      {"Sector", {}},
      {"Item", {}},
      {"Organization", {{{"uscc", ""}, {"lei", ""}}}},
      {"SupplyRecord", {{{"share", ""}}}},
      {"Input", {}},
      {"Demand", {}},
      {"WorldShare", {}},
      {"CountryRisk", {}},
      {"Milestone", {}},
      {"Project", {{{"added_share", ""}}}},
      {"Target",
       {{{"metric", "share"}, {"value", "0.#"}, {"categories", "component"}}}},
      {"Criteria", {}},
      {"Indicator", {}},
      {"EditionItem", {}},
      {"TestResult", {}},
      {"Standard", {}},
      {"Capacity", {}},
      {"Membership", {}},
      {"ChainItem", {}},
      {"Need", {}},
      {"Offer", {}},
      {"Round",
       {{{"open_time", "2024-01-01T00:00:00Z"},
         {"close_time", "2024-12-31T00:00:00Z"},
         {"state", ""},
         {"frozen_seq", ""}}}},
  };
  return *entries;
}

const registry::ResourceType* TypeOf(const pb::Descriptor* resource) {
  for (const registry::ResourceType& type : registry::ResourceTypes()) {
    if (type.message() == resource) return &type;
  }
  return nullptr;
}

std::string NumberOf(const Column& column, int n) {
  const bool bounded = std::isfinite(column.min) && std::isfinite(column.max);
  if (column.kind == Kind::kInteger) {
    return absl::StrCat(
        (std::isfinite(column.min) ? static_cast<int>(column.min) : 0) + 1 + n);
  }
  return bounded && column.max <= 10
             ? domain::FormatNumber(column.max * (n % 8 + 1) / 16)
             : absl::StrCat(n + 1);
}

std::string ReferenceOf(const Column& column, int n) {
  if (column.references == "sectors") return n % 2 == 0 ? "rail" : "nev";
  // Two columns of one row never name the same row.
  std::size_t turn = 0;
  for (const char c : column.name) turn += static_cast<unsigned char>(c);
  const domain::TableSchema& table = *domain::FindTable(column.references);
  return absl::StrCat(table.singular, "-", 900 + n, "-", turn % 97);
}

// A cell that the schema alone says how to fill.
std::string CellOf(const Column& column, int n) {
  static constexpr const char* kCountries[] = {"CHN", "DEU", "JPN", "USA",
                                               "KOR", "FRA", "GBR", "ITA"};
  if (!column.references.empty()) return ReferenceOf(column, n);
  switch (column.kind) {
    case Kind::kId:
      return absl::StrCat(column.name, "-", n);
    case Kind::kIds:
      return absl::StrCat("id-", n);
    case Kind::kText:
      return absl::StrCat("词 ", n, " of ", column.name);
    case Kind::kTexts:
      return absl::StrCat("甲", n, ";乙", n);
    case Kind::kNumber:
    case Kind::kInteger:
      return NumberOf(column, n);
    case Kind::kYear:
      return absl::StrCat(2010 + n);
    case Kind::kBool:
      return n % 2 == 0 ? "true" : "false";
    case Kind::kTime:
      return absl::StrCat("20", 10 + n, "-02-03T04:05:06Z");
    case Kind::kCountry:
    case Kind::kCountries:
      return kCountries[n % 8];
    case Kind::kEnum:
      return std::string(
          column.values[static_cast<std::size_t>(n) % column.values.size()]);
    case Kind::kHsCodes:
      return absl::StrCat(848200 + n);
    case Kind::kRegion:
      return "110000";
    case Kind::kIndustry:
      return "C34";
    default:
      return "";  // codes with check characters
  }
}

const pb::FieldDescriptor* FieldOf(const Message& message,
                                   const std::string& field) {
  const auto* found = message.GetDescriptor()->FindFieldByName(field);
  EXPECT_NE(found, nullptr)
      << message.GetDescriptor()->full_name() << " has no " << field;
  return found;
}

MessagePtr NewOf(const pb::Descriptor* type) {
  return MessagePtr(
      pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

std::string ParentOf(const std::string& name) {
  std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() < 4) return "";
  parts.resize(parts.size() - 2);
  return absl::StrJoin(parts, "/");
}

// The repeated field of `type`; nullptr if none.
const pb::FieldDescriptor* RepeatedField(const pb::Descriptor* message,
                                         const pb::Descriptor* type) {
  for (int i = 0; i < message->field_count(); ++i) {
    if (message->field(i)->is_repeated() &&
        message->field(i)->message_type() == type) {
      return message->field(i);
    }
  }
  return nullptr;
}

domain::Row ToRow(const domain::TableSchema& table,
                  const std::vector<std::string>& cells) {
  std::vector<domain::Violation> violations;
  domain::Row row = registry::ParseRow(table, cells, violations);
  for (const domain::Violation& one : violations) {
    ADD_FAILURE() << table.name << "." << one.column << ": " << one.message;
  }
  return row;
}

}  // namespace

const MethodDescriptor* ResourceCase::Method(const std::string& verb) const {
  const auto is = [&](const MethodDescriptor& method) {
    const std::string& name = method.name();
    if (verb == "History") {
      return name == absl::StrCat("List", resource->name(), "History");
    }
    if (verb == "List") {
      return absl::StartsWith(name, "List") &&
             !absl::EndsWith(name, "History") &&
             RepeatedField(method.output_type(), resource) != nullptr;
    }
    return absl::StartsWith(verb, "Batch") ? absl::StartsWith(name, verb)
                                           : name == verb + resource->name();
  };
  for (int i = 0; i < service->method_count(); ++i) {
    if (is(*service->method(i))) return service->method(i);
  }
  return nullptr;
}

std::vector<ResourceCase> BuiltResources() {
  std::vector<ResourceCase> built;
  for (const ResourceCase& one : AllResources()) {
    if (one.type != nullptr) built.push_back(one);
  }
  return built;
}

const std::vector<ResourceCase>& AllResources() {
  static const auto* const resources = [] {
    auto* found = new std::vector<ResourceCase>;
    // Each file of the package that is linked in, by what the pool has built
    // and by the generated database behind it.
    std::vector<std::string> files;
    pb::DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
    std::sort(files.begin(), files.end());
    for (const std::string& name : files) {
      if (!absl::StartsWith(name, "qiangji/registry/v1/")) continue;
      const pb::FileDescriptor* file =
          pb::DescriptorPool::generated_pool()->FindFileByName(name);
      for (int i = 0; i < file->service_count(); ++i) {
        const pb::ServiceDescriptor* service = file->service(i);
        for (int m = 0; m < service->method_count(); ++m) {
          const pb::Descriptor* answer = service->method(m)->output_type();
          if (!answer->options().HasExtension(google::api::resource) ||
              service->method(m)->name() != "Create" + answer->name()) {
            continue;
          }
          const auto entry = Entries().find(answer->name());
          found->push_back({service, answer,
                            entry == Entries().end() ? nullptr : &entry->second,
                            TypeOf(answer)});
        }
      }
    }
    return found;
  }();
  return *resources;
}

std::vector<std::string> CellsOf(const domain::TableSchema& table, int n) {
  const registry::ResourceType& type = registry::ResourceTypeOf(table.id);
  const auto entry = Entries().find(type.message()->name());
  std::vector<std::string> cells;
  for (const Column& column : table.columns) {
    if (entry != Entries().end()) {
      const auto given = entry->second.cells.find(std::string(column.name));
      if (given != entry->second.cells.end()) {
        cells.push_back(
            absl::StrReplaceAll(given->second, {{"#", absl::StrCat(n % 9)}}));
        continue;
      }
    }
    cells.push_back(CellOf(column, n));
  }
  return cells;
}

std::string Text(const Message& message, const std::string& field) {
  const auto* found = FieldOf(message, field);
  return message.GetReflection()->GetString(message, found);
}
std::int64_t Integer(const Message& message, const std::string& field) {
  const auto* found = FieldOf(message, field);
  return message.GetReflection()->GetInt64(message, found);
}
bool Has(const Message& message, const std::string& field) {
  return message.GetReflection()->HasField(message, FieldOf(message, field));
}
void Set(Message* message, const std::string& field, const std::string& value) {
  const auto* found = FieldOf(*message, field);
  if (found->is_repeated()) {
    message->GetReflection()->AddString(message, found, value);
  } else {
    message->GetReflection()->SetString(message, found, value);
  }
}
void Set(Message* message, const std::string& field, std::int64_t value) {
  const auto* found = FieldOf(*message, field);
  if (found->cpp_type() == pb::FieldDescriptor::CPPTYPE_INT32) {
    message->GetReflection()->SetInt32(message, found,
                                       static_cast<std::int32_t>(value));
  } else {
    message->GetReflection()->SetInt64(message, found, value);
  }
}
void SetTrue(Message* message, const std::string& field) {
  message->GetReflection()->SetBool(message, FieldOf(*message, field), true);
}
Message* Sub(Message* message, const std::string& field) {
  const auto* found = FieldOf(*message, field);
  return found->is_repeated()
             ? message->GetReflection()->AddMessage(message, found)
             : message->GetReflection()->MutableMessage(message, found);
}

std::vector<MessagePtr> Repeated(const Message& message,
                                 const pb::Descriptor* type) {
  std::vector<MessagePtr> all;
  const auto* field = RepeatedField(message.GetDescriptor(), type);
  if (field == nullptr) return all;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    all.push_back(NewOf(type));
    all.back()->CopyFrom(
        message.GetReflection()->GetRepeatedMessage(message, field, i));
  }
  return all;
}

void ConformanceTest::SetUp() {
  ASSERT_NE(GetParam().entry, nullptr)
      << GetParam().resource->full_name()
      << " has no entry in conformance_fixture.cc";
  type_ = GetParam().type;
}

absl::Status ConformanceTest::Call(const MethodDescriptor& method,
                                   const Message& request, Message* response,
                                   const std::string& read_mask) {
  grpc::TemplatedGenericStub<Message, Message> stub(registry_.channel());
  grpc::ClientContext context;
  if (!read_mask.empty()) context.AddMetadata(rpc::kReadMaskKey, read_mask);
  std::promise<grpc::Status> done;
  stub.UnaryCall(
      &context,
      absl::StrCat("/", method.service()->full_name(), "/", method.name()),
      grpc::StubOptions(), &request, response,
      [&done](grpc::Status status) { done.set_value(std::move(status)); });
  return client::FromGrpcStatus(done.get_future().get());
}

absl::Status ConformanceTest::Call(const std::string& verb,
                                   const Message& request, MessagePtr* answer,
                                   const std::string& read_mask) {
  const MethodDescriptor* method = GetParam().Method(verb);
  if (method == nullptr) {
    return absl::InternalError(absl::StrCat("no method ", verb));
  }
  *answer = NewOf(method->output_type());
  return Call(*method, request, answer->get(), read_mask);
}

MessagePtr ConformanceTest::Request(const std::string& verb) const {
  const MethodDescriptor* method = GetParam().Method(verb);
  EXPECT_NE(method, nullptr) << verb;
  return NewOf(method->input_type());
}

// What a row names has to be there first, each through its own service.
void ConformanceTest::CreateNamed(const domain::TableSchema& table, int n) {
  const std::vector<std::string> cells = CellsOf(table, n);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Column& column = table.columns[c];
    const std::string& id = cells[c];
    // Sectors are there from the start.
    if (column.references.empty() || column.references == "sectors" ||
        id.empty() ||
        !created_.insert(absl::StrCat(column.references, "/", id)).second) {
      continue;
    }
    const domain::TableSchema& named = *domain::FindTable(column.references);
    std::vector<std::string> row_cells = CellsOf(named, n);
    for (std::size_t i = 0; i < row_cells.size(); ++i) {
      // No endless chain of parents.
      const Column& other = named.columns[i];
      if (!other.required && !other.references.empty() &&
          other.references != "sectors") {
        row_cells[i].clear();
      }
    }
    if (named.id != table.id) CreateNamed(named, n);
    row_cells[static_cast<std::size_t>(named.key_columns()[0])] = id;
    const domain::Row row = ToRow(named, row_cells);
    const auto commit = registry_.store().ReadWrite(
        {}, [&](store::Transaction& transaction, std::vector<std::string>&) {
          return transaction.Put(named, row, "").status();
        });
    ASSERT_TRUE(commit.ok()) << commit.status();
  }
}

MessagePtr ConformanceTest::Row(int n) {
  CreateNamed(table(), n);
  MessagePtr message = NewOf(GetParam().resource);
  type().ToMessage(ToRow(table(), CellsOf(table(), n)), message.get());
  return message;
}

std::string ConformanceTest::NameOf(int n) const {
  return type().Name(
      domain::KeyOf(table(), ToRow(table(), CellsOf(table(), n))));
}

MessagePtr ConformanceTest::CreateRequest(int n) {
  MessagePtr request = Request("Create");
  const std::string parent = ParentOf(NameOf(n));
  if (!parent.empty()) Set(request.get(), "parent", parent);
  const MessagePtr row = Row(n);
  for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
    const auto* field = request->GetDescriptor()->field(i);
    if (field->message_type() != GetParam().resource) continue;
    request->GetReflection()
        ->MutableMessage(request.get(), field)
        ->CopyFrom(*row);
  }
  return request;
}

MessagePtr ConformanceTest::Create(int n) {
  const MessagePtr request = CreateRequest(n);
  MessagePtr made;
  const absl::Status status = Call("Create", *request, &made);
  EXPECT_TRUE(status.ok()) << status;
  return made;
}

const Column& ConformanceTest::updatable() const {
  const std::vector<std::string> first = CellsOf(table(), 0);
  const std::vector<std::string> second = CellsOf(table(), 1);
  for (std::size_t c = 0; c < first.size(); ++c) {
    const Column& column = table().columns[c];
    if (!column.key && column.references.empty() && !first[c].empty() &&
        first[c] != second[c] && column.kind != Kind::kTime &&
        column.kind != Kind::kYear) {
      return column;
    }
  }
  ADD_FAILURE() << table().name << " has no column to update";
  return table().columns[0];
}

MessagePtr ConformanceTest::UpdateRequest(int n, int as) {
  MessagePtr request = Request("Update");
  const std::string column(updatable().name);
  const MessagePtr other = Row(as);
  for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
    const auto* field = request->GetDescriptor()->field(i);
    if (field->message_type() != GetParam().resource) continue;
    Message* resource =
        request->GetReflection()->MutableMessage(request.get(), field);
    resource->CopyFrom(*other);
    Set(resource, "name", NameOf(n));
  }
  Set(Sub(request.get(), "update_mask"), "paths", column);
  return request;
}

MessagePtr ConformanceTest::ListRequest() const {
  MessagePtr request = Request("List");
  const std::string parent = ParentOf(NameOf(0));
  if (!parent.empty()) {
    Set(request.get(), "parent",
        absl::StrCat(parent.substr(0, parent.rfind('/')), "/-"));
  }
  return request;
}

std::vector<std::string> ConformanceTest::ListNames(const Message& request) {
  const MessagePtr asked(request.New());
  asked->CopyFrom(request);
  std::vector<std::string> names;
  for (int page = 0; page < 100; ++page) {
    MessagePtr answer;
    const absl::Status status = Call("List", *asked, &answer);
    EXPECT_TRUE(status.ok()) << status;
    if (!status.ok()) break;
    for (const MessagePtr& one : Repeated(*answer, GetParam().resource)) {
      names.push_back(Text(*one, "name"));
    }
    const std::string next = Text(*answer, "next_page_token");
    if (next.empty()) return names;
    Set(asked.get(), "page_token", next);
  }
  ADD_FAILURE() << "the list does not end";
  return names;
}

absl::StatusOr<MessagePtr> ConformanceTest::Get(const std::string& name,
                                                std::int64_t read_seq) {
  const MessagePtr request = Request("Get");
  Set(request.get(), "name", name);
  Set(request.get(), "read_seq", read_seq);
  MessagePtr answer;
  const absl::Status status = Call("Get", *request, &answer);
  if (!status.ok()) return status;
  return answer;
}

}  // namespace qiangji::testing
