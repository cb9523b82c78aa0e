#include "services/coverage/handlers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/unit/coverage/small_world.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr double kDigits = 5e-7;  // of the expected files

// Answers over a world, as the service calls them.
class HandlersTest : public ::testing::Test {
 protected:
  HandlersTest() { options_.year = 2025; }

  template <typename Request, typename Response>
  absl::Status Ask(absl::Status (*answer)(const Answering&, const Request&,
                                          Response*),
                   const Request& request, Response* response) {
    picture_.world = world_.World();
    const auto of_year = [this](int year) {
      domain::AnalysisOptions options = options_;
      options.year = year;
      return *domain::Analyze(picture_.world, options);
    };
    response->Clear();
    return answer({picture_, of_year(options_.year), of_year, results_},
                  request, response);
  }
  v1::ComputeCoverageResponse Coverage(
      const v1::ComputeCoverageRequest& request = {}) {
    v1::ComputeCoverageResponse response;
    EXPECT_THAT(Ask(AnswerCoverage, request, &response), IsOk());
    return response;
  }
  std::vector<std::string> Selected(
      const v1::QueryItemMetricsRequest& request) {
    const auto analysis = *domain::Analyze(world_.World(), options_);
    const auto items = SelectItems(*analysis, request);
    EXPECT_THAT(items, IsOk());
    std::vector<std::string> ids;
    if (!items.ok()) return ids;
    for (const domain::ItemIndex i : *items) {
      const auto k = static_cast<std::size_t>(i);
      ids.push_back(analysis->world->structure().items[k].id);
    }
    return ids;
  }
  HandlersTest& Target(const std::string& id, const std::string& metric,
                       const std::string& year, const std::string& value,
                       test::CsvRow more = {}) {
    more.insert({{"target_id", id},
                 {"metric", metric},
                 {"year", year},
                 {"value", value}});
    world_.Add("targets", more);
    return *this;
  }

  SmallWorld world_;
  domain::AnalysisOptions options_;
  Picture picture_;
  Results results_;
};

std::vector<std::string> Sectors(const v1::ComputeCoverageResponse& response) {
  std::vector<std::string> sectors;
  for (const v1::CoverageRow& row : response.rows()) {
    sectors.push_back(row.sector());
  }
  return sectors;
}

TEST_F(HandlersTest, CoverageIsThatOfTheWorkedExample) {
  const v1::ComputeCoverageResponse response = Coverage();
  const auto expected =
      test::ReadCsv(QJ_SOURCE_DIR "/tests/golden/small/expected/coverage.csv");
  ASSERT_EQ(response.rows_size(), static_cast<int>(expected.size()));
  for (int r = 0; r < response.rows_size(); ++r) {
    const v1::CoverageRow& row = response.rows(r);
    test::CsvRow want = expected[static_cast<std::size_t>(r)];
    EXPECT_EQ(row.sector(), want["sector"]);
    EXPECT_EQ(row.items(), std::stoi(want["items"])) << row.sector();
    EXPECT_EQ(row.assured_items(), std::stoi(want["assured_items"]));
    for (const auto& [name, has, value] :
         {std::tuple("share", row.has_share(), row.share()),
          std::tuple("share_upper", row.has_share_upper(), row.share_upper()),
          std::tuple("value_share", row.has_value_share(), row.value_share()),
          std::tuple("penetrated_share", row.has_penetrated_share(),
                     row.penetrated_share())}) {
      ASSERT_EQ(has, !want[name].empty()) << row.sector() << " " << name;
      if (has) {
        EXPECT_NEAR(value, std::stod(want[name]), kDigits)
            << row.sector() << " " << name;
      }
    }
  }
}

TEST_F(HandlersTest, TheContextSaysWhatTheFiguresRestOn) {
  picture_.seq = 7;
  picture_.time = absl::FromUnixSeconds(1700000000);
  picture_.digest = std::string(32, 'd');
  picture_.stale = true;
  options_.min_evidence = domain::Grade::kPublished;
  options_.home.push_back(domain::Country::Of("HKG"));
  const v1::FigureContext context = Coverage().context();
  EXPECT_EQ(context.year(), 2025);
  EXPECT_EQ(context.read_seq(), 7);
  EXPECT_EQ(context.read_time().seconds(), 1700000000);
  EXPECT_EQ(context.digest(), picture_.digest);
  EXPECT_TRUE(context.stale());
  EXPECT_EQ(context.threshold(), 0.5);
  EXPECT_EQ(context.criteria_id(), "default");
  EXPECT_EQ(context.min_evidence(), type::v1::EVIDENCE_GRADE_PUBLISHED);
  EXPECT_FALSE(context.contains_illustrative());
  EXPECT_THAT(context.home_territories(), ElementsAre("CHN", "HKG"));
}

