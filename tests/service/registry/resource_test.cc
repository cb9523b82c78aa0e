#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/bom_service.grpc.pb.h"
#include "qiangji/registry/v1/input_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/sector_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "services/rpc/errors.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using v1::InputService;
using v1::ItemService;
using v1::SupplyService;

constexpr char kRequestId[] = "1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

v1::CreateItemRequest NewItem(const std::string& id) {
  v1::CreateItemRequest request;
  v1::Item& item = *request.mutable_item();
  item.set_item_id(id);
  item.set_name_zh("条目" + id);
  item.set_category(type::v1::CATEGORY_COMPONENT);
  item.add_sectors("rail");
  item.add_sectors("nev");
  return request;
}

v1::CreateSupplyRecordRequest NewSupply(const std::string& item,
                                        const std::string& origin) {
  v1::CreateSupplyRecordRequest request;
  request.set_parent("items/" + item);
  request.mutable_supply_record()->set_year(2025);
  request.mutable_supply_record()->set_origin_country(origin);
  return request;
}

class ResourceTest : public ::testing::Test {
 protected:
  v1::Item CreateItem(const std::string& id) {
    v1::Item item;
    EXPECT_THAT(registry_.Call(*items_, &ItemService::Stub::CreateItem,
                               NewItem(id), &item),
                IsOk());
    return item;
  }
  absl::Status GetItem(const std::string& id, v1::Item* item,
                       std::int64_t seq = 0) {
    v1::GetItemRequest request;
    request.set_name("items/" + id);
    request.set_read_seq(seq);
    return registry_.Call(*items_, &ItemService::Stub::GetItem, request, item);
  }
  absl::Status UpdateItem(const v1::UpdateItemRequest& request,
                          v1::Item* item) {
    return registry_.Call(*items_, &ItemService::Stub::UpdateItem, request,
                          item);
  }
  absl::Status DeleteItem(const v1::DeleteItemRequest& request) {
    v1::Item deleted;
    return registry_.Call(*items_, &ItemService::Stub::DeleteItem, request,
                          &deleted);
  }
  absl::Status CreateSupply(const v1::CreateSupplyRecordRequest& request,
                            v1::SupplyRecord* record) {
    return registry_.Call(*supply_, &SupplyService::Stub::CreateSupplyRecord,
                          request, record);
  }

  TestRegistry registry_;
  std::unique_ptr<ItemService::Stub> items_ =
      ItemService::NewStub(registry_.channel());
  std::unique_ptr<SupplyService::Stub> supply_ =
      SupplyService::NewStub(registry_.channel());
  std::unique_ptr<InputService::Stub> inputs_ =
      InputService::NewStub(registry_.channel());
};

TEST_F(ResourceTest, CreateNormalizesAndGetAnswersFromThatChangeOn) {
  const v1::Item created = CreateItem("gear");
  EXPECT_EQ(created.name(), "items/gear");
  EXPECT_EQ(created.sectors(0), "nev");
  EXPECT_EQ(created.seq(), registry_.Head().seq);
  EXPECT_EQ(created.etag(), absl::StrCat("\"", created.seq(), "\""));
  v1::Item read;
  ASSERT_THAT(GetItem("gear", &read), IsOk());
  EXPECT_EQ(read.read_seq(), created.seq());
  read.clear_read_seq();
  EXPECT_TRUE(MessageDifferencer::Equals(read, created));
  EXPECT_THAT(GetItem("gear", &read, created.seq() - 1),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(GetItem("gear", &read, created.seq() + 1),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(ResourceTest, CreateReportsAllViolationsAtOnce) {
  v1::CreateItemRequest request;
  request.mutable_item()->set_item_id("Gear");
  request.mutable_item()->add_sectors("flying-cars");
  request.mutable_item()->set_weight(-1);
  v1::Item item;
  const absl::Status status =
      registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &item);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> fields;
  for (const auto& [field, what] : rpc::ViolationsOf(status)) {
    fields.push_back(field);
  }
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre(
                          "item.item_id", "item.name_zh", "item.category",
                          "item.sectors", "item.weight"));
}

TEST_F(ResourceTest, CreateRefusesAKeyThatIsTaken) {
  CreateItem("gear");
  v1::Item item;
  EXPECT_THAT(registry_.Call(*items_, &ItemService::Stub::CreateItem,
                             NewItem("gear"), &item),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ResourceTest, ARequestIdIsDoneOnce) {
  v1::CreateItemRequest request = NewItem("gear");
  request.set_request_id(kRequestId);
  v1::Item first, second;
  ASSERT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &first),
      IsOk());
  ASSERT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &second),
      IsOk());
  EXPECT_TRUE(MessageDifferencer::Equals(first, second));
  request.mutable_item()->set_name_zh("另一个");
  EXPECT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &second),
      StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ResourceTest, ValidateOnlyChangesNothing) {
  const store::Change head = registry_.Head();
  v1::CreateItemRequest request = NewItem("gear");
  request.set_validate_only(true);
  request.set_request_id(kRequestId);
  v1::Item item;
  ASSERT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &item),
      IsOk());
  EXPECT_EQ(item.name(), "items/gear");
  EXPECT_EQ(item.etag(), "");
  EXPECT_EQ(registry_.Head().seq, head.seq);
}

