#include "clients/cli/bom_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "clients/cli/trace_tree.h"

namespace qiangji::cli {
namespace {

using ::testing::HasSubstr;

std::string Error(const std::string& text, Lang lang = Lang::kEn) {
  const auto lines = ParseBom(text, "bom.csv", lang);
  return lines.ok() ? "" : std::string(lines.status().message());
}

TEST(BomFile, ReadsTheColumnsOfFormats) {
  const auto lines = ParseBom(
      "\xEF\xBB\xBFline,item_id,name,quantity,unit_price,currency,"
      "origin_country,level\r\n"
      "1,gear,\"Gear, large\",2,30.5,USD,de,1\r\n"
      "2,,,1,,,ZZZ,2\r\n",
      "bom.csv", Lang::kEn);
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->size(), 2u);
  const registry::v1::BomLine& first = (*lines)[0];
  EXPECT_EQ(first.line(), 1);
  EXPECT_EQ(first.item_id(), "gear");
  EXPECT_EQ(first.title(), "Gear, large");
  EXPECT_EQ(first.quantity(), 2);
  EXPECT_EQ(first.unit_price(), 30.5);
  EXPECT_EQ(first.currency(), "USD");
  EXPECT_EQ(first.origin_country(), "DEU");
  EXPECT_FALSE((*lines)[1].has_unit_price());
  EXPECT_EQ((*lines)[1].level(), 2);
}

TEST(BomFile, NamesEveryBadCellWithItsLine) {
  const std::string error = Error(
      "line,quantity,origin_country\n"
      "1,-2,CHN\n"
      "x,1,QQQ\n"
      "3,,\n");
  EXPECT_THAT(error, HasSubstr("bom.csv:2: quantity: '-2'"));
  EXPECT_THAT(error, HasSubstr("bom.csv:3: line: 'x'"));
  EXPECT_THAT(error, HasSubstr("bom.csv:3: origin_country: 'QQQ'"));
  EXPECT_THAT(error, HasSubstr("bom.csv:4: quantity"));
}

TEST(BomFile, RefusesUnknownAndMissingColumns) {
  EXPECT_THAT(Error("line,quantity,colour\n"), HasSubstr("colour"));
  EXPECT_THAT(Error("line\n1\n"), HasSubstr("quantity"));
  EXPECT_THAT(Error("line,line,quantity\n"), HasSubstr("twice"));
  EXPECT_THAT(Error(""), HasSubstr("header"));
  EXPECT_THAT(Error("line,quantity\n1,2,3\n"), HasSubstr("more cells"));
  EXPECT_THAT(Error("line,quantity\n1,\"2\n"), HasSubstr("is not CSV"));
  EXPECT_THAT(Error("line,colour\n", Lang::kZh), HasSubstr("没有这一列"));
}

coverage::v1::TraceRow Row(const std::vector<std::string>& chain,
                           const std::string& country, double contribution) {
  coverage::v1::TraceRow row;
  for (const std::string& id : chain) row.add_chain(id);
  row.set_input_item_id(chain.back());
  row.set_country(country);
  row.set_contribution(contribution);
  return row;
}

TEST(TraceTree, SharesBeginningsAndJoinsRuns) {
  std::ostringstream out, err;
  Console console{out, err};
  PrintTraceTree(
      "press",
      {Row({"press"}, "DEU", 0.2), Row({"press", "gear", "steel"}, "JPN", 0.3),
       Row({"press", "gear", "steel", "ore"}, "unqualified", 0.1)},
      {{"press", "Press"}, {"gear", ""}}, Lang::kEn, console);
  EXPECT_EQ(out.str(),
            "press Press  60.0%\n"
            "├─ Germany  20.0%\n"
            "└─ gear > steel  40.0%\n"
            "   ├─ Japan  30.0%\n"
            "   └─ ore  10.0%\n"
            "      └─ unqualified  10.0%\n");
}

}  // namespace
}  // namespace qiangji::cli
