// A gRPC server with this system's settings: health, reflection, limits,
// keepalive, an orderly end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace grpc {
class Channel;
class Server;
class Service;
}  // namespace grpc

namespace qiangji::rpc {

struct ServerOptions {
  // "127.0.0.1:7443"; port 0 = any free one. "" = no listener, in-process only:
  // whoever comes in there is a service of this process.
  std::string listen;
};

class Server {
 public:
  // The services outlive the server; one service may be in several servers.
  // UNAVAILABLE where the address is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options,
      const std::vector<grpc::Service*>& services);
  ~Server();  // Shutdown(now)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "127.0.0.1:41234", with the real port; "" without a listener.
  const std::string& address() const { return address_; }
  int port() const { return port_; }
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // grpc.health.v1: of one service, or of all ("").
  void SetServing(absl::string_view service, bool serving);

  // Refuses new calls, lets running ones finish until `deadline`, then cancels
  // them and waits for their handlers. Idempotent.
  void Shutdown(absl::Time deadline);

 private:
  Server() = default;

  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  int port_ = 0;
  bool down_ = false;
};

}  // namespace qiangji::rpc
