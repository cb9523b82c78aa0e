#include "clients/cpp/feed_reader.h"

#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/channels.h"
#include "services/rpc/errors.h"
#include "tests/support/rpc/fake_services.h"
#include "tests/support/status_matchers.h"

namespace qiangji::client {
namespace {

using ::qiangji::testing::FakeRegistry;
using rpc::Next;
using rpc::Writer;
using ::testing::ElementsAre;
using type::v1::FeedFrame;

FeedFrame BeginOf(std::int64_t seq) {
  FeedFrame frame;
  frame.mutable_begin()->set_seq(seq);
  return frame;
}
FeedFrame RowsOf(int rows) {
  FeedFrame frame;
  frame.mutable_rows()->set_table("items");
  frame.mutable_rows()->set_row_count(rows);
  return frame;
}
FeedFrame EndOf(std::int64_t seq, std::int64_t rows) {
  FeedFrame frame;
  frame.mutable_end()->set_seq(seq);
  frame.mutable_end()->set_row_count(rows);
  return frame;
}
FeedFrame HeartbeatOf(std::int64_t head) {
  FeedFrame frame;
  frame.mutable_heartbeat()->set_head_seq(head);
  return frame;
}
FeedFrame Resnapshot() {
  FeedFrame frame;
  frame.mutable_resnapshot();
  return frame;
}

// Writes down what it is told.
class Recorder final : public FeedHandler {
 public:
  absl::Status Begin(const FeedUnit& unit) override {
    return Note(
        absl::StrCat(unit.snapshot ? "snapshot " : "change ", unit.seq));
  }
  absl::Status Rows(const type::v1::RowBlock& block) override {
    return Note(absl::StrCat("rows ", block.row_count()));
  }
  absl::Status End(std::int64_t seq, const std::string&) override {
    return Note(absl::StrCat("end ", seq));
  }
  void Abort() override { Note("abort").IgnoreError(); }
  void Heartbeat(std::int64_t head) override {
    Note(absl::StrCat("head ", head)).IgnoreError();
  }

  // Refuses this event once.
  void RefuseOnce(std::string event) {
    const MutexLock lock(mutex_);
    refused_ = std::move(event);
  }
  // All events, once there are `count`.
  std::vector<std::string> WaitFor(std::size_t count) {
    MutexLock lock(mutex_);
    while (events_.size() < count) changed_.Wait(lock);
    return events_;
  }

 private:
  absl::Status Note(std::string event) {
    const MutexLock lock(mutex_);
    if (event == refused_) {
      refused_.clear();
      return absl::DataLossError("refused");
    }
    events_.push_back(std::move(event));
    changed_.NotifyAll();
    return absl::OkStatus();
  }

  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> events_ ABSL_GUARDED_BY(mutex_);
  std::string refused_ ABSL_GUARDED_BY(mutex_);
};

// Answers the nth stream of a kind with the nth script, then with the last.
class Script {
 public:
  struct Stream {
    std::vector<FeedFrame> frames;
    absl::StatusOr<Next> then = Next::kWait;
  };
  explicit Script(std::vector<Stream> streams) : streams_(std::move(streams)) {}

  testing::FakeChanges::Slice Play(std::int64_t seq) {
    const MutexLock lock(mutex_);
    asked_.push_back(seq);
    Stream stream = streams_[std::min(next_, streams_.size() - 1)];
    ++next_;
    return [stream](rpc::RequestContext&,
                    Writer<FeedFrame>& out) -> absl::StatusOr<Next> {
      for (const FeedFrame& frame : stream.frames) out.Write(frame);
      return stream.then;
    };
  }
  // The sequences asked for, in order.
  std::vector<std::int64_t> asked() {
    const MutexLock lock(mutex_);
    return asked_;
  }

 private:
  Mutex mutex_;
  const std::vector<Stream> streams_;
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::int64_t> asked_ ABSL_GUARDED_BY(mutex_);
};

class FeedReaderTest : public ::testing::Test {
 protected:
  void Play(std::vector<Script::Stream> snapshots,
            std::vector<Script::Stream> watches) {
    snapshots_ = std::make_unique<Script>(std::move(snapshots));
    watches_ = std::make_unique<Script>(std::move(watches));
    registry_.changes.snapshot = [this](const auto& request) {
      return snapshots_->Play(request.read_seq());
    };
    registry_.changes.watch = [this](const auto& request) {
      return watches_->Play(request.after_seq());
    };
  }
  FeedReaderOptions Options() {
    FeedReaderOptions options;
    options.registry = registry_.Channel();
    options.executor = [this](std::function<void()> task) {
      pool_.Resume(std::move(task));
    };
    options.first_backoff = absl::Milliseconds(1);
    options.most_backoff = absl::Milliseconds(5);
    return options;
  }

  static Script::Stream SnapshotAt(std::int64_t seq) {
    return {{BeginOf(seq), RowsOf(3), RowsOf(2), EndOf(seq, 5)}, Next::kEnd};
  }

