#include "clients/cli/session.h"

#include <google/protobuf/message.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cpp/call.h"
#include "clients/cpp/channels.h"
#include "clients/cpp/generic_call.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

constexpr absl::Duration kDefaultTimeout = absl::Seconds(60);
// A connection that fails at first is tried again within it.
constexpr absl::Duration kConnect = absl::Seconds(3);
constexpr const char* kServices[] = {"registry", "coverage", "bottleneck"};

constexpr Text kBadServer = {"--server：$0", "--server: $0"};
constexpr Text kNoAddress = {"--server 没有给出 $0 的地址",
                             "--server gives no address for $0"};
constexpr Text kUnreadable = {"$0：无法读取", "$0: cannot be read"};

absl::StatusOr<std::string> ReadFile(const std::string& path, Lang lang) {
  if (path.empty()) return std::string();
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)),
                   std::istreambuf_iterator<char>());
  if (!in) return absl::FailedPreconditionError(Say(lang, kUnreadable, path));
  return text;
}

// nullptr = no TLS was asked for.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const Settings& settings) {
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  if (settings.tls_ca.empty() && settings.tls_cert.empty() &&
      settings.tls_key.empty()) {
    return credentials;
  }
  grpc::SslCredentialsOptions options;
  QJ_ASSIGN_OR_RETURN(options.pem_root_certs,
                      ReadFile(settings.tls_ca, settings.lang));
  QJ_ASSIGN_OR_RETURN(options.pem_cert_chain,
                      ReadFile(settings.tls_cert, settings.lang));
  QJ_ASSIGN_OR_RETURN(options.pem_private_key,
                      ReadFile(settings.tls_key, settings.lang));
  return grpc::SslCredentials(options);
}

class GrpcSession : public Session {
 public:
  explicit GrpcSession(const Settings& settings) : settings_(settings) {}

  absl::Status Connect() {
    absl::StatusOr<client::Addresses> addresses =
        client::ParseAddresses(settings_.server);
    if (!addresses.ok()) {
      return UsageError(
          Say(settings_.lang, kBadServer, addresses.status().message()));
    }
    QJ_ASSIGN_OR_RETURN(const auto credentials, Credentials(settings_));
    std::map<std::string, std::shared_ptr<grpc::Channel>> by_address;
    for (std::size_t s = 0; s < std::size(kServices); ++s) {
      auto it = addresses->find(kServices[s]);
      if (it == addresses->end()) it = addresses->find("");
      if (it == addresses->end()) continue;  // an error where it is needed
      std::shared_ptr<grpc::Channel>& channel = by_address[it->second];
      if (channel == nullptr) {
        channel = credentials == nullptr
                      ? client::NewChannel(it->second)
                      : grpc::CreateChannel(it->second, credentials);
      }
      channels_[s] = channel;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel(
      Service service) const override {
    QJ_ASSIGN_OR_RETURN(auto to, Find(service));
    // Whatever comes of it: the call says what is wrong.
    to->WaitForConnected(absl::ToChronoTime(
        absl::Now() +
        std::min(kConnect, settings_.timeout.value_or(kConnect))));
    return to;
  }
  bool SameServer(Service a, Service b) const override {
    return channels_[static_cast<std::size_t>(a)] ==
           channels_[static_cast<std::size_t>(b)];
  }

  std::unique_ptr<grpc::ClientContext> StreamContext() const override {
    auto context = std::make_unique<grpc::ClientContext>();
    if (settings_.timeout) {
      context->set_deadline(
          absl::ToChronoTime(absl::Now() + *settings_.timeout));
    }
    client::SetToken(settings_.token, context.get());
    return context;
  }

  absl::Status Call(const google::protobuf::MethodDescriptor& method,
                    const google::protobuf::Message& request,
                    google::protobuf::Message* response) override {
    const std::string& name = method.full_name();
    const Service service =
        absl::StartsWith(name, "qiangji.coverage.")     ? Service::kCoverage
        : absl::StartsWith(name, "qiangji.bottleneck.") ? Service::kBottleneck
                                                        : Service::kRegistry;
    return CallAt(service, method, request, response, /*limited=*/true);
  }

  absl::Status CallAt(Service service,
                      const google::protobuf::MethodDescriptor& method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message* response,
                      bool limited) override {
    QJ_ASSIGN_OR_RETURN(const auto to, Find(service));
    client::CallOptions options;
    options.timeout = settings_.timeout.value_or(
        limited ? kDefaultTimeout : absl::InfiniteDuration());
    return client::CallGeneric(options, to, method, settings_.token, request,
                               response);
  }

 private:
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Find(Service service) const {
    const auto index = static_cast<std::size_t>(service);
    if (channels_[index] == nullptr) {
      return UsageError(Say(settings_.lang, kNoAddress, kServices[index]));
    }
    return channels_[index];
  }

  const Settings settings_;
  std::array<std::shared_ptr<grpc::Channel>, std::size(kServices)> channels_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(
    const Settings& settings) {
  auto session = std::make_unique<GrpcSession>(settings);
  QJ_RETURN_IF_ERROR(session->Connect());
  return std::unique_ptr<Session>(std::move(session));
}

}  // namespace qiangji::cli
