// More bad inputs by the number of their row in the list of the contract
// (RELIABILITY, 3): numbers at their limits, states that are not there, texts
// that mean something elsewhere, and clocks that are wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "services/registry/request_fields.h"
#include "services/rpc/log.h"
#include "tests/contract/store_rows.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using v1::ItemService;
using enum absl::StatusCode;

constexpr char kItems[] = "item_id,name_zh,category,sectors\n";

v1::CreateItemRequest NewItem(const std::string& id) {
  v1::CreateItemRequest request;
  v1::Item& item = *request.mutable_item();
  item.set_item_id(id);
  item.set_name_zh("条目");
  item.set_category(type::v1::CATEGORY_COMPONENT);
  item.add_sectors("rail");
  return request;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// Calls of one registry.
class Caller {
 public:
  explicit Caller(TestRegistry& registry) : registry_(registry) {}

  absl::StatusOr<v1::Item> Create(const v1::CreateItemRequest& request) {
    v1::Item item;
    const absl::Status status =
        registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &item);
    if (!status.ok()) return status;
    return item;
  }
  absl::StatusOr<v1::Item> Get(const v1::GetItemRequest& request) {
    v1::Item item;
    const absl::Status status =
        registry_.Call(*items_, &ItemService::Stub::GetItem, request, &item);
    if (!status.ok()) return status;
    return item;
  }
  absl::StatusOr<v1::ListItemsResponse> List(
      const v1::ListItemsRequest& request) {
    v1::ListItemsResponse page;
    const absl::Status status =
        registry_.Call(*items_, &ItemService::Stub::ListItems, request, &page);
    if (!status.ok()) return status;
    return page;
  }
  // Of a stream of the change service: how it ended.
  template <typename Request, typename Method>
  absl::Status Stream(Method method, const Request& request) {
    grpc::ClientContext context;
    const auto stub = v1::ChangeService::NewStub(registry_.channel());
    const auto stream = (stub.get()->*method)(&context, request);
    type::v1::FeedFrame frame;
    while (stream->Read(&frame)) {
    }
    return client::FromGrpcStatus(stream->Finish());
  }

 private:
  TestRegistry& registry_;
  const std::unique_ptr<ItemService::Stub> items_ =
      ItemService::NewStub(registry_.channel());
};

class ReliabilityLimits : public ::testing::Test {
 protected:
  FakeClock clock_;
  TestRegistry registry_{&clock_};
  Caller caller_{registry_};
};

// Two of them would add up to no number: neither is taken.
TEST_F(ReliabilityLimits, Row17AmountsThatDoNotAddUp) {
  ASSERT_THAT(caller_.Create(NewItem("gear")), IsOk());
  const store::Seq head = registry_.Head().seq;
  const auto supply = v1::SupplyService::NewStub(registry_.channel());
  v1::CreateSupplyRecordRequest request;
  request.set_parent("items/gear");
  request.mutable_supply_record()->set_year(2025);
  request.mutable_supply_record()->set_origin_country("JPN");
  v1::SupplyRecord record;
  for (const double quantity : {1e308, 4.9e-324}) {
    request.mutable_supply_record()->set_quantity(quantity);
    EXPECT_THAT(
        registry_.Call(*supply, &v1::SupplyService::Stub::CreateSupplyRecord,
                       request, &record),
        StatusIs(kInvalidArgument, HasSubstr("1e+100")));
  }
  const auto result = registry_.Import(
      {{"supply.csv",
        "item_id,year,origin_country,quantity,value_cny\n"
        "gear,2025,CHN,1e308,1\ngear,2025,DEU,1e308,1\ngear,2025,JPN,1,1e308\n"
        "gear,2025,KOR,1,1\n"}});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(ErrorLines(*result),
              ElementsAre(AllOf(HasSubstr("supply.csv:2: quantity"),
                                HasSubstr("from 1e-100 to 1e+100")),
                          HasSubstr("supply.csv:3: quantity"),
                          HasSubstr("supply.csv:4: value_cny")));
  EXPECT_EQ(registry_.Head().seq, head);
}