  rpc::Pool pool_{"reader", {.threads = 1, .queue = 8}};
  std::unique_ptr<Script> snapshots_;
  std::unique_ptr<Script> watches_;
  FakeRegistry registry_;
  Recorder recorder_;
};

TEST_F(FeedReaderTest, SnapshotThenChanges) {
  Play({SnapshotAt(5)}, {{{BeginOf(6), RowsOf(1), EndOf(6, 1), BeginOf(7),
                           EndOf(7, 0), HeartbeatOf(7)}}});
  FeedReader reader(Options(), &recorder_);
  reader.Start();
  EXPECT_THAT(recorder_.WaitFor(10),
              ElementsAre("snapshot 5", "rows 3", "rows 2", "end 5", "change 6",
                          "rows 1", "end 6", "change 7", "end 7", "head 7"));
  EXPECT_THAT(watches_->asked(), ElementsAre(5));
  EXPECT_TRUE(reader.connected());
  EXPECT_EQ(reader.seq(), 7);
  EXPECT_EQ(reader.head(), 7);
}

TEST_F(FeedReaderTest, GoesOnAfterTheLastCompleteChange) {
  Play({SnapshotAt(5)}, {{{BeginOf(6), EndOf(6, 0), BeginOf(7), RowsOf(1)},
                          absl::UnavailableError("gone")},
                         {{BeginOf(7), RowsOf(2), EndOf(7, 2)}}});
  FeedReader reader(Options(), &recorder_);
  reader.Start();
  const auto events = recorder_.WaitFor(12);
  EXPECT_THAT(std::vector(events.begin() + 4, events.end()),
              ElementsAre("change 6", "end 6", "change 7", "rows 1", "abort",
                          "change 7", "rows 2", "end 7"));
  EXPECT_THAT(watches_->asked(), ElementsAre(5, 6));
  EXPECT_THAT(snapshots_->asked(), ElementsAre(0));
}

TEST_F(FeedReaderTest, TakesANewSnapshotWhenAsked) {
  Play({SnapshotAt(5), SnapshotAt(9)},
       {{{Resnapshot()}}, {{BeginOf(10), EndOf(10, 0)}}});
  FeedReader reader(Options(), &recorder_);
  reader.Start();
  const auto events = recorder_.WaitFor(10);
  EXPECT_EQ(events[4], "snapshot 9");
  EXPECT_EQ(events[9], "end 10");
  EXPECT_THAT(watches_->asked(), ElementsAre(5, 9));
}

// A gap, a missing row, an unfinished snapshot, a registry that was set back:
// never applied, always a new snapshot.
TEST_F(FeedReaderTest, WhatDoesNotFitIsThrownAway) {
  const std::vector<Script::Stream> broken = {
      {{BeginOf(7), EndOf(7, 0)}},
      {{BeginOf(6), RowsOf(1), EndOf(6, 2)}},
      {{RowsOf(1)}},
      {{BeginOf(6), BeginOf(7)}},
      {{EndOf(6, 0)}},
      {{}, rpc::OutOfRange("after_seq", "beyond the head")},
  };
  for (const Script::Stream& stream : broken) {
    Recorder recorder;
    Play({SnapshotAt(5), SnapshotAt(20)}, {stream, {{HeartbeatOf(20)}}});
    FeedReader reader(Options(), &recorder);
    reader.Start();
    std::vector<std::string> events;
    do {
      events = recorder.WaitFor(events.size() + 1);
    } while (events.back() != "head 20");
    EXPECT_EQ(std::count(events.begin(), events.end(), "snapshot 20"), 1);
    EXPECT_EQ(std::count(events.begin(), events.end(), "end 6"), 0);
    EXPECT_EQ(reader.seq(), 20);
    reader.Stop();
  }
}

TEST_F(FeedReaderTest, AnUnfinishedSnapshotIsTakenAgain) {
  Play({{{BeginOf(5), RowsOf(3)}, Next::kEnd}, SnapshotAt(5)},
       {{{HeartbeatOf(5)}}});
  FeedReader reader(Options(), &recorder_);
  reader.Start();
  const auto events = recorder_.WaitFor(8);
  EXPECT_THAT(events, ElementsAre("snapshot 5", "rows 3", "abort", "snapshot 5",
                                  "rows 3", "rows 2", "end 5", "head 5"));
}

TEST_F(FeedReaderTest, AHandlerThatRefusesGetsANewSnapshot) {
  Play({SnapshotAt(5), SnapshotAt(6)},
       {{{BeginOf(6), EndOf(6, 0)}}, {{HeartbeatOf(6)}}});
  recorder_.RefuseOnce("end 6");
  FeedReader reader(Options(), &recorder_);
  reader.Start();
  const auto events = recorder_.WaitFor(10);
  EXPECT_EQ(events[4], "change 6");
  EXPECT_EQ(events[5], "snapshot 6");
}

TEST_F(FeedReaderTest, WaitsForARegistryThatIsNotThere) {
  FeedReaderOptions options = Options();
  options.registry = NewChannel("127.0.0.1:1");
  FeedReader reader(options, &recorder_);
  reader.Start();
  while (reader.last_error().ok()) std::this_thread::yield();
  EXPECT_FALSE(reader.connected());
  EXPECT_EQ(reader.seq(), -1);
  reader.Stop();  // does not hang
}

TEST_F(FeedReaderTest, NothingComesAfterStop) {
  Play({SnapshotAt(5)}, {{{HeartbeatOf(5)}}});
  auto recorder = std::make_unique<Recorder>();
  FeedReader reader(Options(), recorder.get());
  reader.Start();
  recorder->WaitFor(1);
  reader.Stop();
  recorder.reset();
  reader.Stop();
}

TEST_F(FeedReaderTest, CanGoOnWithoutASnapshot) {
  Play({SnapshotAt(5)}, {{{BeginOf(43), EndOf(43, 0)}}});
  FeedReaderOptions options = Options();
  options.resume_after = 42;
  FeedReader reader(options, &recorder_);
  reader.Start();
  EXPECT_THAT(recorder_.WaitFor(2), ElementsAre("change 43", "end 43"));
  EXPECT_THAT(snapshots_->asked(), ElementsAre());
}

}  // namespace
}  // namespace qiangji::client
