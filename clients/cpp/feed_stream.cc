#include "clients/cpp/feed_stream.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/status.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "qiangji/type/v1/feed.pb.h"
#include "services/base/mutex.h"

namespace qiangji::client {
namespace {

using registry::v1::ChangeService;
using type::v1::FeedFrame;

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// Keeps itself alive from Start until `done` has been called.
class FeedStream final : public grpc::ClientReadReactor<FeedFrame> {
 public:
  FeedStream(const std::shared_ptr<grpc::Channel>& channel, FeedRequest request,
             Executor executor, FeedHandler* handler,
             std::function<void(const FeedResult&)> done)
      : stub_(ChangeService::NewStub(channel)),
        request_(std::move(request)),
        executor_(std::move(executor)),
        handler_(handler),
        done_(std::move(done)) {}

  void Start(std::shared_ptr<FeedStream> self) {
    self_ = std::move(self);
    if (request_.watch) {
      watch_.set_after_seq(request_.seq);
      for (const auto& table : request_.tables) watch_.add_tables(table);
      const auto nanos = absl::ToInt64Nanoseconds(request_.heartbeat);
      watch_.mutable_heartbeat_interval()->set_seconds(nanos / 1'000'000'000);
      watch_.mutable_heartbeat_interval()->set_nanos(
          static_cast<int>(nanos % 1'000'000'000));
      stub_->async()->WatchChanges(&context_, &watch_, this);
    } else {
      snapshot_.set_read_seq(request_.seq);
      if (request_.read_time.has_value()) {
        const auto since = absl::ToUnixNanos(*request_.read_time);
        snapshot_.mutable_read_time()->set_seconds(since / 1'000'000'000);
        snapshot_.mutable_read_time()->set_nanos(
            static_cast<int>(since % 1'000'000'000));
      }
      for (const auto& table : request_.tables) snapshot_.add_tables(table);
      if (request_.timeout < absl::InfiniteDuration()) {
        context_.set_deadline(
            absl::ToChronoTime(absl::Now() + request_.timeout));
      }
      stub_->async()->ReadSnapshot(&context_, &snapshot_, this);
    }
    // Reads are started outside gRPC's reactions: the hold keeps OnDone away
    // until the last one. Only a bound reactor can be held.
    AddHold();
    handover_.Give();
    StartRead(&frame_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      RemoveHold();
      return;
    }
    handover_.Take();
    executor_([this] {
      if (failure_.ok()) failure_ = Take(frame_);
      if (!failure_.ok()) context_.TryCancel();
      StartRead(&frame_);
    });
  }

  void OnDone(const grpc::Status& status) override {
    handover_.Take();
    executor_([this, status] {
      const std::shared_ptr<FeedStream> last = std::move(self_);
      if (open_) handler_->Abort();
      result_.status = failure_.ok() ? FromGrpcStatus(status) : failure_;
      if (result_.status.ok() && !request_.watch && result_.seq < 0) {
        result_.status =
            absl::DataLossError("the snapshot ended before its end frame");
      }
      if (result_.status.ok() && request_.watch) {
        result_.status = absl::UnavailableError("the registry ended the feed");
      }
      done_(result_);
    });
  }

 private:
  absl::Status Broken(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat("feed: ", what));
  }

  absl::Status Take(const FeedFrame& frame) {
    switch (frame.frame_case()) {
      case FeedFrame::kBegin:
        return Begin(frame.begin());
      case FeedFrame::kRows:
        if (!open_) return Broken("rows outside of a change");
        rows_ += frame.rows().row_count();
        return handler_->Rows(frame.rows());
      case FeedFrame::kEnd:
        return End(frame.end());
      case FeedFrame::kResnapshot:
        result_.resnapshot = true;
        return absl::AbortedError("the registry asks for a new snapshot");
      case FeedFrame::kHeartbeat:
        if (open_) return Broken("heartbeat within a change");
        handler_->Heartbeat(frame.heartbeat().head_seq());
        return absl::OkStatus();
      case FeedFrame::FRAME_NOT_SET:
        break;  // of a later version
    }
    return absl::OkStatus();
  }

  absl::Status Begin(const type::v1::FeedBegin& begin) {
    if (open_) return Broken("begin within a change");
    const std::int64_t before = result_.seq < 0 ? request_.seq : result_.seq;
    if (request_.watch && begin.seq() != before + 1) {
      return Broken(absl::StrCat("change ", begin.seq(), " after ", before));
    }
    open_ = true;
    rows_ = 0;
    seq_ = begin.seq();
    return handler_->Begin(
        {!request_.watch, begin.seq(), ToTime(begin.time())});
  }

  absl::Status End(const type::v1::FeedEnd& end) {
    if (!open_ || end.seq() != seq_) return Broken("end without its begin");
    if (end.row_count() != rows_) return Broken("rows are missing");
    open_ = false;
    absl::Status applied = handler_->End(end.seq(), end.digest());
    if (applied.ok()) result_.seq = end.seq();
    return applied;
  }

  const std::unique_ptr<ChangeService::Stub> stub_;
  const FeedRequest request_;
  const Executor executor_;
  FeedHandler* const handler_;
  const std::function<void(const FeedResult&)> done_;
  grpc::ClientContext context_;
  registry::v1::WatchChangesRequest watch_;
  registry::v1::ReadSnapshotRequest snapshot_;

  Handover handover_;  // from the thread that starts to gRPC's

  // Touched by one reaction or task at a time.
  FeedFrame frame_;
  absl::Status failure_;
  FeedResult result_;
  bool open_ = false;
  std::int64_t seq_ = 0;
  std::int64_t rows_ = 0;
  std::shared_ptr<FeedStream> self_;
};

}  // namespace

FeedCanceller StartFeed(const std::shared_ptr<grpc::Channel>& registry,
                        const FeedRequest& request, const Executor& executor,
                        FeedHandler* handler,
                        std::function<void(const FeedResult&)> done) {
  auto stream = std::make_shared<FeedStream>(registry, request, executor,
                                             handler, std::move(done));
  stream->Start(stream);
  return [weak = std::weak_ptr<FeedStream>(stream)] {
    if (const auto running = weak.lock()) running->Cancel();
  };
}

}  // namespace qiangji::client
