// METHOD 4.4 over a small world.
#include "services/domain/trajectory.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kWithin = 1e-9;

class TrajectoryTest : public testing::Test {
 protected:
  TrajectoryTest() {
    world_.Sector("rail").Sector("nev");
    Target("t2020", 2020, "0.4");
    Target("t2025", 2025, "0.7");
  }
  void Target(const std::string& id, int year, const std::string& value) {
    world_.Add("targets", {{"target_id", id},
                           {"metric", "share"},
                           {"year", absl::StrCat(year)},
                           {"value", value}});
  }
  // Home makes 80 or 20 of 100.
  void Supply(const std::string& item, int year, bool assured) {
    world_.Supply(item, year, "CHN", assured ? 80 : 20)
        .Supply(item, year, "JPN", assured ? 20 : 80);
  }
  // `count` items, the first of which are assured.
  void Year(int year, int assured, int count = 30) {
    for (int i = 0; i < count; ++i) Supply(Id(i), year, i < assured);
  }
  static std::string Id(int i) { return absl::StrFormat("part-%02d", i); }
  // 20 % in 2015, a third in 2019, and data of 2017, 2020 and 2025.
  void Decade() {
    for (int i = 0; i < 30; ++i) world_.Item(Id(i));
    Year(2015, 6);
    Year(2017, 8);
    Year(2019, 10);
    Year(2020, 11);
    Year(2025, 18);
  }
  Trajectory Compute(int year, TrajectoryYears years = {},
                     const Scope& scope = {}) {
    options_.year = year;
    analysis_ = world_.Analyze(options_);
    return ComputeTrajectory(*analysis_, scope, years, [this](int y) {
      AnalysisOptions of_year = options_;
      of_year.year = y;
      return world_.Analyze(of_year);
    });
  }
  static const TrajectoryRow& In(const Trajectory& trajectory, int year) {
    for (const TrajectoryRow& row : trajectory.rows) {
      if (row.year == year) return row;
    }
    ADD_FAILURE() << "no row of " << year;
    return trajectory.rows.front();
  }

  test::TestWorld world_;
  AnalysisOptions options_;
  std::shared_ptr<const Analysis> analysis_;
};

TEST_F(TrajectoryTest, TheDecadeMissesBothTargets) {
  Decade();
  const auto rows = ComputeTargets(
      *world_.World(), 2025, [&](int year) { return world_.Analyze(year); });
  ASSERT_EQ(rows.size(), 2u);
  for (const TargetRow& row : rows) {
    EXPECT_EQ(row.verdict, Verdict::kMissed) << row.target_id;
  }
  EXPECT_EQ(rows[0].year, 2020);
  EXPECT_NEAR(*rows[0].actual, 11.0 / 30, kWithin);
  EXPECT_NEAR(*rows[1].actual, 18.0 / 30, kWithin);

  const Trajectory trajectory = Compute(2025);
  ASSERT_EQ(trajectory.rows.size(), 16u);  // 2015 to 2030
  EXPECT_EQ(trajectory.rows.front().year, 2015);
  EXPECT_EQ(trajectory.rows.back().year, 2030);
  EXPECT_NEAR(*In(trajectory, 2015).share, 0.2, kWithin);
  EXPECT_FALSE(In(trajectory, 2015).target_path.has_value());
  EXPECT_FALSE(In(trajectory, 2016).share.has_value());  // no data
  EXPECT_NEAR(*In(trajectory, 2016).share_upper, 1, kWithin);
  EXPECT_NEAR(*In(trajectory, 2020).gap, 0.4 - 11.0 / 30, kWithin);
  EXPECT_NEAR(*In(trajectory, 2023).target_path, 0.58, kWithin);
  EXPECT_NEAR(*In(trajectory, 2025).gap, 0.1, kWithin);
  EXPECT_FALSE(In(trajectory, 2026).share.has_value());
  EXPECT_FALSE(In(trajectory, 2026).share_upper.has_value());
  EXPECT_FALSE(trajectory.reference_line);
}

// The line through the log-odds of `assured` of 30 in `years`, in full; the
// quantile is the table's.
Forecast ByHand(const std::vector<int>& years,
                const std::vector<double>& assured, double quantile, int year) {
  const double n = static_cast<double>(years.size());
  std::vector<double> y;
  double mean_x = 0, mean_y = 0;
  for (std::size_t k = 0; k < years.size(); ++k) {
    y.push_back(std::log((assured[k] + 0.5) / (30 - assured[k] + 0.5)));
    mean_x += years[k] / n;
    mean_y += y[k] / n;
  }
  double sxx = 0, sxy = 0, syy = 0;
  for (std::size_t k = 0; k < years.size(); ++k) {
    sxx += (years[k] - mean_x) * (years[k] - mean_x);
    sxy += (years[k] - mean_x) * (y[k] - mean_y);
    syy += (y[k] - mean_y) * (y[k] - mean_y);
  }
  const double at = mean_y + sxy / sxx * (year - mean_x);
  const double variance = (syy - sxy * sxy / sxx) / (n - 2);
  const double half =
      quantile *
      std::sqrt(variance *
                (1 + 1 / n + (year - mean_x) * (year - mean_x) / sxx));
  const auto share = [](double l) { return std::exp(l) / (1 + std::exp(l)); };
  return {share(at), share(at - half), share(at + half)};
}

