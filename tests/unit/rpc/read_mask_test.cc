#include "services/rpc/read_mask.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "qiangji/registry/v1/item_service.pb.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::HasSubstr;

registry::v1::ListItemsResponse Page() {
  registry::v1::ListItemsResponse page;
  for (const char* id : {"a", "b"}) {
    auto& item = *page.add_items();
    item.set_item_id(id);
    item.set_unit("t");
    item.add_sectors("nev");
    item.mutable_update_time()->set_seconds(5);
  }
  page.set_next_page_token("more");
  page.set_read_seq(3);
  return page;
}

TEST(ReadMaskTest, KeepsWhatItNames) {
  auto page = Page();
  ASSERT_THAT(
      ApplyReadMask("items.item_id, items.update_time.seconds,read_seq", &page),
      IsOk());
  EXPECT_EQ(page.items(1).item_id(), "b");
  EXPECT_EQ(page.items(1).unit(), "");
  EXPECT_EQ(page.items(1).sectors_size(), 0);
  EXPECT_EQ(page.items(0).update_time().seconds(), 5);
  EXPECT_EQ(page.next_page_token(), "");
  EXPECT_EQ(page.read_seq(), 3);
}

TEST(ReadMaskTest, AWholeFieldHoldsItsParts) {
  for (const char* mask : {"items,items.unit", "items.unit,items"}) {
    auto page = Page();
    ASSERT_THAT(ApplyReadMask(mask, &page), IsOk());
    EXPECT_EQ(page.items(0).sectors(0), "nev");
    EXPECT_EQ(page.read_seq(), 0);
  }
}

TEST(ReadMaskTest, NothingAndAStarKeepAll) {
  for (const char* mask : {"", "*", "read_seq,*"}) {
    auto page = Page();
    ASSERT_THAT(ApplyReadMask(mask, &page), IsOk());
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(page, Page()));
  }
}

TEST(ReadMaskTest, RefusesUnknownPaths) {
  for (const char* mask : {"items.uni", "item", "items.unit.x", "items[0]",
                           "items.", ".", ",", "read_seq,", "items/unit"}) {
    auto page = Page();
    EXPECT_THAT(
        ApplyReadMask(mask, &page),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unknown path")))
        << mask;
  }
  auto page = Page();
  EXPECT_THAT(ApplyReadMask("items.weigth", &page),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("did you mean weight?")));
}

}  // namespace
}  // namespace qiangji::rpc
