#include "services/coverage/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/unit/coverage/small_world.h"

namespace qiangji::coverage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kDigits = 5e-7;

v1::ItemMetrics MetricsOf(const std::shared_ptr<const domain::Analysis>& of,
                          const std::string& item, bool full = true) {
  v1::ItemMetrics metrics;
  std::shared_ptr<const RuleScores> scores;
  if (full) {
    scores = std::make_shared<const RuleScores>(
        *ComputeRuleScores(*of, /*stop=*/nullptr));
  }
  MetricsWriter(of, scores)
      .Fill(static_cast<domain::ItemIndex>(test::IndexOf(*of, item)), &metrics);
  return metrics;
}

v1::RuleInputs RulesOf(const std::shared_ptr<const domain::Analysis>& of,
                       const std::string& item) {
  return MetricsOf(of, item).rule_inputs();
}

// Value of an optional field by its column name; "" where it is not stated.
std::string Cell(const v1::ItemMetrics& metrics, const std::string& name) {
  const auto* field = v1::ItemMetrics::descriptor()->FindFieldByName(name);
  if (field == nullptr) return "no such field";
  const auto& reflection = *metrics.GetReflection();
  if (field->has_presence() && !reflection.HasField(metrics, field)) return "";
  switch (field->cpp_type()) {
    case google::protobuf::FieldDescriptor::CPPTYPE_DOUBLE:
      return std::to_string(reflection.GetDouble(metrics, field));
    case google::protobuf::FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(metrics, field) ? "true" : "false";
    case google::protobuf::FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(metrics, field));
    default:
      return reflection.GetString(metrics, field);
  }
}

TEST(MetricsWriterTest, MetricsAreThoseOfTheWorkedExample) {
  const auto analysis = SmallWorld().Analyze(2025);
  const MetricsWriter writer(analysis);
  for (const test::CsvRow& want : test::ReadCsv(
           QJ_SOURCE_DIR "/tests/golden/small/expected/metrics.csv")) {
    const std::string& id = want.at("item_id");
    v1::ItemMetrics got;
    writer.Fill(static_cast<domain::ItemIndex>(test::IndexOf(*analysis, id)),
                &got);
    EXPECT_FALSE(got.has_rule_inputs());
    for (const auto& [column, text] : want) {
      if (column == "category") continue;
      const std::string cell = Cell(got, column);
      if (text.empty() || cell.empty() || text == "true" || text == "false" ||
          column == "item_id" || column == "top_foreign_origin") {
        EXPECT_EQ(cell, text) << id << " " << column;
      } else {
        EXPECT_NEAR(std::stod(cell), std::stod(text), kDigits)
            << id << " " << column;
      }
    }
  }
}

TEST(MetricsWriterTest, WhatAnItemIs) {
  const v1::ItemMetrics servo =
      MetricsOf(SmallWorld().Analyze(2025), "servo", false);
  EXPECT_EQ(servo.category(), type::v1::CATEGORY_COMPONENT);
  EXPECT_EQ(servo.name_en(), "Servo motor");
  EXPECT_EQ(servo.unit(), "set");
  EXPECT_EQ(servo.weight(), 1);
  EXPECT_THAT(servo.sectors(), ElementsAre("cnc-robotics", "nev"));
  EXPECT_TRUE(servo.leaf());
  EXPECT_EQ(servo.input_count(), 1);
  EXPECT_FALSE(servo.cost_incomplete());
  EXPECT_EQ(servo.data_year(), 2025);
  EXPECT_EQ(servo.grade(), type::v1::EVIDENCE_GRADE_DECLARED);
}

TEST(MetricsWriterTest, SharesHaveNoUnit) {
  const v1::ItemMetrics igbt =
      MetricsOf(SmallWorld().Analyze(2025), "igbt", true);
  EXPECT_EQ(igbt.unit(), "");
  EXPECT_TRUE(igbt.rule_inputs().share_measure());
}

TEST(MetricsWriterTest, AParentIsNoLeafAndAMissingCostShareIsSaid) {
  SmallWorld world;
  world.Item("deep-bearing", "component", "rail",
             {{"parent_item_id", "bearing"}});
  world.Add("inputs", {{"item_id", "bearing"}, {"input_item_id", "seal"}});
  const v1::ItemMetrics bearing = MetricsOf(world.Analyze(2025), "bearing");
  EXPECT_FALSE(bearing.leaf());
  EXPECT_TRUE(bearing.cost_incomplete());
  EXPECT_EQ(bearing.input_count(), 2);
}

