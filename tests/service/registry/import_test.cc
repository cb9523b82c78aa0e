#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using registry::v1::ImportResult;
using registry::v1::ImportStart;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kItems[] =
    "item_id,name_zh,category,sectors\n"
    "gear,齿轮,component,nev\n"
    "motor,电机,component,nev\n";

const registry::v1::ImportTableCount& CountOf(const ImportResult& result,
                                              const std::string& table) {
  static const registry::v1::ImportTableCount none;
  for (const auto& count : result.tables()) {
    if (count.table() == table) return count;
  }
  return none;
}

// The bad directory: nothing is imported, everything is reported in one go.
TEST(Import, ReportsEveryBadRowWithFileLineAndColumn) {
  TestRegistry registry;
  const std::string directory = QJ_SOURCE_DIR "/tests/golden/bad_rows";
  const store::Change before = registry.Head();
  ImportStart start;
  start.set_max_errors(1000);
  const absl::StatusOr<ImportResult> result =
      registry.Import(ReadFiles(directory), start);
  ASSERT_THAT(result, IsOk());
  std::vector<std::string> unexpected = ErrorLines(*result);
  const std::size_t reported = unexpected.size();

  std::ifstream expected(directory + "/expected.txt");
  std::string line;
  std::size_t wanted = 0;
  while (std::getline(expected, line)) {
    if (line.empty() || line[0] == '#') continue;
    ++wanted;
    // "FILE:LINE: COLUMN: " and a part of the message.
    const std::size_t split = line.find(": ", line.find(": ") + 2) + 2;
    bool found = false;
    for (auto at = unexpected.begin(); at != unexpected.end(); ++at) {
      if (absl::StartsWith(*at, line.substr(0, split)) &&
          absl::StrContains(*at, line.substr(split))) {
        EXPECT_THAT(*at, HasSubstr("; accepted: "));
        unexpected.erase(at);
        found = true;
        break;
      }
    }
    EXPECT_TRUE(found) << "not reported: " << line;
  }
  EXPECT_THAT(unexpected, IsEmpty());
  EXPECT_GE(wanted, 30u);
  EXPECT_EQ(reported, wanted);
  EXPECT_FALSE(result->changed());
  EXPECT_EQ(registry.Head().seq, before.seq);
  EXPECT_EQ(registry.Head().digest, before.digest);
}

TEST(Import, TheSameFilesTwiceChangeNothing) {
  TestRegistry registry;
  const Files files = ReadFiles(QJ_SOURCE_DIR "/tests/golden/small");
  const absl::StatusOr<ImportResult> first = registry.Import(files, {}, 7);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(ErrorLines(*first), IsEmpty());
  EXPECT_TRUE(first->changed());
  EXPECT_GT(CountOf(*first, "supply").added(), 0);
  const store::Change head = registry.Head();
  EXPECT_EQ(first->seq(), head.seq);
  EXPECT_EQ(first->digest(), head.digest);

  const absl::StatusOr<ImportResult> second = registry.Import(files);
  ASSERT_THAT(second, IsOk());
  EXPECT_FALSE(second->changed());
  EXPECT_EQ(CountOf(*second, "supply").unchanged(),
            CountOf(*first, "supply").rows());
  EXPECT_EQ(registry.Head().digest, head.digest);
}

// Surrogates differ between the two, the exported files do not.
TEST(Import, OfAnExportGivesTheSameRows) {
  TestRegistry registry;
  ASSERT_THAT(registry.Import({{"items.csv",
                                "item_id,name_zh,category,sectors\n"
                                "zeta,丙,component,nev\nalpha,甲,component,"
                                "nev\n"}}),
              IsOk());
  const absl::StatusOr<ImportResult> imported =
      registry.Import(ReadFiles(QJ_SOURCE_DIR "/tests/golden/small"));
  ASSERT_THAT(imported, IsOk());
  const auto exported = registry.Export();
  ASSERT_THAT(exported, IsOk());
  EXPECT_EQ(exported->second, registry.Head().seq);
  EXPECT_THAT(exported->first, SizeIs(domain::RegistryTables().size()));

  TestRegistry copy;
  const absl::StatusOr<ImportResult> again = copy.Import(exported->first);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(ErrorLines(*again), IsEmpty());
  const auto second = copy.Export();
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->first, exported->first);
}

