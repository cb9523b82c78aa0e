#include "services/bottleneck/evaluation_log.h"

#include <gmock/gmock.h>

#include "absl/time/clock.h"
#include "tests/support/status_matchers.h"

namespace qiangji::bottleneck {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

EvaluationPoint Point(std::int64_t registry_seq, std::int64_t seq) {
  EvaluationPoint point;
  point.registry_seq = registry_seq;
  point.registry_time = absl::FromUnixSeconds(registry_seq * 100);
  point.seq = seq;
  return point;
}

// A callback's status, waited for.
class Waiting {
 public:
  std::function<void(absl::Status)> Callback() {
    return [this](absl::Status status) {
      const MutexLock lock(mutex_);
      ++calls_;
      status_ = std::move(status);
      called_.NotifyAll();
    };
  }
  absl::Status Get() {
    MutexLock lock(mutex_);
    while (calls_ == 0) called_.Wait(lock);
    return status_;
  }
  int calls() {
    const MutexLock lock(mutex_);
    return calls_;
  }

 private:
  Mutex mutex_;
  CondVar called_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

TEST(EvaluationLog, FindsTheNewestThatIsNotAfter) {
  EvaluationLog log;
  EXPECT_FALSE(log.Newest().has_value());
  EXPECT_FALSE(log.NewestAt(5).has_value());
  log.Reset({Point(3, 1), Point(5, 2)});
  log.Add(Point(9, 3));
  EXPECT_FALSE(log.NewestAt(2).has_value());
  EXPECT_EQ(log.NewestAt(3)->registry_seq, 3);
  EXPECT_EQ(log.NewestAt(8)->registry_seq, 5);
  EXPECT_EQ(log.NewestAt(100)->registry_seq, 9);
  EXPECT_EQ(log.NewestAtTime(absl::FromUnixSeconds(500))->registry_seq, 5);
  EXPECT_FALSE(log.NewestAtTime(absl::FromUnixSeconds(299)).has_value());
  EXPECT_EQ(log.OfChange(2)->registry_seq, 5);
  EXPECT_FALSE(log.OfChange(0).has_value());
  EXPECT_EQ(log.evaluated(), 9);
}

TEST(EvaluationLog, AnswersAtOnceWhatIsEvaluated) {
  EvaluationLog log;
  log.Add(Point(3, 1));
  Waiting waiting;
  log.Await(3, absl::InfiniteFuture(), waiting.Callback());
  EXPECT_EQ(waiting.calls(), 1);
  EXPECT_THAT(waiting.Get(), IsOk());
}

TEST(EvaluationLog, WakesWhoWaitsForThisOrAnEarlierOne) {
  EvaluationLog log;
  const absl::Time later = absl::Now() + absl::Minutes(5);
  Waiting four, five, six;
  log.Await(6, later, six.Callback());
  log.Await(4, later, four.Callback());
  log.Await(5, later, five.Callback());
  log.Add(Point(5, 1));
  EXPECT_THAT(four.Get(), IsOk());
  EXPECT_THAT(five.Get(), IsOk());
  EXPECT_EQ(six.calls(), 0);
  log.Add(Point(7, 2));
  EXPECT_THAT(six.Get(), IsOk());
}

TEST(EvaluationLog, NamesBothSequencesAtTheDeadline) {
  EvaluationLog log;
  log.Add(Point(3, 1));
  Waiting waiting;
  log.Await(8, absl::Now() + absl::Milliseconds(20), waiting.Callback());
  EXPECT_THAT(waiting.Get(), StatusIs(absl::StatusCode::kUnavailable,
                                      AllOf(HasSubstr("3"), HasSubstr("8"))));
  log.Add(Point(8, 2));
  EXPECT_EQ(waiting.calls(), 1);
}

TEST(EvaluationLog, StopEndsEveryWait) {
  EvaluationLog log;
  Waiting before, after;
  log.Await(8, absl::InfiniteFuture(), before.Callback());
  log.Stop();
  EXPECT_THAT(before.Get(), StatusIs(absl::StatusCode::kUnavailable));
  log.Await(8, absl::InfiniteFuture(), after.Callback());
  EXPECT_THAT(after.Get(), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace qiangji::bottleneck
