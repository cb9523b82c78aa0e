// Stopping computations, and handing long answers over in batches.
#include "services/coverage/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/coverage/answering.h"
#include "services/coverage/exposure_answer.h"
#include "services/coverage/scenario_answer.h"
#include "services/coverage/trace_answer.h"
#include "services/rpc/runtime.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/coverage/small_world.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() : runtime_(rpc::RuntimeOptions()) {
    picture_.world = world_.World();
    domain::AnalysisOptions options;
    options.year = 2025;
    analysis_ = *domain::Analyze(picture_.world, options);
  }
  rpc::RequestContext::Options Options(absl::Time deadline) {
    rpc::RequestContext::Options options;
    options.runtime = &runtime_;
    options.deadline = deadline;
    return options;
  }
  Answering In(const domain::Stop* stop) {
    return {picture_, analysis_, nullptr, results_, stop};
  }

  rpc::Runtime runtime_;
  SmallWorld world_;
  Picture picture_;
  std::shared_ptr<const domain::Analysis> analysis_;
  Results results_;
};

TEST_F(EngineTest, ACancelledCallStopsWhatItComputes) {
  rpc::RequestContext call(Options(absl::InfiniteFuture()));
  Stops stops;
  const auto stop = stops.Of(call);
  EXPECT_FALSE(stop->requested());
  call.Cancel();
  EXPECT_TRUE(stop->requested());
  EXPECT_TRUE(stops.Of(call)->requested());  // asked for too late
  EXPECT_THAT(OfStopped(call, absl::CancelledError("by the solver")),
              StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(EngineTest, ADeadlineIsWhyItStopped) {
  rpc::RequestContext call(Options(absl::InfinitePast()));
  EXPECT_THAT(OfStopped(call, absl::CancelledError("by the solver")),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(OfStopped(call, absl::NotFoundError("x")),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(EngineTest, AShutdownStopsEverything) {
  rpc::RequestContext call(Options(absl::InfiniteFuture()));
  Stops stops;
  const auto stop = stops.Of(call);
  stops.StopAll();
  EXPECT_TRUE(stop->requested());
  EXPECT_TRUE(stops.Of(call)->requested());
  EXPECT_THAT(OfStopped(call, absl::CancelledError("by the solver")),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(EngineTest, EveryLongAnswerStops) {
  domain::Stop stop;
  stop.Request();
  v1::ComputeExposureResponse exposure;
  EXPECT_THAT(AnswerExposure(In(&stop), {}, &exposure),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(AnswerChokepoints(In(&stop), {}),
              StatusIs(absl::StatusCode::kCancelled));
  v1::RunScenarioRequest scenario;
  scenario.mutable_scenario()->add_lost_items("wafer");
  EXPECT_THAT(AnswerScenario(In(&stop), scenario),
              StatusIs(absl::StatusCode::kCancelled));
  v1::TraceItemRequest trace;
  trace.set_item_id("robot");
  EXPECT_THAT(AnswerTrace(In(&stop), trace),
              StatusIs(absl::StatusCode::kCancelled));
  // What was stopped is not kept.
  EXPECT_THAT(AnswerExposure(In(nullptr), {}, &exposure), IsOk());
  EXPECT_GT(exposure.rows_size(), 0);
}

TEST_F(EngineTest, ResultsAreKeptByAnalysisAndRequest) {
  ResultCache<int> cache;
  EXPECT_EQ(cache.Find(analysis_, "a"), nullptr);
  cache.Keep(analysis_, "a", 1);
  cache.Keep(analysis_, "b", 2);
  EXPECT_EQ(*cache.Find(analysis_, "a"), 1);
  EXPECT_EQ(*cache.Find(analysis_, "b"), 2);
  const auto other = *domain::Analyze(picture_.world, analysis_->options);
  EXPECT_EQ(cache.Find(other, "a"), nullptr);
  for (int k = 0; k < 40; ++k) cache.Keep(other, std::to_string(k), k);
  EXPECT_EQ(cache.Find(analysis_, "a"), nullptr);  // the oldest went
  EXPECT_EQ(*cache.Find(other, "39"), 39);
}

TEST(FillBatchTest, EndsAtRowsOrBytes) {
  v1::TraceBatch batch;
  const auto small = [](std::size_t, v1::TraceRow* row) {
    row->set_contribution(1);
  };
  EXPECT_EQ(FillBatch(0, 2000, &batch, small), 500u);
  EXPECT_EQ(batch.rows_size(), 500);
  batch.Clear();
  EXPECT_EQ(FillBatch(1990, 2000, &batch, small), 2000u);
  batch.Clear();
  const auto large = [](std::size_t, v1::TraceRow* row) {
    row->set_input_item_id(std::string(100 << 10, 'x'));
  };
  EXPECT_EQ(FillBatch(0, 10, &batch, large), 2u);
  EXPECT_LE(batch.ByteSizeLong(), kBatchBytes);
  batch.Clear();
  const auto huge = [](std::size_t, v1::TraceRow* row) {
    row->set_input_item_id(std::string(400 << 10, 'x'));
  };
  EXPECT_EQ(FillBatch(0, 10, &batch, huge), 1u);  // alone
}

}  // namespace
}  // namespace qiangji::coverage