void ExpectForecast(const TrajectoryRow& row, const Forecast& want) {
  ASSERT_TRUE(row.trend.has_value()) << row.year;
  EXPECT_NEAR(row.trend->expected, want.expected, kWithin) << row.year;
  EXPECT_NEAR(row.trend->low, want.low, kWithin) << row.year;
  EXPECT_NEAR(row.trend->high, want.high, kWithin) << row.year;
}

TEST_F(TrajectoryTest, ForecastEqualsOneDerivedByHand) {
  Decade();
  const Trajectory of_2025 = Compute(2025);
  EXPECT_TRUE(of_2025.has_trend);
  EXPECT_EQ(of_2025.panel.items, 30);
  EXPECT_THAT(of_2025.panel.years, ElementsAre(2015, 2017, 2019, 2020, 2025));
  for (int year = 2026; year <= 2030; ++year) {
    ExpectForecast(In(of_2025, year),
                   ByHand({2015, 2017, 2019, 2020, 2025}, {6, 8, 10, 11, 18},
                          1.6377443536962102, year));
  }
  EXPECT_FALSE(In(of_2025, 2025).trend.has_value());
  // As it would have been in 2020: nothing later is known.
  const Trajectory of_2020 = Compute(2020);
  EXPECT_EQ(of_2020.rows.back().year, 2025);
  EXPECT_FALSE(In(of_2020, 2025).share.has_value());
  for (int year = 2021; year <= 2025; ++year) {
    ExpectForecast(In(of_2020, year),
                   ByHand({2015, 2017, 2019, 2020}, {6, 8, 10, 11},
                          1.8856180831641267, year));
  }
}

TEST_F(TrajectoryTest, TheYearsAskedFor) {
  Decade();
  Target("t2040", 2040, "0.9");
  EXPECT_EQ(Compute(2025).rows.back().year, 2040);
  const Trajectory some = Compute(2025, {2017, 2027});
  EXPECT_EQ(some.rows.front().year, 2017);
  EXPECT_EQ(some.rows.back().year, 2027);
  EXPECT_THAT(some.panel.years, ElementsAre(2017, 2019, 2020, 2025));
  EXPECT_FALSE(Compute(2025, {2020, 2027}).has_trend);  // two years
}

TEST_F(TrajectoryTest, AYearWithoutEnoughDataIsNotUsed) {
  Decade();
  Year(2022, 10, 14);  // 14 of 30
  EXPECT_THAT(Compute(2025).panel.years,
              ElementsAre(2015, 2017, 2019, 2020, 2025));
  Year(2022, 10, 15);
  const Trajectory trajectory = Compute(2025);
  EXPECT_EQ(trajectory.panel.years.size(), 6u);
  EXPECT_EQ(trajectory.panel.items, 15);
}

TEST_F(TrajectoryTest, DataCarriedForwardMakesNoPanel) {
  Decade();
  options_.carry_forward = 5;
  const Trajectory trajectory = Compute(2025);
  EXPECT_NEAR(*In(trajectory, 2016).share, 0.2, kWithin);
  EXPECT_THAT(trajectory.panel.years,
              ElementsAre(2015, 2017, 2019, 2020, 2025));
}

TEST_F(TrajectoryTest, ASmallPanelHasNoTrend) {
  for (int i = 0; i < 9; ++i) world_.Item(Id(i));
  for (const int year : {2019, 2020, 2025}) Year(year, 3, 9);
  Trajectory trajectory = Compute(2025);
  EXPECT_EQ(trajectory.panel.items, 9);
  EXPECT_FALSE(trajectory.has_trend);
  EXPECT_FALSE(In(trajectory, 2026).trend.has_value());
  world_.Item(Id(9));
  for (const int year : {2019, 2020, 2025}) Year(year, 3, 10);
  EXPECT_TRUE(Compute(2025).has_trend);
}

TEST_F(TrajectoryTest, WithoutAnyDataThereIsNothingToForecast) {
  world_.Item("a");
  const Trajectory trajectory = Compute(2025);
  EXPECT_EQ(trajectory.rows.front().year, 2025);
  EXPECT_FALSE(In(trajectory, 2026).project_forecast.has_value());
  EXPECT_THAT(trajectory.panel.years, IsEmpty());
}

TEST_F(TrajectoryTest, ASectorHasTheNationalPathAsReference) {
  Decade();
  const Trajectory trajectory = Compute(2025, {}, {{"rail"}, {}});
  EXPECT_TRUE(trajectory.reference_line);
  EXPECT_NEAR(*In(trajectory, 2025).target_path, 0.7, kWithin);
  const Trajectory empty = Compute(2025, {}, {{"nev"}, {}});
  EXPECT_FALSE(In(empty, 2025).share.has_value());
  EXPECT_FALSE(empty.has_trend);
}

