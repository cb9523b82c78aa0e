// WatchAlerts: order, tokens, filters, heartbeats, and readers that come and
// go.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>

#include <algorithm>
#include <random>
#include <thread>

#include "services/rpc/errors.h"
#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertService;
using bottleneck::v1::CommentAlertRequest;
using bottleneck::v1::WatchAlertsRequest;
using bottleneck::v1::WatchAlertsResponse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "5 REOPENED items/a": the change that it is told of, and what.
std::string Line(const WatchAlertsResponse& message) {
  return std::to_string(message.alert().seq()) + " " +
         bottleneck::v1::AlertEventKind_Name(message.event().kind())
             .substr(sizeof("ALERT_EVENT_KIND_") - 1) +
         " " + message.alert().subject();
}

// A watcher that remembers where it is.
class Reader {
 public:
  Reader(AlertService::Stub& stub, WatchAlertsRequest request)
      : stub_(stub), request_(std::move(request)) {
    request_.mutable_heartbeat_interval()->set_nanos(100'000'000);
  }

  // Reads until `enough`, then drops the connection.
  template <typename Enough>
  void Read(Enough enough) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    const auto stream = stub_.WatchAlerts(&context, request_);
    WatchAlertsResponse message;
    bool wanted = false;
    while (!(wanted = enough(*this)) && stream->Read(&message)) {
      if (message.has_alert()) {
        lines_.push_back(Line(message));
      } else {
        ++heartbeats_;
      }
      request_.set_after_seq(message.seq());
      request_.set_after_position(message.position());
    }
    if (wanted) context.TryCancel();
    status_ = stream->Finish();
  }
  // Until everything up to the change has been told.
  void ReadTo(std::int64_t seq) {
    Read([seq](const Reader& reader) { return reader.seq() >= seq; });
  }

  std::int64_t seq() const { return request_.after_seq(); }
  const std::vector<std::string>& lines() const { return lines_; }
  int heartbeats() const { return heartbeats_; }
  const grpc::Status& status() const { return status_; }

 private:
  AlertService::Stub& stub_;
  WatchAlertsRequest request_;
  std::vector<std::string> lines_;
  int heartbeats_ = 0;
  grpc::Status status_;
};

WatchAlertsRequest FromTheStart() {
  WatchAlertsRequest request;
  request.set_after_seq(0);
  return request;
}

class Watching : public BottleneckFixture {
 protected:
  Watching() {
    StartPeers();
    StartService();
  }
  std::int64_t Head() {
    std::int64_t head = 0;
    EXPECT_THAT(store_->Read([&](store::Reader& reader) -> absl::Status {
      const auto change = reader.Head();
      if (change.ok()) head = change->seq;
      return change.status();
    }),
                IsOk());
    return head;
  }
  void Comment(const std::string& subject, const std::string& text) {
    CommentAlertRequest request;
    request.set_name("alerts/IMPORT_DEPENDENCE~items~" + subject);
    request.set_comment(text);
    Alert ignored;
    EXPECT_THAT(Call(&AlertService::Stub::CommentAlert, request, &ignored),
                IsOk());
  }
  // n items, all above the threshold or none.
  void CommitItems(int n, double share) {
    FakeWorld world;
    for (int i = 0; i < n; ++i) {
      char id[16];
      std::snprintf(id, sizeof(id), "i%03d", i);
      world.items.push_back(ItemWithImports(id, share));
    }
    peers_.Commit(std::move(world));
  }
};

TEST_F(Watching, TellsEverythingInOrder) {
  peers_.CommitImports({0.80, 0.10});
  Open();
  Comment("a", "看过");
  peers_.CommitImports({0.10, 0.99});
  Open();
  Reader reader(*alerts_, FromTheStart());
  reader.ReadTo(Head());
  EXPECT_THAT(reader.lines(),
              ElementsAre("1 OPENED items/a", "2 COMMENTED items/a",
                          "3 CLOSED items/a", "3 OPENED items/b"));
}

TEST_F(Watching, FromNowOnTellsOnlyWhatComes) {
  peers_.CommitImports({0.80});
  Open();
  Reader reader(*alerts_, {});
  std::thread writer;
  reader.Read([&](const Reader& r) {
    if (r.heartbeats() == 1 && !writer.joinable()) {
      writer = std::thread([&] { Comment("a", "新的"); });
    }
    return !r.lines().empty();
  });
  writer.join();
  EXPECT_THAT(reader.lines(), ElementsAre("2 COMMENTED items/a"));
}

TEST_F(Watching, HeartbeatsCarryTheToken) {
  peers_.CommitImports({0.10});
  Open();
  Reader reader(*alerts_, FromTheStart());
  reader.Read([](const Reader& r) { return r.heartbeats() >= 3; });
  EXPECT_EQ(reader.seq(), 1);
  EXPECT_THAT(reader.lines(), IsEmpty());
}

TEST_F(Watching, OtherFiguresAreToldOnRequest) {
  peers_.CommitImports({0.80});
  Open();
  peers_.CommitImports({0.81});
  Open();
  Reader plain(*alerts_, FromTheStart());
  plain.ReadTo(Head());
  EXPECT_THAT(plain.lines(), ElementsAre("1 OPENED items/a"));
  WatchAlertsRequest request = FromTheStart();
  request.set_include_refreshed(true);
  Reader all(*alerts_, request);
  all.ReadTo(Head());
  EXPECT_THAT(all.lines(),
              ElementsAre("1 OPENED items/a", "2 REFRESHED items/a"));
}

