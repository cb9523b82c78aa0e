#include "services/rpc/unary.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "clients/cpp/status.h"
#include "services/rpc/errors.h"
#include "services/rpc/log.h"
#include "tests/support/rpc/fake_services.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::FakeRegistry;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::OneThread;
using ::qiangji::testing::StatusIs;
using registry::v1::GetItemRequest;
using registry::v1::Item;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status Get(FakeRegistry& registry, Item* item = nullptr,
                 absl::Duration timeout = absl::Seconds(20)) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  GetItemRequest request;
  request.set_name("items/a");
  Item response;
  absl::Status status = client::FromGrpcStatus(
      registry.ItemStub()->GetItem(&context, request, &response));
  if (item != nullptr) *item = response;
  return status;
}

TEST(UnaryTest, HandsRequestAndResponseOver) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext& call, const GetItemRequest& request,
                          Item* item) {
    EXPECT_EQ(call.method(), "/qiangji.registry.v1.ItemService/GetItem");
    EXPECT_TRUE(call.principal().Has(Role::kSteward));
    EXPECT_TRUE(call.principal().Has(Role::kAdministrator));
    EXPECT_FALSE(call.cancelled());
    item->set_name(request.name());
    return absl::OkStatus();
  };
  Item item;
  ASSERT_THAT(Get(registry, &item), IsOk());
  EXPECT_EQ(item.name(), "items/a");
}

TEST(UnaryTest, HandlersRunOnTheirPool) {
  FakeRegistry registry(OneThread());
  std::vector<std::thread::id> threads;
  registry.items.get = [&](RequestContext&, const GetItemRequest&, Item*) {
    threads.push_back(std::this_thread::get_id());  // one thread: no race
    return absl::OkStatus();
  };
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Get(registry), IsOk());
  ASSERT_EQ(threads.size(), 3u);
  EXPECT_EQ(threads[0], threads[1]);
  EXPECT_EQ(threads[1], threads[2]);
}

TEST(UnaryTest, StatusesCrossWithTheirDetails) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext&, const GetItemRequest& request,
                          Item*) { return NotFound(request.name()); };
  const auto status = Get(registry);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(client::ReasonOf(status), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(client::MetadataOf(status, "resource"), "items/a");
}

TEST(UnaryTest, ExceptionsAreInternalWithoutTheirText) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext&, const GetItemRequest&,
                          Item*) -> absl::Status {
    throw std::runtime_error("the password is 12345");
  };
  EXPECT_THAT(Get(registry), StatusIs(absl::StatusCode::kInternal,
                                      Not(HasSubstr("password"))));
  registry.items.get = [](RequestContext&, const GetItemRequest&,
                          Item*) -> absl::Status { throw 5; };
  EXPECT_THAT(Get(registry), StatusIs(absl::StatusCode::kInternal));
  registry.items.get = [](RequestContext&, const GetItemRequest&, Item*) {
    return absl::OkStatus();
  };
  EXPECT_THAT(Get(registry), IsOk());  // the server lives
}

