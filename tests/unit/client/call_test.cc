#include "clients/cpp/call.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <string>

#include "clients/cpp/backoff.h"
#include "clients/cpp/pager.h"
#include "tests/support/rpc/fake_services.h"
#include "tests/support/status_matchers.h"

namespace qiangji::client {
namespace {

using ::qiangji::testing::FakeRegistry;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using registry::v1::CreateItemRequest;
using registry::v1::GetItemRequest;
using registry::v1::Item;
using registry::v1::ItemService;
using registry::v1::ListItemsRequest;
using registry::v1::ListItemsResponse;

absl::Status Unavailable() { return absl::UnavailableError("not yet"); }

class CallTest : public ::testing::Test {
 protected:
  FakeRegistry registry_;
  std::unique_ptr<ItemService::Stub> stub_ = registry_.ItemStub();
  std::atomic<int> calls_{0};
};

TEST_F(CallTest, RetriesUnavailableUnderOneRequestId) {
  std::set<std::string> ids;
  registry_.items.create = [&](rpc::RequestContext&,
                               const CreateItemRequest& request, Item*) {
    ids.insert(request.request_id());
    return ++calls_ < 3 ? Unavailable() : absl::OkStatus();
  };
  Item item;
  EXPECT_THAT(Call({}, *stub_, &ItemService::Stub::CreateItem,
                   CreateItemRequest(), &item),
              IsOk());
  EXPECT_EQ(calls_, 3);
  ASSERT_EQ(ids.size(), 1u);
  EXPECT_EQ(ids.begin()->size(), 36u);
  EXPECT_THAT(Call({}, *stub_, &ItemService::Stub::CreateItem,
                   CreateItemRequest(), &item),
              IsOk());
  EXPECT_EQ(ids.size(), 2u);  // another call, another id
}

TEST_F(CallTest, KeepsTheCallersRequestId) {
  registry_.items.create = [](rpc::RequestContext&,
                              const CreateItemRequest& request, Item*) {
    EXPECT_EQ(request.request_id(), "mine");
    return absl::OkStatus();
  };
  CreateItemRequest request;
  request.set_request_id("mine");
  Item item;
  EXPECT_THAT(Call({}, *stub_, &ItemService::Stub::CreateItem, request, &item),
              IsOk());
}

TEST_F(CallTest, RetriesNothingElse) {
  for (const auto code :
       {absl::StatusCode::kAborted, absl::StatusCode::kResourceExhausted,
        absl::StatusCode::kInternal, absl::StatusCode::kNotFound}) {
    calls_ = 0;
    registry_.items.get = [&](rpc::RequestContext&, const auto&, Item*) {
      ++calls_;
      return absl::Status(code, "no");
    };
    Item item;
    EXPECT_THAT(
        Call({}, *stub_, &ItemService::Stub::GetItem, GetItemRequest(), &item),
        StatusIs(code));
    EXPECT_EQ(calls_, 1);
  }
}

TEST_F(CallTest, GivesUpAfterTheAttempts) {
  registry_.items.get = [&](rpc::RequestContext&, const auto&, Item*) {
    ++calls_;
    return Unavailable();
  };
  Item item;
  CallOptions options;
  options.attempts = 2;
  EXPECT_THAT(Call(options, *stub_, &ItemService::Stub::GetItem,
                   GetItemRequest(), &item),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(calls_, 2);
}

TEST_F(CallTest, TheTimeIsOfAllAttempts) {
  registry_.items.get = [&](rpc::RequestContext&, const auto&, Item*) {
    return Unavailable();
  };
  Item item;
  CallOptions options;
  options.attempts = 1'000'000;
  options.timeout = absl::Milliseconds(200);
  const absl::Time start = absl::Now();
  const auto status = Call(options, *stub_, &ItemService::Stub::GetItem,
                           GetItemRequest(), &item);
  EXPECT_FALSE(status.ok());
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST_F(CallTest, AsynchronousCallsRetryToo) {
  registry_.items.get = [&](rpc::RequestContext&, const auto&, Item* item) {
    item->set_name("items/a");
    return ++calls_ < 3 ? Unavailable() : absl::OkStatus();
  };
  std::promise<std::pair<absl::Status, Item>> answered;
  CallAsync<GetItemRequest, Item>(
      {}, GetItemRequest(),
      [&](grpc::ClientContext* context, const GetItemRequest* request,
          Item* response, auto done) {
        stub_->async()->GetItem(context, request, response, std::move(done));
      },
      [&](absl::Status status, Item item) {
        answered.set_value({std::move(status), std::move(item)});
      });
  const auto [status, item] = answered.get_future().get();
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(item.name(), "items/a");
  EXPECT_EQ(calls_, 3);
}

TEST_F(CallTest, AsynchronousCallsCanBeCancelled) {
  std::promise<void> started;
  registry_.items.list = [&](rpc::RequestContext& call, const auto&, auto*,
                             const rpc::Done& done) {
    call.OnCancel([&call, done] { done(call.Check()); });
    started.set_value();
  };
  std::promise<absl::Status> answered;
  const Canceller cancel = CallAsync<ListItemsRequest, ListItemsResponse>(
      {}, ListItemsRequest(),
      [&](grpc::ClientContext* context, const ListItemsRequest* request,
          ListItemsResponse* response, auto done) {
        stub_->async()->ListItems(context, request, response, std::move(done));
      },
      [&](absl::Status status, const ListItemsResponse&) {
        answered.set_value(std::move(status));
      });
  started.get_future().wait();
  cancel();
  EXPECT_THAT(answered.get_future().get(),
              StatusIs(absl::StatusCode::kCancelled));
  cancel();  // does nothing any more
}

TEST_F(CallTest, EveryPageIsReadOnce) {
  registry_.items.list =
      [](rpc::RequestContext&, const ListItemsRequest& request,
         ListItemsResponse* response, const rpc::Done& done) {
        const std::string& token = request.page_token();
        response->add_items()->set_name("items/" + token);
        if (token.size() < 3) response->set_next_page_token(token + "x");
        done(absl::OkStatus());
      };
  const auto fetch = [&](const ListItemsRequest& request,
                         ListItemsResponse* page) {
    return Call({}, *stub_, &ItemService::Stub::ListItems, request, page);
  };
  std::string names;
  EXPECT_THAT(
      ForEachPage<ListItemsResponse>(ListItemsRequest(), fetch,
                                     [&](const ListItemsResponse& page) {
                                       for (const auto& item : page.items()) {
                                         names += item.name() + " ";
                                       }
                                       return absl::OkStatus();
                                     }),
      IsOk());
  EXPECT_EQ(names, "items/ items/x items/xx items/xxx ");
  EXPECT_THAT(
      ForEachPage<ListItemsResponse>(ListItemsRequest(), fetch,
                                     [](const ListItemsResponse&) {
                                       return absl::AbortedError("enough");
                                     }),
      StatusIs(absl::StatusCode::kAborted));
}

TEST(BackoffTest, DoublesToItsLimitAndResets) {
  Backoff backoff(absl::Milliseconds(100), absl::Milliseconds(400));
  for (const int want : {100, 200, 400, 400}) {
    const absl::Duration wait = backoff.Next();
    EXPECT_LE(wait, absl::Milliseconds(want));
    EXPECT_GE(wait, absl::Milliseconds(want) * 0.75);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Milliseconds(100));
}

}  // namespace
}  // namespace qiangji::client
