#include "clients/cpp/channels.h"

#include <grpc/grpc.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"

namespace qiangji::client {
namespace {

absl::Status CheckAddress(absl::string_view address) {
  const std::size_t colon = address.rfind(':');
  int port = 0;
  if (colon != absl::string_view::npos && colon > 0 &&
      absl::SimpleAtoi(address.substr(colon + 1), &port) && port > 0 &&
      port <= 65535) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", address, "' is not HOST:PORT"));
}

// gRPC joins the threads of its callback queue when the last channel that used
// it goes. Where one of these threads drops that channel itself, at the end of
// a callback, gRPC 1.51 goes on with a queue that it has freed. A channel that
// stays, and that was called once, keeps the queue.
void KeepCallbackThreads() {
  // Used: else the pointer goes, and what it holds counts as leaked.
  [[gnu::used]] static const auto* const kept = [] {
    auto* channel = new std::shared_ptr<grpc::Channel>(
        grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials()));
    struct Call {
      grpc::ClientContext context;
      grpc::ByteBuffer request, response;
    };
    auto call = std::make_shared<Call>();
    const grpc::Slice nothing("");
    call->request = grpc::ByteBuffer(&nothing, 1);
    call->context.set_deadline(std::chrono::system_clock::now());
    grpc::GenericStub(*channel).UnaryCall(
        &call->context, "/qiangji/none", {}, &call->request, &call->response,
        [call](const grpc::Status&) {});  // the deadline has passed
    return channel;
  }();
}

}  // namespace

absl::StatusOr<Addresses> ParseAddresses(absl::string_view text) {
  Addresses addresses;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::size_t equals = part.find('=');
    const bool named = equals != absl::string_view::npos;
    const std::string service(named ? part.substr(0, equals) : "");
    const std::string address(named ? part.substr(equals + 1) : part);
    QJ_RETURN_IF_ERROR(CheckAddress(address));
    if (named && service != "registry" && service != "coverage" &&
        service != "bottleneck" && service != "admin") {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown service '", service,
                       "'; accepted: registry, coverage, bottleneck, admin"));
    }
    if (!addresses.emplace(service, address).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "two addresses for ", service.empty() ? "the server" : service));
    }
  }
  return addresses;
}

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  KeepCallbackThreads();
  grpc::ChannelArguments arguments;
  // Answers of computations can be larger than gRPC's 4 MiB.
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // Clients in one process do not share connections by chance.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

absl::StatusOr<Channels> Channels::Connect(absl::string_view server) {
  QJ_ASSIGN_OR_RETURN(const Addresses addresses, ParseAddresses(server));
  Channels channels;
  std::map<std::string, std::shared_ptr<grpc::Channel>> by_address;
  for (const auto& [service, address] : addresses) {
    auto& channel = by_address[address];
    if (channel == nullptr) channel = NewChannel(address);
    channels.channels_[service] = channel;
  }
  return channels;
}

void Channels::Set(std::string service,
                   std::shared_ptr<grpc::Channel> channel) {
  channels_[std::move(service)] = std::move(channel);
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Channels::Get(
    absl::string_view service) const {
  auto found = channels_.find(std::string(service));
  if (found == channels_.end()) found = channels_.find("");
  if (found != channels_.end()) return found->second;
  return absl::FailedPreconditionError(
      absl::StrCat("no address of the ", service, " service is known"));
}

}  // namespace qiangji::client
