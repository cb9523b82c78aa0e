// The rpcs of bottleneck.v1 that this build does not do yet: they are there,
// with their permission, and answer UNIMPLEMENTED saying so.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <vector>

#include "services/rpc/unary.h"

namespace grpc {
class Service;
}

// One unary rpc of `owner`, in a class that has Runtime& later().
#define QJ_LATER_RPC(owner, name, response)                                   \
  grpc::ServerUnaryReactor* name(grpc::CallbackServerContext* context,        \
                                 const v1::name##Request* request, response*) \
      override {                                                              \
    return rpc::NotInThisBuild({.runtime = &later(),                          \
                                .service = v1::owner::service_full_name(),    \
                                .method = #name},                             \
                               context, *request);                            \
  }

namespace qiangji::bottleneck {

// FlagService, whole.
std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime);

}  // namespace qiangji::bottleneck