TEST_F(ResourceTest, UpdateTakesOverWhatTheMaskNames) {
  const v1::Item created = CreateItem("gear");
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/gear");
  request.mutable_item()->set_etag(created.etag());
  request.mutable_item()->set_unit("件");
  request.mutable_update_mask()->add_paths("unit");
  v1::Item updated;
  ASSERT_THAT(UpdateItem(request, &updated), IsOk());
  EXPECT_EQ(updated.unit(), "件");
  EXPECT_EQ(updated.name_zh(), created.name_zh());
  EXPECT_GT(updated.seq(), created.seq());
  // The etag is old now; without one it is not checked.
  EXPECT_THAT(UpdateItem(request, &updated),
              StatusIs(absl::StatusCode::kAborted));
  request.mutable_item()->clear_etag();
  ASSERT_THAT(UpdateItem(request, &updated), IsOk());
  request.mutable_update_mask()->set_paths(0, "colour");
  EXPECT_THAT(UpdateItem(request, &updated),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request.mutable_item()->set_name("items/none");
  request.mutable_update_mask()->set_paths(0, "unit");
  EXPECT_THAT(UpdateItem(request, &updated),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ResourceTest, UpdateMayCreate) {
  v1::UpdateItemRequest request;
  *request.mutable_item() = NewItem("gear").item();
  request.mutable_item()->clear_item_id();
  request.mutable_item()->set_name("items/gear");
  request.set_allow_missing(true);
  v1::Item item;
  ASSERT_THAT(UpdateItem(request, &item), IsOk());
  EXPECT_EQ(item.item_id(), "gear");
}

TEST_F(ResourceTest, NothingIsItsOwnAncestor) {
  CreateItem("gear");
  v1::CreateItemRequest child = NewItem("tooth");
  child.mutable_item()->set_parent_item_id("gear");
  v1::Item item;
  ASSERT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, child, &item),
      IsOk());
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/gear");
  request.mutable_item()->set_parent_item_id("tooth");
  EXPECT_THAT(UpdateItem(request, &item),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("its own ancestor")));
}

TEST_F(ResourceTest, SupplyHasAReadableNameAndItsParentsItem) {
  CreateItem("gear");
  v1::CreateSupplyRecordRequest request = NewSupply("gear", "jp");
  request.mutable_supply_record()->set_quantity(0);
  request.mutable_supply_record()->add_licence_countries("USA");
  v1::SupplyRecord record;
  ASSERT_THAT(CreateSupply(request, &record), IsOk());
  EXPECT_EQ(record.name(),
            "items/gear/supplyRecords/2025~domestic~JPN~~~USA~~~third_party");
  EXPECT_EQ(record.item_id(), "gear");
  EXPECT_TRUE(record.has_quantity());
  EXPECT_EQ(record.evidence(), type::v1::EVIDENCE_GRADE_DECLARED);
  v1::GetSupplyRecordRequest get;
  get.set_name(record.name());
  v1::SupplyRecord read;
  ASSERT_THAT(registry_.Call(*supply_, &SupplyService::Stub::GetSupplyRecord,
                             get, &read),
              IsOk());
  EXPECT_EQ(read.seq(), record.seq());
}

