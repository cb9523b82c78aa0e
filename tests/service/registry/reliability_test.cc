// Bad inputs to survive, by the number of their row in the list of the
// contract (RELIABILITY, 3): each has its code, writes nothing, and the server
// lives on.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <future>
#include <limits>
#include <ostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cpp/call.h"
#include "qiangji/registry/v1/demand_service.grpc.pb.h"
#include "qiangji/registry/v1/input_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/milestone_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "services/rpc/errors.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using ::testing::HasSubstr;
using v1::ItemService;
using v1::SupplyService;
using enum absl::StatusCode;

// Two items, "gear" and "motor", and the ways to bad input.
class Reliability : public ::testing::Test {
 protected:
  Reliability() {
    for (const char* id : {"gear", "motor"}) {
      EXPECT_THAT(Create(NewItem(id)), IsOk());
    }
    head_ = registry_.Head().seq;
  }

  // What was refused wrote nothing, and the server answers, if need be over a
  // new connection.
  void ExpectNothingWritten() {
    EXPECT_EQ(registry_.Head().seq, head_);
    v1::GetItemRequest request;
    request.set_name("items/gear");
    v1::Item item;
    EXPECT_THAT(
        client::Call({}, *items_, &ItemService::Stub::GetItem, request, &item),
        IsOk());
  }

  static v1::CreateItemRequest NewItem(const std::string& id) {
    v1::CreateItemRequest request;
    v1::Item& item = *request.mutable_item();
    item.set_item_id(id);
    item.set_name_zh("条目");
    item.set_category(type::v1::CATEGORY_COMPONENT);
    item.add_sectors("rail");
    return request;
  }
  static v1::CreateSupplyRecordRequest NewSupply() {
    v1::CreateSupplyRecordRequest request;
    request.set_parent("items/gear");
    request.mutable_supply_record()->set_year(2025);
    request.mutable_supply_record()->set_origin_country("JPN");
    return request;
  }