TEST(Import, ADryRunChecksAndWritesNothing) {
  TestRegistry registry;
  const store::Change head = registry.Head();
  ImportStart start;
  start.set_dry_run(true);
  const auto result = registry.Import({{"items.csv", kItems}}, start);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->dry_run());
  EXPECT_EQ(CountOf(*result, "items").added(), 2);
  EXPECT_EQ(registry.Head().digest, head.digest);
}

TEST(Import, RowsThatAreAbsentStayUnlessReplaced) {
  TestRegistry registry;
  ASSERT_THAT(registry.Import({{"items.csv", kItems}}), IsOk());
  const Files one = {
      {"items.csv",
       "item_id,name_zh,category,sectors\ngear,齿轮,component,nev\n"}};
  auto result = registry.Import(one);
  ASSERT_THAT(result, IsOk());
  EXPECT_FALSE(result->changed());
  ImportStart start;
  start.set_replace(true);
  result = registry.Import(one, start);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(CountOf(*result, "items").closed(), 1);
  EXPECT_THAT(registry.Export()->first["items.csv"], Not(HasSubstr("motor")));
}

TEST(Import, ReplaceRefusesToCloseWhatIsStillNamed) {
  TestRegistry registry;
  ASSERT_THAT(
      registry.Import({{"items.csv", kItems},
                       {"inputs.csv", "item_id,input_item_id\nmotor,gear\n"}}),
      IsOk());
  ImportStart start;
  start.set_replace(true);
  const auto result = registry.Import(
      {{"items.csv",
        "item_id,name_zh,category,sectors\nmotor,电机,component,nev\n"}},
      start);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(ErrorLines(*result),
              ElementsAre(HasSubstr("inputs still names it")));
}

TEST(Import, ARequestIdIsDoneOnce) {
  TestRegistry registry;
  ImportStart start;
  start.set_request_id("6c1d7f9e-6a80-4f3a-8a35-6e2c8b1f0a11");
  const auto first = registry.Import({{"items.csv", kItems}}, start);
  ASSERT_THAT(first, IsOk());
  // The state has gone on: a second run would add the rows again.
  ImportStart replace;
  replace.set_replace(true);
  ASSERT_THAT(
      registry.Import({{"items.csv", "item_id,name_zh,category,sectors\n"}},
                      replace),
      IsOk());
  const auto again = registry.Import({{"items.csv", kItems}}, start);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->replayed());
  EXPECT_EQ(again->seq(), first->seq());
  const auto other = registry.Import(
      {{"items.csv", absl::StrCat(kItems, "axle,轴,component,nev\n")}}, start);
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(Import, DeclaredDataIsNotMixedWithIllustrative) {
  TestRegistry registry;
  const auto supply = [](const std::string& evidence, int year) {
    return Files{{"items.csv", kItems},
                 {"supply.csv",
                  absl::StrCat("item_id,year,origin_country,quantity,evidence"
                               "\ngear,",
                               year, ",CHN,1,", evidence, "\n")}};
  };
  ASSERT_THAT(ErrorLines(*registry.Import(supply("illustrative", 2024))),
              IsEmpty());
  // Published figures stand beside an illustration, declared ones do not.
  EXPECT_THAT(ErrorLines(*registry.Import(supply("published", 2023))),
              IsEmpty());
  EXPECT_THAT(
      ErrorLines(*registry.Import(supply("", 2022))),
      ElementsAre(HasSubstr("supply.csv:2: evidence: declared records")));
  ImportStart start;
  start.set_mix(true);
  EXPECT_THAT(ErrorLines(*registry.Import(supply("", 2022), start)), IsEmpty());
}

TEST(Import, ReadsWhatSpreadsheetsWrite) {
  TestRegistry registry;
  // A byte order mark, Chinese headers, semicolons, CRLF, a line end within a
  // cell, full-width digits, decomposed letters and blank lines.
  const auto result = registry.Import(
      {{"items.csv",
        "\xEF\xBB\xBF条目编号;中文名称;英文名称;类别;所属领域;权重\r\n"
        "gear;\"齿\r\n轮\";Pe\xCC\x81;component;\"nev;rail\";１．５\r\n"
        "\r\n"
        "motor;　电机　;;component;nev;\r\n"}},
      {}, 3);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  const std::string items = registry.Export()->first["items.csv"];
  EXPECT_THAT(items, HasSubstr("gear,\"齿\n轮\",P\xC3\xA9,component,nev;rail,"
                               ",1.5,"));
  EXPECT_THAT(items, HasSubstr("motor,电机,,"));
}

