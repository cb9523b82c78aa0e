#include "services/rpc/stream.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "clients/cpp/call.h"
#include "services/rpc/errors.h"
#include "tests/support/rpc/fake_services.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::FakeImports;
using ::qiangji::testing::FakeRegistry;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::OneThread;
using ::qiangji::testing::StatusIs;
using registry::v1::ChangeService;
using registry::v1::ImportRequest;
using registry::v1::ImportResponse;
using registry::v1::ImportService;
using type::v1::FeedFrame;

FeedFrame Heartbeat(std::int64_t seq) {
  FeedFrame frame;
  frame.mutable_heartbeat()->set_head_seq(seq);
  return frame;
}

// About `bytes` long.
FeedFrame Large(std::size_t bytes) {
  FeedFrame frame;
  frame.mutable_rows()->set_table(std::string(bytes, 'x'));
  return frame;
}

absl::Status Watch(FakeRegistry& registry,
                   std::function<absl::Status(FeedFrame&)> visit) {
  const auto stub = ChangeService::NewStub(registry.Channel());
  return client::ReadStream<FeedFrame>(
      absl::Seconds(30),
      [&](grpc::ClientContext* context) {
        return stub->WatchChanges(context, {});
      },
      std::move(visit));
}

TEST(ServerStreamTest, SendsSlicesInOrder) {
  FakeRegistry registry(OneThread());
  registry.changes.watch = [](const auto&) {
    return [next = 0](RequestContext&,
                      Writer<FeedFrame>& out) mutable -> absl::StatusOr<Next> {
      for (int i = 0; i < 10; ++i) out.Write(Heartbeat(next++));
      return next < 1000 ? Next::kMore : Next::kEnd;
    };
  };
  std::int64_t want = 0;
  EXPECT_THAT(Watch(registry,
                    [&](FeedFrame& frame) {
                      EXPECT_EQ(frame.heartbeat().head_seq(), want++);
                      return absl::OkStatus();
                    }),
              IsOk());
  EXPECT_EQ(want, 1000);
}

