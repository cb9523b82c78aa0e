#include "services/rpc/server.h"

#include <grpc/grpc.h>
#include <grpcpp/channel.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "services/rpc/errors.h"
#include "services/rpc/interceptors.h"
#include "services/rpc/limits.h"

namespace qiangji::rpc {
namespace {

// Only health and reflection are synchronous services; they get by with this.
constexpr int kMaxSyncThreads = 8;

// What holds for the whole process.
void SetUpProcess() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Debian builds Abseil with its detector of lock orders, which takes one
    // lock for all of gRPC's at each of them.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  // A second server on the same port is an error, not a second listener.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Half-open connections are noticed; pings of a watching client are fine.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
  grpc::ResourceQuota quota;
  quota.SetMaxThreads(kMaxSyncThreads);
  builder.SetResourceQuota(quota);
  builder.experimental().SetInterceptorCreators(internal::MalformedRequests());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, const std::vector<grpc::Service*>& services) {
  SetUpProcess();
  grpc::ServerBuilder builder;
  Configure(builder);
  std::unique_ptr<Server> server(new Server);
  if (!options.listen.empty()) {
    builder.AddListeningPort(options.listen, grpc::InsecureServerCredentials(),
                             &server->port_);
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  const bool listens = options.listen.empty() || server->port_ > 0;
  if (server->server_ == nullptr || !listens) {
    return WithReason(
        absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen,
                                            ": in use, or no such address")),
        "CANNOT_LISTEN");
  }
  if (!options.listen.empty()) {
    const std::size_t colon = options.listen.rfind(':');
    server->address_ =
        absl::StrCat(options.listen.substr(0, colon), ":", server->port_);
  }
  return server;
}

Server::~Server() { Shutdown(absl::InfinitePast()); }

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  return server_->experimental().InProcessChannelWithInterceptors(
      arguments, internal::InProcessMark());
}

void Server::SetServing(absl::string_view service, bool serving) {
  auto* health = server_->GetHealthCheckService();
  if (health != nullptr) {
    health->SetServingStatus(std::string(service), serving);
  }
}

void Server::Shutdown(absl::Time deadline) {
  if (server_ == nullptr || down_) return;
  down_ = true;
  const absl::Time past = absl::UnixEpoch();
  server_->Shutdown(absl::ToChronoTime(std::max(deadline, past)));
}

}  // namespace qiangji::rpc