TEST(Import, ReadsGb18030) {
  TestRegistry registry;
  // 齿轮 in GB18030.
  const auto result = registry.Import(
      {{"items.csv",
        "item_id,name_zh,category,sectors\ngear,\xB3\xDD\xC2\xD6,component,"
        "nev\n"}},
      {}, 1);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  EXPECT_THAT(registry.Export()->first["items.csv"], HasSubstr("gear,齿轮,"));
  ImportStart start;
  start.set_encoding("utf-8");
  const auto strict = registry.Import(
      {{"items.csv", "item_id,name_zh\ngear,\xB3\xDD\n"}}, start);
  ASSERT_THAT(strict, IsOk());
  EXPECT_THAT(ErrorLines(*strict),
              ElementsAre(HasSubstr("items.csv:2: : the bytes are not UTF-8")));
}

TEST(Import, RowsMayNameRowsThatComeLater) {
  TestRegistry registry;
  const auto result = registry.Import(
      {{"items.csv",
        "item_id,name_zh,category,sectors,parent_item_id\n"
        "child,子,component,nev,parent\nparent,父,component,nev,\n"},
       {"organizations.csv",
        "organization_id,name_zh,country,uscc,parent_organization_id\n"
        "plant,厂,CHN,,uscc:91110000802100433B\n"
        "group,集团,CHN,91110000802100433B,\n"},
       {"supply.csv",
        "item_id,year,origin_country,supplier_id,reporter_id,quantity\n"
        "child,2025,CHN,uscc:91110000802100433B,group,5\n"}});
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  const Files files = registry.Export()->first;
  EXPECT_THAT(files.at("organizations.csv"), HasSubstr("plant,厂,,enterprise,"
                                                       "CHN,,group,"));
  EXPECT_THAT(files.at("supply.csv"),
              HasSubstr("child,2025,domestic,CHN,group,,,,group,seller,5,"));
}

TEST(Import, UnknownFilesAndColumnsAreErrorsUnlessIgnored) {
  TestRegistry registry;
  const Files files = {
      {"items.csv",
       "item_id,name_zh,category,sectors,colour\ngear,齿轮,component,nev,"
       "red\n"},
      {"boms.csv", "a,b\n1,2\n"}};
  const auto refused = registry.Import(files);
  ASSERT_THAT(refused, IsOk());
  EXPECT_THAT(ErrorLines(*refused),
              ElementsAre(HasSubstr("boms.csv:0: : is no file"),
                          HasSubstr("items.csv:1: colour: ")));
  ImportStart start;
  start.set_ignore_unknown(true);
  const auto taken = registry.Import(files, start);
  ASSERT_THAT(taken, IsOk());
  EXPECT_EQ(CountOf(*taken, "items").added(), 1);
}

TEST(Import, ErrorsBeyondTheLimitAreCounted) {
  TestRegistry registry;
  std::string items = "item_id,name_zh,category,sectors\n";
  for (int i = 0; i < 20; ++i) absl::StrAppend(&items, "i", i, ",n,x,nev\n");
  ImportStart start;
  start.set_max_errors(3);
  const auto result = registry.Import({{"items.csv", items}}, start);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->errors_size(), 3);
  EXPECT_EQ(result->errors(2).line(), 4);
  EXPECT_EQ(result->error_count(), 20);
}

TEST(Import, RefusesWhatIsNoImport) {
  TestRegistry registry;
  EXPECT_THAT(registry.Import({{"../items.csv", kItems}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(registry.Import({}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ImportStart start;
  // What is said to be a workbook is read as one.
  start.set_format(registry::v1::IMPORT_FORMAT_XLSX);
  EXPECT_THAT(ErrorLines(*registry.Import({{"items.csv", kItems}}, start)),
              ElementsAre(HasSubstr("is not a workbook")));
}

}  // namespace
}  // namespace qiangji::testing
