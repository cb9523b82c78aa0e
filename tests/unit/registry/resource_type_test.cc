#include "services/registry/resource_type.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/item.pb.h"
#include "qiangji/registry/v1/supply_record.pb.h"
#include "services/registry/row_parser.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::Kind;
using domain::TableId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A text that a column accepts; `seed` makes different ones.
std::string Sample(const Column& column, int seed) {
  switch (column.kind) {
    case Kind::kId:
      return absl::StrCat("id-", seed);
    case Kind::kIds:
      return column.name == "categories" ? "component;material"
                                         : absl::StrCat("a-", seed, ";b");
    case Kind::kText:
      return column.name == "metric" ? "share" : absl::StrCat("文本 ", seed);
    case Kind::kTexts:
      return absl::StrCat("x ", seed, ";y");
    case Kind::kNumber:
      return column.max <= 1 ? "0.25" : "0.5";
    case Kind::kInteger:
      return absl::StrCat(seed + 1);
    case Kind::kYear:
      return column.name == "baseline_year" || column.name == "first_year"
                 ? "2019"
                 : "2025";
    case Kind::kBool:
      return seed % 2 == 0 ? "true" : "false";
    case Kind::kTime:
      return "2025-06-30T15:59:59Z";
    case Kind::kCountry:
      return "JPN";
    case Kind::kCountries:
      return "JPN;USA";
    case Kind::kEnum:
      return std::string(column.values.back());
    case Kind::kHsCodes:
      return "8482;848210";
    case Kind::kUscc:
      return "91110000802100433B";
    case Kind::kLei:
      return "5493001KJTIIGC8Y1R12";
    case Kind::kRegion:
      return "310000";
    case Kind::kIndustry:
      return "C3451";
  }
  return "";
}

// Every column stated, but one of two that exclude each other.
std::vector<std::string> FullTexts(const domain::TableSchema& table) {
  std::vector<std::string> texts;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    const bool excluded =
        (table.id == TableId::kSupply && column.name == "quantity") ||
        column.name == "added_quantity";
    texts.push_back(excluded ? "" : Sample(column, static_cast<int>(c)));
  }
  return texts;
}

TEST(ResourceType, EveryTableHasAFieldForEveryColumn) {
  ASSERT_THAT(ResourceTypes(), SizeIs(domain::RegistryTables().size()));
  for (const ResourceType& type : ResourceTypes()) {
    for (const Column& column : type.table().columns) {
      EXPECT_NE(type.message()->FindFieldByName(std::string(column.name)),
                nullptr)
          << type.table().name << "." << column.name;
    }
  }
}

TEST(ResourceType, RowsOfEveryTableSurviveTheRoundTrip) {
  google::protobuf::DynamicMessageFactory factory;
  for (const ResourceType& type : ResourceTypes()) {
    SCOPED_TRACE(std::string(type.table().name));
    std::vector<domain::Violation> violations;
    const domain::Row row =
        ParseRow(type.table(), FullTexts(type.table()), violations);
    for (const auto& violation : violations) {
      ADD_FAILURE() << violation.column << " " << violation.message;
    }
    std::unique_ptr<google::protobuf::Message> message(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(type.message())
            ->New());
    type.ToMessage(row, message.get());
    const std::vector<std::string> texts = type.ToTexts(*message, violations);
    EXPECT_EQ(ParseRow(type.table(), texts, violations), row);
    EXPECT_THAT(violations, IsEmpty());
    for (std::size_t c = 0; c < row.size(); ++c) {
      EXPECT_EQ(domain::FormatCell(type.table().columns[c], row[c]), texts[c]);
    }

    // And the name gives the key back.
    const domain::Key key = domain::KeyOf(type.table(), row);
    const std::string name = type.Name(key);
    const absl::StatusOr<domain::Key> parsed = type.ParseName(name);
    ASSERT_TRUE(parsed.ok()) << name << ": " << parsed.status();
    EXPECT_EQ(*parsed, key);
  }
}

// Zero, false and "not stated" are different things.
TEST(ResourceType, NotStatedStaysNotStated) {
  const ResourceType& type = ResourceTypeOf(TableId::kItems);
  registry::v1::Item item;
  item.set_item_id("gear");
  std::vector<domain::Violation> violations;
  std::vector<std::string> texts = type.ToTexts(item, violations);
  const auto weight = static_cast<std::size_t>(type.table().Find("weight"));
  const auto mark = static_cast<std::size_t>(type.table().Find("signature"));
  EXPECT_EQ(texts[weight], "");
  EXPECT_EQ(texts[mark], "");
  item.set_weight(0);
  item.set_signature(false);
  texts = type.ToTexts(item, violations);
  EXPECT_EQ(texts[weight], "0");
  EXPECT_EQ(texts[mark], "false");
}

TEST(ResourceType, EntriesOfListsHoldNoSemicolon) {
  registry::v1::Item item;
  item.add_aliases("a;b");
  std::vector<domain::Violation> violations;
  ResourceTypeOf(TableId::kItems).ToTexts(item, violations);
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_EQ(violations[0].column, "aliases");
}

TEST(ResourceType, NamesAreReadable) {
  using domain::Value;
  using std::string;
  EXPECT_EQ(ResourceTypeOf(TableId::kWorldProduction)
                .Name({string("gear"), std::int64_t{2025}, string("JPN")}),
            "items/gear/worldShares/2025-JPN");
  EXPECT_EQ(ResourceTypeOf(TableId::kCountryRisk)
                .Name({string("JPN"), std::int64_t{2025}}),
            "countryRisks/JPN-2025");
  EXPECT_EQ(ResourceTypeOf(TableId::kCriteria)
                .Name({string("default"), std::int64_t{1}}),
            "criteria/default~1");
  EXPECT_EQ(ResourceTypeOf(TableId::kMilestones)
                .Name({string("gear"), string("series"), string("")}),
            "items/gear/milestones/series~");
  EXPECT_EQ(
      ResourceTypeOf(TableId::kEditions).Name({string("2016"), string("gear")}),
      "editions/2016/items/gear");
}

TEST(ResourceType, RefusesOtherNames) {
  const ResourceType& demand = ResourceTypeOf(TableId::kDemand);
  for (const char* name :
       {"", "items/gear", "items/gear/demands/", "items/gear/demands/2025~x",
        "items/Gear/demands/2025", "items/gear/demands/1900",
        "items/gear/demands/02025", "items/-/demands/2025"}) {
    EXPECT_EQ(demand.ParseName(name).status().code(),
              absl::StatusCode::kInvalidArgument)
        << name;
  }
  EXPECT_THAT(*demand.ParseParent("items/-"), IsEmpty());
  EXPECT_THAT(
      *demand.ParseParent("items/gear"),
      ElementsAre(std::make_pair(0, domain::Value(std::string("gear")))));
  EXPECT_FALSE(demand.ParseParent("organizations/gear").ok());
}

}  // namespace
}  // namespace qiangji::registry
