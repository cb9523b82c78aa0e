// SubscriptionService: each rpc on its pool.
#pragma once

#include <memory>

#include "services/bottleneck/subscription_handlers.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::bottleneck {

// All that is referred to outlives the service.
std::unique_ptr<grpc::Service> NewSubscriptionService(
    const SubscriptionSources& sources, rpc::Runtime& runtime);

}  // namespace qiangji::bottleneck
