// CycloneDX documents in and out (docs/CYCLONEDX.md).
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "tests/service/registry/every_table.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using nlohmann::json;
using registry::v1::ExportRequest;
using registry::v1::ExportResponse;
using registry::v1::ExportService;
using registry::v1::ImportResult;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kPress[] = "3e671687-395b-41f5-a30f-a58921a69b79";

std::string Press() {
  std::ifstream file(QJ_SOURCE_DIR "/tests/golden/formats/press.cdx.json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::StatusOr<std::string> ExportText(TestRegistry& registry,
                                       ExportRequest request = {}) {
  request.set_format(registry::v1::EXPORT_FORMAT_CYCLONEDX);
  grpc::ClientContext context;
  const auto stub = ExportService::NewStub(registry.channel());
  const auto stream = stub->Export(&context, request);
  std::string text;
  ExportResponse part;
  while (stream->Read(&part)) text += part.data();
  const absl::Status status = client::FromGrpcStatus(stream->Finish());
  if (!status.ok()) return status;
  return text;
}

absl::StatusOr<json> ExportDocument(TestRegistry& registry,
                                    const ExportRequest& request = {}) {
  const absl::StatusOr<std::string> text = ExportText(registry, request);
  if (!text.ok()) return text.status();
  return json::parse(*text);
}

ExportRequest OfDocument(const std::string& id) {
  ExportRequest request;
  request.set_document_id(id);
  return request;
}
ExportRequest OfRoot(const std::string& root) {
  ExportRequest request;
  request.set_root(root);
  return request;
}

std::vector<std::string> Errors(TestRegistry& registry,
                                const std::string& text) {
  const absl::StatusOr<ImportResult> result =
      registry.Import({{"bom.json", text}});
  EXPECT_THAT(result, IsOk());
  return result.ok() ? ErrorLines(*result) : std::vector<std::string>();
}

// Without properties of the registry; lists whose order says nothing sorted.
void Strip(json& value) {
  if (!value.is_structured()) return;
  for (auto& [name, member] : value.items()) Strip(member);
  if (value.is_object() && value.contains("properties")) {
    json others = json::array();
    for (const json& property : value["properties"]) {
      if (!absl::StartsWith(property["name"].get<std::string>(), "qiangji:")) {
        others.push_back(property);
      }
    }
    value["properties"] = others;
    if (others.empty()) value.erase("properties");
  }
  for (const char* list : {"dependencies", "dependsOn"}) {
    if (value.is_object() && value.contains(list)) {
      std::sort(value[list].begin(), value[list].end());
    }
  }
}

std::vector<std::string> Lines(const std::string& csv) {
  std::vector<std::string> lines;
  std::stringstream in(csv);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(CycloneDx, GivesBackWhatAForeignDocumentHeld) {
  TestRegistry registry;
  ASSERT_THAT(Errors(registry, Press()), IsEmpty());
  const auto exported = ExportDocument(registry, OfDocument(kPress));
  ASSERT_THAT(exported, IsOk());
  json original = json::parse(Press()), back = *exported;
  Strip(original);
  Strip(back);
  EXPECT_EQ(back, original) << json::diff(original, back).dump(1);
  // Once more: what is written is read as the same.
  ASSERT_THAT(Errors(registry, exported->dump()), IsEmpty());
  EXPECT_EQ(*ExportDocument(registry, OfDocument(kPress)), *exported);
  TestRegistry other;
  ASSERT_THAT(Errors(other, exported->dump()), IsEmpty());
  EXPECT_EQ(*ExportDocument(other, OfDocument(kPress)), *exported);
}

TEST(CycloneDx, ComponentsBecomeItemsInputsSuppliersAndSupply) {
  TestRegistry registry;
  const auto result = registry.Import({{"press.cdx.json", Press()}});
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  EXPECT_THAT(result->warnings(), ElementsAre(HasSubstr("1 suppliers state")));
  const Files files = registry.Export()->first;
  const auto has = [&](const char* file, const char* begin) {
    const std::vector<std::string> lines = Lines(files.at(file));
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& l) {
      return absl::StartsWith(l, begin);
    });
  };
  EXPECT_TRUE(has("items.csv", "press-4,伺服压力机,,equipment,cnc-robotics"));
  EXPECT_TRUE(has("items.csv", "servo-motor,伺服电机,,component,cnc-robotics"));
  EXPECT_TRUE(has("items.csv", "pkg-part-bearing,轴承,,component"));
  EXPECT_TRUE(has("items.csv", "fw,drive-firmware,,software"));
  EXPECT_TRUE(has("inputs.csv", "press-4,servo-motor"));
  EXPECT_TRUE(has("inputs.csv", "servo-motor,pkg-part-bearing"));
  EXPECT_TRUE(has("inputs.csv", "servo-motor,fw"));
  EXPECT_TRUE(has("supply.csv", "servo-motor,2025,domestic,JPN"));
  EXPECT_TRUE(has("organizations.csv", "example-drives,Example Drives"));
}

