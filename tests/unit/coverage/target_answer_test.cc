// Targets of the worked example of tests/golden/small (METHOD 4.2, 4.3, 4.7).
#include "services/coverage/target_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/coverage/small_world.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr double kWithin = 1e-12;

class TargetAnswerTest : public ::testing::Test {
 protected:
  TargetAnswerTest() { options_.year = 2025; }

  absl::Status Ask(const v1::ComputeTargetsRequest& request,
                   v1::ComputeTargetsResponse* response) {
    picture_.world = world_.World();
    response->Clear();
    return AnswerTargets({picture_, OfYear(options_)(options_.year),
                          OfYear(options_), results_, nullptr,
                          [this](const domain::Criteria& criteria) {
                            domain::AnalysisOptions options = options_;
                            options.criteria = criteria;
                            return OfYear(options);
                          }},
                         request, response);
    // The analyzer does not see that a std::function frees what it holds.
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks)
  }
  domain::AnalysisOfYear OfYear(const domain::AnalysisOptions& options) {
    return [this, options](int year) {
      domain::AnalysisOptions of_year = options;
      of_year.year = year;
      return *domain::Analyze(picture_.world, of_year);
    };
  }
  // The one target `id`, in detail.
  v1::TargetStatus Detail(const std::string& id) {
    v1::ComputeTargetsRequest request;
    request.add_target_ids(id);
    request.set_details(true);
    v1::ComputeTargetsResponse response;
    EXPECT_THAT(Ask(request, &response), IsOk());
    EXPECT_EQ(response.targets_size(), 1);
    return response.targets_size() == 1 ? response.targets(0)
                                        : v1::TargetStatus();
  }
  void Target(const std::string& id, const std::string& metric,
              const std::string& year, const std::string& value,
              test::CsvRow more = {}) {
    more.insert({{"target_id", id},
                 {"metric", metric},
                 {"year", year},
                 {"value", value}});
    world_.Add("targets", more);
  }
  void Milestone(const std::string& item, const std::string& stage,
                 const std::string& date) {
    world_.Add("milestones",
               {{"item_id", item}, {"stage", stage}, {"date", date}});
  }

  SmallWorld world_;
  domain::AnalysisOptions options_;
  Picture picture_;
  Results results_;
};

template <typename Items>
std::vector<std::string> Ids(const Items& items) {
  std::vector<std::string> ids;
  for (const v1::TargetItem& item : items) ids.push_back(item.item_id());
  return ids;
}

std::vector<double> Sevenths(const v1::TargetStatus& target) {
  std::vector<double> shares;
  for (const v1::ThresholdShare& at : target.sensitivity()) {
    shares.push_back(at.share() * 7);
  }
  return shares;
}

TEST_F(TargetAnswerTest, TargetsWithPathAndItems) {
  Target("t-2025", "share", "2025", "0.7");
  Target("t-2020", "share", "2020", "0.4");
  v1::ComputeTargetsResponse response;
  ASSERT_THAT(Ask(v1::ComputeTargetsRequest(), &response), IsOk());
  ASSERT_EQ(response.targets_size(), 2);
  EXPECT_EQ(response.targets(0).target_id(), "t-2020");
  const v1::TargetStatus& last = response.targets(1);
  EXPECT_EQ(last.target_id(), "t-2025");
  EXPECT_EQ(last.scope(), "total");
  EXPECT_EQ(last.due_year(), 2025);
  EXPECT_DOUBLE_EQ(last.due_value(), 0.7);
  EXPECT_NEAR(last.actual(), 2.0 / 7, 1e-12);
  EXPECT_EQ(last.verdict(), v1::VERDICT_MISSED);
  EXPECT_EQ(last.missing_count(), 3);
  EXPECT_EQ(last.closing_size(), 3);
  ASSERT_EQ(last.path_size(), 6);
  EXPECT_EQ(last.path(0).year(), 2020);
  EXPECT_NEAR(last.path(0).value(), 0.4, 1e-12);
  EXPECT_NEAR(last.path(5).value(), 0.7, 1e-12);
}

TEST_F(TargetAnswerTest, SupersededTargetsAreShownWhenAskedFor) {
  Target("old", "share", "2025", "0.5");
  Target("new", "share", "2025", "0.7", {{"supersedes", "old"}});
  const auto ids = [this](const v1::ComputeTargetsRequest& request) {
    v1::ComputeTargetsResponse response;
    EXPECT_THAT(Ask(request, &response), IsOk());
    std::vector<std::string> all;
    for (const auto& target : response.targets()) {
      all.push_back(target.target_id());
    }
    return all;
  };
  v1::ComputeTargetsRequest request;
  EXPECT_THAT(ids(request), ElementsAre("new"));
  request.set_show_superseded(true);
  EXPECT_THAT(ids(request), UnorderedElementsAre("new", "old"));
  request.Clear();
  request.add_target_ids("old");
  EXPECT_THAT(ids(request), ElementsAre("old"));
}

