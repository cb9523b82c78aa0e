// The one adaptor between generated callback methods and handlers
// (ARCHITECTURE, "One request"). In a service:
//
//   grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
//                                     const GetItemRequest* request,
//                                     Item* response) override {
//     return rpc::Unary({&runtime_, service_full_name(), __func__}, context,
//                       request, response, rpc::PoolKind::kRead,
//                       [this](rpc::RequestContext& call,
//                              const GetItemRequest& q, Item* a) {
//                         return handler_.Get(call, q, a);
//                       });
//   }
//
// It admits or refuses the call, checks the permission that the proto method
// declares, validates what every request must hold (validate.h), runs the
// handler on a pool, turns its status into a gRPC status, counts and logs.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/rpc/context.h"
#include "services/rpc/limits.h"
#include "services/rpc/pools.h"

namespace google::protobuf {
class Message;
}
namespace grpc {
class CallbackServerContext;
class ServerUnaryReactor;
}  // namespace grpc

namespace qiangji::rpc {

// Which rpc a call is: Service::service_full_name() and __func__.
struct CallSite {
  Runtime* runtime;
  const char* service;
  const char* method;
  absl::Duration max_deadline = kDefaultDeadline;
};

namespace internal {
using Handler = std::function<void(RequestContext&, Done)>;
grpc::ServerUnaryReactor* StartUnary(const CallSite& site,
                                     grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request,
                                     PoolKind pool, Handler handler);
}  // namespace internal

// `handler` is one of
//   absl::Status(RequestContext&, const Request&, Response*)
//   void(RequestContext&, const Request&, Response*, Done)
// The second returns its thread while it waits for another service; request,
// response and context live until Done is called. An exception that leaves a
// handler is INTERNAL, its text goes to the log only.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* Unary(const CallSite& site,
                                grpc::CallbackServerContext* context,
                                const Request* request, Response* response,
                                PoolKind pool, Handler handler) {
  if constexpr (std::is_invocable_r_v<absl::Status, Handler&, RequestContext&,
                                      const Request&, Response*>) {
    return internal::StartUnary(
        site, context, *request, pool,
        [request, response, handler = std::move(handler)](
            RequestContext& call, const Done& done) mutable {
          done(handler(call, *request, response));
        });
  } else {
    return internal::StartUnary(
        site, context, *request, pool,
        [request, response, handler = std::move(handler)](RequestContext& call,
                                                          Done done) mutable {
          handler(call, *request, response, std::move(done));
        });
  }
}

// For rpcs of later issues: UNIMPLEMENTED, saying so.
grpc::ServerUnaryReactor* NotInThisBuild(const CallSite& site,
                                         grpc::CallbackServerContext* context,
                                         const google::protobuf::Message&);

}  // namespace qiangji::rpc
