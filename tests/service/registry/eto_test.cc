#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using registry::v1::ImportResult;
using registry::v1::ImportStart;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The shape of the data set with each of its quirks, made up.
Files EtoFiles() {
  return {{"inputs.csv",
           "input_id,input_name,type,stage_name,stage_id,description,year\n"
           "N1,Tools,tool_resource,,,\"two\nlines\",2025\n"
           "N2,Etch tools,tool_resource,,,,2025\n"
           "N3,Wafer,material_resource,,,,2019\n"
           "N4,Chip design,process,Design,S1,,2022\n"},
          {"providers.csv",
           "provider_name,alias,provider_id,provider_type,country\n"
           "CHN,China,P2,country,\n"
           "JPN,Japan,P7,country,\n"
           "EUR,Europe,P312,country,EUR\n"
           "Various countries,,P5,country,\n"
           "Acme,,P10,organization,CHN\n"
           "Acme,Acme Holding,P10,organization,CHN\n"
           "Nippon,,P11,organization,JPN\n"
           "Various companies,,P370,organization,Various countries\n"},
          {"provision.csv",
           "provider_name,provider_id,provided_name,provided_id,share_provided,"
           "year,source\n"
           "CHN,P2,Tools,N1,20.5,2025,s\n"
           "JPN,P7,Tools,N1,71,2025,s\n"
           "EUR,P312,Tools,N1,6.5,2025,s\n"
           "Various countries,P5,Tools,N1,2,2025,s\n"
           "Acme,P10,Tools,N1,12.2,2025,s\n"
           "Nippon,P11,Tools,N1,71,2025,s\n"
           "Various companies,P370,Tools,N1,16.8,2025,s\n"
           "Nippon,P11,Etch tools,N2,60,2021,s\n"
           "Various companies,P370,Etch tools,N2,40,2021,s\n"
           "CHN,P2,Wafer,N3,,2019,s\n"
           "CHN,P2,Design,S1,6,2022,s\n"},
          {"sequence.csv",
           "input_name,input_id,goes_into_name,goes_into_id,is_type_of_name,"
           "is_type_of_id\n"
           "Etch tools,N2,,,Tools,N1\n"
           "Wafer,N3,Chip design,N4,,\n"
           "Design,S1,Chip design,N4,,\n"},
          {"stages.csv", "stage_id,stage_name\nS1,Design\n"}};
}

absl::StatusOr<ImportResult> ImportEto(TestRegistry& registry,
                                       const Files& files) {
  ImportStart start;
  start.set_format(registry::v1::IMPORT_FORMAT_ETO);
  return registry.Import(files, start);
}

TEST(EtoImport, TotalsPartsTypesAndInputs) {
  TestRegistry registry;
  const auto result = ImportEto(registry, EtoFiles());
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  const Files files = registry.Export()->first;
  EXPECT_EQ(files.at("items.csv"),
            "item_id,name_zh,name_en,category,sectors,unit,weight,signature,"
            "parent_item_id,hs_codes,standards,requirement,aliases,"
            "replace_months,eol_rir,si_sr\n"
            "n1,Tools,Tools,component,next-gen-it,,,,,,,,,,,\n"
            "n2,Etch tools,Etch tools,component,next-gen-it,,,,n1,,,,,,,\n"
            "n3,Wafer,Wafer,material,next-gen-it,,,,,,,,,,,\n"
            "n4,Chip design,Chip design,process,next-gen-it,,,,,,,,,,,\n");
  EXPECT_EQ(files.at("inputs.csv"),
            "item_id,input_item_id,cost_share,essentiality,"
            "substitution_group,first_year,last_year,visibility\n"
            "n4,n3,,1,,,,public\n");
  const std::string& supply = files.at("supply.csv");
  for (const char* row :
       {"n1,2025,domestic,CHN,,,,,,third_party,,0.205,,s,published,public\n",
        "n1,2025,domestic,CHN,p10,,,,,third_party,,0.122,,s,published,",
        // Europe and various countries are one origin.
        "n1,2025,domestic,XXF,,,,,,third_party,,0.085,,s,published,public\n",
        "n1,2025,domestic,JPN,p11,,,,,third_party,,0.71,",
        // No country rows: the remainder stands by itself.
        "n2,2021,domestic,JPN,p11,,,,,third_party,,0.6,",
        "n2,2021,domestic,XXF,,,,,,third_party,,0.4,"}) {
    EXPECT_THAT(supply, HasSubstr(row));
  }
  EXPECT_THAT(supply, Not(HasSubstr("n3,")));
  EXPECT_THAT(supply, Not(HasSubstr("0.168")));
  EXPECT_THAT(files.at("organizations.csv"),
              HasSubstr("p10,Acme,Acme,enterprise,CHN,"));
  EXPECT_THAT(files.at("organizations.csv"), Not(HasSubstr("p370")));
}

TEST(EtoImport, CountsWhatItPassesOver) {
  TestRegistry registry;
  Files files = EtoFiles();
  files["LICENSE.csv"] = "text\n";
  const auto result = ImportEto(registry, files);
  ASSERT_THAT(result, IsOk());
  std::map<std::string, std::int64_t> skipped;
  for (const auto& each : result->skipped()) {
    skipped[each.reason()] = each.rows();
  }
  EXPECT_EQ(skipped,
            (std::map<std::string, std::int64_t>{
                {"files that are not of the data set", 1},
                {"providers.csv: further names of one provider", 1},
                {"provision.csv: \"Various companies\" beside countries", 1},
                {"provision.csv: rows about stages", 1},
                {"provision.csv: rows added to another of the same origin", 1},
                {"provision.csv: rows without a share", 1},
                {"rows of stages.csv: stages are no items", 1},
                {"sequence.csv: rows about stages", 1}}));
  ASSERT_GT(result->warnings_size(), 0);
  EXPECT_THAT(result->warnings(0), HasSubstr("world market"));
}

TEST(EtoImport, ReportsWhatDoesNotFit) {
  TestRegistry registry;
  Files files = EtoFiles();
  files["provision.csv"] =
      "provider_name,provider_id,provided_name,provided_id,share_provided,"
      "year,source\n"
      "CHN,P2,Tools,N1,120,2025,s\n"
      "CHN,P99,Tools,N1,20,2025,s\n"
      "CHN,P2,Nothing,N9,20,2025,s\n";
  files.erase("sequence.csv");
  const auto result = ImportEto(registry, files);
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(ErrorLines(*result),
              ElementsAre(HasSubstr("sequence.csv is missing"),
                          HasSubstr("provision.csv:2: share_provided: "),
                          HasSubstr("provision.csv:3: provider_id: "),
                          HasSubstr("provision.csv:4: provided_id: ")));
  EXPECT_EQ(registry.Head().seq, 1);
}

}  // namespace
}  // namespace qiangji::testing