TEST(ServerStreamTest, AnErrorComesAfterWhatWasWritten) {
  FakeRegistry registry;
  registry.changes.watch = [](const auto&) {
    return [](RequestContext&, Writer<FeedFrame>& out) -> absl::StatusOr<Next> {
      out.Write(Heartbeat(1));
      return OutOfRange("after_seq", "beyond the head");
    };
  };
  int frames = 0;
  EXPECT_THAT(Watch(registry,
                    [&](FeedFrame&) {
                      ++frames;
                      return absl::OkStatus();
                    }),
              StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_EQ(frames, 1);
}

TEST(ServerStreamTest, ExceptionsAreInternal) {
  FakeRegistry registry;
  registry.changes.watch = [](const auto&) {
    return [](RequestContext&, Writer<FeedFrame>&) -> absl::StatusOr<Next> {
      throw std::runtime_error("secret");
    };
  };
  EXPECT_THAT(Watch(registry, [](FeedFrame&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kInternal,
                       ::testing::Not(::testing::HasSubstr("secret"))));
}

TEST(ServerStreamTest, WaitsUntilWokenWithoutAThread) {
  FakeRegistry registry(OneThread());
  std::promise<Writer<FeedFrame>> writers;
  registry.changes.watch = [&](const auto&) {
    return [&writers, runs = 0](
               RequestContext&,
               Writer<FeedFrame>& out) mutable -> absl::StatusOr<Next> {
      if (runs++ == 0) {
        out.Write(Heartbeat(0));
        writers.set_value(out);
        return Next::kWait;
      }
      out.Write(Heartbeat(1));
      return Next::kEnd;
    };
  };
  // The only thread of the pool is free while the stream waits.
  registry.items.get = [](RequestContext&, const auto&, auto*) {
    return absl::OkStatus();
  };
  std::int64_t frames = 0;
  EXPECT_THAT(
      Watch(registry,
            [&](FeedFrame& frame) {
              EXPECT_EQ(frame.heartbeat().head_seq(), frames++);
              if (frames == 1) {
                grpc::ClientContext context;
                registry::v1::Item item;
                EXPECT_TRUE(
                    registry.ItemStub()->GetItem(&context, {}, &item).ok());
                writers.get_future().get().Wake();
              }
              return absl::OkStatus();
            }),
      IsOk());
  EXPECT_EQ(frames, 2);
}

TEST(ServerStreamTest, AWakeWhileRunningIsNotLost) {
  FakeRegistry registry;
  registry.changes.watch = [](const auto&) {
    return [runs = 0](RequestContext&,
                      Writer<FeedFrame>& out) mutable -> absl::StatusOr<Next> {
      out.Wake();
      return ++runs < 5 ? Next::kWait : Next::kEnd;
    };
  };
  EXPECT_THAT(Watch(registry, [](FeedFrame&) { return absl::OkStatus(); }),
              IsOk());
}

// The reader takes nothing: slices stop below the limit, so nothing is lost.
TEST(ServerStreamTest, SlicesFollowTheReader) {
  FakeRegistry registry;
  std::atomic<std::size_t> most{0};
  registry.changes.watch = [&](const auto&) {
    return [&most, left = 300](
               RequestContext&,
               Writer<FeedFrame>& out) mutable -> absl::StatusOr<Next> {
      EXPECT_TRUE(out.Write(Large(100 << 10)));
      most = std::max(most.load(), out.queued_bytes());
      return --left > 0 ? Next::kMore : Next::kEnd;
    };
  };
  int frames = 0;
  EXPECT_THAT(Watch(registry,
                    [&](FeedFrame&) {
                      ++frames;
                      return absl::OkStatus();
                    }),
              IsOk());
  EXPECT_EQ(frames, 300);
  EXPECT_LT(most, kStreamLowWaterBytes + (200 << 10));
}

// Pushed from outside faster than it is read: cut off, with a place to go on.
TEST(ServerStreamTest, ASlowReaderIsCutOffWithItsResumePoint) {
  FakeRegistry registry;
  registry.changes.max_queue_bytes = 1 << 20;
  std::promise<Writer<FeedFrame>> writers;
  registry.changes.watch = [&](const auto&) {
    return [&writers](RequestContext&,
                      Writer<FeedFrame>& out) -> absl::StatusOr<Next> {
      out.SetResume({{"resume_seq", "41"}});
      writers.set_value(out);
      return Next::kWait;
    };
  };
  const auto stub = ChangeService::NewStub(registry.Channel());
  grpc::ClientContext context;
  const auto reader = stub->WatchChanges(&context, {});
  const auto writer = writers.get_future().get();
  int written = 0;
  while (writer.Write(Large(64 << 10))) ++written;
  EXPECT_GE(written, 15);
  EXPECT_TRUE(writer.over());
  EXPECT_LE(writer.queued_bytes(), std::size_t{128} << 10);
  FeedFrame frame;
  while (reader->Read(&frame)) {
  }
  const auto status = client::FromGrpcStatus(reader->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(client::MetadataOf(status, "resume_seq"), "41");
}

TEST(ServerStreamTest, AReaderThatTakesNothingIsCutOffInTime) {
  FakeRegistry registry;
  registry.changes.stall_timeout = absl::Milliseconds(100);
  std::promise<void> gone;
  registry.changes.watch = [&](const auto&) {
    std::shared_ptr<void> state(nullptr, [&](void*) { gone.set_value(); });
    return [state](RequestContext&,
                   Writer<FeedFrame>& out) -> absl::StatusOr<Next> {
      out.Write(Large(900 << 10));
      return Next::kMore;
    };
  };
  const auto stub = ChangeService::NewStub(registry.Channel());
  grpc::ClientContext context;
  const auto reader = stub->WatchChanges(&context, {});
  gone.get_future().wait();
  FeedFrame frame;
  while (reader->Read(&frame)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST(ServerStreamTest, CancellingDropsTheSlice) {
  FakeRegistry registry;
  std::promise<void> dropped;
  registry.changes.watch = [&](const auto&) {
    std::shared_ptr<void> state(nullptr, [&](void*) { dropped.set_value(); });
    return [state](RequestContext&,
                   Writer<FeedFrame>& out) -> absl::StatusOr<Next> {
      out.Write(Heartbeat(1));
      return Next::kWait;
    };
  };
  const auto stub = ChangeService::NewStub(registry.Channel());
  grpc::ClientContext context;
  const auto reader = stub->WatchChanges(&context, {});
  FeedFrame frame;
  ASSERT_TRUE(reader->Read(&frame));
  context.TryCancel();
  dropped.get_future().wait();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST(ServerStreamTest, ShutdownEndsWhatWaits) {
  FakeRegistry registry;
  registry.changes.watch = [](const auto&) {
    return [](RequestContext&, Writer<FeedFrame>& out) -> absl::StatusOr<Next> {
      out.SetResume({{"resume_seq", "7"}});
      out.Write(Heartbeat(1));
      return Next::kWait;
    };
  };
  std::future<void> down;
  const auto status = Watch(registry, [&](FeedFrame&) {
    down = std::async(std::launch::async, [&] {
      registry.Shutdown(absl::Minutes(5));  // must not take that long
    });
    return absl::OkStatus();
  });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(client::MetadataOf(status, "resume_seq"), "7");
  down.get();
}

// Counts chunks; answers at the end.
class Counter final : public FakeImports::Reader {
 public:
  explicit Counter(Writer<ImportResponse> out) : out_(std::move(out)) {}
  absl::Status Message(RequestContext&, ImportRequest& request) override {
    if (request.chunk().data() == "bad") return InvalidField("chunk", "bad");
    bytes_ += static_cast<std::int64_t>(request.chunk().data().size());
    finished_ = request.has_finish();
    return absl::OkStatus();
  }
  absl::Status End(RequestContext&) override {
    if (!finished_) return InvalidField("finish", "missing");
    ImportResponse response;
    response.mutable_result()->set_seq(bytes_);
    out_.Write(std::move(response));
    return absl::OkStatus();
  }

 private:
  Writer<ImportResponse> out_;
  std::int64_t bytes_ = 0;
  bool finished_ = false;
};

class BidiStreamTest : public ::testing::Test {
 protected:
  BidiStreamTest() {
    registry_.imports.make = [](RequestContext&, Writer<ImportResponse> out) {
      return std::make_unique<Counter>(std::move(out));
    };
  }
  static ImportRequest Chunk(std::string data) {
    ImportRequest request;
    request.mutable_chunk()->set_data(std::move(data));
    return request;
  }
  FakeRegistry registry_{OneThread()};
  std::unique_ptr<ImportService::Stub> stub_ =
      ImportService::NewStub(registry_.Channel());
  grpc::ClientContext context_;
};

TEST_F(BidiStreamTest, ReadsAllAndAnswers) {
  const auto stream = stub_->Import(&context_);
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(stream->Write(Chunk(std::string(1000, 'x'))));
  }
  ImportRequest finish;
  finish.mutable_finish();
  ASSERT_TRUE(stream->Write(finish));
  stream->WritesDone();
  ImportResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.result().seq(), 100'000);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(BidiStreamTest, AnErrorEndsTheCallEarly) {
  const auto stream = stub_->Import(&context_);
  stream->Write(Chunk("bad"));
  while (stream->Write(Chunk(std::string(1000, 'x')))) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(BidiStreamTest, ACancelledCallIsNoHalfClose) {
  struct Watcher final : FakeImports::Reader {
    std::promise<void>* first = nullptr;
    std::promise<bool>* ended = nullptr;
    bool end_called = false;
    absl::Status Message(RequestContext&, ImportRequest&) override {
      first->set_value();
      return absl::OkStatus();
    }
    absl::Status End(RequestContext&) override {
      end_called = true;
      return absl::OkStatus();
    }
    ~Watcher() override { ended->set_value(end_called); }
  };
  std::promise<void> first;
  std::promise<bool> ended;
  registry_.imports.make = [&](RequestContext&, const auto&) {
    auto watcher = std::make_unique<Watcher>();
    watcher->first = &first;
    watcher->ended = &ended;
    return watcher;
  };
  const auto stream = stub_->Import(&context_);
  ASSERT_TRUE(stream->Write(Chunk("x")));
  first.get_future().wait();
  context_.TryCancel();
  EXPECT_FALSE(ended.get_future().get());
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

}  // namespace
}  // namespace qiangji::rpc
