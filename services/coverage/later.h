// The rpcs of coverage.v1 that this build does not compute yet: they are
// there, with their permission, and answer UNIMPLEMENTED saying so.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "services/rpc/unary.h"

namespace qiangji::coverage {

// One rpc NAME with messages NAMERequest and `response`.
#define QJ_LATER_RPC(name, response)                                          \
  grpc::ServerUnaryReactor* name(grpc::CallbackServerContext* context,        \
                                 const v1::name##Request* request, response*) \
      override {                                                              \
    return rpc::NotInThisBuild(                                               \
        {.runtime = &later_runtime_,                                          \
         .service = v1::CoverageService::service_full_name(),                 \
         .method = #name},                                                    \
        context, *request);                                                   \
  }

// CoverageService (its generated callback class) with the later rpcs.
template <typename Base>
class WithLaterMethods : public Base {
 public:
  explicit WithLaterMethods(rpc::Runtime& runtime) : later_runtime_(runtime) {}

  QJ_LATER_RPC(FindAlternatives, v1::FindAlternativesResponse)

 private:
  rpc::Runtime& later_runtime_;
};

#undef QJ_LATER_RPC

}  // namespace qiangji::coverage