TEST_F(HandlersTest, IllustrativeRecordsAreMarked) {
  world_.Supply("seal", 2025, "DEU", 4, {{"evidence", "illustrative"}});
  EXPECT_TRUE(Coverage().context().contains_illustrative());
  options_.min_evidence = domain::Grade::kEstimated;
  EXPECT_FALSE(Coverage().context().contains_illustrative());
}

TEST_F(HandlersTest, WarningsAndErrorsNameTheItem) {
  // The buyers' 35 against the seller's 40 differ by more than a tenth.
  const v1::FigureContext plain = Coverage().context();
  EXPECT_THAT(plain.findings(), IsEmpty());
  ASSERT_FALSE(plain.warnings().empty());
  EXPECT_EQ(plain.warnings(0).subject(), "items/rv-reducer");
  EXPECT_NE(plain.warnings(0).text_zh(), "");
  EXPECT_NE(plain.warnings(0).text_en(), "");
  // Quantity and share of one item and year.
  world_.Share("servo", 2025, "JPN", 0.1);
  const v1::FigureContext mixed = Coverage().context();
  ASSERT_EQ(mixed.findings_size(), 1);
  EXPECT_EQ(mixed.findings(0).subject(), "items/servo");
  EXPECT_EQ(mixed.findings(0).year(), 2025);
}

TEST_F(HandlersTest, DimensionsChooseTheRows) {
  v1::ComputeCoverageRequest request;
  request.add_dimensions(v1::COVERAGE_DIMENSION_CATEGORY);
  const v1::ComputeCoverageResponse by_category = Coverage(request);
  EXPECT_GT(by_category.rows_size(), 1);
  for (const v1::CoverageRow& row : by_category.rows()) {
    EXPECT_EQ(row.sector(), "");
  }
  request.add_dimensions(v1::COVERAGE_DIMENSION_SECTOR);
  bool both = false;
  const v1::ComputeCoverageResponse by_both = Coverage(request);
  for (const v1::CoverageRow& row : by_both.rows()) {
    both |= row.sector() == "rail" &&
            row.category() == type::v1::CATEGORY_COMPONENT;
  }
  EXPECT_TRUE(both);
}

TEST_F(HandlersTest, SectorsChooseRowsAndKeepTheTotal) {
  v1::ComputeCoverageRequest request;
  request.add_sectors("rail");
  request.add_sectors("nev");
  EXPECT_THAT(Sectors(Coverage(request)), ElementsAre("", "rail", "nev"));
}

TEST_F(HandlersTest, CategoriesChangeWhatIsCounted) {
  v1::ComputeCoverageRequest request;
  request.add_categories(type::v1::CATEGORY_EQUIPMENT);
  const v1::ComputeCoverageResponse response = Coverage(request);
  EXPECT_EQ(response.rows_size(), 11);
  EXPECT_EQ(response.rows(0).items(), 1);  // the robot
  EXPECT_DOUBLE_EQ(response.rows(0).share(), 1);
}

TEST_F(HandlersTest, RowsSayHowTheGapCloses) {
  Target("headline", "share", "2025", "0.7");
  const v1::ComputeCoverageResponse response = Coverage();
  const v1::CoverageRow& total = response.rows(0);
  EXPECT_EQ(total.target_id(), "headline");
  EXPECT_DOUBLE_EQ(total.target(), 0.7);
  // 2 of 7; 5 reach 0.7.
  EXPECT_EQ(total.verdict(), v1::VERDICT_MISSED);
  EXPECT_EQ(total.items_short(), 3);
  EXPECT_EQ(total.items_short_ids_size(), 3);
  EXPECT_FALSE(total.reference_line());
  const v1::CoverageRow& rail = response.rows(5);
  ASSERT_EQ(rail.sector(), "rail");
  EXPECT_TRUE(rail.reference_line());
  EXPECT_EQ(rail.verdict(), v1::VERDICT_UNSPECIFIED);
}

TEST_F(HandlersTest, RowsSayWhatTheyRestOn) {
  const v1::ComputeCoverageResponse response = Coverage();
  const v1::CoverageRow& total = response.rows(0);
  EXPECT_THAT(total.items_without_data(),
              UnorderedElementsAre("seal", "wafer"));
  ASSERT_EQ(total.data_years_size(), 1);
  EXPECT_EQ(total.data_years(0).year(), 2025);
  EXPECT_EQ(total.data_years(0).items(), 5);
  EXPECT_NEAR(total.response_rate(), 5.0 / 7, 1e-12);
  ASSERT_EQ(total.grades_size(), 1);
  EXPECT_EQ(total.grades(0).grade(), type::v1::EVIDENCE_GRADE_DECLARED);
  EXPECT_EQ(total.grades(0).items(), 5);
  EXPECT_NEAR(total.grades(0).share(), 2.0 / 7, 1e-12);
  EXPECT_NEAR(total.grades(0).volume_share(), 1, 1e-6);
  ASSERT_EQ(total.sensitivity_size(), 9);
  EXPECT_NEAR(total.sensitivity(4).threshold(), 0.5, 1e-12);
  EXPECT_NEAR(total.sensitivity(4).share(), 2.0 / 7, 1e-12);
}

