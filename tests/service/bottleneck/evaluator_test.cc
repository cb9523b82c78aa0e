// The evaluator in step with its peers: freshness, start in any order, failures
// and restarts.
#include <gmock/gmock.h>

#include "services/bottleneck/alert_row.h"
#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::ListAlertsRequest;
using bottleneck::v1::ListAlertsResponse;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAlertOfA[] = "alerts/IMPORT_DEPENDENCE~items~a";

class Evaluating : public BottleneckFixture {
 protected:
  // Repeats until the service answers, as a client does while it starts.
  std::vector<std::string> OpenWhenReady() {
    ListAlertsResponse response;
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    absl::Status status;
    do {
      status = List({}, &response);
    } while (!status.ok() && absl::Now() < deadline);
    EXPECT_THAT(status, IsOk());
    std::vector<std::string> subjects;
    for (const auto& alert : response.alerts()) {
      subjects.push_back(alert.subject());
    }
    return subjects;
  }

  std::int64_t StoreHead() {
    std::int64_t head = 0;
    EXPECT_THAT(store_->Read([&](store::Reader& reader) -> absl::Status {
      const auto change = reader.Head();
      if (change.ok()) head = change->seq;
      return change.status();
    }),
                IsOk());
    return head;
  }
};

TEST_F(Evaluating, EveryAnswerContainsTheChangeBefore) {
  StartPeers();
  StartService();
  for (int i = 1; i <= 100; ++i) {
    const std::int64_t seq =
        peers_.CommitImports({0.75 + 0.001 * static_cast<double>(i)});
    ListAlertsResponse response;
    ASSERT_THAT(List({}, &response), IsOk());
    ASSERT_EQ(response.read_seq(), seq);
    ASSERT_EQ(response.alerts_size(), 1);
    ASSERT_EQ(response.alerts(0).figures(0).value(),
              0.75 + 0.001 * static_cast<double>(i));
    EXPECT_FALSE(response.stale());
  }
}

TEST_F(Evaluating, SaysHowFarItIsWhenTheDeadlineComes) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80});
  Open();
  peers_.Hold();
  peers_.CommitImports({0.10});
  ListAlertsRequest request;
  ListAlertsResponse response;
  EXPECT_THAT(List(request, &response, absl::Milliseconds(400)),
              StatusIs(StatusCode::kUnavailable,
                       AllOf(HasSubstr("change 1"), HasSubstr("2"))));
  request.set_allow_stale(true);
  ASSERT_THAT(List(request, &response), IsOk());
  EXPECT_EQ(response.read_seq(), 1);
  EXPECT_EQ(response.alerts_size(), 1);
  peers_.Release();
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(Evaluating, WaitingHoldsNoThread) {
  StartPeers();
  StartService();  // one read thread
  peers_.CommitImports({0.80});
  Open();
  peers_.Hold();
  peers_.CommitImports({0.10});
  grpc::ClientContext context;
  ListAlertsRequest request;
  ListAlertsResponse waiting;
  Mutex mutex;
  CondVar answered;
  bool done = false;
  grpc::Status status;
  alerts_->async()->ListAlerts(&context, &request, &waiting,
                               [&](const grpc::Status& s) {
                                 const MutexLock lock(mutex);
                                 status = s;
                                 done = true;
                                 answered.NotifyAll();
                               });
  EXPECT_EQ(Open(1).size(), 1u);  // answered meanwhile
  peers_.Release();
  MutexLock lock(mutex);
  while (!done) answered.Wait(lock);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(waiting.read_seq(), 2);
}

TEST_F(Evaluating, StartsBeforeItsPeers) {
  peers_.CommitImports({0.80});
  StartService();
  EXPECT_FALSE(host_->ready());
  EXPECT_EQ(host_->waiting_for(), "registry");
  ListAlertsRequest stale;
  stale.set_allow_stale(true);
  ListAlertsResponse response;
  ASSERT_THAT(List(stale, &response), IsOk());
  EXPECT_EQ(response.read_seq(), 0);
  peers_.StartRegistry();
  EXPECT_THAT(List({}, &response, absl::Milliseconds(500)),
              StatusIs(StatusCode::kUnavailable));
  EXPECT_FALSE(host_->ready());
  peers_.StartCoverage();
  EXPECT_THAT(OpenWhenReady(), ElementsAre("items/a"));
  EXPECT_TRUE(host_->ready()) << host_->waiting_for();
}

TEST_F(Evaluating, StartsWithCoverageFirst) {
  peers_.CommitImports({0.80});
  peers_.StartCoverage();
  StartService();
  peers_.StartRegistry();
  EXPECT_THAT(OpenWhenReady(), ElementsAre("items/a"));
}