TEST(MetricsWriterTest, RuleInputsOfAnItemWithData) {
  const v1::RuleInputs rules =
      RulesOf(SmallWorld().Analyze(2025), "rv-reducer");
  EXPECT_DOUBLE_EQ(rules.foreign_share(), 0.3);
  EXPECT_DOUBLE_EQ(rules.hhi_foreign(), 10000);  // Japan alone
  EXPECT_DOUBLE_EQ(rules.assured_share_upper(), 0.4);
  EXPECT_DOUBLE_EQ(rules.named_supplier_assured_share(), 1);
  EXPECT_DOUBLE_EQ(rules.largest_supplier_group_share(), 1);
  EXPECT_EQ(rules.largest_supplier_group(), "plant-a");
  EXPECT_DOUBLE_EQ(rules.demand_quantity(), 100);
  EXPECT_DOUBLE_EQ(rules.assured_quantity(), 40);
  EXPECT_DOUBLE_EQ(rules.shortfall_quantity(), 10);
  EXPECT_DOUBLE_EQ(rules.not_assured_value_cny(), 60);
  ASSERT_EQ(rules.home_makers_size(), 2);
  EXPECT_EQ(rules.home_makers(0).organization_id(), "plant-a");
  EXPECT_DOUBLE_EQ(rules.home_makers(0).share(), 0.4);
  EXPECT_EQ(rules.home_makers(0).failed_criterion(),
            v1::FAILED_CRITERION_UNSPECIFIED);
  EXPECT_EQ(rules.home_makers(1).organization_id(), "plant-b");
  EXPECT_EQ(rules.home_makers(1).failed_criterion(),
            v1::FAILED_CRITERION_CONTROLLER);
  EXPECT_EQ(rules.home_makers(1).controller_country(), "JPN");
  ASSERT_EQ(rules.top_origins_size(), 1);
  EXPECT_EQ(rules.top_origins(0).country(), "JPN");
  EXPECT_DOUBLE_EQ(rules.top_origins(0).share(), 0.3);
}

TEST(MetricsWriterTest, WithoutDataNothingIsStatedThatNeedsIt) {
  const v1::RuleInputs rules = RulesOf(SmallWorld().Analyze(2025), "seal");
  EXPECT_FALSE(rules.has_foreign_share());
  EXPECT_FALSE(rules.has_assured_share_upper());
  EXPECT_FALSE(rules.has_demand_quantity());
  EXPECT_THAT(rules.data_years(), IsEmpty());
  EXPECT_EQ(rules.newest_data_year(), 0);
}

TEST(MetricsWriterTest, EquipmentThatItReaches) {
  const auto analysis = SmallWorld().Analyze(2025);
  EXPECT_THAT(RulesOf(analysis, "wafer").equipment_ids(), ElementsAre("robot"));
  EXPECT_THAT(RulesOf(analysis, "seal").equipment_ids(), IsEmpty());
  // Through the cycle over bearing steel.
  EXPECT_THAT(RulesOf(analysis, "robot").equipment_ids(), ElementsAre("robot"));
}

class YearsTest : public ::testing::Test {
 protected:
  YearsTest() { world_.Sector("rail").Item("gear"); }
  void Year(int year, double home, double abroad) {
    world_.Supply("gear", year, "CHN", home)
        .Supply("gear", year, "DEU", abroad);
  }
  v1::RuleInputs Rules(int year, int carry_forward = 0) {
    domain::AnalysisOptions options;
    options.year = year;
    options.carry_forward = carry_forward;
    return RulesOf(world_.Analyze(options), "gear");
  }
  test::TestWorld world_;
};

TEST_F(YearsTest, ThePreviousYearIsTheNearestWithinThree) {
  Year(2019, 9, 1);
  Year(2021, 8, 2);
  Year(2022, 7, 3);
  Year(2024, 5, 5);
  Year(2025, 1, 9);
  const v1::RuleInputs rules = Rules(2024);
  EXPECT_EQ(rules.previous_year(), 2022);
  EXPECT_DOUBLE_EQ(rules.previous_assured_share(), 0.7);
  EXPECT_THAT(rules.data_years(), ElementsAre(2019, 2021, 2022, 2024));
  EXPECT_EQ(rules.newest_data_year(), 2024);
}

TEST_F(YearsTest, FourYearsBackIsTooLongAgo) {
  Year(2020, 9, 1);
  Year(2024, 5, 5);
  const v1::RuleInputs rules = Rules(2024);
  EXPECT_EQ(rules.previous_year(), 0);
  EXPECT_FALSE(rules.has_previous_assured_share());
}

TEST_F(YearsTest, OneSidedYearsAreNoData) {
  world_.Supply("gear", 2023, "CHN", 9);
  Year(2022, 7, 3);
  Year(2024, 5, 5);
  const v1::RuleInputs rules = Rules(2024);
  EXPECT_EQ(rules.previous_year(), 2022);
  EXPECT_THAT(rules.data_years(), ElementsAre(2022, 2024));
}

