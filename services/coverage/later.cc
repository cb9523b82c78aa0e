#include "services/coverage/later.h"

#include "qiangji/coverage/v1/release_service.grpc.pb.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

#define QJ_LATER_RPC(owner, name, request_type, response_type)             \
  ServerUnaryReactor* name(CallbackServerContext* context,                 \
                           const request_type* request, response_type*)    \
      override {                                                           \
    return rpc::NotInThisBuild({.runtime = &runtime_,                      \
                                .service = v1::owner::service_full_name(), \
                                .method = #name},                          \
                               context, *request);                         \
  }

class LaterReleases final : public v1::ReleaseService::CallbackService {
 public:
  explicit LaterReleases(rpc::Runtime& runtime) : runtime_(runtime) {}

  QJ_LATER_RPC(ReleaseService, CreateRelease, v1::CreateReleaseRequest,
               v1::Release)
  QJ_LATER_RPC(ReleaseService, GetRelease, v1::GetReleaseRequest, v1::Release)
  QJ_LATER_RPC(ReleaseService, ListReleases, v1::ListReleasesRequest,
               v1::ListReleasesResponse)

 private:
  rpc::Runtime& runtime_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<LaterReleases>(runtime));
  return services;
}

}  // namespace qiangji::coverage