TEST(CycloneDx, KnownItemsAndInputsStayAsTheyAre) {
  TestRegistry registry;
  ASSERT_THAT(ErrorLines(*registry.Import(
                  {{"items.csv",
                    "item_id,name_zh,category,sectors,weight\n"
                    "pkg-part-bearing,精密轴承,component,rail,7\n"
                    "servo-motor,电机,component,rail,3\n"},
                   {"inputs.csv",
                    "item_id,input_item_id,cost_share,essentiality\n"
                    "servo-motor,pkg-part-bearing,0.25,1\n"}})),
              IsEmpty());
  ASSERT_THAT(Errors(registry, Press()), IsEmpty());
  const Files files = registry.Export()->first;
  EXPECT_THAT(files.at("items.csv"),
              HasSubstr("pkg-part-bearing,精密轴承,,component,rail,,7"));
  EXPECT_THAT(files.at("inputs.csv"),
              HasSubstr("servo-motor,pkg-part-bearing,0.25,1"));
  // What the document states itself is written.
  EXPECT_THAT(files.at("items.csv"), HasSubstr("servo-motor,伺服电机,"));
}

TEST(CycloneDx, TheWholeRegistryGoesOutAndIn) {
  TestRegistry registry;
  ASSERT_THAT(ErrorLines(*registry.Import(EveryTable(1))), IsEmpty());
  const auto text = ExportText(registry);
  ASSERT_THAT(text, IsOk());
  TestRegistry other;
  // Sectors are no part of a bill of materials.
  Files sectors = registry.Export()->first;
  ASSERT_THAT(
      ErrorLines(*other.Import({{"sectors.csv", sectors.at("sectors.csv")}})),
      IsEmpty());
  ASSERT_THAT(Errors(other, *text), IsEmpty());
  const Files before = registry.Export()->first;
  const Files after = other.Export()->first;
  for (const char* name :
       {"items.csv", "inputs.csv", "supply.csv", "demand.csv"}) {
    EXPECT_EQ(after.at(name), before.at(name)) << name;
  }
  // Organizations that supply, report, or are above these.
  const std::vector<std::string> all = Lines(before.at("organizations.csv"));
  const std::vector<std::string> named = Lines(after.at("organizations.csv"));
  EXPECT_GT(named.size(), 1u);
  for (const std::string& line : named)
    EXPECT_THAT(all, ::testing::Contains(line));
  // It has no serial number: the file gave it its name.
  EXPECT_EQ(*ExportText(other, OfDocument("bom")), *text);
}

