#include "services/bottleneck/flag_row.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/bottleneck/flag_goal.h"
#include "tests/support/status_matchers.h"

namespace qiangji::bottleneck {
namespace {

using ::testing::ElementsAre;

TEST(FlagRow, IsReadBackAsItWas) {
  StoredFlag stored;
  stored.flag.id = "f1";
  stored.flag.alliance_id = "al-1";
  stored.flag.item_id = "a";
  stored.flag.severity = domain::Severity::kCritical;
  stored.flag.status = domain::FlagStatus::kReached;
  stored.flag.overdue = true;
  stored.flag.due = absl::FromUnixMicros(1'700'000'000'123'456);
  stored.flag.endorsements = 3;
  stored.flag.contests = 2;
  stored.goal = R"({"text":"两家企业量产"})";
  stored.sectors = {"nev", "rail"};
  stored.reason = "到货不稳";
  stored.evidence = {"a", "b"};
  stored.equipment_ids = {"car"};
  stored.create_time = absl::FromUnixSeconds(1'600'000'000);
  stored.reply = "已核";
  stored.happening = domain::FlagHappening::kEndorsed;
  stored.actor = "wang";
  stored.speaker = "org-1";
  stored.comment = "我厂也缺";
  const domain::Row row = ToRow(stored);
  const auto read = FlagFromRow(row);
  ASSERT_THAT(read.status(), testing::IsOk());
  EXPECT_EQ(ToRow(*read), row);
  EXPECT_EQ(read->flag.due, stored.flag.due);
  EXPECT_EQ(read->flag.status, domain::FlagStatus::kReached);
  EXPECT_THAT(read->sectors, ElementsAre("nev", "rail"));
  EXPECT_EQ(read->happening, domain::FlagHappening::kEndorsed);
}

TEST(FlagRow, WhatCannotBeReadIsDataLoss) {
  StoredFlag stored;
  stored.flag.id = "f1";
  for (const char* column : {"state", "severity", "event"}) {
    domain::Row row = ToRow(stored);
    row[static_cast<std::size_t>(FlagTable().Find(column))] =
        std::string("nonsense");
    EXPECT_THAT(FlagFromRow(row).status(),
                testing::StatusIs(absl::StatusCode::kDataLoss,
                                  ::testing::HasSubstr(column)));
  }
}

TEST(FlagRow, VoicesAreReadBack) {
  const StoredVoice voice = {"f1", "org-1", true, "是", absl::UnixEpoch()};
  const auto read = VoiceFromRow(ToRow(voice));
  ASSERT_THAT(read.status(), testing::IsOk());
  EXPECT_TRUE(read->endorses);
  EXPECT_EQ(ToRow(*read), ToRow(voice));
}

TEST(FlagGoal, IsReadBackFromItsJson) {
  v1::FlagGoal message;
  message.set_condition("assured_share>=0.3 AND hhi_country<2500");
  auto goal = ReadGoal(GoalJson(message));
  ASSERT_THAT(goal.status(), testing::IsOk());
  EXPECT_EQ(goal->kind, domain::FlagGoal::Kind::kCondition);
  EXPECT_THAT(goal->columns, ElementsAre("assured_share", "hhi_country"));
  message.set_stage(type::v1::STAGE_SERIES);
  goal = ReadGoal(GoalJson(message));
  ASSERT_THAT(goal.status(), testing::IsOk());
  EXPECT_EQ(goal->text, "stage>=series");
  EXPECT_EQ(goal->stage, 4);
  message.mutable_test()->set_property("accuracy");
  message.mutable_test()->set_comparison(v1::COMPARISON_LESS);
  message.mutable_test()->set_value(0.5);
  goal = ReadGoal(GoalJson(message));
  ASSERT_THAT(goal.status(), testing::IsOk());
  EXPECT_EQ(goal->text, "accuracy<0.5");
  EXPECT_THAT(ReadGoal("{}").status(),
              testing::StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(ReadGoal("no json").status(),
              testing::StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace qiangji::bottleneck
