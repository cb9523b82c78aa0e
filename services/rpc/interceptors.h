// What servers and in-process channels add to every call below the adaptors.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace grpc {
class CallbackServerContext;
namespace experimental {
class ClientInterceptorFactoryInterface;
class ServerInterceptorFactoryInterface;
}  // namespace experimental
}  // namespace grpc

namespace qiangji::rpc::internal {

// Marks the calls of a channel as made by this process, with a secret that
// never leaves it: gRPC itself does not tell where an in-process call is from.
std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
InProcessMark();

// Whether a call carries the mark.
bool IsInProcess(const grpc::CallbackServerContext& context);

// Turns the empty UNIMPLEMENTED with which gRPC's callback API answers a
// request that is no message into INTERNAL (RELIABILITY rows 1, 2, 5, 6).
std::vector<
    std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
MalformedRequests();

}  // namespace qiangji::rpc::internal