TEST_F(Watching, FiltersAndWhatLeavesThem) {
  peers_.CommitImports({0.80, 0.99});
  Open();
  peers_.CommitImports({0.80, 0.80});
  Open();
  WatchAlertsRequest request = FromTheStart();
  request.add_severities(bottleneck::v1::SEVERITY_CRITICAL);
  Reader critical(*alerts_, request);
  critical.ReadTo(Head());
  EXPECT_THAT(critical.lines(),
              ElementsAre("1 OPENED items/b", "2 SEVERITY_CHANGED items/b"));
  request = FromTheStart();
  request.add_sectors("marine");
  Reader elsewhere(*alerts_, request);
  elsewhere.ReadTo(Head());
  EXPECT_THAT(elsewhere.lines(), IsEmpty());
  request = FromTheStart();
  request.add_rules("NO_DATA");
  Reader other(*alerts_, request);
  other.ReadTo(Head());
  EXPECT_THAT(other.lines(), IsEmpty());
}

TEST_F(Watching, RefusesTokensThatCannotBe) {
  peers_.CommitImports({0.80});
  Open();
  const auto code = [&](std::int64_t seq, std::int64_t position) {
    WatchAlertsRequest request;
    request.set_after_seq(seq);
    request.set_after_position(position);
    Reader reader(*alerts_, request);
    reader.Read([](const Reader&) { return false; });
    return reader.status().error_code();
  };
  EXPECT_EQ(code(99, 0), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(code(1, 1), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(code(0, 9), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(code(-1, 0), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(Watching, GoesOnWithinAChange) {
  CommitItems(150, 0.80);
  Open();
  Reader whole(*alerts_, FromTheStart());
  whole.ReadTo(Head());
  ASSERT_EQ(whole.lines().size(), 150u);
  Reader pieces(*alerts_, FromTheStart());
  while (pieces.lines().size() < 150u) {
    const std::size_t had = pieces.lines().size();
    pieces.Read([had](const Reader& r) {
      return r.lines().size() >= std::min<std::size_t>(had + 7, 150);
    });
  }
  EXPECT_EQ(pieces.lines(), whole.lines());
}

// A watcher that is killed and resumed at random during writes ends with the
// same sequence as one that reads everything afterwards.
TEST_F(Watching, NothingIsLostOrRepeatedOverReconnects) {
  constexpr int kChanges = 60;
  std::thread writer([&] {
    for (int i = 0; i < kChanges; ++i) {
      CommitItems(40, i % 2 == 0 ? 0.80 : 0.10);
      Open();
      Comment("i000", std::to_string(i));
    }
  });
  std::mt19937 random(7);
  Reader reader(*alerts_, FromTheStart());
  int connections = 0;
  const auto whole = [&] { return reader.seq() >= std::int64_t{2} * kChanges; };
  while (!whole()) {
    ++connections;
    const std::size_t until = reader.lines().size() + 1 + random() % 60;
    reader.Read(
        [&](const Reader& r) { return r.lines().size() >= until || whole(); });
  }
  writer.join();
  Reader afterwards(*alerts_, FromTheStart());
  afterwards.ReadTo(std::int64_t{2} * kChanges);
  EXPECT_EQ(reader.lines(), afterwards.lines());
  EXPECT_EQ(reader.lines().size(), 41u * kChanges);
  EXPECT_GT(connections, 20);
}

TEST_F(Watching, EndsWithTheServiceAndGoesOnAfterIt) {
  peers_.CommitImports({0.80});
  Open();
  Reader reader(*alerts_, FromTheStart());
  reader.ReadTo(1);
  std::thread stop;
  reader.Read([&](const Reader&) {
    if (!stop.joinable()) stop = std::thread([this] { StopService(); });
    return false;
  });
  stop.join();
  EXPECT_EQ(reader.status().error_code(), grpc::StatusCode::UNAVAILABLE);
  StartService();
  Comment("a", "之后");
  Reader again(*alerts_, [&] {
    WatchAlertsRequest request;
    request.set_after_seq(reader.seq());
    return request;
  }());
  again.ReadTo(2);
  EXPECT_THAT(again.lines(), ElementsAre("2 COMMENTED items/a"));
}

// A reader that takes nothing holds up nobody: it is told all of it when it
// reads again, or is cut off with its token and goes on from there.
TEST_F(Watching, SlowReadersMissNothing) {
  CommitItems(200, 0.80);
  Open();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 65536);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = AlertService::NewStub(grpc::CreateCustomChannel(
      server_->address(), grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  WatchAlertsRequest request;
  request.set_after_seq(1);
  const auto stream = stub->WatchAlerts(&context, request);
  WatchAlertsResponse message;
  ASSERT_TRUE(stream->Read(&message));  // at the head: from here it is pushed
  ASSERT_FALSE(message.has_alert());
  const std::string large(4000, 'x');
  for (int i = 0; i < 1200; ++i) {
    char id[16];
    std::snprintf(id, sizeof(id), "i%03d", i % 200);
    Comment(id, large);
  }
  std::int64_t seq = message.seq();
  std::vector<std::string> lines;
  bool ended = false;
  while (seq < Head() && !ended) {
    ended = !stream->Read(&message);
    if (ended) break;
    if (message.has_alert()) lines.push_back(Line(message));
    seq = message.seq();
  }
  if (!ended) context.TryCancel();
  const absl::Status status = client::FromGrpcStatus(stream->Finish());
  if (ended) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_EQ(rpc::MetadataOf(status, "after_seq"), std::to_string(seq));
    WatchAlertsRequest rest;
    rest.set_after_seq(seq);
    Reader reader(*alerts_, rest);
    reader.ReadTo(Head());
    lines.insert(lines.end(), reader.lines().begin(), reader.lines().end());
  }
  Reader whole(*alerts_, request);
  whole.ReadTo(Head());
  EXPECT_EQ(lines, whole.lines());
  EXPECT_EQ(lines.size(), 1200u);
}

}  // namespace
}  // namespace qiangji::testing
