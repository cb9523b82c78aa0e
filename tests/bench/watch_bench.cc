// Many watchers of alerts while alerts change:
//   bench_watch QIANGJID DATA WATCHERS CHANGES_A_SECOND SECONDS
// DATA holds facts that raise at least one alert. A change is a comment on it,
// which is told to every watcher. A watcher that is cut off goes on from its
// token. One JSON object on standard output; status 1 where a watcher missed a
// change or was told one twice.
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "tests/bench/server_process.h"

namespace qiangji::bench {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertService;
using bottleneck::v1::WatchAlertsRequest;
using bottleneck::v1::WatchAlertsResponse;

// Streams that share a connection.
constexpr int kStreamsAChannel = 100;

struct Shared {
  std::atomic<std::int64_t> told{0};
  std::atomic<int> ready{0}, wrong{0}, cut_off{0}, open{0};
  std::atomic<bool> ended{false};
};

// One after the other sees each sequence of changes. Everything but the shared
// part is touched by one callback at a time.
class Watcher {
 public:
  Watcher(AlertService::Stub& stub, Shared& shared, std::int64_t after)
      : stub_(stub), shared_(shared) {
    request_.set_after_seq(after);
  }

  void Start() { Connect(); }

  void Cancel() {
    const MutexLock lock(mutex_);
    if (stream_ != nullptr) stream_->context.TryCancel();
  }

 private:
  struct Stream final : grpc::ClientReadReactor<WatchAlertsResponse> {
    explicit Stream(Watcher* w) : watcher(w) {}
    void OnReadDone(bool ok) override {
      if (!ok) return;
      watcher->Take(message);
      StartRead(&message);
    }
    void OnDone(const grpc::Status& status) override { watcher->Ended(status); }
    Watcher* watcher;
    grpc::ClientContext context;
    WatchAlertsResponse message;
  };

  void Connect() {
    ++shared_.open;
    const auto stream = std::make_shared<Stream>(this);
    {
      const MutexLock lock(mutex_);
      last_ = std::exchange(stream_, stream);  // its OnDone is under way
    }
    stub_.async()->WatchAlerts(&stream->context, &request_, stream.get());
    stream->StartRead(&stream->message);
    stream->StartCall();
  }

  void Take(const WatchAlertsResponse& message) {
    if (!ready_) {
      ready_ = true;
      ++shared_.ready;
    }
    if (message.has_alert()) {
      const bool next = message.alert().seq() == seen_ + 1 || seen_ == 0;
      if (!next) ++shared_.wrong;
      seen_ = message.alert().seq();
      ++shared_.told;
    }
    request_.set_after_seq(message.seq());
    request_.set_after_position(message.position());
  }

  void Ended(const grpc::Status& status) {
    --shared_.open;
    if (shared_.ended.load()) return;
    ++shared_.cut_off;
    if (status.error_code() != grpc::StatusCode::RESOURCE_EXHAUSTED &&
        status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) {
      Fail(absl::StrCat("a watch ended: ", status.error_message()));
    }
    Connect();
  }

  AlertService::Stub& stub_;
  Shared& shared_;
  WatchAlertsRequest request_;
  Mutex mutex_;
  std::shared_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Stream> last_ ABSL_GUARDED_BY(mutex_);
  std::int64_t seen_ = 0;
  bool ready_ = false;
};

void Require(const grpc::Status& status) {
  if (!status.ok()) Fail(status.error_message());
}

Alert FirstAlert(AlertService::Stub& stub) {
  grpc::ClientContext context;
  bottleneck::v1::ListAlertsRequest request;
  bottleneck::v1::ListAlertsResponse response;
  Require(stub.ListAlerts(&context, request, &response));
  if (response.alerts_size() == 0) Fail("no alert to comment on");
  return response.alerts(0);
}

std::int64_t Comment(AlertService::Stub& stub, const std::string& name, int n) {
  grpc::ClientContext context;
  bottleneck::v1::CommentAlertRequest request;
  request.set_name(name);
  request.set_comment(absl::StrCat("change ", n));
  Alert alert;
  Require(stub.CommentAlert(&context, request, &alert));
  return alert.seq();
}

template <typename Done>
double WaitFor(Done done, absl::Duration most, const char* what) {
  const absl::Time start = absl::Now();
  while (!done()) {
    if (absl::Now() - start > most) Fail(what);
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::ToDoubleSeconds(absl::Now() - start);
}

void Run(const std::string& program, const std::string& data, int watchers,
         int a_second, int seconds) {
  const ServerProcess server(program, data);
  const auto stub = AlertService::NewStub(client::NewChannel(server.Address()));
  const std::string name = FirstAlert(*stub).name();
  const std::int64_t head = Comment(*stub, name, 0);
  const double before = server.Memory("VmRSS");
  // Never destroyed: a last callback may be about to return.
  auto& stubs = *new std::vector<std::unique_ptr<AlertService::Stub>>;
  auto& all = *new std::vector<std::unique_ptr<Watcher>>;
  auto& shared = *new Shared;
  for (int i = 0; i < watchers; ++i) {
    if (i % kStreamsAChannel == 0) {
      grpc::ChannelArguments own;
      own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      stubs.push_back(AlertService::NewStub(grpc::CreateCustomChannel(
          server.Address(), grpc::InsecureChannelCredentials(), own)));
    }
    all.push_back(std::make_unique<Watcher>(*stubs.back(), shared, head));
    all.back()->Start();
  }
  // The first message says where a watcher stands.
  WaitFor([&] { return shared.ready.load() == watchers; }, absl::Minutes(2),
          "not every watcher was answered");
  const double idle = server.Memory("VmRSS");
  const int changes = a_second * seconds;
  const absl::Time start = absl::Now();
  for (int n = 0; n < changes; ++n) {
    absl::SleepFor(start + n * absl::Seconds(1) / a_second - absl::Now());
    Comment(*stub, name, n + 1);
  }
  const double wrote = absl::ToDoubleSeconds(absl::Now() - start);
  const std::int64_t due = std::int64_t{watchers} * changes;
  const double behind = WaitFor([&] { return shared.told.load() >= due; },
                                absl::Minutes(5), "a watcher missed a change");
  const double peak = server.Memory("VmHWM");
  shared.ended.store(true);
  for (const auto& watcher : all) watcher->Cancel();
  WaitFor([&] { return shared.open.load() == 0; }, absl::Minutes(1),
          "a watch does not end");
  if (shared.wrong.load() != 0 || shared.told.load() != due) {
    Fail("a watcher was not told every change once and in order");
  }
  std::printf(
      "{\"watchers\": %d, \"changes\": %d, \"told\": %lld, \"wrote_s\": %.2f, "
      "\"behind_s\": %.2f, \"cut_off\": %d, \"before_mib\": %.1f, "
      "\"watched_mib\": %.1f, \"peak_mib\": %.1f}\n",
      watchers, changes, static_cast<long long>(due), wrote, behind,
      shared.cut_off.load(), before, idle, peak);
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  int watchers = 0, a_second = 0, seconds = 0;
  if (argc != 6 || !absl::SimpleAtoi(argv[3], &watchers) ||
      !absl::SimpleAtoi(argv[4], &a_second) || a_second <= 0 ||
      !absl::SimpleAtoi(argv[5], &seconds)) {
    qiangji::bench::Fail(
        "bench_watch QIANGJID DATA WATCHERS CHANGES_A_SECOND SECONDS");
  }
  qiangji::bench::Run(argv[1], argv[2], watchers, a_second, seconds);
}
