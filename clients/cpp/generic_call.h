// A unary call of a method that is known by its descriptor only: for programs
// that treat all resources alike.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "clients/cpp/call.h"

namespace google::protobuf {
class Message;
class MethodDescriptor;
}  // namespace google::protobuf
namespace grpc {
class Channel;
}

namespace qiangji::client {

// Blocks. Deadline, retries and request id as in Call. `token`, where it is
// not empty, goes along as the caller's bearer token.
absl::Status CallGeneric(const CallOptions& options,
                         const std::shared_ptr<grpc::Channel>& channel,
                         const google::protobuf::MethodDescriptor& method,
                         const std::string& token,
                         const google::protobuf::Message& request,
                         google::protobuf::Message* response);

// Adds the bearer token to the metadata of a call; "" adds nothing.
void SetToken(const std::string& token, grpc::ClientContext* context);

}  // namespace qiangji::client
