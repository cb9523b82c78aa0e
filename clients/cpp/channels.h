// Where the services are, and the connections to them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace grpc {
class Channel;
}

namespace qiangji::client {

// Addresses by service; "" stands for all that are not named.
using Addresses = std::map<std::string, std::string>;

// "HOST:PORT", or "registry=H:P,coverage=H:P,bottleneck=H:P" with any of them.
// INVALID_ARGUMENT for anything else, a service given twice or none at all.
absl::StatusOr<Addresses> ParseAddresses(absl::string_view text);

// A channel with this system's settings. Connects when first used and again,
// within about two seconds of the peer's return, when lost.
std::shared_ptr<grpc::Channel> NewChannel(const std::string& address);

// Channels by service, one an address. Thread-safe once built.
class Channels {
 public:
  static absl::StatusOr<Channels> Connect(absl::string_view server);

  // For in-process servers and tests.
  void Set(std::string service, std::shared_ptr<grpc::Channel> channel);

  // Of "registry", "coverage", "bottleneck" or "admin". FAILED_PRECONDITION
  // where no address is known for it.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Get(
      absl::string_view service) const;

 private:
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace qiangji::client
