// Messages as cells, fields from texts, and the overview page.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/noun_type.h"
#include "clients/cli/overview.h"
#include "clients/cli/reflect.h"
#include "clients/cli/width.h"
#include "qiangji/registry/v1/item.pb.h"
#include "qiangji/registry/v1/milestone.pb.h"
#include "qiangji/registry/v1/supply_record.pb.h"

namespace qiangji::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status Set(google::protobuf::Message* message, const char* field,
                 absl::string_view text) {
  return SetField(*message->GetDescriptor()->FindFieldByName(field), text,
                  Lang::kEn, message);
}

TEST(Reflect, FieldsAndTextsAgree) {
  registry::v1::Item item;
  EXPECT_TRUE(Set(&item, "item_id", "bearing").ok());
  EXPECT_TRUE(Set(&item, "category", "component").ok());
  EXPECT_TRUE(Set(&item, "sectors", "nev;rail").ok());
  EXPECT_TRUE(Set(&item, "weight", "1.5").ok());
  EXPECT_TRUE(Set(&item, "signature", "true").ok());
  EXPECT_EQ(FieldCell(item, "item_id"), Cell(std::string("bearing")));
  EXPECT_EQ(FieldCell(item, "category"), Cell(std::string("component")));
  EXPECT_EQ(FieldCell(item, "sectors"), Cell(std::string("nev;rail")));
  EXPECT_EQ(FieldCell(item, "weight"), Cell(1.5));
  EXPECT_EQ(FieldCell(item, "signature"), Cell(true));
  EXPECT_EQ(FieldCell(item, "eol_rir"), Cell());
  EXPECT_EQ(FieldCell(item, "no_such_field"), Cell());
}

TEST(Reflect, EnumsDropTheirPrefix) {
  registry::v1::SupplyRecord record;
  EXPECT_TRUE(Set(&record, "qualification", "first_batch").ok());
  EXPECT_EQ(record.qualification(), type::v1::QUALIFICATION_FIRST_BATCH);
  EXPECT_EQ(FieldCell(record, "qualification"),
            Cell(std::string("first_batch")));
  // Nothing stated is not a value.
  EXPECT_EQ(FieldCell(record, "side"), Cell());
  coverage::v1::CoverageRow row;
  row.set_verdict(coverage::v1::VERDICT_NO_DATA);
  EXPECT_EQ(FieldCell(row, "verdict"), Cell(std::string("no data")));
}

TEST(Reflect, RefusesTextsOfAnotherType) {
  registry::v1::SupplyRecord record;
  for (const auto& [field, text] :
       std::vector<std::pair<const char*, const char*>>{
           {"quantity", "many"},
           {"quantity", "inf"},
           {"year", "2025.5"},
           {"market", "foreign"}}) {
    const absl::Status status = Set(&record, field, text);
    EXPECT_TRUE(IsUsageError(status)) << field;
    EXPECT_THAT(std::string(status.message()), HasSubstr(field));
  }
  const absl::Status near = Set(&record, "market", "domestc");
  EXPECT_THAT(std::string(near.message()), HasSubstr("Did you mean domestic"));
}

TEST(Reflect, ADateIsTheEndOfTheDayInBeijing) {
  registry::v1::Milestone milestone;
  ASSERT_TRUE(Set(&milestone, "date", "2024-05-01").ok());
  EXPECT_EQ(FieldCell(milestone, "date"),
            Cell(std::string("2024-05-01T15:59:59Z")));
}

TEST(NounTypes, HaveTheColumnsOfFormats) {
  const NounType* supply = FindNounType("supply");
  ASSERT_NE(supply, nullptr);
  std::vector<std::string> columns;
  for (const auto* column : supply->columns()) {
    columns.push_back(column->name());
  }
  EXPECT_THAT(
      columns,
      ElementsAre("item_id", "year", "market", "origin_country", "supplier_id",
                  "controller_country", "licence_countries", "qualification",
                  "reporter_id", "side", "quantity", "share", "value_cny",
                  "source", "evidence", "visibility"));
  EXPECT_NE(supply->FindColumn("origin-country"), nullptr);
  EXPECT_EQ(supply->FindColumn("etag"), nullptr);
}

TEST(NounTypes, HaveEveryStandardMethod) {
  for (const NounType& type : NounTypes()) {
    for (const char* verb :
         {"Get", "List", "Create", "Update", "Delete", "History"}) {
      EXPECT_THAT(type.Method(verb).full_name(), HasSubstr("qiangji.registry"))
          << type.noun() << " " << verb;
    }
    EXPECT_NE(type.ResourceField(*type.Method("Create").input_type()), nullptr);
  }
}

