#include "services/coverage/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "qiangji/coverage/v1/figure_options.pb.h"
#include "services/rpc/errors.h"
#include "tests/support/status_matchers.h"
#include "tests/support/world/test_world.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> WrongFields(const v1::FigureOptions& options) {
  std::vector<std::string> fields;
  for (const auto& [field, what] :
       rpc::ViolationsOf(ValidateOptions(options))) {
    fields.push_back(field);
  }
  return fields;
}

TEST(ValidateOptionsTest, NothingStatedIsFine) {
  EXPECT_THAT(ValidateOptions({}), IsOk());
}

TEST(ValidateOptionsTest, TheEndsOfTheRangesAreFine) {
  v1::FigureOptions options;
  for (const int year : {1949, 2100}) {
    options.set_year(year);
    EXPECT_THAT(ValidateOptions(options), IsOk()) << year;
  }
  options.set_threshold(1);
  options.set_carry_forward_years(100);
  options.set_read_seq(1);
  for (const char* code : {"CHN", "HKG", "MAC", "TWN"}) {
    options.add_home_territories(code);
  }
  EXPECT_THAT(ValidateOptions(options), IsOk());
}

TEST(ValidateOptionsTest, WhatIsOutsideIsNamed) {
  v1::FigureOptions options;
  options.set_year(1948);
  EXPECT_THAT(WrongFields(options), ElementsAre("options.year"));
  options.set_year(2101);
  EXPECT_THAT(WrongFields(options), ElementsAre("options.year"));
  options.clear_year();
  for (const double threshold :
       {0.0, -0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    options.set_threshold(threshold);
    EXPECT_THAT(WrongFields(options), ElementsAre("options.threshold"));
  }
  options.clear_threshold();
  for (const int years : {-1, 101}) {
    options.set_carry_forward_years(years);
    EXPECT_THAT(WrongFields(options),
                ElementsAre("options.carry_forward_years"));
  }
  options.clear_carry_forward_years();
  options.set_read_seq(-1);
  EXPECT_THAT(WrongFields(options), ElementsAre("options.read_seq"));
}

TEST(ValidateOptionsTest, HomeIsAlpha3AndACountry) {
  v1::FigureOptions options;
  // Alpha-2, lower case, not a code, abroad and unknown.
  for (const char* code : {"CN", "chn", "XYZ", "", "XXF", "ZZZ"}) {
    options.clear_home_territories();
    options.add_home_territories("CHN");
    options.add_home_territories(code);
    EXPECT_THAT(WrongFields(options),
                ElementsAre("options.home_territories[1]"))
        << code;
  }
}

class ResolveOptionsTest : public ::testing::Test {
 protected:
  ResolveOptionsTest() { world_.Sector("rail"); }

  absl::StatusOr<domain::AnalysisOptions> Resolve(
      const v1::FigureOptions& options = {}) {
    return ResolveOptions(options, *world_.World());
  }

  test::TestWorld world_;
};

TEST_F(ResolveOptionsTest, WithoutAnyYearThereIsNoneToChoose) {
  world_.Item("gear");
  const auto resolved = Resolve();
  EXPECT_THAT(resolved, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(rpc::ReasonOf(resolved.status()), "NO_YEAR");
}

TEST_F(ResolveOptionsTest, TheNewestTargetYearIsTheLastResort) {
  world_.Item("gear");
  for (const char* year : {"2025", "2020"}) {
    world_.Add("targets", {{"target_id", std::string("t-") + year},
                           {"metric", "share"},
                           {"year", year},
                           {"value", "0.7"}});
  }
  ASSERT_THAT(Resolve(), IsOk());
  EXPECT_EQ(Resolve()->year, 2025);
  world_.Supply("gear", 2019, "CHN", 1);  // one-sided: no assessed year
  EXPECT_EQ(Resolve()->year, 2019);
}

TEST_F(ResolveOptionsTest, TheAssessedYearComesBeforeNewerScraps) {
  world_.Item("gear").Item("shaft").Item("seal");
  for (const char* item : {"gear", "shaft"}) {
    world_.Supply(item, 2023, "CHN", 1).Supply(item, 2023, "DEU", 1);
  }
  world_.Supply("seal", 2024, "CHN", 1).Supply("seal", 2024, "DEU", 1);
  EXPECT_EQ(Resolve()->year, 2023);
  v1::FigureOptions options;
  options.set_year(2024);
  EXPECT_EQ(Resolve(options)->year, 2024);
}

TEST_F(ResolveOptionsTest, DefaultsAreThoseOfTheMethod) {
  v1::FigureOptions options;
  options.set_year(2024);
  const auto resolved = Resolve(options);
  ASSERT_THAT(resolved, IsOk());
  EXPECT_EQ(resolved->threshold, 0.5);
  EXPECT_EQ(resolved->carry_forward, 0);
  EXPECT_EQ(resolved->min_evidence, domain::Grade::kIllustrative);
  EXPECT_THAT(resolved->home, ElementsAre(domain::Country::Of("CHN")));
  EXPECT_EQ(resolved->criteria.minimum_qualification,
            domain::Qualification::kFirstBatch);
}

TEST_F(ResolveOptionsTest, StatedOptionsAreTaken) {
  v1::FigureOptions options;
  options.set_year(2024);
  options.set_threshold(0.7);
  options.set_carry_forward_years(3);
  options.set_min_evidence(type::v1::EVIDENCE_GRADE_PUBLISHED);
  for (const char* code : {"MAC", "CHN", "MAC", "HKG"}) {
    options.add_home_territories(code);
  }
  const auto resolved = Resolve(options);
  ASSERT_THAT(resolved, IsOk());
  EXPECT_EQ(resolved->threshold, 0.7);
  EXPECT_EQ(resolved->carry_forward, 3);
  EXPECT_EQ(resolved->min_evidence, domain::Grade::kPublished);
  EXPECT_THAT(resolved->home, ElementsAre(domain::Country::Of("CHN"),
                                          domain::Country::Of("HKG"),
                                          domain::Country::Of("MAC")));
}

TEST_F(ResolveOptionsTest, CriteriaByNameByIdAndByVersion) {
  for (const auto& [version, minimum] :
       {std::pair("1", "series"), std::pair("2", "promoted")}) {
    world_.Add("criteria", {{"criteria_id", "strict-home"},
                            {"version", version},
                            {"minimum_qualification", minimum},
                            {"home_controller", "true"},
                            {"home_licences", "true"}});
  }
  v1::FigureOptions options;
  options.set_year(2024);
  for (const auto& [name, version] :
       {std::pair("criteria/strict-home-1", 1),
        std::pair("criteria/strict-home-2", 2), std::pair("strict-home", 2)}) {
    options.set_criteria(name);
    const auto resolved = Resolve(options);
    ASSERT_THAT(resolved, IsOk()) << name;
    EXPECT_EQ(resolved->criteria.id, "strict-home") << name;
    EXPECT_EQ(resolved->criteria.version, version) << name;
  }
  for (const char* name : {"criteria/strict-home-3", "strict", "criteria/"}) {
    options.set_criteria(name);
    EXPECT_THAT(Resolve(options), StatusIs(absl::StatusCode::kNotFound))
        << name;
  }
}

TEST_F(ResolveOptionsTest, AnEditionMustBeThere) {
  world_.Item("gear").Add("editions",
                          {{"edition_id", "2016"}, {"item_id", "gear"}});
  v1::FigureOptions options;
  options.set_year(2024);
  options.set_edition("2016");
  ASSERT_THAT(Resolve(options), IsOk());
  EXPECT_EQ(Resolve(options)->edition, "2016");
  options.set_edition("2021");
  EXPECT_THAT(Resolve(options), StatusIs(absl::StatusCode::kNotFound,
                                         HasSubstr("editions/2021")));
}

class AnalysisCacheTest : public ::testing::Test {
 protected:
  AnalysisCacheTest() {
    world_.Sector("rail").Item("gear");
    world_.Supply("gear", 2024, "CHN", 3).Supply("gear", 2024, "DEU", 1);
    options_.year = 2024;
  }
  test::TestWorld world_;
  domain::AnalysisOptions options_;
};

TEST_F(AnalysisCacheTest, TheSameQuestionIsComputedOnce) {
  AnalysisCache cache(1 << 20);
  const auto world = world_.World();
  const auto first = *cache.Get(world, options_);
  EXPECT_EQ(*cache.Get(world, options_), first);
  EXPECT_DOUBLE_EQ(test::FiguresOf(*first, "gear").assured, 0.75);
}

TEST_F(AnalysisCacheTest, EveryOptionIsPartOfTheQuestion) {
  AnalysisCache cache(1 << 20);
  const auto world = world_.World();
  std::vector<domain::AnalysisOptions> different(8, options_);
  different[1].year = 2023;
  different[2].threshold = 0.7;
  different[3].carry_forward = 1;
  different[4].min_evidence = domain::Grade::kAudited;
  different[5].home.push_back(domain::Country::Of("HKG"));
  different[6].criteria.id = "strict";
  different[7].criteria.version = 2;
  std::set<const domain::Analysis*> analyses;
  std::vector<std::shared_ptr<const domain::Analysis>> held;
  for (const auto& options : different) {
    held.push_back(*cache.Get(world, options));
    analyses.insert(held.back().get());
  }
  EXPECT_EQ(analyses.size(), different.size());
}

// What was stopped is not kept: the next caller gets figures.
TEST_F(AnalysisCacheTest, AStoppedComputationIsNotKept) {
  AnalysisCache cache(1 << 20);
  const auto world = world_.World();
  domain::Stop stop;
  stop.Request();
  EXPECT_THAT(cache.Get(world, options_, &stop),
              StatusIs(absl::StatusCode::kCancelled));
  const auto analysis = cache.Get(world, options_);
  ASSERT_THAT(analysis, IsOk());
  EXPECT_DOUBLE_EQ(test::FiguresOf(**analysis, "gear").assured, 0.75);
}

TEST_F(AnalysisCacheTest, AnotherWorldIsAnotherQuestion) {
  AnalysisCache cache(1 << 20);
  const auto before = *cache.Get(world_.World(), options_);
  world_.Supply("gear", 2024, "CHN", 1);
  const auto after = *cache.Get(world_.World(), options_);
  EXPECT_DOUBLE_EQ(test::FiguresOf(*before, "gear").assured, 0.75);
  EXPECT_DOUBLE_EQ(test::FiguresOf(*after, "gear").assured, 0.5);
}

TEST_F(AnalysisCacheTest, TheLeastRecentlyUsedLeavesAndTheNewestStays) {
  AnalysisCache tiny(1);
  const auto world = world_.World();
  const std::weak_ptr<const domain::Analysis> first =
      *tiny.Get(world, options_);
  EXPECT_FALSE(first.expired()) << "even alone above the budget";
  options_.year = 2023;
  EXPECT_THAT(tiny.Get(world, options_), IsOk());
  EXPECT_TRUE(first.expired());
}

// Pictures are large; what nobody asks for any more must not stay because its
// analyses are small.
TEST_F(AnalysisCacheTest, WorldsOfThePastAreLetGo) {
  AnalysisCache cache(std::size_t{1} << 30);
  std::weak_ptr<const domain::World> oldest;
  for (int change = 0; change < 20; ++change) {
    world_.Supply("gear", 2024, "CHN", 10 + change);
    const auto world = world_.World();
    if (change == 0) oldest = world;
    EXPECT_THAT(cache.Get(world, options_), IsOk());
  }
  EXPECT_TRUE(oldest.expired());
}

// A change of one record of many leaves the other figures as they are; who
// wants the same bits everywhere gets an analysis made anew.
TEST_F(AnalysisCacheTest, OneChangedRecordUpdates) {
  constexpr int kItems = 600;
  for (int i = 0; i < kItems; ++i) {
    const std::string id = absl::StrCat("part", i);
    world_.Item(id).Supply(id, 2024, "CHN", 1 + i % 5);
    world_.Supply(id, 2024, "JPN", 2);
    if (i > 0) world_.Input(id, absl::StrCat("part", i - 1), 0.4);
  }
  AnalysisCache cache(std::size_t{1} << 30);
  const auto before = *cache.Get(world_.World(), options_);
  world_.Supply("part0", 2024, "CHN", 50);
  const auto world = world_.World();
  const auto after = *cache.Get(world, options_);
  EXPECT_EQ(after->balance.pages().back(), before->balance.pages().back());
  EXPECT_EQ(*cache.Get(world, options_), after);
  const auto anew = *cache.Get(world, options_, nullptr, Making::kAnew);
  EXPECT_NE(anew, after);
  EXPECT_EQ(*cache.Get(world, options_, nullptr, Making::kAnew), anew);
  const std::size_t last = test::IndexOf(*after, "part599");
  EXPECT_NEAR(after->lower.share[last], anew->lower.share[last], 1e-11);
  EXPECT_EQ(test::FiguresOf(*after, "part0").assured,
            test::FiguresOf(*anew, "part0").assured);
  EXPECT_GT(test::FiguresOf(*after, "part0").assured,
            test::FiguresOf(*before, "part0").assured);
}

}  // namespace
}  // namespace qiangji::coverage
