// Worlds with projects, for the tests of METHOD 4.5.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/domain/plan.h"
#include "tests/support/world/test_world.h"

namespace qiangji::domain {

class PlanTest : public testing::Test {
 protected:
  static constexpr double kWithin = 1e-9;
  static constexpr int kYear = 2025;

  PlanTest() {
    world_.Sector("rail")
        .Organization("works", "CHN")
        .Organization("abroad", "CHN", "JPN");
  }
  // Home made `home` of 100 in 2025.
  void Item(const std::string& id, double home, test::CsvRow more = {}) {
    world_.Item(id, "component", "rail", std::move(more));
    world_.Supply(id, kYear, "CHN", home).Supply(id, kYear, "JPN", 100 - home);
  }
  // In 2027, of 1 million; `more` overrides.
  void Project(const std::string& id, const std::string& item, double quantity,
               test::CsvRow more = {}) {
    more.insert({{"project_id", id},
                 {"item_id", item},
                 {"organization_id", "works"},
                 {"title", id},
                 {"completion_year", "2027"},
                 {"cost_cny", "1e6"}});
    if (more.count("added_share") == 0) {
      more.insert({"added_quantity", absl::StrCat(quantity)});
    }
    world_.Add("projects", more);
  }
  Plan Make(PlanQuery query) {
    if (query.by_year == 0) query.by_year = 2030;
    options_.year = kYear;
    analysis_ = world_.Analyze(options_);
    const auto plan = ComputePlan(*analysis_, query, [this](int year) {
      AnalysisOptions of_year = options_;
      of_year.year = year;
      return world_.Analyze(of_year);
    });
    EXPECT_TRUE(plan.ok()) << plan.status();
    return *plan;
  }
  const std::string& IdOf(const PlanRow& row) const {
    return analysis_->world->facts().projects[row.project].id;
  }
  std::map<std::string, PlanReason> Reasons(const Plan& plan) const {
    std::map<std::string, PlanReason> reasons;
    for (const PlanRow& row : plan.rows) reasons[IdOf(row)] = row.why;
    return reasons;
  }
  // Of the chosen ones, in order.
  std::string Chosen(const Plan& plan) const {
    std::string ids;
    for (const PlanRow& row : plan.rows) {
      if (row.chosen())
        absl::StrAppend(&ids, ids.empty() ? "" : " ", IdOf(row));
    }
    return ids;
  }

  test::TestWorld world_;
  AnalysisOptions options_;
  std::shared_ptr<const Analysis> analysis_;
};

}  // namespace qiangji::domain