// a of the seven: bearing 0.4, bearing-steel 1/3, igbt 0.55, rv-reducer 0.4,
// servo 0.64; seal and wafer have no data. Lower d: 0.293, 0.330, 0.385,
// 0.303, 0.677.
TEST_F(TargetAnswerTest, WhatAShareRestsOnAndHowElseItWouldBe) {
  Target("t-2025", "share", "2025", "0.7");
  const v1::TargetStatus target = Detail("t-2025");
  EXPECT_NEAR(target.gap(), 0.7 - 2.0 / 7, kWithin);
  EXPECT_THAT(Ids(target.nearest()),
              ElementsAre("bearing", "rv-reducer", "bearing-steel"));
  // θ·D − assured: 50 − 40 sets, 50 − 40 sets, 7.5 − 5 t.
  EXPECT_NEAR(target.nearest(0).shortfall_quantity(), 10, kWithin);
  EXPECT_EQ(target.nearest(0).unit(), "set");
  EXPECT_NEAR(target.nearest(2).shortfall_quantity(), 2.5, kWithin);
  EXPECT_NEAR(target.nearest(2).assured_share(), 1.0 / 3, kWithin);

  const v1::CoverageRow& row = target.row();
  EXPECT_EQ(row.items_blank(), 0);
  EXPECT_EQ(row.items_made(), 3);
  EXPECT_EQ(row.assured_items(), 2);
  EXPECT_EQ(row.penetrated_items(), 1);
  EXPECT_NEAR(row.response_rate(), 5.0 / 7, kWithin);
  ASSERT_EQ(row.grades_size(), 1);
  EXPECT_EQ(row.grades(0).grade(), type::v1::EVIDENCE_GRADE_DECLARED);
  EXPECT_NEAR(row.grades(0).share(), 2.0 / 7, kWithin);

  const auto close = [](double x) { return DoubleNear(x, kWithin); };
  EXPECT_THAT(Sevenths(target),
              ElementsAre(close(5), close(5), close(5), close(4), close(2),
                          close(1), close(0), close(0), close(0)));
}

TEST_F(TargetAnswerTest, ThePenetratedRateHasItsOwnSensitivity) {
  Target("deep", "penetrated_share", "2025", "0.5");
  const v1::TargetStatus target = Detail("deep");
  EXPECT_NEAR(target.actual(), 1.0 / 7, kWithin);
  const auto close = [](double x) { return DoubleNear(x, kWithin); };
  EXPECT_THAT(Sevenths(target),
              ElementsAre(close(5), close(5), close(4), close(1), close(1),
                          close(1), close(0), close(0), close(0)));
  EXPECT_EQ(target.nearest(0).item_id(), "igbt");
  EXPECT_NEAR(target.nearest(0).assured_content_lower(), 0.385, 1e-9);
}

// Located shares are 0.6, 2/3, 0.55, 0.7 and 0.64: five of seven.
TEST_F(TargetAnswerTest, EveryCriteriaVersionIsJudged) {
  Target("t-2025", "share", "2025", "0.7");
  const auto criteria = [this](const char* version, const char* minimum) {
    world_.Add("criteria", {{"criteria_id", "place"},
                            {"version", version},
                            {"minimum_qualification", minimum},
                            {"home_controller", "false"},
                            {"home_licences", "false"}});
  };
  criteria("1", "none");
  criteria("2", "series");  // bearing-steel: 5 of its 10 are prototypes
  const v1::TargetStatus target = Detail("t-2025");
  ASSERT_EQ(target.criteria_size(), 2);
  EXPECT_EQ(target.criteria(0).criteria_id(), "place");
  EXPECT_EQ(target.criteria(0).version(), 1);
  EXPECT_NEAR(target.criteria(0).actual(), 5.0 / 7, kWithin);
  EXPECT_EQ(target.criteria(0).verdict(), v1::VERDICT_MET);
  EXPECT_EQ(target.criteria(1).version(), 2);
  EXPECT_NEAR(target.criteria(1).actual(), 4.0 / 7, kWithin);
  EXPECT_EQ(target.criteria(1).verdict(), v1::VERDICT_UNDECIDED);
  EXPECT_NEAR(target.criteria(1).actual_upper(), 6.0 / 7, kWithin);
  // The target itself is judged by the criteria that were asked for.
  EXPECT_EQ(target.verdict(), v1::VERDICT_MISSED);
}