// METHOD 2.2, on the state after the write.
TEST_F(ResourceTest, MeasuresOfAnItemAndYearAreNotMixed) {
  CreateItem("gear");
  v1::CreateSupplyRecordRequest request = NewSupply("gear", "JPN");
  request.mutable_supply_record()->set_quantity(1);
  v1::SupplyRecord record;
  ASSERT_THAT(CreateSupply(request, &record), IsOk());
  request = NewSupply("gear", "CHN");
  request.mutable_supply_record()->set_share(0.5);
  const store::Change head = registry_.Head();
  EXPECT_THAT(CreateSupply(request, &record),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(registry_.Head().seq, head.seq);
}

TEST_F(ResourceTest, BatchesAreAtomicAndInOrder) {
  v1::BatchCreateItemsRequest request;
  for (const char* id : {"b", "a", "c"}) *request.add_requests() = NewItem(id);
  v1::BatchCreateItemsResponse response;
  ASSERT_THAT(registry_.Call(*items_, &ItemService::Stub::BatchCreateItems,
                             request, &response),
              IsOk());
  ASSERT_EQ(response.items_size(), 3);
  EXPECT_EQ(response.items(1).item_id(), "a");
  EXPECT_EQ(response.seq(), registry_.Head().seq);

  v1::BatchCreateItemsRequest twice;
  *twice.add_requests() = NewItem("d");
  *twice.add_requests() = NewItem("d");
  EXPECT_THAT(registry_.Call(*items_, &ItemService::Stub::BatchCreateItems,
                             twice, &response),
              StatusIs(absl::StatusCode::kInvalidArgument));
  v1::Item item;
  EXPECT_THAT(GetItem("d", &item), StatusIs(absl::StatusCode::kNotFound));

  v1::BatchGetItemsRequest get;
  get.add_names("items/c");
  get.add_names("items/nope");
  v1::BatchGetItemsResponse got;
  EXPECT_THAT(
      registry_.Call(*items_, &ItemService::Stub::BatchGetItems, get, &got),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("items/nope")));
}

TEST_F(ResourceTest, ListPagesShowOneStateAndFilter) {
  for (const char* id : {"a", "b", "c", "d", "e"}) CreateItem(id);
  v1::ListItemsRequest request;
  request.set_page_size(2);
  request.set_filter("sectors = \"nev\" AND category = component");
  std::vector<std::string> ids;
  v1::ListItemsResponse page;
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(
        registry_.Call(*items_, &ItemService::Stub::ListItems, request, &page),
        IsOk());
    for (const v1::Item& item : page.items()) ids.push_back(item.item_id());
    if (i == 0) CreateItem("aa");  // not of the state of the first page
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  EXPECT_THAT(ids, ::testing::ElementsAre("a", "b", "c", "d", "e"));
  request.set_filter("colour = red");
  request.clear_page_token();
  EXPECT_THAT(
      registry_.Call(*items_, &ItemService::Stub::ListItems, request, &page),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ResourceTest, DeleteListsWhatNamesItAndForceTakesThatToo) {
  CreateItem("gear");
  CreateItem("motor");
  v1::CreateItemRequest child = NewItem("tooth");
  child.mutable_item()->set_parent_item_id("gear");
  v1::Item item;
  ASSERT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, child, &item),
      IsOk());
  v1::CreateSupplyRecordRequest supply = NewSupply("gear", "CHN");
  supply.mutable_supply_record()->set_quantity(1);
  v1::SupplyRecord record;
  ASSERT_THAT(CreateSupply(supply, &record), IsOk());
  v1::CreateInputRequest input;
  input.set_parent("items/motor");
  input.mutable_input()->set_input_item_id("gear");
  v1::Input made;
  ASSERT_THAT(
      registry_.Call(*inputs_, &InputService::Stub::CreateInput, input, &made),
      IsOk());
  v1::DeleteItemRequest request;
  request.set_name("items/gear");
  const store::Change head = registry_.Head();
  const absl::Status refused = DeleteItem(request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("still used by 3 rows")));
  EXPECT_EQ(rpc::MetadataOf(refused, "count"), "3");
  EXPECT_THAT(rpc::SubjectsOf(refused),
              ::testing::UnorderedElementsAre(
                  record.name(), "items/motor/inputs/gear", "items/tooth"));
  EXPECT_EQ(registry_.Head().seq, head.seq);
  // What cannot be without it goes, what can stays without it; one change.
  request.set_force(true);
  ASSERT_THAT(DeleteItem(request), IsOk());
  EXPECT_EQ(registry_.Head().seq, head.seq + 1);
  v1::GetInputRequest get;
  get.set_name(made.name());
  EXPECT_THAT(
      registry_.Call(*inputs_, &InputService::Stub::GetInput, get, &made),
      StatusIs(absl::StatusCode::kNotFound));
  ASSERT_THAT(GetItem("tooth", &item), IsOk());
  EXPECT_EQ(item.parent_item_id(), "");
  EXPECT_THAT(DeleteItem(request), StatusIs(absl::StatusCode::kNotFound));
  request.set_allow_missing(true);
  EXPECT_THAT(DeleteItem(request), IsOk());
}

