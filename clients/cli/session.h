// The connection of one command: channels, deadlines, the caller's token.
#pragma once

#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/settings.h"

namespace google::protobuf {
class Message;
class MethodDescriptor;
}  // namespace google::protobuf
namespace grpc {
class Channel;
}

namespace qiangji::cli {

// Which server answers; all three are one where --server names one address.
enum class Service { kRegistry, kCoverage, kBottleneck };

class Session {
 public:
  // Connects lazily: an unreachable server is an error of the first call.
  // UsageError where --server cannot be read, FailedPrecondition where a TLS
  // file cannot.
  static absl::StatusOr<std::unique_ptr<Session>> Open(
      const Settings& settings);
  virtual ~Session() = default;

  // For streams, which are not retried: waits a moment for the connection.
  // UsageError where --server gives no address for the service.
  virtual absl::StatusOr<std::shared_ptr<grpc::Channel>> channel(
      Service service) const = 0;
  // Whether two services are reached at the same address.
  virtual bool SameServer(Service a, Service b) const = 0;

  // A context with the token and, where --timeout was given, the deadline;
  // for streams, which are not limited otherwise.
  virtual std::unique_ptr<grpc::ClientContext> StreamContext() const = 0;

  // One unary call to the service that owns `method`; UNAVAILABLE is retried
  // within the deadline.
  virtual absl::Status Call(const google::protobuf::MethodDescriptor& method,
                            const google::protobuf::Message& request,
                            google::protobuf::Message* response) = 0;
  // The same at a given server.
  virtual absl::Status CallAt(Service service,
                              const google::protobuf::MethodDescriptor& method,
                              const google::protobuf::Message& request,
                              google::protobuf::Message* response,
                              bool limited) = 0;

  // The rpc `name` of the service whose file defines Request.
  template <typename Request>
  absl::Status CallByName(const char* name, const Request& request,
                          google::protobuf::Message* response) {
    return Call(MethodOf<Request>(name), request, response);
  }
  template <typename Request>
  static const google::protobuf::MethodDescriptor& MethodOf(const char* name) {
    return *Request::descriptor()->file()->service(0)->FindMethodByName(name);
  }
};

}  // namespace qiangji::cli
