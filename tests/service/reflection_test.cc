// A client that knows an address and nothing else: it learns the services,
// their methods and messages from the server (grpc.reflection.v1alpha).
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::DynamicMessageFactory;
using ::google::protobuf::Message;
using ::google::protobuf::MessageFactory;
using ::google::protobuf::MethodDescriptor;
using ::google::protobuf::ServiceDescriptor;
using ::google::protobuf::TextFormat;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::TestSystem;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr char kReflect[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

grpc::ByteBuffer ToBuffer(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool FromBuffer(const grpc::ByteBuffer& buffer, Message* message) {
  grpc::Slice slice;
  return buffer.DumpToSingleSlice(&slice).ok() &&
         message->ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

// The messages of the reflection service itself are in the program because the
// server side is; there are no stubs for them.
std::unique_ptr<Message> NewReflectionMessage(const std::string& name) {
  const Descriptor* type =
      DescriptorPool::generated_pool()->FindMessageTypeByName(
          absl::StrCat("grpc.reflection.v1alpha.", name));
  if (type == nullptr) return nullptr;
  return std::unique_ptr<Message>(
      MessageFactory::generated_factory()->GetPrototype(type)->New());
}

class ReflectionClient {
 public:
  explicit ReflectionClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel), pool_(&files_) {}

  std::vector<std::string> ListServices() {
    std::vector<std::string> names;
    const std::unique_ptr<Message> answer = Ask("list_services: ''");
    if (answer == nullptr) return names;
    const auto& list = Nested(*answer, "list_services_response");
    const auto* field = list.GetDescriptor()->FindFieldByName("service");
    const int size = list.GetReflection()->FieldSize(list, field);
    for (int i = 0; i < size; ++i) {
      const Message& one =
          list.GetReflection()->GetRepeatedMessage(list, field, i);
      names.push_back(one.GetReflection()->GetString(
          one, one.GetDescriptor()->FindFieldByName("name")));
    }
    return names;
  }

  // Fetches the files that describe it; nullptr where the server knows none.
  const ServiceDescriptor* Service(const std::string& name) {
    const std::unique_ptr<Message> answer =
        Ask(absl::StrCat("file_containing_symbol: '", name, "'"));
    if (answer == nullptr) return nullptr;
    const auto& files = Nested(*answer, "file_descriptor_response");
    const auto* field =
        files.GetDescriptor()->FindFieldByName("file_descriptor_proto");
    const int size = files.GetReflection()->FieldSize(files, field);
    for (int i = 0; i < size; ++i) {
      google::protobuf::FileDescriptorProto file;
      const std::string bytes =
          files.GetReflection()->GetRepeatedString(files, field, i);
      if (!file.ParseFromString(bytes)) return nullptr;
      if (known_.insert(file.name()).second) files_.Add(file);
    }
    return pool_.FindServiceByName(name);
  }

  // Calls a unary method with a request in text format; the answer in text
  // format.
  absl::StatusOr<std::string> Call(const MethodDescriptor& method,
                                   const std::string& request) {
    const std::unique_ptr<Message> in(
        factory_.GetPrototype(method.input_type())->New());
    if (!TextFormat::ParseFromString(request, in.get())) {
      return absl::InvalidArgumentError("the test's request does not parse");
    }
    grpc::ClientContext context;
    SetDeadline(&context);
    grpc::CompletionQueue queue;
    const auto call = stub_.PrepareUnaryCall(
        &context,
        absl::StrCat("/", method.service()->full_name(), "/", method.name()),
        ToBuffer(*in), &queue);
    call->StartCall();
    grpc::ByteBuffer buffer;
    grpc::Status status;
    call->Finish(&buffer, &status, this);
    WaitFor(&queue);
    if (!status.ok()) return client::FromGrpcStatus(status);
    const std::unique_ptr<Message> out(
        factory_.GetPrototype(method.output_type())->New());
    if (!FromBuffer(buffer, out.get())) {
      return absl::DataLossError("the answer does not parse");
    }
    return out->DebugString();
  }

 private:
  static void SetDeadline(grpc::ClientContext* context) {
    context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  }
  static bool WaitFor(grpc::CompletionQueue* queue) {
    void* tag = nullptr;
    bool ok = false;
    return queue->Next(&tag, &ok) && ok;
  }
  static const Message& Nested(const Message& message, const char* name) {
    return message.GetReflection()->GetMessage(
        message, message.GetDescriptor()->FindFieldByName(name));
  }

  // One question on a stream of its own.
  std::unique_ptr<Message> Ask(const std::string& question) {
    auto request = NewReflectionMessage("ServerReflectionRequest");
    auto answer = NewReflectionMessage("ServerReflectionResponse");
    if (request == nullptr || answer == nullptr ||
        !TextFormat::ParseFromString(question, request.get())) {
      return nullptr;
    }
    grpc::ClientContext context;
    SetDeadline(&context);
    grpc::CompletionQueue queue;
    const auto call = stub_.PrepareCall(&context, kReflect, &queue);
    call->StartCall(this);
    if (!WaitFor(&queue)) return nullptr;
    call->Write(ToBuffer(*request), this);
    if (!WaitFor(&queue)) return nullptr;
    grpc::ByteBuffer buffer;
    call->Read(&buffer, this);
    const bool got = WaitFor(&queue) && FromBuffer(buffer, answer.get());
    call->WritesDone(this);
    WaitFor(&queue);
    grpc::Status status;
    call->Finish(&status, this);
    WaitFor(&queue);
    return got && status.ok() ? std::move(answer) : nullptr;
  }

  grpc::GenericStub stub_;
  std::set<std::string> known_;
  google::protobuf::SimpleDescriptorDatabase files_;
  DescriptorPool pool_;
  DynamicMessageFactory factory_;
};

class ReflectionTest : public ::testing::Test {
 protected:
  ReflectionTest()
      : system_(TestSystem::Options{.bottleneck = true}),
        client_(system_.Outside()) {}

  // A unary method by full name: "qiangji.registry.v1.ItemService.GetItem".
  absl::StatusOr<std::string> Call(const std::string& service,
                                   const std::string& method,
                                   const std::string& request) {
    const ServiceDescriptor* known = client_.Service(service);
    if (known == nullptr) return absl::NotFoundError(service);
    const MethodDescriptor* found = known->FindMethodByName(method);
    if (found == nullptr) return absl::NotFoundError(method);
    return client_.Call(*found, request);
  }

  TestSystem system_;
  ReflectionClient client_;
};

TEST_F(ReflectionTest, ListsTheServices) {
  EXPECT_THAT(client_.ListServices(),
              IsSupersetOf({"qiangji.registry.v1.SectorService",
                            "qiangji.registry.v1.ItemService",
                            "qiangji.registry.v1.OrganizationService",
                            "qiangji.registry.v1.SupplyService",
                            "qiangji.registry.v1.InputService",
                            "qiangji.registry.v1.DemandService",
                            "qiangji.registry.v1.WorldProductionService",
                            "qiangji.registry.v1.CountryRiskService",
                            "qiangji.registry.v1.MilestoneService",
                            "qiangji.registry.v1.ProjectService",
                            "qiangji.registry.v1.TargetService",
                            "qiangji.registry.v1.CriteriaService",
                            "qiangji.registry.v1.IndicatorService",
                            "qiangji.registry.v1.EditionService",
                            "qiangji.registry.v1.ChangeService",
                            "qiangji.registry.v1.ImportService",
                            "qiangji.registry.v1.ExportService",
                            "qiangji.coverage.v1.CoverageService",
                            "qiangji.coverage.v1.ReportService",
                            "qiangji.coverage.v1.ReleaseService",
                            "qiangji.bottleneck.v1.AlertService",
                            "qiangji.bottleneck.v1.RuleService",
                            "qiangji.bottleneck.v1.FlagService",
                            "qiangji.bottleneck.v1.SubscriptionService",
                            "grpc.health.v1.Health",
                            "grpc.reflection.v1alpha.ServerReflection"}));
}

TEST_F(ReflectionTest, CallsRegistryCoverageAndBottleneck) {
  const auto created = Call("qiangji.registry.v1.ItemService", "CreateItem",
                            R"(item_id: "gear" item {
                name_zh: "齿轮" category: CATEGORY_COMPONENT sectors: "rail"
              })");
  ASSERT_THAT(created, IsOk());
  const auto item =
      Call("qiangji.registry.v1.ItemService", "GetItem", "name: 'items/gear'");
  ASSERT_THAT(item, IsOk());
  EXPECT_THAT(*item, HasSubstr("category: CATEGORY_COMPONENT"));

  const auto coverage = Call("qiangji.coverage.v1.CoverageService",
                             "ComputeCoverage", "options { year: 2024 }");
  ASSERT_THAT(coverage, IsOk());
  EXPECT_THAT(*coverage, HasSubstr("items: 1"));

  const auto rules = Call("qiangji.bottleneck.v1.RuleService", "ListRules", "");
  ASSERT_THAT(rules, IsOk());
  EXPECT_THAT(*rules, HasSubstr("NO_DATA"));
}

// Every unary rpc is there and answers with a code that says something: what a
// later issue brings is UNIMPLEMENTED with that reason, never by accident.
TEST_F(ReflectionTest, EveryUnaryRpcAnswers) {
  system_.Write({{"items",
                  {{"item_id", "gear"},
                   {"name_zh", "齿轮"},
                   {"category", "component"},
                   {"sectors", "rail"}}},
                 {"supply",
                  {{"item_id", "gear"},
                   {"year", "2024"},
                   {"origin_country", "CHN"},
                   {"quantity", "1"}}}});
  int called = 0;
  for (const std::string& name : client_.ListServices()) {
    if (!absl::StartsWith(name, "qiangji.")) continue;
    const ServiceDescriptor* service = client_.Service(name);
    ASSERT_NE(service, nullptr) << name;
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (method.client_streaming() || method.server_streaming()) continue;
      ++called;
      const absl::Status status = client_.Call(method, "").status();
      EXPECT_NE(status.code(), absl::StatusCode::kUnknown)
          << method.full_name();
      EXPECT_NE(status.code(), absl::StatusCode::kInternal)
          << method.full_name() << ": " << status;
      EXPECT_NE(status.code(), absl::StatusCode::kDeadlineExceeded)
          << method.full_name();
      EXPECT_NE(status.code(), absl::StatusCode::kUnavailable)
          << method.full_name() << ": " << status;
      if (status.code() == absl::StatusCode::kUnimplemented) {
        EXPECT_EQ(client::ReasonOf(status), "NOT_IN_THIS_BUILD")
            << method.full_name() << ": " << status;
      }
    }
  }
  EXPECT_GT(called, 150);
}

TEST_F(ReflectionTest, AnUnknownServiceIsNoService) {
  EXPECT_EQ(client_.Service("qiangji.registry.v1.NoSuchService"), nullptr);
}

}  // namespace
}  // namespace qiangji