TEST_F(YearsTest, CarriedDataIsComparedWithTheYearBeforeItsOwn) {
  Year(2020, 9, 1);
  Year(2022, 7, 3);
  const v1::RuleInputs rules = Rules(2025, 5);
  EXPECT_EQ(rules.previous_year(), 2020);
  EXPECT_DOUBLE_EQ(rules.previous_assured_share(), 0.9);
  EXPECT_EQ(rules.newest_data_year(), 2022);
}

class ProjectsTest : public ::testing::Test {
 protected:
  ProjectsTest() {
    Project("a", "plant-a", "2026",
            {{"added_quantity", "10"},
             {"probability", "0.5"},
             {"cost_cny", "1000"}});
    Project("b", "plant-b", "2027", {{"added_quantity", "4"}});
    Project("done", "plant-a", "2025", {{"added_quantity", "100"}});
    Project("late", "plant-b", "2024", {{"added_quantity", "9"}});
  }
  void Project(const std::string& id, const std::string& maker,
               const std::string& year, test::CsvRow more) {
    more.insert({{"project_id", id},
                 {"item_id", "rv-reducer"},
                 {"organization_id", maker},
                 {"title", id},
                 {"completion_year", year}});
    world_.Add("projects", more);
  }
  void Reached(const std::string& maker, const std::string& stage,
               const std::string& date) {
    world_.Add("milestones", {{"item_id", "rv-reducer"},
                              {"stage", stage},
                              {"organization_id", maker},
                              {"date", date}});
  }
  std::map<std::string, v1::ProjectStatus> Status() {
    const auto analysis = world_.Analyze(2025);
    const MetricsWriter writer(analysis);
    std::map<std::string, v1::ProjectStatus> all;
    for (const auto& project : analysis->world->facts().projects) {
      writer.FillProject(project, &all[project.id]);
    }
    return all;
  }
  SmallWorld world_;
};

TEST_F(ProjectsTest, UnfinishedOnesAddUp) {
  const v1::RuleInputs rules = RulesOf(world_.Analyze(2025), "rv-reducer");
  EXPECT_THAT(rules.unfinished_project_ids(), ElementsAre("a", "b"));
  EXPECT_DOUBLE_EQ(rules.unfinished_added_quantity(), 14);
  EXPECT_DOUBLE_EQ(rules.unfinished_expected_quantity(), 9);
  EXPECT_DOUBLE_EQ(rules.project_cost_cny(), 1000);
}

TEST_F(ProjectsTest, WithoutOneNothingIsStated) {
  const v1::RuleInputs rules = RulesOf(world_.Analyze(2025), "servo");
  EXPECT_THAT(rules.unfinished_project_ids(), IsEmpty());
  EXPECT_FALSE(rules.has_unfinished_added_quantity());
  EXPECT_FALSE(rules.has_project_cost_cny());
}

TEST_F(ProjectsTest, LateUntilItsMakerIsQualified) {
  EXPECT_TRUE(Status()["late"].late());
  EXPECT_FALSE(Status()["done"].late());  // due this year
  Reached("plant-a", "promoted", "2023-01-01");
  EXPECT_TRUE(Status()["late"].late()) << "another maker's milestone";
  Reached("plant-b", "first_batch", "2026-01-01");
  EXPECT_TRUE(Status()["late"].late()) << "only next year";
  Reached("plant-b", "prototype", "2024-01-01");
  EXPECT_TRUE(Status()["late"].late());
  EXPECT_EQ(Status()["late"].stage(), type::v1::STAGE_PROTOTYPE);
  Reached("plant-b", "series", "2025-12-31");
  EXPECT_FALSE(Status()["late"].late());
  EXPECT_EQ(Status()["late"].stage(), type::v1::STAGE_SERIES);
}

TEST_F(ProjectsTest, SufficesWhereItAddsTheShortfall) {
  EXPECT_TRUE(Status()["a"].suffices());   // 10 of 10
  EXPECT_FALSE(Status()["b"].suffices());  // 4
}

TEST_F(ProjectsTest, TheFurthestStageOfTheItemByAnybody) {
  Reached("plant-b", "prototype", "2024-01-01");
  Reached("plant-a", "series", "2023-05-01");
  const v1::RuleInputs rules = RulesOf(world_.Analyze(2025), "rv-reducer");
  EXPECT_EQ(rules.stage(), type::v1::STAGE_SERIES);
  // A bare date is the end of that day in Shanghai: 15:59:59 UTC.
  EXPECT_EQ(rules.stage_date().seconds(), 1682956799);
}

}  // namespace
}  // namespace qiangji::coverage