// What names a deleted resource is as good as what names none, until it is
// back; and what a required list would be empty without stays in the way.
TEST_F(ResourceTest, DeletedOnesCannotBeNamedAndVocabularyStays) {
  CreateItem("gear");
  v1::DeleteItemRequest request;
  request.set_name("items/gear");
  ASSERT_THAT(DeleteItem(request), IsOk());
  v1::SupplyRecord record;
  v1::CreateSupplyRecordRequest supply = NewSupply("gear", "CHN");
  supply.mutable_supply_record()->set_quantity(1);
  EXPECT_THAT(CreateSupply(supply, &record),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  v1::UndeleteItemRequest undelete;
  undelete.set_name("items/gear");
  v1::Item item;
  ASSERT_THAT(registry_.Call(*items_, &ItemService::Stub::UndeleteItem,
                             undelete, &item),
              IsOk());
  EXPECT_THAT(CreateSupply(supply, &record), IsOk());

  const auto sectors = v1::SectorService::NewStub(registry_.channel());
  v1::DeleteSectorRequest sector;
  sector.set_force(true);
  type::v1::DeleteResponse gone;
  for (const char* name : {"sectors/rail", "sectors/nev"}) {
    sector.set_name(name);
    const absl::Status status = registry_.Call(
        *sectors, &v1::SectorService::Stub::DeleteSector, sector, &gone);
    // Two sectors at first, then one.
    EXPECT_THAT(status, StatusIs(name == std::string("sectors/rail")
                                     ? absl::StatusCode::kOk
                                     : absl::StatusCode::kFailedPrecondition));
  }
}

TEST_F(ResourceTest, HistoryShowsEveryVersion) {
  const v1::Item created = CreateItem("gear");
  v1::UpdateItemRequest request;
  request.mutable_item()->set_name("items/gear");
  request.mutable_item()->set_unit("件");
  v1::Item updated;
  ASSERT_THAT(UpdateItem(request, &updated), IsOk());
  v1::DeleteItemRequest remove;
  remove.set_name("items/gear");
  ASSERT_THAT(DeleteItem(remove), IsOk());
  v1::ListItemHistoryRequest asked;
  asked.set_name("items/gear");
  v1::ListItemHistoryResponse history;
  ASSERT_THAT(registry_.Call(*items_, &ItemService::Stub::ListItemHistory,
                             asked, &history),
              IsOk());
  ASSERT_THAT(history.versions(), SizeIs(2));
  EXPECT_TRUE(history.versions(0).deleted());
  EXPECT_EQ(history.versions(0).resource().unit(), "件");
  EXPECT_EQ(history.versions(0).seq_from(), updated.seq());
  EXPECT_FALSE(history.versions(1).deleted());
  EXPECT_EQ(history.versions(1).seq_to(), updated.seq());
  asked.set_page_size(1);
  ASSERT_THAT(registry_.Call(*items_, &ItemService::Stub::ListItemHistory,
                             asked, &history),
              IsOk());
  asked.set_page_token(history.next_page_token());
  ASSERT_THAT(registry_.Call(*items_, &ItemService::Stub::ListItemHistory,
                             asked, &history),
              IsOk());
  ASSERT_THAT(history.versions(), SizeIs(1));
  EXPECT_EQ(history.versions(0).seq_from(), created.seq());
}

TEST_F(ResourceTest, TablesOfLaterIssuesSaySo) {
  const auto boms = v1::BomService::NewStub(registry_.channel());
  v1::Bom bom;
  v1::GetBomRequest request;
  request.set_name("boms/b");
  EXPECT_THAT(
      registry_.Call(*boms, &v1::BomService::Stub::GetBom, request, &bom),
      StatusIs(absl::StatusCode::kUnimplemented,
               HasSubstr("not in this build")));
}

}  // namespace
}  // namespace qiangji::testing