TEST_F(ReliabilityLimits, Row51StatesThatAreNotThere) {
  ASSERT_THAT(caller_.Create(NewItem("gear")), IsOk());
  const store::Seq head = registry_.Head().seq;
  const auto names_the_range =
      StatusIs(kOutOfRange, HasSubstr(absl::StrCat("to ", head)));
  v1::GetItemRequest get;
  get.set_name("items/gear");
  get.set_read_seq(head + 1);
  EXPECT_THAT(caller_.Get(get), names_the_range);
  v1::ListItemsRequest list;
  list.set_read_seq(head + 1);
  EXPECT_THAT(caller_.List(list), names_the_range);
  v1::ReadSnapshotRequest snapshot;
  snapshot.set_read_seq(head + 1);
  EXPECT_THAT(caller_.Stream(&v1::ChangeService::Stub::ReadSnapshot, snapshot),
              names_the_range);
  v1::WatchChangesRequest watch;
  watch.set_after_seq(head + 1);
  EXPECT_THAT(caller_.Stream(&v1::ChangeService::Stub::WatchChanges, watch),
              names_the_range);
  // Before anything was recorded.
  get.clear_read_seq();
  get.mutable_read_time()->set_seconds(1);
  EXPECT_THAT(caller_.Get(get),
              StatusIs(kOutOfRange, HasSubstr("before the first change")));
}

// A server forgets the key of its tokens when it ends: what another one gave,
// or this one before a restart, is told from its own.
TEST_F(ReliabilityLimits, Row51PageTokensOfAnotherServer) {
  TestRegistry other;
  for (TestRegistry* registry : {&registry_, &other}) {
    Caller caller(*registry);
    for (const char* id : {"gear", "motor"}) {
      ASSERT_THAT(caller.Create(NewItem(id)), IsOk());
    }
  }
  v1::ListItemsRequest request;
  request.set_page_size(1);
  const auto page = Caller(other).List(request);
  ASSERT_THAT(page, IsOk());
  request.set_page_token(page->next_page_token());
  ASSERT_THAT(Caller(other).List(request), IsOk());
  EXPECT_THAT(caller_.List(request),
              StatusIs(kInvalidArgument, HasSubstr("start again")));
}

// Pages of one listing show one state, whatever is written between them.
TEST_F(ReliabilityLimits, Row51PagesOutliveTheirState) {
  for (const char* id : {"gear", "motor"}) {
    ASSERT_THAT(caller_.Create(NewItem(id)), IsOk());
  }
  v1::ListItemsRequest request;
  request.set_page_size(1);
  const auto first = caller_.List(request);
  ASSERT_THAT(first, IsOk());
  for (int n = 0; n < 50; ++n) {
    ASSERT_THAT(caller_.Create(NewItem(absl::StrCat("later-", n))), IsOk());
  }
  request.set_page_token(first->next_page_token());
  const auto second = caller_.List(request);
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->items_size(), 1);
  EXPECT_EQ(second->items(0).item_id(), "motor");
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(second->read_seq(), first->read_seq());
}

TEST_F(ReliabilityLimits, Row77IdsAreInLowerCase) {
  ASSERT_THAT(caller_.Create(NewItem("gear")), IsOk());
  const store::Seq head = registry_.Head().seq;
  EXPECT_THAT(caller_.Create(NewItem("Gear")),
              StatusIs(kInvalidArgument,
                       AllOf(HasSubstr("item_id"), HasSubstr("\"gear\""),
                             HasSubstr("lower case"))));
  const auto result = registry_.Import(
      {{"items.csv", absl::StrCat(kItems, "GEAR,齿轮,component,rail\n")}});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(ErrorLines(*result),
              ElementsAre(AllOf(HasSubstr("items.csv:2: item_id"),
                                HasSubstr("write \"gear\", in lower case"))));
  EXPECT_EQ(registry_.Head().seq, head);
}