TEST_F(HandlersTest, ProcessesAreCountedBesideTheirTarget) {
  world_.Add(
      "milestones",
      {{"item_id", "grinding"}, {"stage", "promoted"}, {"date", "2024-06-30"}});
  Target("processes", "promoted_processes", "2025", "80");
  const v1::ProcessStatus processes = Coverage().processes();
  EXPECT_EQ(processes.signature_processes(), 1);
  EXPECT_EQ(processes.promoted_processes(), 1);
  EXPECT_EQ(processes.target_id(), "processes");
  EXPECT_EQ(processes.target(), 80);
  EXPECT_EQ(processes.verdict(), v1::VERDICT_MISSED);
}

// 40 % in 2020 and 70 % in 2025, as the document has them.
TEST_F(HandlersTest, TheTargetThatGovernsTheYearCountsForProcesses) {
  Target("p-2020", "promoted_processes", "2020", "40");
  Target("p-2025", "promoted_processes", "2025", "80");
  Target("p-2030", "promoted_processes", "2030", "120");
  EXPECT_EQ(Coverage().processes().target_id(), "p-2025");
}

TEST_F(HandlersTest, RankIsThatOfTheWorkedExample) {
  v1::ComputeRankResponse response;
  ASSERT_THAT(Ask(AnswerRank, v1::ComputeRankRequest(), &response), IsOk());
  const auto expected =
      test::ReadCsv(QJ_SOURCE_DIR "/tests/golden/small/expected/rank.csv");
  ASSERT_EQ(response.rows_size(), static_cast<int>(expected.size()));
  for (int r = 0; r < response.rows_size(); ++r) {
    test::CsvRow want = expected[static_cast<std::size_t>(r)];
    EXPECT_EQ(response.rows(r).item_id(), want["item_id"]);
    EXPECT_NEAR(response.rows(r).potential_gain(),
                std::stod(want["potential_gain"]), kDigits);
  }
}

TEST_F(HandlersTest, RankIsCutOffAtTheLimit) {
  v1::ComputeRankRequest request;
  v1::ComputeRankResponse response;
  request.set_limit(2);
  ASSERT_THAT(Ask(AnswerRank, request, &response), IsOk());
  EXPECT_EQ(response.rows_size(), 2);
  for (const int limit : {-1, 10001}) {
    request.set_limit(limit);
    EXPECT_THAT(Ask(AnswerRank, request, &response),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  request.set_limit(0);
  request.set_sector("no-sector");
  EXPECT_THAT(Ask(AnswerRank, request, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no-sector")));
}

TEST_F(HandlersTest, SelectsByIdSectorAndCategory) {
  EXPECT_THAT(Selected({}),
              ElementsAre("bearing", "bearing-steel", "grinding", "igbt",
                          "robot", "rv-reducer", "seal", "servo", "wafer"));
  v1::QueryItemMetricsRequest request;
  request.add_item_ids("servo");
  request.add_item_ids("bearing");
  request.add_item_ids("servo");
  EXPECT_THAT(Selected(request), ElementsAre("bearing", "servo"));
  request.Clear();
  request.add_sectors("rail");
  request.add_sectors("nev");
  EXPECT_THAT(Selected(request), ElementsAre("bearing", "igbt", "servo"));
  request.add_categories(type::v1::CATEGORY_MATERIAL);
  EXPECT_THAT(Selected(request), IsEmpty());
  request.clear_sectors();
  EXPECT_THAT(Selected(request), ElementsAre("bearing-steel", "wafer"));
}

TEST_F(HandlersTest, AnEditionSelectsItsItemsAndTheNamedOnes) {
  world_.Add("editions", {{"edition_id", "2016"}, {"item_id", "servo"}});
  options_.edition = "2016";
  EXPECT_THAT(Selected({}), ElementsAre("servo"));
  v1::QueryItemMetricsRequest request;
  request.add_item_ids("robot");
  EXPECT_THAT(Selected(request), ElementsAre("robot"));
}

TEST_F(HandlersTest, EveryUnknownNameIsReported) {
  v1::QueryItemMetricsRequest request;
  request.add_item_ids("servo");
  request.add_item_ids("x-1");
  request.add_item_ids("x-2");
  request.add_sectors("x-3");
  EXPECT_THAT(SelectItems(**domain::Analyze(world_.World(), options_), request),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("items/x-1"), HasSubstr("items/x-2"),
                             HasSubstr("sectors/x-3"))));
}

}  // namespace
}  // namespace qiangji::coverage
