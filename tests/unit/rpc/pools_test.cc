#include "services/rpc/pools.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <latch>
#include <string>
#include <vector>

#include "services/base/mutex.h"

namespace qiangji::rpc {
namespace {

TEST(PoolTest, RunsTasksInOrderOnOneThread) {
  std::string order;
  {
    Pool pool("p", {.threads = 1, .queue = 8});
    for (const char c : {'a', 'b', 'c'}) {
      ASSERT_TRUE(pool.TryPost([&order, c] { order.push_back(c); }));
    }
  }
  EXPECT_EQ(order, "abc");
}

TEST(PoolTest, RefusesWhatDoesNotFitTheQueue) {
  std::promise<void> started;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> ran{0};
  Pool pool("p", {.threads = 1, .queue = 2});
  ASSERT_TRUE(pool.TryPost([&started, released] {
    started.set_value();
    released.wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.TryPost([&ran] { ++ran; }));
  EXPECT_TRUE(pool.TryPost([&ran] { ++ran; }));
  EXPECT_FALSE(pool.TryPost([&ran] { ran += 100; }));
  EXPECT_EQ(pool.queued(), 2u);
  release.set_value();
  pool.Drain();
  EXPECT_EQ(ran, 2);
}

TEST(PoolTest, ResumeIsNeverRefused) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> ran{0};
  Pool pool("p", {.threads = 1, .queue = 1});
  ASSERT_TRUE(pool.TryPost([released] { released.wait(); }));
  for (int i = 0; i < 10; ++i) pool.Resume([&ran] { ++ran; });
  release.set_value();
  pool.Drain();
  EXPECT_EQ(ran, 10);
}

// A thread is not woken for each task; yet all of them are where every task
// waits for the others.
TEST(PoolTest, IdleThreadsWakeOneAnother) {
  constexpr int kThreads = 4;
  std::deque<std::latch> latches;  // outlive the tasks
  Pool pool("p", {.threads = kThreads, .queue = 8});
  for (int round = 0; round < 200; ++round) {
    std::latch& all_run = latches.emplace_back(kThreads);
    std::latch& all_left = latches.emplace_back(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      ASSERT_TRUE(pool.TryPost([&all_run, &all_left] {
        all_run.arrive_and_wait();
        all_left.count_down();
      }));
    }
    all_left.wait();
  }
}

// A task that resumes itself for ever must not keep new work waiting.
TEST(PoolTest, ResumedWorkAndNewWorkTakeTurns) {
  std::promise<void> newcomer;
  auto arrived = newcomer.get_future();
  std::atomic<bool> stop{false};
  std::promise<void> finished;
  Pool pool("p", {.threads = 1, .queue = 4});
  std::function<void()> again = [&] {
    if (stop) {
      finished.set_value();
    } else {
      pool.Resume(again);
    }
  };
  pool.Resume(again);
  ASSERT_TRUE(pool.TryPost([&newcomer] { newcomer.set_value(); }));
  arrived.wait();
  stop = true;
  finished.get_future().wait();
}

TEST(PoolTest, DrainRunsWhatIsQueuedAndThenRefuses) {
  std::atomic<int> ran{0};
  Pool pool("p", {.threads = 2, .queue = 100});
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(
        pool.TryPost([&pool, &ran] { pool.Resume([&ran] { ++ran; }); }));
  }
  pool.Drain();
  EXPECT_EQ(ran, 50);
  EXPECT_FALSE(pool.TryPost([] {}));
  // What was promised to run still does, here.
  bool inline_run = false;
  pool.Resume([&inline_run] { inline_run = true; });
  EXPECT_TRUE(inline_run);
}

TEST(PoolTest, RunsAsManyAtOnceAsItHasThreads) {
  constexpr int kThreads = 3;
  Mutex mutex;
  CondVar changed;
  int inside = 0;
  Pool pool("p", {.threads = kThreads, .queue = 8});
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(pool.TryPost([&] {
      MutexLock lock(mutex);
      ++inside;
      changed.NotifyAll();
      while (inside < kThreads) changed.Wait(lock);  // needs all the others
    }));
  }
  pool.Drain();
  EXPECT_EQ(inside, kThreads);
}

TEST(PoolTest, ZeroThreadsMeansTheCoresButOne) {
  Pool pool("p", {.threads = 0, .queue = 1});
  EXPECT_GE(pool.threads(), 1);
}

TEST(PoolsTest, SingleThreadedHasOneThreadEach) {
  Pools pools(PoolsOptions::SingleThreaded());
  for (const PoolKind kind : {PoolKind::kRead, PoolKind::kWrite,
                              PoolKind::kCompute, PoolKind::kLong}) {
    EXPECT_EQ(pools.Get(kind).threads(), 1);
  }
}

}  // namespace
}  // namespace qiangji::rpc