// Markup is text here: whoever shows it escapes it.
TEST_F(ReliabilityLimits, Row79MarkupIsData) {
  const std::string name = "<script>alert('1&2')</script>";
  v1::CreateItemRequest request = NewItem("gear");
  request.mutable_item()->set_name_zh(name);
  const auto created = caller_.Create(request);
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->name_zh(), name);
  const auto exported = registry_.Export();
  ASSERT_THAT(exported, IsOk());
  const std::string& items = exported->first.at("items.csv");
  EXPECT_THAT(items, HasSubstr(absl::StrCat("gear,", name, ",")));
  TestRegistry again;
  ASSERT_THAT(again.Import({{"items.csv", items}}), IsOk());
  v1::GetItemRequest get;
  get.set_name("items/gear");
  const auto read = Caller(again).Get(get);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->name_zh(), name);
}

// One call, one line, whatever its fields hold; and nothing of what they hold.
TEST_F(ReliabilityLimits, Row80LineBreaksStayOutOfTheLog) {
  Mutex mutex;
  std::vector<std::string> lines;
  rpc::SetLogSinkForTest([&](const std::string& line) {
    const MutexLock lock(mutex);
    lines.push_back(line);
  });
  const std::string forged = "x\r\n{\"event\":\"forged\"}\u2028y";
  v1::CreateItemRequest request = NewItem("gear");
  request.mutable_item()->set_requirement(forged);
  request.set_request_id(forged);
  caller_.Create(request).IgnoreError();
  v1::GetItemRequest get;
  get.set_name(absl::StrCat("items/", forged));
  EXPECT_THAT(caller_.Get(get), StatusIs(kInvalidArgument));
  rpc::SetLogSinkForTest(nullptr);
  const MutexLock lock(mutex);
  ASSERT_EQ(lines.size(), 2u);
  for (const std::string& line : lines) {
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << line;
    EXPECT_THAT(line, Not(HasSubstr("forged")));
    EXPECT_EQ(nlohmann::json::parse(line)["event"], "call");
  }
}

// What a caller thinks the time is counts for nothing.
TEST_F(ReliabilityLimits, Row87TimesAreTheServers) {
  const absl::Time now = clock_.Now();
  for (const int years : {-10, 10}) {
    v1::CreateItemRequest request = NewItem(absl::StrCat("gear-", years + 10));
    const absl::Time theirs = now + years * absl::Hours(24 * 365);
    registry::ToProto(theirs, request.mutable_item()->mutable_update_time());
    registry::ToProto(theirs, request.mutable_item()->mutable_delete_time());
    const auto created = caller_.Create(request);
    ASSERT_THAT(created, IsOk());
    EXPECT_LT(absl::AbsDuration(TimeOf(created->update_time()) - now),
              absl::Seconds(1));
    EXPECT_FALSE(created->has_delete_time());
  }
  // As of a time that is not yet: the state that is.
  v1::GetItemRequest get;
  get.set_name("items/gear-0");
  registry::ToProto(now + absl::Hours(24 * 3650), get.mutable_read_time());
  const auto read = caller_.Get(get);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->read_seq(), registry_.Head().seq);
}

// Sequences rise by one and times rise, whatever the clock does; a time
// between two commits finds the earlier.
TEST_F(ReliabilityLimits, Row88TheServersClockStepsBack) {
  const absl::Time start = clock_.Now();
  absl::Time last = absl::InfinitePast();
  store::Seq seq = registry_.Head().seq;
  std::vector<absl::Time> times;
  for (const int days : {0, -1, -3650, 0, 2, 1}) {
    clock_.Set(start + absl::Hours(24) * days);
    const auto created =
        caller_.Create(NewItem(absl::StrCat("gear-", times.size())));
    ASSERT_THAT(created, IsOk());
    EXPECT_EQ(created->seq(), ++seq);
    times.push_back(TimeOf(created->update_time()));
    EXPECT_GT(times.back(), last);
    EXPECT_GE(times.back(), clock_.Now());
    last = times.back();
  }
  for (std::size_t n = 0; n < times.size(); ++n) {
    v1::ListItemsRequest request;
    registry::ToProto(times[n], request.mutable_read_time());
    const auto page = caller_.List(request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->items_size(), static_cast<int>(n) + 1);
  }
  const auto verified = registry_.store().Verify();
  ASSERT_THAT(verified, IsOk());
  EXPECT_THAT(verified->findings, IsEmpty());
}

}  // namespace
}  // namespace qiangji::testing
