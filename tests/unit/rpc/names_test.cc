#include "services/rpc/names.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/api/resource.pb.h"
#include "services/rpc/errors.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::IsOkAndHolds;
using ::qiangji::testing::StatusIs;
using ::testing::ElementsAre;

TEST(NamesTest, EveryPatternRoundTrips) {
  for (const absl::string_view pattern : AllPatterns()) {
    std::vector<std::string> values;
    for (const absl::string_view part : absl::StrSplit(pattern, '/')) {
      if (part[0] == '{') values.push_back(absl::StrCat("v-", values.size()));
    }
    const std::string name = MakeName(pattern, values);
    EXPECT_THAT(ParseName(pattern, name), IsOkAndHolds(values)) << pattern;
    EXPECT_EQ(LastSegment(name), values.back());
    // A pattern's names are no names of another pattern.
    for (const absl::string_view other : AllPatterns()) {
      if (other != pattern) {
        EXPECT_THAT(ParseName(other, name),
                    StatusIs(absl::StatusCode::kInvalidArgument))
            << other;
      }
    }
  }
}

TEST(NamesTest, RefusesWhatIsNoName) {
  for (const absl::string_view name :
       {"", "items", "items/", "/items/a", "items/a/", "items/a/b", "items//a",
        "Items/a", "items/a b", "items/..", "items/.", "items/-", "items/a%2F",
        "items/\xE4\xB8\xAD", "suppliers/a"}) {
    EXPECT_THAT(ParseName(pattern::kItem, name),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
  const std::string longest = absl::StrCat("items/", std::string(1000, 'a'));
  EXPECT_THAT(ParseName(pattern::kItem, longest),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(NamesTest, NamesTheFieldThatIsWrong) {
  const auto bad =
      ParseName(pattern::kItem, "x/y", /*wildcard=*/false, "names[3]").status();
  ASSERT_EQ(ViolationsOf(bad).size(), 1u);
  EXPECT_EQ(ViolationsOf(bad)[0].first, "names[3]");
}

TEST(NamesTest, WildcardOnlyWhereAllowed) {
  EXPECT_THAT(ParseName(pattern::kItem, "items/-", /*wildcard=*/true),
              IsOkAndHolds(ElementsAre("-")));
}

TEST(NamesTest, Parents) {
  EXPECT_EQ(ParentPattern(pattern::kInput), "items/{item}");
  EXPECT_EQ(ParentPattern(pattern::kItem), "");
  EXPECT_EQ(ParentName("items/a/inputs/b"), "items/a");
  EXPECT_EQ(ParentName("items/a"), "");
}

TEST(KeyTest, IsReadable) {
  EXPECT_EQ(JoinKey({"2023", "domestic", "JPN", "", "JPN", "DEU;USA", "series",
                     "", "seller"}),
            "2023~domestic~JPN~~JPN~DEU+USA~series~~seller");
  EXPECT_EQ(JoinKey({"2023", "JPN"}, '-'), "2023-JPN");
}

TEST(KeyTest, EveryByteRoundTrips) {
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  for (const char separator : {'~', '-'}) {
    const std::vector<std::string> cells = {all, "", "a~b-c", ";"};
    const std::string id = JoinKey(cells, separator);
    EXPECT_THAT(SplitKey(id, 4, separator), IsOkAndHolds(cells));
    const std::string name = MakeName(pattern::kTarget, {"x" + JoinKey({"~"})});
    EXPECT_THAT(ParseName(pattern::kTarget, name), IsOk());
  }
}

TEST(KeyTest, OneIdAKey) {
  // Written otherwise than JoinKey does: escaped without need, lower-case hex,
  // cut, the wrong number of cells.
  for (const absl::string_view id :
       {"=61~b", "=2f~b", "a~=2", "a~=", "a", "a~b~c", "a~=ZZ"}) {
    EXPECT_THAT(SplitKey(id, 2), StatusIs(absl::StatusCode::kInvalidArgument))
        << id;
  }
}

// The contract's patterns and names.h are one list.
TEST(NamesTest, HoldsThePatternsOfTheContract) {
  for (const absl::string_view file :
       {"item", "supply_record", "input", "demand", "world_share", "milestone",
        "organization", "project", "target", "sector", "country_risk",
        "criteria", "indicator", "edition_item"}) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
            absl::StrCat("qiangji/registry/v1/", file, ".proto"));
    if (descriptor == nullptr) continue;  // not linked into this program
    for (int i = 0; i < descriptor->message_type_count(); ++i) {
      const auto& options = descriptor->message_type(i)->options();
      const auto& resource = options.GetExtension(google::api::resource);
      for (const std::string& pattern : resource.pattern()) {
        EXPECT_EQ(std::count(AllPatterns().begin(), AllPatterns().end(),
                             absl::string_view(pattern)),
                  1)
            << pattern;
      }
    }
  }
}

}  // namespace
}  // namespace qiangji::rpc