TEST(CycloneDx, ARootBringsWhatItIsMadeOf) {
  TestRegistry registry;
  ASSERT_THAT(Errors(registry, Press()), IsEmpty());
  const auto motor = ExportDocument(registry, OfRoot("items/servo-motor"));
  ASSERT_THAT(motor, IsOk());
  EXPECT_EQ((*motor)["metadata"]["component"]["bom-ref"], "servo-motor");
  std::vector<std::string> refs;
  for (const json& component : (*motor)["components"]) {
    refs.push_back(component["bom-ref"]);
  }
  EXPECT_THAT(
      refs, UnorderedElementsAre("pkg-part-bearing", "pkg-part-magnet", "fw"));
  EXPECT_EQ((*motor)["dependencies"].size(), 1u);
  EXPECT_THAT(ExportText(registry, OfRoot("items/nothing")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nothing")));
  EXPECT_THAT(ExportText(registry, OfRoot("servo-motor")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ExportRequest both = OfRoot("items/servo-motor");
  both.set_document_id(kPress);
  EXPECT_THAT(ExportText(registry, both),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CycloneDx, ChangesOfTheRegistryGoIntoTheDocument) {
  TestRegistry registry;
  ASSERT_THAT(Errors(registry, Press()), IsEmpty());
  ASSERT_THAT(ErrorLines(*registry.Import(
                  {{"items.csv",
                    "item_id,name_zh,category,sectors\n"
                    "pkg-part-magnet,稀土磁钢,material,cnc-robotics\n"}})),
              IsEmpty());
  ExportRequest request = OfDocument(kPress);
  EXPECT_THAT(*ExportText(registry, request), HasSubstr("稀土磁钢"));
  request.set_read_seq(registry.Head().seq - 1);
  EXPECT_THAT(*ExportText(registry, request),
              ::testing::Not(HasSubstr("稀土磁钢")));
}

TEST(CycloneDx, NamesTheDocumentsThereAre) {
  TestRegistry registry;
  EXPECT_THAT(ExportText(registry, OfDocument("x")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no documents")));
  ASSERT_THAT(Errors(registry, Press()), IsEmpty());
  EXPECT_THAT(ExportText(registry, OfDocument("x")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(kPress)));
}

TEST(CycloneDx, WhatIsWrongIsSaidWithItsPlace) {
  TestRegistry registry;
  const std::int64_t before = registry.Head().seq;
  const auto with = [](const char* from, const std::string& to) {
    return absl::StrReplaceAll(Press(), {{from, to}});
  };
  EXPECT_THAT(Errors(registry, "{\"bomFormat\":\n \"CycloneDX\""),
              ElementsAre(AllOf(HasSubstr("bom.json"), HasSubstr("line 2"),
                                HasSubstr("is not JSON"))));
  EXPECT_THAT(Errors(registry, "[]"),
              ElementsAre(HasSubstr("is no CycloneDX document")));
  EXPECT_THAT(Errors(registry, with("\"1.7\"", "\"1.2\"")),
              ElementsAre(HasSubstr("accepted: 1.6, 1.7")));
  EXPECT_THAT(Errors(registry, std::string(100, '[') + std::string(100, ']')),
              ElementsAre(HasSubstr("nested deeper than 64")));
  EXPECT_THAT(Errors(registry, with("pkg:part/magnet", "fw")),
              ElementsAre(AllOf(HasSubstr("bom.json!components:2"),
                                HasSubstr("is that of another"))));
  EXPECT_THAT(Errors(registry, with("qiangji:unit", "qiangji:colour")),
              ElementsAre(AllOf(HasSubstr("bom.json!components:1: properties"),
                                HasSubstr("qiangji:colour"))));
  EXPECT_THAT(Errors(registry, with("\"value\": \"40\"", "\"value\": \"-4\"")),
              ElementsAre(AllOf(HasSubstr("bom.json!components:1: quantity"),
                                HasSubstr("-4"))));
  // A part without a sector: each component says so.
  EXPECT_EQ(Errors(registry, with("qiangji:sectors", "my:sectors")).size(), 5u);
  EXPECT_EQ(registry.Head().seq, before);
}

TEST(CycloneDx, LimitsAndReplace) {
  TestRegistry registry;
  const std::string huge(std::size_t{65} << 20, ' ');
  EXPECT_THAT(
      registry.Import({{"bom.json", huge}}, {}, 1 << 20),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("bom.json")));
  registry::v1::ImportStart start;
  start.set_replace(true);
  EXPECT_THAT(ErrorLines(*registry.Import({{"bom.json", Press()}}, start)),
              ElementsAre(HasSubstr("replaces no table")));
  // A table that people may write is no place to trust.
  ASSERT_THAT(
      ErrorLines(*registry.Import(
          {{"documents.csv",
            "document_id,part,chunk,chunks,content\n"
            "bad,0,0,1,\"{\"\"document\"\":{},\"\"items\"\":[{\"\"id\"\""
            ":\"\"a\"\",\"\"ref\"\":\"\"a\"\",\"\"in\"\":7}]}\"\n"
            "worse,0,0,2,{\n"}})),
      IsEmpty());
  for (const char* id : {"bad", "worse"}) {
    EXPECT_THAT(ExportText(registry, OfDocument(id)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace qiangji::testing
