#include "services/bottleneck/later.h"

#include "qiangji/bottleneck/v1/flag_service.grpc.pb.h"

namespace qiangji::bottleneck {
namespace {

class LaterFlags final : public v1::FlagService::CallbackService {
 public:
  explicit LaterFlags(rpc::Runtime& runtime) : runtime_(runtime) {}

  QJ_LATER_RPC(FlagService, GetFlag, v1::Flag)
  QJ_LATER_RPC(FlagService, ListFlags, v1::ListFlagsResponse)
  QJ_LATER_RPC(FlagService, CreateFlag, v1::Flag)
  QJ_LATER_RPC(FlagService, EndorseFlag, v1::Flag)
  QJ_LATER_RPC(FlagService, ContestFlag, v1::Flag)
  QJ_LATER_RPC(FlagService, WithdrawFlag, v1::Flag)

 private:
  rpc::Runtime& later() { return runtime_; }
  rpc::Runtime& runtime_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<LaterFlags>(runtime));
  return services;
}

}  // namespace qiangji::bottleneck
