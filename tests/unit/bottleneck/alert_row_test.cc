#include "services/bottleneck/alert_row.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace qiangji::bottleneck {
namespace {

using testing::StatusIs;

StoredAlert ClosedAlert() {
  StoredAlert alert;
  alert.key = {domain::RuleId::kStalled, "items/bearing"};
  alert.state.status = domain::AlertStatus::kResolved;
  alert.state.severity = domain::Severity::kHigh;
  alert.state.first_seen = absl::FromUnixMicros(1'700'000'000'123'456);
  alert.state.opened_time = absl::FromUnixSeconds(1'700'000'100);
  alert.state.openings = 3;
  alert.state.last_seen = absl::FromUnixSeconds(1'700'000'200);
  alert.state.resolved_time = absl::FromUnixSeconds(1'700'000'300);
  alert.evidence.name_zh = "轴承";
  alert.evidence.name_en = "bearing";
  alert.evidence.category = "component";
  alert.evidence.sectors = {"nev", "rail"};
  alert.evidence.figures = {{"stage_age", 4.0, 3.0}};
  alert.evidence.shortfall = 12.5;
  alert.evidence.not_assured_value_cny = 1e9;
  alert.evidence.year = 2025;
  alert.evidence.data_year = 2024;
  alert.work.owner = "steward";
  alert.work.due = absl::FromUnixSeconds(1'767'225'600);
  alert.work.overdue = true;
  alert.work.reason = "已替代";
  alert.work.project = "projects/p1";
  alert.happening = domain::AlertHappening::kCommented;
  alert.actor = "wang";
  alert.comment = "两行\n评论";
  alert.actions = 7;
  alert.registry_seq = 42;
  alert.state.data_year = alert.evidence.data_year;
  alert.state.evidence = domain::Fingerprint(alert.evidence);
  return alert;
}

TEST(AlertRow, ComesBackWhole) {
  const StoredAlert alert = ClosedAlert();
  const auto back = AlertFromRow(ToRow(alert));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->key, alert.key);
  EXPECT_EQ(back->state, alert.state);
  EXPECT_EQ(back->evidence, alert.evidence);
  EXPECT_EQ(back->work, alert.work);
  EXPECT_EQ(back->happening, alert.happening);
  EXPECT_EQ(back->actor, alert.actor);
  EXPECT_EQ(back->comment, alert.comment);
  EXPECT_EQ(back->actions, alert.actions);
  EXPECT_EQ(back->registry_seq, 42);
}

TEST(AlertRow, OpenAlertsKeepNoTimeThatMoves) {
  StoredAlert alert = ClosedAlert();
  alert.state.status = domain::AlertStatus::kOpen;
  alert.state.last_seen = std::nullopt;
  alert.state.resolved_time = std::nullopt;
  const domain::Row row = ToRow(alert);
  EXPECT_TRUE(domain::IsNull(
      row[static_cast<std::size_t>(AlertTable().Find("last_seen"))]));
  const auto back = AlertFromRow(row);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->state.last_seen, std::nullopt);
}

TEST(AlertRow, KeyIsRuleAndSubject) {
  const StoredAlert alert = ClosedAlert();
  EXPECT_EQ(domain::KeyOf(AlertTable(), ToRow(alert)), KeyOf(alert.key));
}

TEST(AlertRow, NamesTheCellThatCannotBeRead) {
  for (const char* column :
       {"state", "severity", "first_seen", "figures", "closes"}) {
    domain::Row row = ToRow(ClosedAlert());
    row[static_cast<std::size_t>(AlertTable().Find(column))] =
        std::string("nonsense");
    EXPECT_THAT(AlertFromRow(row), StatusIs(absl::StatusCode::kDataLoss,
                                            ::testing::HasSubstr(column)));
  }
}

TEST(EvaluationRow, ComesBackWhole) {
  EvaluationPoint point;
  point.registry_seq = 7;
  point.registry_time = absl::FromUnixMicros(1'700'000'000'000'001);
  point.year = 2025;
  point.illustrative = true;
  point.opened = 1;
  point.closed = 2;
  point.changed = 3;
  point.open = 4;
  const auto back = EvaluationFromRow(ToRow(point), 9);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->registry_seq, 7);
  EXPECT_EQ(back->registry_time, point.registry_time);
  EXPECT_EQ(back->year, 2025);
  EXPECT_TRUE(back->illustrative);
  EXPECT_EQ(back->opened, 1);
  EXPECT_EQ(back->closed, 2);
  EXPECT_EQ(back->changed, 3);
  EXPECT_EQ(back->open, 4);
  EXPECT_EQ(back->seq, 9);
}

}  // namespace
}  // namespace qiangji::bottleneck
