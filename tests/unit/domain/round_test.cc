#include "services/domain/round.h"

#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

TEST(Round, MovesAreLegalOnlyFromSomeStates) {
  using S = ReportState;
  using M = ReportMove;
  EXPECT_EQ(After(S::kInvited, M::kSubmit), S::kSubmitted);
  EXPECT_EQ(After(S::kSubmitted, M::kSubmit), S::kSubmitted);
  EXPECT_EQ(After(S::kReturned, M::kSubmit), S::kSubmitted);
  EXPECT_EQ(After(S::kAccepted, M::kSubmit), std::nullopt);
  EXPECT_EQ(After(S::kInvited, M::kReturn), std::nullopt);
  EXPECT_EQ(After(S::kSubmitted, M::kReturn), S::kReturned);
  EXPECT_EQ(After(S::kReturned, M::kReturn), std::nullopt);
  EXPECT_EQ(After(S::kAccepted, M::kReturn), S::kReturned);
  EXPECT_EQ(After(S::kInvited, M::kAccept), std::nullopt);
  EXPECT_EQ(After(S::kSubmitted, M::kAccept), S::kAccepted);
  EXPECT_EQ(After(S::kReturned, M::kAccept), std::nullopt);
  EXPECT_EQ(After(S::kAccepted, M::kAccept), std::nullopt);
}

TEST(Round, AReporterStandsWhereItsReportsDo) {
  const auto state = [](int invited, int submitted, int returned,
                        int accepted) {
    return StateOf({invited, submitted, returned, accepted});
  };
  EXPECT_EQ(state(2, 0, 0, 0), ReporterState::kInvited);
  EXPECT_EQ(state(1, 1, 0, 0), ReporterState::kPartial);
  EXPECT_EQ(state(1, 0, 0, 1), ReporterState::kPartial);
  EXPECT_EQ(state(0, 1, 0, 1), ReporterState::kSubmitted);
  EXPECT_EQ(state(1, 1, 1, 1), ReporterState::kReturned);
  EXPECT_EQ(state(0, 0, 0, 2), ReporterState::kAccepted);
}

TEST(Round, AJumpIsMoreThanThirtyPercentEitherWay) {
  EXPECT_FALSE(IsJump(130, 100));
  EXPECT_TRUE(IsJump(130.1, 100));
  EXPECT_FALSE(IsJump(70, 100));
  EXPECT_TRUE(IsJump(69.9, 100));
  EXPECT_TRUE(IsJump(1, 0));
  EXPECT_FALSE(IsJump(0, 0));
  EXPECT_FALSE(IsJump(std::nullopt, 100));
  EXPECT_FALSE(IsJump(100, std::nullopt));
}

TEST(Round, TextsOfStatesReadBack) {
  for (const ReportState state :
       {ReportState::kInvited, ReportState::kSubmitted, ReportState::kReturned,
        ReportState::kAccepted}) {
    EXPECT_EQ(ReportStateOf(ToText(state)), state);
  }
  EXPECT_EQ(ReportStateOf("partial"), std::nullopt);
}

}  // namespace
}  // namespace qiangji::domain