TEST(UnaryTest, RequestsAreValidatedBeforeTheHandler) {
  FakeRegistry registry;
  registry.items.get = [](RequestContext&, const GetItemRequest&, Item*) {
    ADD_FAILURE() << "must not run";
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  GetItemRequest request;
  request.set_name("items/\x01");
  Item item;
  EXPECT_THAT(client::FromGrpcStatus(
                  registry.ItemStub()->GetItem(&context, request, &item)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(UnaryTest, AFullQueueIsResourceExhausted) {
  FakeRegistry registry(OneThread(/*queue=*/1));
  std::promise<void> started;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> calls{0};
  registry.items.get = [&](RequestContext&, const GetItemRequest&, Item*) {
    if (calls++ == 0) started.set_value();
    released.wait();
    return absl::OkStatus();
  };
  auto first = std::async(std::launch::async, [&] { return Get(registry); });
  started.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return Get(registry); });
  while (registry.runtime.pool(PoolKind::kRead).queued() < 1) {
    std::this_thread::yield();
  }
  const auto third = Get(registry);
  EXPECT_THAT(third, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(client::ReasonOf(third), "QUEUE_FULL");
  release.set_value();
  EXPECT_THAT(first.get(), IsOk());
  EXPECT_THAT(second.get(), IsOk());
}

TEST(UnaryTest, CallsThatWaitAreLimitedToo) {
  auto options = OneThread();
  options.max_calls = 1;
  FakeRegistry registry(options);
  std::promise<Done> waiting;
  registry.items.list = [&](RequestContext&, const auto&, auto*, Done done) {
    waiting.set_value(std::move(done));
  };
  registry.items.get = [](RequestContext&, const GetItemRequest&, Item*) {
    return absl::OkStatus();
  };
  auto list = std::async(std::launch::async, [&] {
    grpc::ClientContext context;
    registry::v1::ListItemsResponse response;
    return client::FromGrpcStatus(
        registry.ItemStub()->ListItems(&context, {}, &response));
  });
  const Done done = waiting.get_future().get();
  EXPECT_THAT(Get(registry), StatusIs(absl::StatusCode::kResourceExhausted));
  done(absl::OkStatus());
  EXPECT_THAT(list.get(), IsOk());
  EXPECT_THAT(Get(registry), IsOk());
  EXPECT_EQ(registry.runtime.calls(), 0);
}

// An asynchronous handler on a pool of one thread calls the same service.
TEST(UnaryTest, WaitingForAnotherCallHoldsNoThread) {
  FakeRegistry registry(OneThread());
  const auto stub = registry.ItemStub();
  registry.items.get = [](RequestContext&, const GetItemRequest&, Item* item) {
    item->set_name("items/inner");
    return absl::OkStatus();
  };
  registry.items.list = [&](RequestContext& call, const auto&, auto* response,
                            const Done& done) {
    struct Inner {
      grpc::ClientContext context;
      GetItemRequest request;
      Item item;
    };
    auto inner = std::make_shared<Inner>();
    inner->request.set_name("items/inner");
    stub->async()->GetItem(
        &inner->context, &inner->request, &inner->item,
        [&call, inner, response, done](const grpc::Status& status) {
          call.Resume(PoolKind::kRead, [inner, response, done, status] {
            *response->add_items() = inner->item;
            done(client::FromGrpcStatus(status));
          });
        });
  };
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
  registry::v1::ListItemsResponse response;
  ASSERT_THAT(client::FromGrpcStatus(stub->ListItems(&context, {}, &response)),
              IsOk());
  ASSERT_EQ(response.items_size(), 1);
  EXPECT_EQ(response.items(0).name(), "items/inner");
}

TEST(UnaryTest, AForgottenCallEnds) {
  FakeRegistry registry;
  registry.items.list = [](RequestContext&, const auto&, auto*, const Done&) {};
  grpc::ClientContext context;
  registry::v1::ListItemsResponse response;
  EXPECT_THAT(client::FromGrpcStatus(
                  registry.ItemStub()->ListItems(&context, {}, &response)),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(UnaryTest, TheCallersDeadlineReachesTheHandler) {
  FakeRegistry registry;
  std::promise<absl::Status> seen;
  registry.items.get = [&](RequestContext& call, const GetItemRequest&, Item*) {
    while (!call.cancelled()) std::this_thread::yield();
    absl::Status status = call.Check();
    seen.set_value(status);
    // Not OK: the server's timer may be the first, and the answer arrive.
    return status;
  };
  EXPECT_THAT(Get(registry, nullptr, absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  // The caller's cancellation may arrive just before the server's own timer.
  EXPECT_THAT(seen.get_future().get(),
              AnyOf(StatusIs(absl::StatusCode::kDeadlineExceeded),
                    StatusIs(absl::StatusCode::kCancelled)));
}

TEST(UnaryTest, WithoutADeadlineTheServersCounts) {
  FakeRegistry registry;
  registry.items.max_deadline = absl::Milliseconds(50);
  registry.items.list = [](RequestContext& call, const auto&, auto*,
                           const Done& done) {
    call.OnCancel([&call, done] { done(call.Check()); });
  };
  grpc::ClientContext context;
  registry::v1::ListItemsResponse response;
  EXPECT_THAT(client::FromGrpcStatus(
                  registry.ItemStub()->ListItems(&context, {}, &response)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST(UnaryTest, WhatWaitedTooLongIsNotRun) {
  FakeRegistry registry(OneThread());
  std::promise<void> started;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> calls{0};
  registry.items.get = [&](RequestContext&, const GetItemRequest&, Item*) {
    if (calls++ == 0) started.set_value();
    released.wait();
    return absl::OkStatus();
  };
  auto first = std::async(std::launch::async, [&] { return Get(registry); });
  started.get_future().wait();
  EXPECT_THAT(Get(registry, nullptr, absl::Milliseconds(30)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  // The server's deadline began when the call arrived, after the client's.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  release.set_value();
  EXPECT_THAT(first.get(), IsOk());
  registry.Shutdown();  // the queue has been worked off
  EXPECT_EQ(calls, 1);
}

TEST(UnaryTest, CancellationReachesTheHandler) {
  FakeRegistry registry;
  std::promise<void> started;
  std::promise<absl::Status> seen;
  registry.items.list = [&](RequestContext& call, const auto&, auto*,
                            const Done& done) {
    call.OnCancel([&, done] {
      seen.set_value(call.Check());
      done(call.Check());
    });
    started.set_value();
  };
  grpc::ClientContext context;
  auto list = std::async(std::launch::async, [&] {
    registry::v1::ListItemsResponse response;
    return client::FromGrpcStatus(
        registry.ItemStub()->ListItems(&context, {}, &response));
  });
  started.get_future().wait();
  context.TryCancel();
  EXPECT_THAT(list.get(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(seen.get_future().get(), StatusIs(absl::StatusCode::kCancelled));
}

TEST(UnaryTest, PermissionsAreThoseOfTheContract) {
  RuntimeOptions options;
  Principal principal;
  principal.id = "somebody";
  principal.roles = {Role::kAnalyst};
  options.authenticator = [&](absl::string_view) { return principal; };
  FakeRegistry registry(options);
  registry.items.get = [](RequestContext&, const GetItemRequest&, Item*) {
    return absl::OkStatus();
  };
  registry.items.create = [](RequestContext&, const auto&, Item*) {
    ADD_FAILURE() << "an analyst writes no fact";
    return absl::OkStatus();
  };
  EXPECT_THAT(Get(registry), IsOk());
  grpc::ClientContext context;
  Item item;
  absl::Status status = client::FromGrpcStatus(
      registry.ItemStub()->CreateItem(&context, {}, &item));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(client::MetadataOf(status, "permission"), "registry.items.create");
  principal.roles = {};
  EXPECT_THAT(Get(registry), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(UnaryTest, InProcessCallersAreServicesAndOthersAreNot) {
  FakeRegistry inside({}, /*listen=*/"");
  inside.items.get = [](RequestContext& call, const GetItemRequest&, Item*) {
    EXPECT_EQ(call.principal().roles, Roles({Role::kService}));
    return absl::OkStatus();
  };
  EXPECT_THAT(Get(inside), IsOk());
  inside.items.create = [](RequestContext&, const auto&, Item*) {
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  Item item;
  EXPECT_THAT(client::FromGrpcStatus(
                  inside.ItemStub()->CreateItem(&context, {}, &item)),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(UnaryTest, LaterRpcsSayThatTheyAreNotInThisBuild) {
  FakeRegistry registry;
  grpc::ClientContext context;
  Item response;
  absl::Status status = client::FromGrpcStatus(
      registry.ItemStub()->DeleteItem(&context, {}, &response));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnimplemented,
                               HasSubstr("not in this build")));
}

TEST(UnaryTest, CallsAreCountedAndLoggedWithoutTheirBodies) {
  Mutex mutex;
  std::vector<std::string> lines;
  SetLogSinkForTest([&](const std::string& line) {
    const MutexLock lock(mutex);
    lines.push_back(line);
  });
  {
    FakeRegistry registry;
    registry.items.get = [](RequestContext&, const GetItemRequest&, Item*) {
      return NotFound("items/secret");
    };
    EXPECT_THAT(Get(registry), StatusIs(absl::StatusCode::kNotFound));
    const auto counters = registry.runtime.metrics().Snapshot();
    const auto counter =
        counters.find({"/qiangji.registry.v1.ItemService/GetItem",
                       absl::StatusCode::kNotFound});
    ASSERT_NE(counter, counters.end());
    EXPECT_EQ(counter->second.calls, 1);
  }
  SetLogSinkForTest(nullptr);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], HasSubstr("\"code\":\"NOT_FOUND\""));
  EXPECT_THAT(lines[0], HasSubstr("\"caller\":\"operator\""));
  EXPECT_THAT(lines[0], Not(HasSubstr("secret")));
}

TEST(UnaryTest, ShutdownFinishesWhatRunsAndRefusesWhatIsNew) {
  FakeRegistry registry;
  std::promise<void> started;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  registry.items.get = [&](RequestContext&, const GetItemRequest&, Item*) {
    started.set_value();
    released.wait();
    return absl::OkStatus();
  };
  auto running = std::async(std::launch::async, [&] { return Get(registry); });
  started.get_future().wait();
  auto down = std::async(std::launch::async, [&] { registry.Shutdown(); });
  // New calls are refused from some moment on.
  registry.items.create = [](RequestContext&, const auto&, Item*) {
    return absl::OkStatus();
  };
  for (;;) {
    grpc::ClientContext context;
    Item item;
    absl::Status status = client::FromGrpcStatus(
        registry.ItemStub()->CreateItem(&context, {}, &item));
    if (!status.ok()) {
      // gRPC itself cancels a call that reached the server while it closed and
      // was not handed to us any more.
      EXPECT_THAT(status, AnyOf(StatusIs(absl::StatusCode::kUnavailable),
                                StatusIs(absl::StatusCode::kCancelled)));
      break;
    }
  }
  release.set_value();
  EXPECT_THAT(running.get(), IsOk());
  down.get();
}

}  // namespace
}  // namespace qiangji::rpc