// An own target for 2030 with a baseline, which replaces the document's.
TEST_F(TargetAnswerTest, AnOwnTargetHasBaselineAndPredecessor) {
  Target("t-2025", "share", "2025", "0.7");
  Target("own-2030", "share", "2030", "0.8",
         {{"supersedes", "t-2025"},
          {"baseline_year", "2015"},
          {"baseline_value", "0.2"}});
  const v1::TargetStatus own = Detail("own-2030");
  EXPECT_EQ(own.supersedes(), "t-2025");
  EXPECT_EQ(own.baseline_year(), 2015);
  EXPECT_DOUBLE_EQ(own.baseline_value(), 0.2);
  EXPECT_EQ(own.due_year(), 2030);
  EXPECT_FALSE(own.expired());
  EXPECT_FALSE(own.has_row());  // its year has not come
  // 0.2 in 2015, 0.7 in 2025, 0.8 in 2030: linear between.
  ASSERT_EQ(own.path_size(), 16);
  EXPECT_EQ(own.path(0).year(), 2015);
  EXPECT_NEAR(own.path(5).value(), 0.45, kWithin);
  EXPECT_NEAR(own.path(12).value(), 0.74, kWithin);
  const v1::TargetStatus old = Detail("t-2025");
  EXPECT_EQ(old.superseded_by(), "own-2030");
  EXPECT_EQ(old.verdict(), v1::VERDICT_MISSED);
  options_.year = 2031;
  world_.Supply("servo", 2031, "CHN", 1).Supply("servo", 2031, "DEU", 1);
  EXPECT_TRUE(Detail("own-2030").expired());
}

// Items are shown as they stood in the year that is judged.
TEST_F(TargetAnswerTest, APastTargetShowsTheItemsOfItsYear) {
  Target("t-2020", "share", "2020", "0.5");
  Target("t-2025", "share", "2025", "0.7");
  for (const char* id : {"servo", "rv-reducer", "seal", "wafer"}) {
    world_.Supply(id, 2020, "CHN", 20).Supply(id, 2020, "DEU", 80);
  }
  const v1::TargetStatus target = Detail("t-2020");
  EXPECT_EQ(target.year(), 2020);
  EXPECT_EQ(target.verdict(), v1::VERDICT_MISSED);
  ASSERT_EQ(target.nearest_size(), 4);
  EXPECT_EQ(target.nearest(2).item_id(), "servo");
  EXPECT_NEAR(target.nearest(2).assured_share(), 0.2, kWithin);
  EXPECT_EQ(target.row().year(), 2020);
}

TEST_F(TargetAnswerTest, ProcessesNameThoseNearestToPromotion) {
  Target("p", "promoted_processes", "2025", "2");
  for (const char* id : {"forging", "casting", "welding"}) {
    world_.Item(id, "process", "rail", {{"signature", "true"}});
  }
  Milestone("casting", "prototype", "2020-06-30");
  Milestone("welding", "series", "2024-06-30");
  Milestone("forging", "promoted", "2025-06-30");
  const v1::TargetStatus target = Detail("p");
  EXPECT_DOUBLE_EQ(target.actual(), 1);
  EXPECT_EQ(target.missing_count(), 1);
  EXPECT_THAT(Ids(target.nearest()),
              ElementsAre("welding", "casting", "grinding"));
  EXPECT_EQ(target.nearest(0).stage(), type::v1::STAGE_SERIES);
  EXPECT_EQ(target.nearest(2).stage(), type::v1::STAGE_UNSPECIFIED);
}

TEST_F(TargetAnswerTest, AnIndicatorHasItsPathAndWhatWasObserved) {
  const auto indicator = [this](const char* year, const char* target,
                                const char* observed) {
    world_.Add("indicators", {{"indicator_id", "i1"},
                              {"name_zh", "研发"},
                              {"unit", "%"},
                              {"year", year},
                              {"target", target},
                              {"observed", observed}});
  };
  indicator("2013", "", "0.88");
  indicator("2020", "1.26", "");
  indicator("2025", "1.68", "1.7");
  v1::ComputeTargetsRequest request;
  request.set_details(true);
  v1::ComputeTargetsResponse response;
  ASSERT_THAT(Ask(request, &response), IsOk());
  ASSERT_EQ(response.targets_size(), 2);
  const v1::TargetStatus& last = response.targets(1);
  EXPECT_EQ(last.verdict(), v1::VERDICT_MET);
  EXPECT_EQ(last.unit(), "%");
  ASSERT_EQ(last.observed_size(), 2);
  EXPECT_EQ(last.observed(0).year(), 2013);
  EXPECT_DOUBLE_EQ(last.observed(0).value(), 0.88);
  ASSERT_EQ(last.path_size(), 6);
  EXPECT_NEAR(last.path(1).value(), 1.344, kWithin);
}

TEST_F(TargetAnswerTest, AnUnknownTargetIsNotFound) {
  v1::ComputeTargetsRequest request;
  request.add_target_ids("none");
  v1::ComputeTargetsResponse response;
  EXPECT_THAT(Ask(request, &response), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace qiangji::coverage
