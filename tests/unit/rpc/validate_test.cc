#include "services/rpc/validate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "qiangji/registry/v1/change_service.pb.h"
#include "qiangji/registry/v1/item_service.pb.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Fields(const google::protobuf::Message& message) {
  std::vector<std::string> fields;
  for (const auto& [field, what] : ViolationsOf(ValidateRequest(message))) {
    fields.push_back(field);
  }
  return fields;
}

registry::v1::CreateItemRequest Good() {
  registry::v1::CreateItemRequest request;
  auto* item = request.mutable_item();
  item->set_item_id("bearing");
  item->set_name_zh("轴承 🐉\n第二行\t");
  item->set_category(type::v1::CATEGORY_COMPONENT);
  item->set_weight(1e308);
  return request;
}

TEST(ValidateTest, AcceptsWhatIsWellFormed) {
  EXPECT_THAT(ValidateRequest(Good()), IsOk());
}

TEST(ValidateTest, ReportsEverythingAtOnce) {
  auto request = Good();
  auto* item = request.mutable_item();
  item->set_category(static_cast<type::v1::Category>(99));
  item->set_weight(std::nan(""));
  item->set_eol_rir(-std::numeric_limits<double>::infinity());
  item->set_name_en(std::string("a\0b", 3));
  item->add_aliases("fine");
  item->add_aliases("evil\u202Etxt");
  EXPECT_THAT(
      Fields(request),
      UnorderedElementsAre("item.category", "item.weight", "item.eol_rir",
                           "item.name_en", "item.aliases[1]"));
}

TEST(ValidateTest, LooksIntoRepeatedMessages) {
  registry::v1::BatchCreateItemsRequest batch;
  *batch.add_requests() = Good();
  *batch.add_requests() = Good();
  batch.mutable_requests(1)->mutable_item()->set_item_id("\x7f");
  EXPECT_THAT(Fields(batch), ElementsAre("requests[1].item.item_id"));
}

TEST(ValidateTest, TimesAndDurationsHaveARange) {
  registry::v1::GetItemRequest get;
  get.mutable_read_time()->set_seconds(253402300800);
  EXPECT_THAT(Fields(get), ElementsAre("read_time"));
  get.mutable_read_time()->set_seconds(0);
  get.mutable_read_time()->set_nanos(-1);
  EXPECT_THAT(Fields(get), ElementsAre("read_time"));
  registry::v1::WatchChangesRequest watch;
  watch.mutable_heartbeat_interval()->set_seconds(1);
  watch.mutable_heartbeat_interval()->set_nanos(-5);
  EXPECT_THAT(Fields(watch), ElementsAre("heartbeat_interval"));
}

}  // namespace
}  // namespace qiangji::rpc
