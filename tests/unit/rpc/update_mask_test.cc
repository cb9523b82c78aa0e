#include "services/rpc/update_mask.h"

#include <google/protobuf/field_mask.pb.h>
#include <gtest/gtest.h>

#include "qiangji/registry/v1/item.pb.h"
#include "qiangji/registry/v1/item_service.pb.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::ElementsAre;

google::protobuf::FieldMask Mask(std::vector<std::string> paths) {
  google::protobuf::FieldMask mask;
  for (auto& path : paths) mask.add_paths(std::move(path));
  return mask;
}

class UpdateMaskTest : public ::testing::Test {
 protected:
  UpdateMaskTest() {
    source_.set_name("items/other");
    source_.set_name_zh("新");
    source_.set_weight(0);
    source_.add_sectors("rail");
    source_.set_seq(99);  // output only
    target_.set_name("items/a");
    target_.set_name_zh("旧");
    target_.set_name_en("old");
    target_.set_weight(2);
    target_.add_sectors("nev");
    target_.add_sectors("power");
    target_.set_seq(7);
  }
  registry::v1::Item source_;
  registry::v1::Item target_;
};

TEST_F(UpdateMaskTest, TakesTheNamedFields) {
  ASSERT_THAT(ApplyUpdateMask(Mask({"sectors", "weight"}), source_, &target_),
              IsOk());
  EXPECT_THAT(target_.sectors(), ElementsAre("rail"));
  EXPECT_TRUE(target_.has_weight());
  EXPECT_EQ(target_.weight(), 0);
  EXPECT_EQ(target_.name_zh(), "旧");
}

TEST_F(UpdateMaskTest, ClearsANamedFieldThatIsNotStated) {
  ASSERT_THAT(ApplyUpdateMask(Mask({"name_en"}), source_, &target_), IsOk());
  EXPECT_EQ(target_.name_en(), "");
  source_.clear_weight();
  ASSERT_THAT(ApplyUpdateMask(Mask({"weight"}), source_, &target_), IsOk());
  EXPECT_FALSE(target_.has_weight());
}

TEST_F(UpdateMaskTest, EmptyTakesWhatIsStated) {
  ASSERT_THAT(ApplyUpdateMask({}, source_, &target_), IsOk());
  EXPECT_EQ(target_.name_zh(), "新");
  EXPECT_EQ(target_.name_en(), "old");
  EXPECT_THAT(target_.sectors(), ElementsAre("rail"));
}

TEST_F(UpdateMaskTest, StarTakesAll) {
  ASSERT_THAT(ApplyUpdateMask(Mask({"*"}), source_, &target_), IsOk());
  EXPECT_EQ(target_.name_en(), "");
  EXPECT_EQ(target_.name_zh(), "新");
}

TEST_F(UpdateMaskTest, NeverTakesNameOrOutputOnlyFields) {
  for (const auto& mask : {Mask({}), Mask({"*"}), Mask({"seq", "name"})}) {
    ASSERT_THAT(ApplyUpdateMask(mask, source_, &target_), IsOk());
    EXPECT_EQ(target_.seq(), 7);
    EXPECT_EQ(target_.name(), "items/a");
  }
}

TEST_F(UpdateMaskTest, RefusesUnknownPathsAndIndices) {
  for (const char* path : {"colour", "", "sectors.0", "sectors[0]", "name_zh.x",
                           "weight.", "Weight"}) {
    EXPECT_THAT(ApplyUpdateMask(Mask({path}), source_, &target_),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << path;
  }
}

TEST_F(UpdateMaskTest, GoesBelowOneMessage) {
  registry::v1::CreateItemRequest from;
  registry::v1::CreateItemRequest into;
  *from.mutable_item() = source_;
  *into.mutable_item() = target_;
  ASSERT_THAT(ApplyUpdateMask(Mask({"item.name_zh"}), from, &into), IsOk());
  EXPECT_EQ(into.item().name_zh(), "新");
  EXPECT_EQ(into.item().name_en(), "old");
}

TEST_F(UpdateMaskTest, ClearOutputOnly) {
  ClearOutputOnly(&source_);
  EXPECT_EQ(source_.seq(), 0);
  EXPECT_EQ(source_.name_zh(), "新");
}

}  // namespace
}  // namespace qiangji::rpc