TEST_F(Evaluating, SurvivesPeersThatComeAndGo) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80});
  EXPECT_EQ(OpenWhenReady().size(), 1u);
  peers_.StopCoverage();
  peers_.StopRegistry();
  peers_.CommitImports({0.10});
  peers_.StartRegistry();
  peers_.StartCoverage();
  EXPECT_THAT(OpenWhenReady(), IsEmpty());
}

TEST_F(Evaluating, RepeatsWhatFailed) {
  StartPeers();
  StartService();
  for (const StatusCode code : {StatusCode::kInternal, StatusCode::kUnavailable,
                                StatusCode::kDeadlineExceeded}) {
    peers_.FailNext(2, code);
    peers_.CommitImports({0.80});
    EXPECT_THAT(OpenWhenReady(), ElementsAre("items/a"));
  }
  EXPECT_EQ(History(kAlertOfA).size(), 1u);
}

TEST_F(Evaluating, GoesOnAfterARestart) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80, 0.80});
  Open();
  StopService();
  peers_.CommitImports({0.80, 0.10});
  StartService();
  EXPECT_THAT(OpenWhenReady(), ElementsAre("items/a"));
  // What was the same before and after is one version still.
  EXPECT_EQ(History(kAlertOfA).size(), 1u);
  EXPECT_EQ(History("alerts/IMPORT_DEPENDENCE~items~b").size(), 2u);
}

TEST_F(Evaluating, DoesNothingAfterARestartWithoutNews) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80});
  Open();
  StopService();
  const std::int64_t head = StoreHead();
  const std::size_t asked = peers_.Asked().size();
  StartService();
  EXPECT_EQ(OpenWhenReady().size(), 1u);
  EXPECT_EQ(StoreHead(), head);
  EXPECT_EQ(peers_.Asked().size(), asked);
}

// One evaluation is one change of the store: whatever happens between, there
// is all of it or nothing.
TEST_F(Evaluating, IsOneChange) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80, 0.81, 0.82});
  Open();
  EXPECT_EQ(StoreHead(), 1);
  peers_.CommitImports({0.10, 0.81, 0.99});
  Open();
  EXPECT_EQ(StoreHead(), 2);
}

TEST_F(Evaluating, TakesInWhatOthersWroteMeanwhile) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80});
  Open();
  peers_.Hold();
  peers_.CommitImports({0.90});
  // Somebody takes the alert over while the next evaluation is under way.
  const domain::AlertKey key{domain::RuleId::kImportDependence, "items/a"};
  const auto written = store_->ReadWrite(
      {.caller = "operator",
       .method = "test",
       .request_id = "",
       .request_hash = ""},
      [&](store::Transaction& transaction,
          std::vector<std::string>&) -> absl::Status {
        const auto current =
            transaction.Get(bottleneck::AlertTable(), bottleneck::KeyOf(key),
                            store::AccessScope::All());
        if (!current.ok()) return current.status();
        auto alert = bottleneck::AlertFromRow((*current)->row);
        if (!alert.ok()) return alert.status();
        alert->state.status = domain::AlertStatus::kAcknowledged;
        alert->work.owner = "operator";
        return transaction
            .Put(bottleneck::AlertTable(), bottleneck::ToRow(*alert), "")
            .status();
      });
  ASSERT_TRUE(written.ok()) << written.status();
  peers_.Release();
  EXPECT_THAT(OpenWhenReady(), ElementsAre("items/a"));
  bottleneck::v1::Alert alert;
  ASSERT_THAT(Get(kAlertOfA, &alert), IsOk());
  EXPECT_EQ(alert.state(), bottleneck::v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(alert.owner(), "operator");
  EXPECT_EQ(alert.severity(), bottleneck::v1::SEVERITY_HIGH);
}

TEST_F(Evaluating, StopsWhileItWaitsForCoverage) {
  StartPeers();
  StartService();
  peers_.CommitImports({0.80});
  Open();
  peers_.Hold();
  peers_.CommitImports({0.10});
  StopService();
  EXPECT_EQ(StoreHead(), 1);
}

TEST_F(Evaluating, AnEmptyRegistryHasNoAlerts) {
  StartPeers();
  StartService();
  ListAlertsResponse response;
  ASSERT_THAT(List({}, &response), IsOk());
  EXPECT_EQ(response.read_seq(), 0);
  EXPECT_EQ(response.alerts_size(), 0);
}

}  // namespace
}  // namespace qiangji::testing
