// A bottleneck service on a real server, beside fake peers.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "clients/cpp/status.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "qiangji/bottleneck/v1/flag_service.grpc.pb.h"
#include "qiangji/bottleneck/v1/rule_service.grpc.pb.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"
#include "services/bottleneck/service.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"
#include "tests/support/bottleneck/fake_peers.h"

namespace qiangji::testing {

// Moves only where a test says so. Thread-safe.
class ManualClock final : public Clock {
 public:
  absl::Time Now() const override {
    const MutexLock lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration by) {
    const MutexLock lock(mutex_);
    now_ += by;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) = absl::Now();
};

// Who calls, as a test says. Thread-safe.
class CallerOf {
 public:
  void Be(rpc::Principal principal) {
    const MutexLock lock(mutex_);
    principal_ = std::move(principal);
  }
  rpc::Principal Get() const {
    const MutexLock lock(mutex_);
    return principal_;
  }

 private:
  mutable Mutex mutex_;
  rpc::Principal principal_ ABSL_GUARDED_BY(mutex_) =
      rpc::Principal::Operator();
};

class BottleneckFixture : public ::testing::Test {
 protected:
  BottleneckFixture() {
    auto opened = store::OpenSqlite(":memory:", domain::BottleneckTables(),
                                    migrations::Bottleneck());
    EXPECT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }
  ~BottleneckFixture() override { StopService(); }

  void StartPeers() {
    peers_.StartRegistry();
    peers_.StartCoverage();
  }

  void StartService() {
    rpc::RuntimeOptions options;
    options.service = "bottleneck";
    options.pools = rpc::PoolsOptions::SingleThreaded();
    options.clock = &clock_;
    options.authenticator = [this](absl::string_view) { return caller_.Get(); };
    runtime_ = std::make_unique<rpc::Runtime>(std::move(options));
    host_ = bottleneck::NewBottleneckService(
        *store_, peers_.Registry(), peers_.Coverage(), *runtime_, options_);
    auto server =
        rpc::Server::Start({.listen = "127.0.0.1:0"}, host_->services());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    const absl::Status started = host_->Start();
    ASSERT_TRUE(started.ok()) << started;
    channel_ = client::NewChannel(server_->address());
    alerts_ = bottleneck::v1::AlertService::NewStub(channel_);
    rules_ = bottleneck::v1::RuleService::NewStub(channel_);
    flags_ = bottleneck::v1::FlagService::NewStub(channel_);
  }

  // In the order that qiangjid uses; the store stays.
  void StopService() {
    if (server_ == nullptr) return;
    runtime_->StopWaitingStreams();
    host_->Shutdown();
    server_->Shutdown(absl::Now() + absl::Seconds(10));
    runtime_->pools().Drain();
    server_.reset();
    host_.reset();
    runtime_.reset();
  }

  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (bottleneck::v1::AlertService::Stub::*method)(
                        grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response,
                    absl::Duration timeout = absl::Seconds(20)) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    response->Clear();
    return client::FromGrpcStatus(
        (alerts_.get()->*method)(&context, request, response));
  }

  absl::Status List(const bottleneck::v1::ListAlertsRequest& request,
                    bottleneck::v1::ListAlertsResponse* response,
                    absl::Duration timeout = absl::Seconds(20)) {
    return Call(&bottleneck::v1::AlertService::Stub::ListAlerts, request,
                response, timeout);
  }

  // The open alerts as "RULE subject severity", as of `read_seq` (0 = now).
  std::vector<std::string> Open(std::int64_t read_seq = 0) {
    bottleneck::v1::ListAlertsRequest request;
    request.set_read_seq(read_seq);
    bottleneck::v1::ListAlertsResponse response;
    const absl::Status status = List(request, &response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> open;
    for (const auto& alert : response.alerts()) {
      open.push_back(alert.rule() + " " + alert.subject() + " " +
                     bottleneck::v1::Severity_Name(alert.severity()));
    }
    return open;
  }

  absl::Status Get(const std::string& name, bottleneck::v1::Alert* alert,
                   std::int64_t read_seq = 0) {
    bottleneck::v1::GetAlertRequest request;
    request.set_name(name);
    request.set_read_seq(read_seq);
    return Call(&bottleneck::v1::AlertService::Stub::GetAlert, request, alert);
  }

  // Every version of an alert, newest first, over all pages.
  std::vector<bottleneck::v1::AlertVersion> History(const std::string& name,
                                                    int page_size = 0) {
    std::vector<bottleneck::v1::AlertVersion> versions;
    bottleneck::v1::ListAlertHistoryRequest request;
    request.set_name(name);
    request.set_page_size(page_size);
    bottleneck::v1::ListAlertHistoryResponse response;
    do {
      const absl::Status status =
          Call(&bottleneck::v1::AlertService::Stub::ListAlertHistory, request,
               &response);
      EXPECT_TRUE(status.ok()) << status;
      for (auto& version : *response.mutable_versions()) {
        versions.push_back(std::move(version));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return versions;
  }

  static bottleneck::BottleneckOptions QuickOptions() {
    bottleneck::BottleneckOptions options;
    options.clock_interval = absl::Milliseconds(5);
    return options;
  }

  ManualClock clock_;
  CallerOf caller_;
  bottleneck::BottleneckOptions options_ = QuickOptions();
  FakePeers peers_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<rpc::Runtime> runtime_;
  std::unique_ptr<rpc::ServiceHost> host_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<bottleneck::v1::AlertService::Stub> alerts_;
  std::unique_ptr<bottleneck::v1::RuleService::Stub> rules_;
  std::unique_ptr<bottleneck::v1::FlagService::Stub> flags_;
};

}  // namespace qiangji::testing