// Ten sectors, the last without data, and three alerts.
OverviewData Page() {
  OverviewData data;
  data.coverage.mutable_context()->set_contains_illustrative(true);
  auto* total = data.coverage.add_rows();
  total->set_year(2025);
  total->set_items(440);
  total->set_assured_items(250);
  total->set_items_with_data(400);
  total->set_share(0.568);
  total->set_share_upper(0.66);
  total->set_penetrated_share(0.31);
  total->set_target(0.7);
  for (int s = 0; s < 10; ++s) {
    auto* row = data.coverage.add_rows();
    row->set_sector(absl::StrCat("s", s));
    row->set_sector_name_zh("高档数控机床和机器人行业领域");
    row->set_sector_name_en("High-end CNC machine tools and robots of all");
    row->set_ten(true);
    row->set_items(40);
    row->set_target(0.7);
    if (s == 9) continue;
    row->set_share(0.1 * s);
    row->set_share_upper(0.1 * s + 0.05);
  }
  for (const int year : {2020, 2025}) {
    DueTarget due;
    due.year = year;
    due.status.set_target(year == 2020 ? 0.4 : 0.7);
    due.status.set_actual(0.5);
    due.status.set_actual_upper(0.6);
    due.status.set_verdict(year == 2020 ? coverage::v1::VERDICT_MET
                                        : coverage::v1::VERDICT_MISSED);
    due.status.set_missing_count(year == 2020 ? 0 : 58);
    data.targets.push_back(due);
  }
  for (int i = 0; i < 3; ++i) {
    bottleneck::v1::Alert alert;
    alert.set_rule("IMPORT_DEPENDENCE");
    alert.set_subject(absl::StrCat("items/i", i));
    alert.set_subject_name_zh("高精度谐波减速器及其薄壁柔性轴承");
    alert.set_subject_name_en("High-precision harmonic reducers");
    alert.set_severity(bottleneck::v1::SEVERITY_CRITICAL);
    alert.set_depends_on("JPN");
    alert.set_depends_share(0.96);
    for (int e = 0; e < 9; ++e) alert.add_equipment_ids(absl::StrCat("e", e));
    alert.mutable_closes()->set_text_zh(std::string(300, 'x'));
    alert.mutable_closes()->set_text_en(std::string(300, 'x'));
    data.bottlenecks.push_back(alert);
  }
  return data;
}

TEST(Overview, FitsItsPageInBothLanguages) {
  for (const Lang lang : {Lang::kZh, Lang::kEn}) {
    const auto lines = OverviewLines(Page(), lang, false);
    EXPECT_LE(lines.size(), static_cast<std::size_t>(kOverviewLines));
    for (const std::string& line : lines) {
      EXPECT_LE(DisplayWidth(line), kOverviewWidth) << line;
    }
  }
}

TEST(Overview, SaysFirstThatDataIsIllustrative) {
  EXPECT_THAT(OverviewLines(Page(), Lang::kEn, false)[0],
              HasSubstr("ILLUSTRATIVE DATA"));
  EXPECT_THAT(OverviewLines(Page(), Lang::kZh, false)[0],
              HasSubstr("示意数据"));
  OverviewData real = Page();
  real.coverage.mutable_context()->set_contains_illustrative(false);
  EXPECT_THAT(OverviewLines(real, Lang::kEn, false)[0],
              Not(HasSubstr("ILLUSTRATIVE")));
}

TEST(Overview, SortsSectorsByShareAndNeverShowsZeroForNoData) {
  const auto lines = OverviewLines(Page(), Lang::kEn, false);
  std::vector<std::string> sectors;
  for (const std::string& line : lines) {
    if (line.find("High-end CNC") != std::string::npos) sectors.push_back(line);
  }
  ASSERT_EQ(sectors.size(), 10u);
  EXPECT_THAT(sectors[0], HasSubstr("80.0%"));
  EXPECT_THAT(sectors[8], HasSubstr("0.0%"));
  EXPECT_THAT(sectors[9], HasSubstr("no data"));
  EXPECT_THAT(sectors[9], Not(HasSubstr("0.0%")));
  for (int s = 0; s < 9; ++s) EXPECT_THAT(sectors[s], HasSubstr("┃")) << s;
}

TEST(Overview, NamesDependenceEquipmentAndWhatWouldClose) {
  OverviewData data = Page();
  data.bottlenecks[0].mutable_closes()->set_text_en("300 pcs more at home");
  data.equipment["e0"] = "robot";
  std::string page;
  for (const std::string& line : OverviewLines(data, Lang::kEn, false)) {
    page += line + "\n";
  }
  EXPECT_THAT(page, HasSubstr("Japan 96.0%"));
  EXPECT_THAT(page, HasSubstr("stops robot"));
  EXPECT_THAT(page, HasSubstr("closed by: 300 pcs more at home"));
  EXPECT_THAT(page, HasSubstr("58 short"));
}

}  // namespace
}  // namespace qiangji::cli