// a is assured; b and d lack 10 and 30 of 100; c never had data.
class ProjectsTest : public TrajectoryTest {
 protected:
  ProjectsTest() {
    world_.Organization("home", "CHN").Organization("owned", "CHN", "JPN");
    world_.Item("a").Item("b").Item("c").Item("d");
    World(2025, "a", 60);
    World(2025, "b", 40);
    World(2025, "d", 20);
    Target("t2028", 2028, "0.5");
  }
  void World(int year, const std::string& item, double home) {
    world_.Supply(item, year, "CHN", home)
        .Supply(item, year, "JPN", 100 - home);
  }
  void Project(const std::string& id, const std::string& item, int year,
               const std::string& quantity, const std::string& probability,
               test::CsvRow more = {}) {
    more.insert({{"project_id", id},
                 {"item_id", item},
                 {"organization_id", "home"},
                 {"title", id},
                 {"completion_year", absl::StrCat(year)},
                 {"added_quantity", quantity},
                 {"probability", probability}});
    world_.Add("projects", more);
  }
};

TEST_F(ProjectsTest, ExpectedShareAndProbabilityByHand) {
  Project("p1", "b", 2026, "5", "0.5");
  Project("p2", "b", 2026, "5", "0.4");
  Project("p3", "b", 2027, "10", "0.3");
  Project("p4", "d", 2028, "30", "0.5");
  Project("p5", "c", 2026, "100", "1");  // of how much is not known
  const Trajectory trajectory = Compute(2025);
  EXPECT_EQ(trajectory.projects, 4);
  EXPECT_FALSE(In(trajectory, 2025).project_forecast.has_value());
  // π_b = 0.5·0.4 in 2026; 0.3 + 0.7·0.2 from 2027; π_d = 0.5 from 2028.
  EXPECT_NEAR(*In(trajectory, 2026).project_forecast, 1.2 / 4, kWithin);
  EXPECT_NEAR(*In(trajectory, 2027).project_forecast, 1.44 / 4, kWithin);
  EXPECT_NEAR(*In(trajectory, 2028).project_forecast, 1.94 / 4, kWithin);
  // 0.5 of four: one more of b and d. 1 − 0.56·0.5.
  EXPECT_NEAR(*In(trajectory, 2028).target_probability, 0.72, kWithin);
  // The path of 2026 is 0.7 − 0.2/3: two more, and d is not there yet.
  EXPECT_NEAR(*In(trajectory, 2026).target_probability, 0, kWithin);
  Target("t2028", 2028, "0.75");  // both
  EXPECT_NEAR(*In(Compute(2025), 2028).target_probability, 0.22, kWithin);
}

TEST_F(ProjectsTest, OnlyHomeControlledOnesThatAreStillToCome) {
  Project("p1", "b", 2026, "10", "0.5", {{"organization_id", "owned"}});
  Project("p2", "b", 2025, "10", "0.5");  // in the data already
  EXPECT_EQ(Compute(2025).projects, 0);
  EXPECT_NEAR(*In(Compute(2025), 2030).project_forecast, 0.25, kWithin);
  // Without data of 2025 it is still to come, after 2024.
  World(2024, "b", 40);
  world_.Delete("supply", {{"item_id", "b"},
                           {"year", "2025"},
                           {"market", "domestic"},
                           {"origin_country", "JPN"},
                           {"side", "third_party"}});
  EXPECT_EQ(Compute(2025).projects, 1);
}

TEST_F(ProjectsTest, AnotherMeasureIsAnErrorAndNotCounted) {
  Project("p1", "b", 2026, "", "0.5", {{"added_share", "0.1"}});
  Project("p2", "d", 2026, "30", "");  // not stated = it succeeds
  const Trajectory trajectory = Compute(2025);
  EXPECT_THAT(trajectory.other_measure, ElementsAre(0u));
  EXPECT_EQ(trajectory.projects, 1);
  EXPECT_NEAR(*In(trajectory, 2026).project_forecast, 0.5, kWithin);
}

TEST_F(ProjectsTest, WeightsCountAndSharesAreAMeasure) {
  world_.Item("s", "material", "rail", {{"weight", "4"}})
      .Share("s", 2025, "CHN", 0.3)
      .Share("s", 2025, "JPN", 0.7);
  Project("p1", "s", 2026, "", "0.25", {{"added_share", "0.2"}});
  const Trajectory trajectory = Compute(2025);
  EXPECT_NEAR(*In(trajectory, 2026).project_forecast, 2.0 / 8, kWithin);
  EXPECT_NEAR(*In(trajectory, 2028).target_probability, 0.25, kWithin);
}

TEST_F(ProjectsTest, AShareThatMayBeAtMostSoMuch) {
  Project("p1", "b", 2026, "10", "0.3");
  Target("t2028", 2028, "0.3");
  world_.Add("targets", {{"target_id", "t2028"},
                         {"metric", "share"},
                         {"year", "2028"},
                         {"value", "0.3"},
                         {"direction", "at_most"}});
  // One of four is assured; b would be too many.
  EXPECT_NEAR(*In(Compute(2025), 2028).target_probability, 0.7, kWithin);
}

}  // namespace
}  // namespace qiangji::domain
