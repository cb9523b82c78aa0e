// The coverage service: figures over a picture of the registry (ARCHITECTURE,
// "Services"). It owns nothing that is not in the registry.
#pragma once

#include <cstddef>
#include <memory>

#include "services/rpc/service.h"

namespace grpc {
class Channel;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::coverage {

struct CoverageOptions {
  // Budget of cached analyses.
  std::size_t cache_bytes = std::size_t{256} << 20;
};

// `registry` may not be up yet. `runtime` outlives the host.
std::unique_ptr<rpc::ServiceHost> NewCoverageService(
    const std::shared_ptr<grpc::Channel>& registry, rpc::Runtime& runtime,
    const CoverageOptions& options = {});

}  // namespace qiangji::coverage
