#include "services/bottleneck/alert_view.h"

#include <gtest/gtest.h>

#include "services/bottleneck/closing_text.h"
#include "tests/support/status_matchers.h"

namespace qiangji::bottleneck {
namespace {

using domain::Language;
using domain::RuleId;
using testing::StatusIs;

TEST(AlertName, IsReadableAndComesBack) {
  EXPECT_EQ(AlertName({RuleId::kImportDependence, "items/bearing"}),
            "alerts/IMPORT_DEPENDENCE~items~bearing");
  EXPECT_EQ(AlertName({RuleId::kBehindTarget, "sectors/-"}),
            "alerts/BEHIND_TARGET~sectors~-");
  for (const char* subject : {"items/a.b-c_d", "projects/p1", "sectors/-",
                              "sectors/nev+rail/categories/material"}) {
    const domain::AlertKey key{RuleId::kStalled, subject};
    const auto back = ParseAlertName(AlertName(key));
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, key);
  }
}

TEST(AlertName, RefusesOthers) {
  EXPECT_THAT(ParseAlertName("alerts/"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseAlertName("rules/STALLED~items~a"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseAlertName("alerts/STALLED"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(ClosingText, SaysTheVolumeAndTheProjects) {
  domain::Closing closes;
  closes.missing = 220;
  closes.unit = "件";
  closes.projects.resize(2);
  EXPECT_EQ(ClosingText("IMPORT_DEPENDENCE", closes, Language::kZh),
            "由其他来源替代 220 件；在研项目 2 个，全部成功仍不足");
  closes.projects_suffice = true;
  EXPECT_EQ(ClosingText("NOT_QUALIFIED", closes, Language::kEn),
            "qualify another 220 件; 2 projects registered, enough if all "
            "succeed");
}

TEST(ClosingText, SharesArePercentagesOfDemand) {
  domain::Closing closes;
  closes.missing = 0.123;
  EXPECT_EQ(ClosingText("DECLINING", closes, Language::kEn),
            "add 12.3% of demand of assured supply");
}

TEST(ClosingText, EveryRuleSaysSomething) {
  for (const domain::Rule& rule : domain::DefaultRules()) {
    domain::Closing closes;
    if (rule.subject == domain::SubjectKind::kItem && !rule.clauses.empty() &&
        rule.clauses[0].margin > 0 && rule.id != RuleId::kHiddenDependence) {
      closes.missing = 1;
    }
    closes.items_short = 3;
    for (const Language language : {Language::kZh, Language::kEn}) {
      EXPECT_NE(ClosingText(rule.name(), closes, language), "")
          << domain::RuleName(rule.id);
    }
  }
}

}  // namespace
}  // namespace qiangji::bottleneck