  absl::Status Create(const v1::CreateItemRequest& request,
                      v1::Item* answer = nullptr) {
    v1::Item item;
    absl::Status status =
        registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &item);
    if (answer != nullptr) *answer = item;
    return status;
  }
  absl::Status Create(const v1::CreateSupplyRecordRequest& request,
                      v1::SupplyRecord* answer = nullptr) {
    v1::SupplyRecord record;
    absl::Status status = registry_.Call(
        *supply_, &SupplyService::Stub::CreateSupplyRecord, request, &record);
    if (answer != nullptr) *answer = record;
    return status;
  }
  absl::Status Create(const v1::CreateInputRequest& request) {
    v1::Input input;
    return registry_.Call(*inputs_, &v1::InputService::Stub::CreateInput,
                          request, &input);
  }
  absl::Status GetItem(const std::string& id, v1::Item* answer) {
    v1::GetItemRequest request;
    request.set_name("items/" + id);
    v1::Item item;
    absl::Status status =
        registry_.Call(*items_, &ItemService::Stub::GetItem, request, &item);
    if (answer != nullptr) *answer = item;
    return status;
  }
  absl::Status Update(const v1::UpdateItemRequest& request,
                      v1::Item* answer = nullptr) {
    v1::Item item;
    absl::Status status =
        registry_.Call(*items_, &ItemService::Stub::UpdateItem, request, &item);
    if (answer != nullptr) *answer = item;
    return status;
  }
  absl::Status List(const v1::ListItemsRequest& request,
                    v1::ListItemsResponse* page = nullptr) {
    v1::ListItemsResponse response;
    absl::Status status = registry_.Call(*items_, &ItemService::Stub::ListItems,
                                         request, &response);
    if (page != nullptr) *page = response;
    return status;
  }
  absl::Status Filter(const std::string& filter,
                      std::vector<std::string>* ids = nullptr) {
    v1::ListItemsRequest request;
    request.set_filter(filter);
    v1::ListItemsResponse page;
    absl::Status status = List(request, &page);
    for (const v1::Item& item : page.items()) {
      if (ids != nullptr) ids->push_back(item.item_id());
    }
    return status;
  }

  // Sends bytes as they are.
  absl::Status Send(
      const std::string& method, const std::string& bytes,
      const std::function<void(grpc::ClientContext&)>& prepare =
          [](grpc::ClientContext&) {}) {
    grpc::GenericStub stub(registry_.channel());
    grpc::ClientContext context;
    prepare(context);
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(
        &context, "/qiangji.registry.v1.ItemService/" + method,
        grpc::StubOptions(), &request, &response,
        [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return client::FromGrpcStatus(done.get_future().get());
  }

  TestRegistry registry_;
  std::unique_ptr<ItemService::Stub> items_ =
      ItemService::NewStub(registry_.channel());
  std::unique_ptr<SupplyService::Stub> supply_ =
      SupplyService::NewStub(registry_.channel());
  std::unique_ptr<v1::InputService::Stub> inputs_ =
      v1::InputService::NewStub(registry_.channel());
  std::int64_t head_ = 0;
};

// Bytes of a GetItemRequest with this name (field 1).
std::string NameField(const std::string& name) {
  return absl::StrCat("\x0A", std::string(1, static_cast<char>(name.size())),
                      name);
}

struct WireCase {
  const char* row;
  std::string bytes;
  absl::StatusCode code;
};
// For gtest, which else prints its bytes.
void PrintTo(const WireCase& row, std::ostream* out) {
  *out << "row " << row.row;
}
class ReliabilityWire : public Reliability,
                        public ::testing::WithParamInterface<WireCase> {};

TEST_P(ReliabilityWire, Get) {
  EXPECT_THAT(Send("GetItem", GetParam().bytes), StatusIs(GetParam().code));
  ExpectNothingWritten();
}

std::string NestedGroups(int depth) {
  std::string bytes;
  // Field 1000, start and end of a group: unknown, and nested.
  for (int i = 0; i < depth; ++i) bytes += "\xC3\x3E";
  for (int i = 0; i < depth; ++i) bytes += "\xC4\x3E";
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReliabilityWire,
    ::testing::Values(
        WireCase{"Row1InvalidUtf8", NameField("items/\xFF\xFE"), kInternal},
        WireCase{"Row2Overlong", NameField("items/\xC0\xAF"), kInternal},
        WireCase{"Row2Surrogate", NameField("items/\xED\xA0\x80"), kInternal},
        WireCase{"Row3Nul", NameField(std::string("items/a\0b", 9)),
                 kInvalidArgument},
        WireCase{"Row5Truncated", std::string("\x0A\x7Fitems"), kInternal},
        WireCase{"Row6TagZero", std::string("\0", 1), kInternal},
        WireCase{"Row7WrongWireType", std::string("\x08\x05"),
                 kInvalidArgument},
        WireCase{"Row8UnknownField",
                 NameField("items/gear") + std::string("\xC0\x3E\x05"), kOk},
        WireCase{"Row9Empty", "", kInvalidArgument},
        WireCase{"Row34Nested101", NestedGroups(101), kInternal}),
    [](const auto& one) { return std::string(one.param.row); });

struct ItemCase {
  const char* row;
  std::function<void(v1::Item&)> change;
  absl::StatusCode code = kInvalidArgument;
};
// For gtest, which else prints its bytes.
void PrintTo(const ItemCase& row, std::ostream* out) {
  *out << "row " << row.row;
}
class ReliabilityItem : public Reliability,
                        public ::testing::WithParamInterface<ItemCase> {};

TEST_P(ReliabilityItem, Create) {
  v1::CreateItemRequest request = NewItem("new");
  GetParam().change(*request.mutable_item());
  EXPECT_THAT(Create(request), StatusIs(GetParam().code));
  if (GetParam().code != kOk) ExpectNothingWritten();
}

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

INSTANTIATE_TEST_SUITE_P(
    Rows, ReliabilityItem,
    ::testing::Values(
        ItemCase{"Row3Nul",
                 [](v1::Item& i) { i.set_name_zh(std::string("a\0b", 3)); }},
        ItemCase{"Row4Control", [](v1::Item& i) { i.set_name_zh("a\x01"); }},
        ItemCase{"Row4BidiOverride",
                 [](v1::Item& i) { i.set_name_zh("a\xE2\x80\xAE z"); }},
        ItemCase{"Row10UnknownEnum",
                 [](v1::Item& i) {
                   i.set_category(static_cast<type::v1::Category>(4711));
                 }},
        ItemCase{"Row11Nan", [](v1::Item& i) { i.set_weight(kNan); }},
        ItemCase{"Row12Infinity", [](v1::Item& i) { i.set_weight(kInf); }},
        ItemCase{"Row12MinusInfinity",
                 [](v1::Item& i) { i.set_weight(-kInf); }},
        ItemCase{"Row13Negative", [](v1::Item& i) { i.set_weight(-1); }},
        ItemCase{"Row14AboveOne", [](v1::Item& i) { i.set_eol_rir(1.001); }},
        ItemCase{"Row14BelowZero", [](v1::Item& i) { i.set_eol_rir(-1e-9); }},
        ItemCase{"Row21NamesItself",
                 [](v1::Item& i) { i.set_parent_item_id("new"); }},
        ItemCase{"Row27DuplicateId", [](v1::Item& i) { i.set_item_id("gear"); },
                 kAlreadyExists},
        ItemCase{"Row33UnknownSector",
                 [](v1::Item& i) { i.add_sectors("flying-cars"); }},
        ItemCase{"Row39LongName",
                 [](v1::Item& i) { i.set_name_zh(std::string(1000000, 'x')); }},
        ItemCase{"Row41SqlIsText",
                 [](v1::Item& i) { i.set_name_zh("'; DROP TABLE items; --"); },
                 kOk},
        ItemCase{"Row73HomoglyphId",
                 [](v1::Item& i) { i.set_item_id("ge\xD0\xB0r"); }},
        ItemCase{"Row73HomoglyphName",
                 [](v1::Item& i) { i.set_name_zh("ge\xD0\xB0r"); }, kOk},
        ItemCase{"Row75ZeroWidth",
                 [](v1::Item& i) { i.set_name_zh("a\xE2\x80\x8B"); }},
        ItemCase{"Row77CaseOfIds", [](v1::Item& i) { i.set_item_id("Gear"); }}),
    [](const auto& one) { return std::string(one.param.row); });

struct SupplyCase {
  const char* row;
  std::function<void(v1::SupplyRecord&)> change;
  absl::StatusCode code = kInvalidArgument;
};
// For gtest, which else prints its bytes.
void PrintTo(const SupplyCase& row, std::ostream* out) {
  *out << "row " << row.row;
}
class ReliabilitySupply : public Reliability,
                          public ::testing::WithParamInterface<SupplyCase> {};

TEST_P(ReliabilitySupply, Create) {
  v1::CreateSupplyRecordRequest request = NewSupply();
  request.mutable_supply_record()->set_quantity(1);
  GetParam().change(*request.mutable_supply_record());
  EXPECT_THAT(Create(request), StatusIs(GetParam().code));
  if (GetParam().code != kOk) ExpectNothingWritten();
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReliabilitySupply,
    ::testing::Values(
        SupplyCase{"Row11Nan",
                   [](v1::SupplyRecord& r) { r.set_quantity(kNan); }},
        SupplyCase{"Row12Infinity",
                   [](v1::SupplyRecord& r) { r.set_quantity(kInf); }},
        SupplyCase{"Row13NegativeVolume",
                   [](v1::SupplyRecord& r) { r.set_quantity(-1); }},
        SupplyCase{"Row14ShareAboveOne",
                   [](v1::SupplyRecord& r) {
                     r.clear_quantity();
                     r.set_share(1.2);
                   }},
        SupplyCase{"Row14ShareBelowZero",
                   [](v1::SupplyRecord& r) {
                     r.clear_quantity();
                     r.set_share(-0.1);
                   }},
        SupplyCase{"Row18Year0", [](v1::SupplyRecord& r) { r.set_year(0); }},
        SupplyCase{"Row18Year1899",
                   [](v1::SupplyRecord& r) { r.set_year(1899); }},
        SupplyCase{"Row18Year9999",
                   [](v1::SupplyRecord& r) { r.set_year(9999); }},
        SupplyCase{"Row18YearBelowZero",
                   [](v1::SupplyRecord& r) { r.set_year(-1); }},
        SupplyCase{"Row31UnknownCountry",
                   [](v1::SupplyRecord& r) { r.set_origin_country("QQQ"); }},
        SupplyCase{"Row32LowerCaseAlpha2",
                   [](v1::SupplyRecord& r) { r.set_origin_country("tw"); },
                   kOk},
        SupplyCase{"Row32NotStated",
                   [](v1::SupplyRecord& r) { r.set_origin_country(""); }}),
    [](const auto& one) { return std::string(one.param.row); });

struct FilterCase {
  const char* row;
  std::string filter;
  absl::StatusCode code = kInvalidArgument;
};
// For gtest, which else prints its bytes.
void PrintTo(const FilterCase& row, std::ostream* out) {
  *out << "row " << row.row;
}
class ReliabilityFilter : public Reliability,
                          public ::testing::WithParamInterface<FilterCase> {};

TEST_P(ReliabilityFilter, List) {
  EXPECT_THAT(Filter(GetParam().filter), StatusIs(GetParam().code));
  ExpectNothingWritten();
}

std::string LongList() {
  std::vector<std::string> terms;
  terms.reserve(3000);
  for (int i = 0; i < 3000; ++i) {
    terms.push_back(absl::StrCat("item_id = i", i));
  }
  return absl::StrJoin(terms, " OR ");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ReliabilityFilter,
    ::testing::Values(
        FilterCase{"Row43Injection", "item_id = \"x\" or 1=1"},
        FilterCase{"Row43Statement", "item_id = x; DELETE FROM items"},
        FilterCase{"Row44Nesting", std::string(10000, '(') + "unit = a" +
                                       std::string(10000, ')')},
        FilterCase{"Row45Regex", "name_zh =~ \"(a+)+$\""},
        FilterCase{"Row46HugeList", LongList(), kResourceExhausted},
        FilterCase{"Row46HugeText", std::string(100000, ' '),
                   kResourceExhausted}),
    [](const auto& one) { return std::string(one.param.row); });

TEST_F(Reliability, Row8UnknownFieldsAreNotStored) {
  std::string bytes = NewItem("new").SerializeAsString();
  bytes += std::string("\xC0\x3E\x05");
  ASSERT_THAT(Send("CreateItem", bytes), IsOk());
  v1::Item item;
  ASSERT_THAT(GetItem("new", &item), IsOk());
  EXPECT_TRUE(item.GetReflection()->GetUnknownFields(item).empty());
}

TEST_F(Reliability, Row16MinusZeroIsZero) {
  v1::CreateSupplyRecordRequest request = NewSupply();
  request.mutable_supply_record()->set_quantity(-0.0);
  v1::SupplyRecord record;
  ASSERT_THAT(Create(request, &record), IsOk());
  EXPECT_FALSE(std::signbit(record.quantity()));
}

TEST_F(Reliability, Row20DatesThatAreNone) {
  const auto stub = v1::MilestoneService::NewStub(registry_.channel());
  v1::CreateMilestoneRequest request;
  request.set_parent("items/gear");
  request.mutable_milestone()->set_stage(type::v1::STAGE_SERIES);
  // Beyond what a Timestamp may hold: years 1 to 9999, nanoseconds below one
  // second. Days that no calendar has cannot be said at all.
  for (const auto& [seconds, nanos] :
       {std::pair<std::int64_t, int>{253402300800, 0},
        {-62135596801, 0},
        {0, 1'000'000'000},
        {0, -1}}) {
    request.mutable_milestone()->mutable_date()->set_seconds(seconds);
    request.mutable_milestone()->mutable_date()->set_nanos(nanos);
    v1::Milestone milestone;
    EXPECT_THAT(
        registry_.Call(*stub, &v1::MilestoneService::Stub::CreateMilestone,
                       request, &milestone),
        StatusIs(kInvalidArgument))
        << seconds;
  }
  for (const char* filter :
       {"date > \"2023-02-29\"", "date > \"2016-12-31T23:59:60Z\"",
        "date > \"2024-01-31T08:00:00\""}) {
    v1::ListMilestonesRequest list;
    list.set_parent("items/-");
    list.set_filter(filter);
    v1::ListMilestonesResponse page;
    EXPECT_THAT(
        registry_.Call(*stub, &v1::MilestoneService::Stub::ListMilestones, list,
                       &page),
        StatusIs(kInvalidArgument))
        << filter;
  }
  ExpectNothingWritten();
}

TEST_F(Reliability, Row21And22LoopsOfInputs) {
  v1::CreateInputRequest request;
  request.set_parent("items/gear");
  request.mutable_input()->set_input_item_id("gear");
  EXPECT_THAT(Create(request), StatusIs(kInvalidArgument));
  ExpectNothingWritten();
  request.mutable_input()->set_input_item_id("motor");
  EXPECT_THAT(Create(request), IsOk());
  request.set_parent("items/motor");
  request.mutable_input()->set_input_item_id("gear");
  EXPECT_THAT(Create(request), IsOk());
}

TEST_F(Reliability, Row26DanglingPart) {
  v1::CreateInputRequest request;
  request.set_parent("items/gear");
  request.mutable_input()->set_input_item_id("nothing");
  EXPECT_THAT(Create(request),
              StatusIs(kFailedPrecondition, HasSubstr("nothing")));
  ExpectNothingWritten();
}

TEST_F(Reliability, Row28DuplicateInABatch) {
  v1::BatchCreateItemsRequest request;
  *request.add_requests() = NewItem("new");
  *request.add_requests() = NewItem("new");
  v1::BatchCreateItemsResponse response;
  EXPECT_THAT(registry_.Call(*items_, &ItemService::Stub::BatchCreateItems,
                             request, &response),
              StatusIs(kInvalidArgument));
  ExpectNothingWritten();
}

TEST_F(Reliability, Row36And37And40LargeMessages) {
  const std::string large = NameField("items/gear") +
                            std::string("\xC2\x3E\x80\x80\x80\x01", 6) +
                            std::string(2 << 20, '\0');
  EXPECT_THAT(Send("GetItem", large), StatusIs(kResourceExhausted));
  // Inflated to the same: 2 KiB on the wire.
  EXPECT_THAT(Send("GetItem", large,
                   [](grpc::ClientContext& context) {
                     context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
                   }),
              StatusIs(kResourceExhausted));
  v1::BatchCreateItemsRequest many;
  for (int i = 0; i < 1'000'000; ++i) many.add_requests();
  EXPECT_THAT(Send("BatchCreateItems", many.SerializeAsString()),
              StatusIs(kResourceExhausted));
  ExpectNothingWritten();
}

TEST_F(Reliability, Row38LargeMetadata) {
  EXPECT_THAT(Send("GetItem", NameField("items/gear"),
                   [](grpc::ClientContext& context) {
                     context.AddMetadata("x-large", std::string(16 << 10, 'x'));
                   }),
              ::testing::AnyOf(StatusIs(kResourceExhausted),
                               // gRPC may close the connection first.
                               StatusIs(absl::StatusCode::kUnavailable)));
  ExpectNothingWritten();
}

TEST_F(Reliability, Row42WildcardsAreLetters) {
  v1::CreateItemRequest request = NewItem("percent");
  request.mutable_item()->set_name_zh("100% a_b");
  ASSERT_THAT(Create(request), IsOk());
  for (const char* filter :
       {"name_zh:\"0%\"", "name_zh:\"a_b\"", "name_zh:\"% a_\""}) {
    std::vector<std::string> ids;
    ASSERT_THAT(Filter(filter, &ids), IsOk());
    EXPECT_THAT(ids, ::testing::ElementsAre("percent")) << filter;
  }
  std::vector<std::string> ids;
  ASSERT_THAT(Filter("name_zh:\"1%b\" OR name_zh = \"%\"", &ids), IsOk());
  EXPECT_TRUE(ids.empty());
}

TEST_F(Reliability, Row47And48ListOptions) {
  v1::ListItemsRequest request;
  request.set_order_by("colour");
  EXPECT_THAT(List(request), StatusIs(kInvalidArgument, HasSubstr("colour")));
  request.set_order_by("item_id; DROP TABLE items");
  EXPECT_THAT(List(request), StatusIs(kInvalidArgument));
  request.clear_order_by();
  request.set_page_size(-1);
  EXPECT_THAT(List(request), StatusIs(kInvalidArgument));
  request.set_page_size(1'000'000'000);
  EXPECT_THAT(List(request), IsOk());
}

TEST_F(Reliability, Row49And50PageTokens) {
  v1::ListItemsRequest request;
  request.set_page_size(1);
  v1::ListItemsResponse page;
  ASSERT_THAT(List(request, &page), IsOk());
  const std::string token = page.next_page_token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    request.set_page_token(changed);
    EXPECT_THAT(List(request), StatusIs(kInvalidArgument)) << i;
  }
  request.set_page_token(token);
  request.set_filter("unit:*");
  EXPECT_THAT(List(request), StatusIs(kInvalidArgument));
}

TEST_F(Reliability, Row72And74And75And76Texts) {
  const std::pair<std::string, std::string> cases[] = {
      {"e\xCC\x81", "\xC3\xA9"},       // NFD comes back as NFC
      {"  轴承\xE3\x80\x80", "轴承"},  // spaces around it go
      {"軸承", "軸承"},                // another text than 轴承
      {"轮\xF0\x9F\x9B\x9E", "轮\xF0\x9F\x9B\x9E"}};
  int n = 0;
  for (const auto& [sent, kept] : cases) {
    v1::CreateItemRequest request = NewItem(absl::StrCat("text-", n++));
    request.mutable_item()->set_name_zh(sent);
    v1::Item item;
    ASSERT_THAT(Create(request, &item), IsOk());
    EXPECT_EQ(item.name_zh(), kept);
  }
}

TEST_F(Reliability, Row81And82RequestIds) {
  v1::CreateItemRequest request = NewItem("new");
  request.set_request_id("a-request");
  ASSERT_THAT(Create(request), IsOk());
  const std::int64_t head = registry_.Head().seq;
  ASSERT_THAT(Create(request), IsOk());
  EXPECT_EQ(registry_.Head().seq, head);
  request.mutable_item()->set_unit("t");
  EXPECT_THAT(Create(request), StatusIs(kAlreadyExists));
}

TEST_F(Reliability, Row84StaleEtag) {
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/gear");
  request.mutable_item()->set_unit("t");
  request.mutable_item()->set_etag("\"1\"");
  EXPECT_THAT(Update(request), StatusIs(kAborted));
  ExpectNothingWritten();
}

TEST_F(Reliability, Row86OneOfTwoWritersIsAborted) {
  v1::Item read;
  ASSERT_THAT(GetItem("gear", &read), IsOk());
  absl::Status results[2];
  std::thread writers[2];
  for (int w = 0; w < 2; ++w) {
    writers[w] = std::thread([&, w] {
      v1::UpdateItemRequest request;
      request.mutable_item()->set_name("items/gear");
      request.mutable_item()->set_unit(absl::StrCat("unit ", w));
      request.mutable_item()->set_etag(read.etag());
      results[w] = Update(request);
    });
  }
  for (std::thread& writer : writers) writer.join();
  const int first = results[0].ok() ? 0 : 1;
  EXPECT_THAT(results[first], IsOk());
  EXPECT_THAT(results[1 - first], StatusIs(kAborted));
  EXPECT_EQ(registry_.Head().seq, head_ + 1);
}

TEST_F(Reliability, Row89DeadlineOfZero) {
  EXPECT_THAT(Send("GetItem", NameField("items/gear"),
                   [](grpc::ClientContext& context) {
                     context.set_deadline(std::chrono::system_clock::now() -
                                          std::chrono::seconds(1));
                   }),
              StatusIs(kDeadlineExceeded));
  ExpectNothingWritten();
}

// However the call ended for the caller, a repeat under its id settles it:
// done once.
TEST_F(Reliability, Row83And90CancelledWritesAreSettledByTheirId) {
  for (int n = 0; n < 20; ++n) {
    v1::CreateItemRequest request = NewItem(absl::StrCat("new-", n));
    request.set_request_id(absl::StrCat("request-", n));
    {
      grpc::ClientContext context;
      std::promise<void> ended;
      v1::Item item;
      items_->async()->CreateItem(
          &context, &request, &item,
          [&](const grpc::Status&) { ended.set_value(); });
      if (n % 2 == 0) std::this_thread::yield();
      context.TryCancel();
      ended.get_future().wait();
    }
    v1::Item item;
    ASSERT_THAT(Create(request, &item), IsOk());
    v1::ListItemHistoryRequest asked;
    asked.set_name(item.name());
    v1::ListItemHistoryResponse history;
    ASSERT_THAT(registry_.Call(*items_, &ItemService::Stub::ListItemHistory,
                               asked, &history),
                IsOk());
    EXPECT_EQ(history.versions_size(), 1);
  }
  EXPECT_EQ(registry_.Head().seq, head_ + 20);
}

}  // namespace
}  // namespace qiangji::testing
