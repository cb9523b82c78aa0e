#include "services/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <atomic>

#include "clients/cpp/call.h"
#include "clients/cpp/status.h"
#include "tests/support/rpc/fake_services.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::FakeRegistry;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::AnyOf;

// Calls without a stub: health and raw bytes.
absl::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel,
                     const std::string& method, const std::string& bytes,
                     std::string* answer = nullptr) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  grpc::Slice whole;
  if (answer != nullptr && status.ok() &&
      response.DumpToSingleSlice(&whole).ok()) {
    answer->assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
  }
  return client::FromGrpcStatus(status);
}

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kGetItem[] = "/qiangji.registry.v1.ItemService/GetItem";

TEST(ServerTest, HealthFollowsSetServing) {
  FakeRegistry registry;
  const auto channel = registry.Channel();
  const std::string of_registry = "\x0a\x08registry";
  EXPECT_THAT(CallRaw(channel, kCheck, of_registry),
              StatusIs(absl::StatusCode::kNotFound));
  std::string answer;
  registry.server->SetServing("registry", false);
  ASSERT_TRUE(CallRaw(channel, kCheck, of_registry, &answer).ok());
  EXPECT_EQ(answer, "\x08\x02");  // NOT_SERVING
  registry.server->SetServing("registry", true);
  ASSERT_TRUE(CallRaw(channel, kCheck, of_registry, &answer).ok());
  EXPECT_EQ(answer, "\x08\x01");  // SERVING
}

TEST(ServerTest, ATakenPortIsAnError) {
  FakeRegistry registry;
  EXPECT_THAT(Server::Start({registry.server->address()}, {}).status(),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Server::Start({"no.such.host.invalid:1"}, {}).status(),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ServerTest, BadBytesAndLargeMessagesNeverReachAHandler) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext&, const auto&, auto*) {
    ADD_FAILURE() << "must not run";
    return absl::OkStatus();
  };
  const auto channel = registry.Channel();
  // Invalid UTF-8, overlong, surrogate, truncated, tag 0 (RELIABILITY 1-6).
  for (const std::string& bytes :
       {std::string("\x0a\x01\xff"), std::string("\x0a\x02\xc0\xaf"),
        std::string("\x0a\x03\xed\xa0\x80"), std::string("\x0a\x05x"),
        std::string("\x00\x00", 2)}) {
    EXPECT_THAT(CallRaw(channel, kGetItem, bytes),
                StatusIs(absl::StatusCode::kInternal));
  }
  EXPECT_THAT(CallRaw(channel, kGetItem, std::string(2 << 20, '\x0a')),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(CallRaw(channel, "/qiangji.registry.v1.ItemService/Nothing", ""),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(ServerTest, UnknownFieldsArePassedOver) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext&, const auto&, auto* item) {
    item->set_name("items/a");
    return absl::OkStatus();
  };
  // Field 2000, a varint.
  EXPECT_TRUE(CallRaw(registry.Channel(), kGetItem, "\x80\x7d\x01").ok());
}

// gRPC refuses the call and may close the connection with it; a client that
// repeats what is UNAVAILABLE, as ours do, goes on.
TEST(ServerTest, MetadataIsLimited) {
  FakeRegistry registry;
  std::atomic<int> calls = 0;
  registry.items.get = [&calls](RequestContext&, const auto&, auto*) {
    ++calls;
    return absl::OkStatus();
  };
  const auto stub = registry.ItemStub();
  registry::v1::Item item;
  grpc::ClientContext large;
  large.AddMetadata("x-large", std::string(16 << 10, 'x'));
  EXPECT_THAT(stub->GetItem(&large, {}, &item).error_code(),
              AnyOf(grpc::StatusCode::RESOURCE_EXHAUSTED,
                    grpc::StatusCode::UNAVAILABLE));
  EXPECT_EQ(calls, 0);
  const registry::v1::GetItemRequest request;
  EXPECT_THAT(client::Call({}, *stub, &registry::v1::ItemService::Stub::GetItem,
                           request, &item),
              IsOk());
  EXPECT_EQ(calls, 1);
}

// Nobody outside can pass for a service, not by a guess at the mark either.
TEST(ServerTest, OutsideCallersAreNoServices) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext& call, const auto&, auto* item) {
    item->set_name(std::string(call.principal().id));
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  context.AddMetadata("x-qiangji-in-process", std::string(32, '0'));
  registry::v1::Item item;
  ASSERT_TRUE(registry.ItemStub()->GetItem(&context, {}, &item).ok());
  EXPECT_EQ(item.name(), "operator");
}

TEST(ServerTest, OneServiceInTwoServers) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext& call, const auto&, auto* item) {
    item->set_name(std::string(call.principal().id));
    return absl::OkStatus();
  };
  auto inside = Server::Start({}, {&registry.items});
  ASSERT_TRUE(inside.ok());
  registry::v1::Item item;
  grpc::ClientContext first;
  ASSERT_TRUE(registry.ItemStub()->GetItem(&first, {}, &item).ok());
  EXPECT_EQ(item.name(), "operator");
  grpc::ClientContext second;
  ASSERT_TRUE(registry::v1::ItemService::NewStub((*inside)->InProcessChannel())
                  ->GetItem(&second, {}, &item)
                  .ok());
  EXPECT_EQ(item.name(), "service");
}

}  // namespace
}  // namespace qiangji::rpc
